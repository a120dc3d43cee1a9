"""Times TransformerLens on the CPU: a forward pass, the loop over all heads as a notebook writes it, and the grids over
positions of `transformer_lens.patching`.

    python lens_loop.py CHECKPOINT_DIR 16 64

The checkpoint is one that `peek synth` wrote. Prints figures as JSON. A loop of 144 runs is sampled, every tenth head
of it, and scaled; the run of the clean prompt with its cache and the run that gives the base are timed whole.
"""

import itertools
import json
import statistics
import sys
import time
from pathlib import Path

import pandas
import torch
from transformer_lens import patching

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "parity"))
from make_fixtures import load  # noqa: E402

EVERY = 10
# Runs of a grid that are timed, about.
RUNS = 24
# Lengths whose grids are timed.
GRIDS = (16, 64)


def ids(tokens: int, step: int) -> torch.Tensor:
    return torch.tensor([[50256] + [at * step * 577 % 50257 for at in range(1, tokens)]])


def median_ms(work, least=5, seconds=3.0) -> tuple[float, int]:
    work()
    times = []
    began = time.perf_counter()
    while len(times) < least or (time.perf_counter() - began < seconds and len(times) < 20):
        start = time.perf_counter()
        work()
        times.append(1000 * (time.perf_counter() - start))
    return statistics.median(times), len(times)


def loop_ms(model, clean: torch.Tensor, corrupt: torch.Tensor, answer: int) -> tuple[float, int]:
    """The clean run with its cache, the base, and a patched run a head."""
    start = time.perf_counter()
    _, cache = model.run_with_cache(clean, names_filter=lambda name: name.endswith("attn.hook_z"))
    base = model(corrupt)[0, -1, answer].item()
    before = 1000 * (time.perf_counter() - start)

    def patched(layer: int, head: int) -> float:
        def hook(z, hook):
            z[:, -1, head, :] = cache[hook.name][:, -1, head, :]
            return z

        logits = model.run_with_hooks(corrupt, fwd_hooks=[(f"blocks.{layer}.attn.hook_z", hook)])
        return logits[0, -1, answer].item() - base

    heads = [(layer, head) for layer in range(model.cfg.n_layers) for head in range(model.cfg.n_heads)]
    sample = heads[::EVERY]
    start = time.perf_counter()
    for layer, head in sample:
        patched(layer, head)
    each = 1000 * (time.perf_counter() - start) / len(sample)
    return before + each * len(heads), len(sample)


def grid_ms(model, clean: torch.Tensor, corrupt: torch.Tensor, answer: int, by_head: bool) -> tuple[float, int, int]:
    """A grid over positions, the clean run's cache kept: some of its runs, scaled. Every run costs the same."""
    name = "z" if by_head else "resid_pre"
    hooks = f"attn.hook_{name}" if by_head else f"hook_{name}"
    _, cache = model.run_with_cache(clean, names_filter=lambda hook: hook.endswith(hooks))
    axes = ["layer", "pos", "head"] if by_head else ["layer", "pos"]
    sizes = [model.cfg.n_layers, clean.shape[1], model.cfg.n_heads][: len(axes)]
    cells = list(itertools.product(*map(range, sizes)))
    sample = cells[:: max(1, len(cells) // RUNS)]
    setter = patching.layer_pos_head_vector_patch_setter if by_head else patching.layer_pos_patch_setter
    start = time.perf_counter()
    patching.generic_activation_patch(
        model,
        corrupt,
        cache,
        lambda logits: logits[0, -1, answer],
        setter,
        name,
        index_df=pandas.DataFrame(sample, columns=axes),
    )
    return 1000 * (time.perf_counter() - start) / len(sample) * len(cells), len(sample), len(cells)


def grids(model, tokens: int) -> list[dict]:
    clean = ids(tokens, 7)
    first, half = ids(tokens, 11), ids(tokens, 11)
    first[0, 0] = ids(2, 13)[0, 1]
    half[0, : tokens // 2] = clean[0, : tokens // 2]
    figures = []
    for by_head, grid in [(False, "layer-grid"), (True, "head-grid")]:
        for start, corrupt in [("first", first), ("half", half)]:
            ms, runs, cells = grid_ms(model, clean, corrupt, 12, by_head)
            note = f"{runs} of {cells} runs, scaled"
            work = f"{grid}-{start}"
            figures.append({"part": "transformer-lens", "work": work, "tokens": tokens, "ms": ms, "runs": runs, "note": note})
            print(f"T = {tokens}: {work} {ms:.0f} ms ({note})", file=sys.stderr)
    return figures


def main() -> None:
    torch.set_grad_enabled(False)
    model, _ = load(Path(sys.argv[1]))
    figures = []
    for tokens in map(int, sys.argv[2:]):
        clean, corrupt = ids(tokens, 7), ids(tokens, 11)
        ms, runs = median_ms(lambda: model(corrupt))
        forward = ms
        figures.append({"part": "transformer-lens", "work": "forward", "tokens": tokens, "ms": ms, "runs": runs})
        loops = [loop_ms(model, clean, corrupt, 12) for _ in range(2)]
        ms = statistics.median(ms for ms, _ in loops)
        note = f"{loops[0][1]} of {model.cfg.n_layers * model.cfg.n_heads} heads, scaled"
        figures.append(
            {"part": "transformer-lens", "work": "whole", "tokens": tokens, "ms": ms, "runs": len(loops), "note": note}
        )
        if tokens in GRIDS:
            figures += grids(model, tokens)
        print(f"T = {tokens}: forward {forward:.0f} ms, loop {ms:.0f} ms ({note})", file=sys.stderr)
    print(json.dumps({"threads": torch.get_num_threads(), "figures": figures}))


if __name__ == "__main__":
    main()
