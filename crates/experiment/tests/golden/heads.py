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

clean_logits, clean_cache = model.run_with_cache(clean)
corrupt_logits, corrupt_cache = model.run_with_cache(corrupt)


def metric(logits):
    """The answer's logit. `model` has its unembedding centred, so the mean over the vocabulary is off already."""
    last = logits[0, -1].double()
    return (last[answer]).item()


# The corrupt run is changed: values of the clean run go into it.
base, base_logits = corrupt, corrupt_logits
length = base.shape[1]
lender = clean_cache
# Last position meets last position.
meets = {length - 1: clean.shape[1] - 1}
# The positions that are changed at once, a run each.
spots = [[length - 1]]


def changed(layer, head, spot):
    """The metric where one head's z is another at the positions of `spot`."""
    name = f"blocks.{layer}.attn.hook_z"

    def hook(value, hook):
        for at in spot:
            value[0, at, head] = lender[name][0, meets[at], head]
        return value

    return metric(model.run_with_hooks(base, fwd_hooks=[(name, hook)]))


clean_metric, corrupt_metric, base_metric = metric(clean_logits), metric(corrupt_logits), metric(base_logits)
print(f"clean {clean_metric:.4f}  corrupt {corrupt_metric:.4f}")
deltas = [
    [[changed(layer, head, spot) - base_metric if spot else None for spot in spots] for head in range(model.cfg.n_heads)]
    for layer in range(model.cfg.n_layers)
]
for layer, heads in enumerate(deltas):
    for head, row in enumerate(heads):
        print(f"L{layer}H{head}", *("-" if delta is None else f"{delta:+.4f}" for delta in row))
