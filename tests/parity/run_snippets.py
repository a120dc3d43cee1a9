"""Runs the code that Peek copies for TransformerLens, over the demo model, and compares its numbers with Peek's.

    cargo build -p peek-cli && cargo build -p peek-experiment --example snippet
    venv/bin/python tests/parity/run_snippets.py --target target/debug

By hand, from the top of the checkout, with the requirements of this folder installed. For each preset and a choice of
interventions the example `snippet` writes the code and `peek sweep` the numbers; they agree within 1e-4.
"""

import argparse
import contextlib
import io
import json
import pathlib
import subprocess
import tempfile

import torch
from make_fixtures import TOP, load
from transformer_lens import HookedTransformer
from transformers import PreTrainedTokenizerFast

PAIRS = [
    ("Who wrote Pride and Prejudice?", "Who wrote Pride and Prejudice? Some say Emily Brontë.", " Jane", " Emily"),
    (
        "When Mary and John went to the store, John gave a drink to",
        "When Mary and John went to the store, Mary gave a drink to",
        " Mary",
        " John",
    ),
    ("What is the capital of France?", "What is the capital of France? Some say Rome.", " Paris", " Rome"),
    # The changed prompt may be the shorter one, and its quotes are Python's too.
    ('"Who" wrote Emma? Some say Emily.', "Who wrote\\Jane Eyre?", " Jane", " Charlotte"),
]
# (site, edit, positions, metric)
SETUPS = [
    ("z", "denoise", "last", "logit"),
    ("z", "denoise", "last", "raw_logit"),
    ("q", "denoise", "last", "logit_diff"),
    ("k", "denoise", "all", "log_probability"),
    ("v", "denoise", "all", "kl"),
    ("resid_pre", "denoise", "grid", "logit_diff"),
    ("mlp_out", "noise", "all", "rank"),
    ("attn_out", "noise", "grid", "probability"),
    ("z", "zero", "all", "kl"),
    ("v", "zero", "last", "logit"),
    ("resid_mid", "mean", "2", "logit"),
    ("resid_post", "mean", "last", "probability"),
    ("z", "mean", "all", "logit_diff"),
]
SLACK = 1e-4


def model_of(folder, **kinds):
    """The demo as `HookedTransformer.from_pretrained` would load it."""
    lens, hf = load(folder)
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_file=str(folder / "tokenizer.json"),
        bos_token="<|endoftext|>",
        eos_token="<|endoftext|>",
        unk_token="<|endoftext|>",
    )
    # What TransformerLens asks of a tokenizer that comes from no hub, so that it takes this one as it is.
    tokenizer.init_kwargs |= {"name_or_path": "", "add_bos_token": True}
    if kinds:
        from transformer_lens.pretrained.weight_conversions import convert_gpt2_weights

        lens = HookedTransformer(lens.cfg)
        lens.load_and_process_state_dict(
            convert_gpt2_weights(hf, lens.cfg), fold_ln=True, center_writing_weights=True, **kinds
        )
    lens.set_tokenizer(tokenizer, default_padding_side="right")
    return lens.eval()


def run(code, models):
    """The snippet's names after it ran, its model's line standing for ours."""
    line = next(line for line in code.splitlines() if line.startswith("model = "))
    model = models["raw" if "center_unembed=False" in line else "centred"]
    names = {"model": model}
    with contextlib.redirect_stdout(io.StringIO()) as said:
        exec(compile(code.replace(line, ""), "snippet", "exec"), names)
    assert said.getvalue().startswith("clean "), "it prints what it finds"
    return names


def differences(ours, theirs):
    """Of two nested lists of numbers; `None` and an undefined delta are the same."""
    if isinstance(theirs, list):
        assert len(ours) == len(theirs), (ours, theirs)
        for a, b in zip(ours, theirs):
            yield from differences(a, b)
    else:
        assert (ours is None) == (theirs is None), (ours, theirs)
        yield 0.0 if ours is None else abs(ours - theirs)


def code_of(target, pair, setup):
    experiment = {"format": "peek-experiment", "version": 1, "analysis": {"pair": pair, "setup": setup}}
    done = subprocess.run([target / "examples/snippet"], input=json.dumps(experiment), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def sweep(peek, pair, site, edit, positions, metric, prompts):
    """Metrics of the unpatched runs, changed first, and deltas as `[units][spots]`."""
    command = [peek, "sweep", "--format", "json", "--site", site, "--edit", edit, "--positions", positions]
    command += ["--metric", metric]
    for name in ["clean", "corrupt", "answer", "foil"]:
        command.append(f"--{name}={pair[name]}")
    if edit == "mean":
        command += ["--mean-prompts", prompts]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    columns = [[score["delta"] for score in spot["scores"]] for spot in found["spots"]]
    return found["base"]["metric"], found["other"]["metric"], [list(row) for row in zip(*columns)]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--target", type=pathlib.Path, required=True, help="folder of the built programs")
    parser.add_argument("--peek", type=pathlib.Path, help="the program, where it is elsewhere")
    args = parser.parse_args()
    peek = args.peek or args.target / "peek"
    torch.set_num_threads(1)
    folder = TOP / "assets/demo"
    models = {"centred": model_of(folder), "raw": model_of(folder, center_unembed=False)}
    worst = count = 0
    for clean, corrupt, answer, foil in PAIRS:
        pair = {"clean": clean, "corrupt": corrupt, "answer": answer, "foil": foil, "prepend_bos": True}
        for site, edit, positions, metric in SETUPS:
            setup = {
                "site": site,
                "edit": {"mean": "prompts_and_positions"} if edit == "mean" else edit,
                "at": {"one": int(positions)} if positions.isdigit() else positions,
                "metric": metric,
                "mean_prompts": [clean, "Who wrote Emma?"] if edit == "mean" else [],
            }
            names = run(code_of(args.target, pair, setup), models)
            with tempfile.NamedTemporaryFile("w", suffix=".txt") as prompts:
                prompts.write("\n".join(setup["mean_prompts"]) + "\n")
                prompts.flush()
                base, other, deltas = sweep(peek, pair, site, edit, positions, metric, prompts.name)
            theirs = [names["clean_metric"], names["corrupt_metric"]]
            if edit == "denoise":
                theirs.reverse()
            per_unit = [unit for layer in names["deltas"] for unit in layer]
            largest = max(*differences([base, other], theirs), *differences(deltas, per_unit))
            print(f"{largest:.1e}  {site} {edit} {positions} {metric}: {clean}")
            worst, count = max(worst, largest), count + 1
    print(f"{count} snippets, largest difference {worst:.1e}")
    assert worst <= SLACK, worst


if __name__ == "__main__":
    main()
