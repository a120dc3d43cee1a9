# An analysis of Peek in TransformerLens 3: pip install transformer_lens
import torch
from transformer_lens import HookedTransformer

# This loads GPT-2 small. Peek's numbers are of the model that was loaded there: those of its demo model, which is
# another and far smaller one, differ. A model with the same weights can be put here instead.
model = HookedTransformer.from_pretrained("gpt2")
torch.set_grad_enabled(False)

clean = model.to_tokens("Who wrote Pride and Prejudice?", prepend_bos=True)
corrupt = model.to_tokens("Who wrote Pride and Prejudice? Some say \"Emily\" Brontë.", prepend_bos=True)
answer = model.to_tokens(" Jane", prepend_bos=False)[0, 0]
foil = model.to_tokens(" Emily", prepend_bos=False)[0, 0]

clean_logits, clean_cache = model.run_with_cache(clean)
corrupt_logits, corrupt_cache = model.run_with_cache(corrupt)


def metric(logits):
    """The answer's logit minus the foil's."""
    last = logits[0, -1].double()
    return (last[answer] - last[foil]).item()


# The corrupt run is changed: values of the clean run go into it.
base, base_logits = corrupt, corrupt_logits
length = base.shape[1]
lender = clean_cache


def align(base, lender):
    """For each position of `base` the one of `lender` that it meets, or None."""
    n, m = len(base), len(lender)
    if n == m:
        return list(range(n))
    meets, shorter = [None] * n, min(n, m)
    same = [a == b for a, b in zip(base, lender)] + [False]
    first = min(max(same.index(False), 1), shorter - 1)
    same = [a == b for a, b in zip(base[::-1], lender[::-1])] + [False]
    last = min(max(same.index(False), 1), shorter - first)
    for at in range(first):
        meets[at] = at
    for back in range(1, last + 1):
        meets[n - back] = m - back
    # Between the common beginning and the common end: the longest common subsequence.
    a, b = base[first : n - last], lender[first : m - last]
    longest = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i in reversed(range(len(a))):
        for j in reversed(range(len(b))):
            either = max(longest[i + 1][j], longest[i][j + 1])
            longest[i][j] = longest[i + 1][j + 1] + 1 if a[i] == b[j] else either
    i = j = 0
    while i < len(a) and j < len(b):
        if a[i] == b[j]:
            meets[first + i] = first + j
            i, j = i + 1, j + 1
        elif longest[i + 1][j] >= longest[i][j + 1]:
            i += 1
        else:
            j += 1
    # A gap that is as long on both sides meets in order.
    met = [(at, to) for at, to in enumerate(meets) if to is not None]
    for (at, to), (next_at, next_to) in zip(met, met[1:]):
        if next_at - at == next_to - to:
            for step in range(1, next_at - at):
                meets[at + step] = to + step
    return meets


meets = align(base[0].tolist(), clean[0].tolist())
# The positions that are changed at once, a run each.
spots = [[at] if meets[at] is not None else [] for at in range(length)]


def changed(layer, spot):
    """The metric where one layer's resid_pre is another at the positions of `spot`."""
    name = f"blocks.{layer}.hook_resid_pre"

    def hook(value, hook):
        for at in spot:
            value[0, at] = lender[name][0, meets[at]]
        return value

    return metric(model.run_with_hooks(base, fwd_hooks=[(name, hook)]))


clean_metric, corrupt_metric, base_metric = metric(clean_logits), metric(corrupt_logits), metric(base_logits)
print(f"clean {clean_metric:.4f}  corrupt {corrupt_metric:.4f}")
deltas = [
    [[changed(layer, spot) - base_metric if spot else None for spot in spots]] for layer in range(model.cfg.n_layers)
]
for layer, [row] in enumerate(deltas):
    print(f"L{layer}", *("-" if delta is None else f"{delta:+.4f}" for delta in row))
