# An analysis of Peek in TransformerLens 3: pip install transformer_lens
import torch
from transformer_lens import HookedTransformer

# This loads GPT-2 small. Peek's numbers are of the model that was loaded there: those of its demo model, which is
# another and far smaller one, differ. A model with the same weights can be put here instead.
# Logits as the checkpoint gives them: without this they come minus their mean.
model = HookedTransformer.from_pretrained("gpt2", center_unembed=False)
torch.set_grad_enabled(False)

clean = model.to_tokens("Who wrote Pride and Prejudice?", prepend_bos=True)
corrupt = model.to_tokens("Who wrote Pride and Prejudice? Some say \"Emily\" Brontë.", prepend_bos=True)
answer = model.to_tokens(" Jane", prepend_bos=False)[0, 0]

clean_logits, clean_cache = model.run_with_cache(clean)
corrupt_logits, corrupt_cache = model.run_with_cache(corrupt)


def metric(logits):
    """The answer's logit."""
    last = logits[0, -1].double()
    return (last[answer]).item()


# The clean run is changed: means over prompts go into it.
base, base_logits = clean, clean_logits
length = base.shape[1]
mean_prompts = ["Who wrote Emma?", "A line\nand \\ another."]
mean_runs = [model.run_with_cache(model.to_tokens(prompt, prepend_bos=True))[1] for prompt in mean_prompts]


def mean(name):
    """The mean over the prompts and their positions, but for the one in front."""
    return torch.cat([run[name][0, 1:] for run in mean_runs]).mean(0)


# The positions that are changed at once, a run each.
spots = [list(range(length))]


def changed(layer, head, spot):
    """The metric where one head's v is another at the positions of `spot`."""
    name = f"blocks.{layer}.attn.hook_v"
    mean_value = mean(name)

    def hook(value, hook):
        for at in spot:
            value[0, at, head] = mean_value[head]
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
