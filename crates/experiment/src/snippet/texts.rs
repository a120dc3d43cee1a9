//! What is the same in every snippet.

pub(super) const BEGIN: &str = "\
# An analysis of Peek in TransformerLens 3: pip install transformer_lens
import torch
from transformer_lens import HookedTransformer

# This loads GPT-2 small. Peek's numbers are of the model that was loaded there: those of its demo model, which is
# another and far smaller one, differ. A model with the same weights can be put here instead.
";

pub(super) const MODEL: &str = "model = HookedTransformer.from_pretrained(\"gpt2\")\n";

pub(super) const MODEL_RAW: &str = "\
# Logits as the checkpoint gives them: without this they come minus their mean.
model = HookedTransformer.from_pretrained(\"gpt2\", center_unembed=False)
";

pub(super) const NO_GRAD: &str = "torch.set_grad_enabled(False)\n\n";

pub(super) const RUNS: &str = "
clean_logits, clean_cache = model.run_with_cache(clean)
corrupt_logits, corrupt_cache = model.run_with_cache(corrupt)
";

/// As `interp::PositionMap::align` does it.
pub(super) const ALIGN: &str = r#"

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


"#;

pub(super) const ALL_HEADS: &str = r#"clean_metric, corrupt_metric, base_metric = metric(clean_logits), metric(corrupt_logits), metric(base_logits)
print(f"clean {clean_metric:.4f}  corrupt {corrupt_metric:.4f}")
deltas = [
    [[changed(layer, head, spot) - base_metric if spot else None for spot in spots] for head in range(model.cfg.n_heads)]
    for layer in range(model.cfg.n_layers)
]
for layer, heads in enumerate(deltas):
    for head, row in enumerate(heads):
        print(f"L{layer}H{head}", *("-" if delta is None else f"{delta:+.4f}" for delta in row))
"#;

pub(super) const ALL_LAYERS: &str = r#"clean_metric, corrupt_metric, base_metric = metric(clean_logits), metric(corrupt_logits), metric(base_logits)
print(f"clean {clean_metric:.4f}  corrupt {corrupt_metric:.4f}")
deltas = [
    [[changed(layer, spot) - base_metric if spot else None for spot in spots]] for layer in range(model.cfg.n_layers)
]
for layer, [row] in enumerate(deltas):
    print(f"L{layer}", *("-" if delta is None else f"{delta:+.4f}" for delta in row))
"#;
