"""Makes the fixtures of sites, positions, edits, metrics and analyses, with TransformerLens.

    venv/bin/python tests/parity/make_method_fixtures.py demo
    venv/bin/python tests/parity/make_method_fixtures.py synth --model /some/folder

As `make_fixtures.py`, whose loader it shares; run by hand, from the top of the checkout. Sweeps of the notebook's kind go
through `run_with_hooks`, a full run each, so that they share nothing with a replay.
"""

import argparse
import json
import pathlib

import torch
from make_fixtures import TOP, Maker, digits

MODELS = {
    "demo": {
        # (clean, corrupt, answer, foil); BOS in front. The first pair is equally long, the second is not.
        "pairs": [
            ("What is the capital of France?", "What is the capital of Spain?", " Paris", " Madrid"),
            (
                "When Mary and John went to the store, John gave a drink to",
                "When Mary and John went to the store, Mary gave a drink to",
                " Mary",
                " John",
            ),
            ("Who wrote Emma?", "Who wrote Jane Eyre? Some say Emily.", " Jane", " Charlotte"),
        ],
        "set": ["Who wrote Emma?", "What is the capital of Spain?", "When Mary and John went home"],
        # Equally long, for a mean per position: found by the lengths of these two.
        "even": ["What is the capital of France?", "What is the capital of Spain?"],
        "half": 12,
    },
    "synth": {
        "pairs": [("Who wrote Emma by Jane?", "Who wrote Emma by John?", " Jane", " John")],
        "set": ["Who wrote Emma?", "When Mary and John went home"],
        "even": ["Who wrote Emma by Jane?", "Who wrote Emma by John?"],
        "half": 6,
    },
}
# Longest prompt whose grid of all units and positions is written.
GRID_UP_TO = 10
PER_HEAD = ["z", "q", "k", "v", "pattern"]
PER_LAYER = ["resid_pre", "resid_mid", "resid_post", "attn_out", "mlp_out"]


def hook_name(site, layer):
    return f"blocks.{layer}.{'attn.' if site in PER_HEAD else ''}hook_{site}"


def place(site, head, position):
    """The index of a unit's value at a position, or at all of them, in the hook's tensor."""
    if site == "pattern":
        return (0, head, position)
    if site in PER_HEAD:
        return (0, position, head)
    return (0, position)


class MethodMaker(Maker):
    def units(self, site, full):
        """Every unit; of a large model some in its middle, which the fixture names."""
        middle = self.layers // 2 - 1
        if site in PER_LAYER:
            return [(layer, None) for layer in range(self.layers) if full or layer == middle]
        heads = range(self.heads)
        return [
            (layer, head)
            for layer in range(self.layers)
            for head in heads
            if full or (layer == middle and head == middle + 2)
        ]

    def metrics(self, logits, clean, answer, foil):
        """Of one row of logits, by definition in f64: logit, logit difference, probability, its logarithm, rank, KL."""
        row, reference = logits.double(), torch.log_softmax(clean.double(), 0)
        own = torch.log_softmax(row, 0)
        return [
            float(row[answer]),
            float(row[answer] - row[foil]),
            float(own[answer].exp()),
            float(own[answer]),
            int((row > row[answer]).sum()) + 1,
            float((reference.exp() * (reference - own)).sum()),
        ]

    def edited(self, tokens, edits):
        """Last logits of a full run with edits (site, layer, head, position or slice, value)."""

        def hook_of(site, head, position, value):
            def hook(tensor, hook):
                tensor[place(site, head, position)] = value
                return tensor

            return hook

        hooks = [(hook_name(site, layer), hook_of(site, head, at, value)) for site, layer, head, at, value in edits]
        return self.model.run_with_hooks(tokens, fwd_hooks=hooks)[0, -1]

    def sweep(self, base, donor, site, full, positions):
        """Logits of every unit's run, for each of `positions` (base, donor); slices stand for all at once."""
        tokens, cache = base
        rows = []
        for base_at, donor_at in positions:
            for layer, head in self.units(site, full):
                value = donor(site, layer)[place(site, head, donor_at)]
                rows.append(self.edited(tokens, [(site, layer, head, base_at, value)]))
        return rows


def pair_fixture(maker, pair, full):
    clean, corrupt, answer_text, foil_text = pair
    answer, foil = maker.answer(answer_text), maker.answer(foil_text)
    ids = [maker.ids(clean, True), maker.ids(corrupt, True)]
    runs = [maker.model.run_with_cache(torch.tensor([i])) for i in ids]
    clean_logits, corrupt_logits = runs[0][0][0, -1], runs[1][0][0, -1]
    equal = len(ids[0]) == len(ids[1])
    base, donor = (torch.tensor([ids[1]]), runs[1][1]), lambda site, layer: runs[0][1][site, layer]
    out = {
        "clean": clean,
        "corrupt": corrupt,
        "answer": answer_text,
        "foil": foil_text,
        "answer_id": answer,
        "foil_id": foil,
        "clean_metrics": maker.metrics(clean_logits, clean_logits, answer, foil),
        "corrupt_metrics": maker.metrics(corrupt_logits, clean_logits, answer, foil),
        "sweeps": [],
    }

    def add(kind, site, positions, rows):
        units = [f"L{la}" if h is None else f"L{la}H{h}" for la, h in maker.units(site, full)]
        out["sweeps"].append(
            {
                "edit": kind,
                "site": site,
                "positions": positions,
                "units": units,
                "scores": [maker.metrics(row, clean_logits, answer, foil) for row in rows],
            }
        )

    length = len(ids[1])
    for site in PER_HEAD + PER_LAYER:
        if equal or site != "pattern":
            add("denoise", site, "last", maker.sweep(base, donor, site, full, [(-1, -1)]))
        if equal:
            everything = slice(None)
            add("denoise", site, "all", maker.sweep(base, donor, site, full, [(everything, everything)]))
            if length <= GRID_UP_TO:
                add("denoise", site, "grid", maker.sweep(base, donor, site, full, [(p, p) for p in range(length)]))
        zeros = lambda site, layer: torch.zeros_like(runs[1][1][site, layer])  # noqa: E731
        add("zero", site, "last", maker.sweep(base, zeros, site, full, [(-1, -1)]))
        add("zero", site, "all", maker.sweep(base, zeros, site, full, [(slice(None), slice(None))]))
        if equal:
            clean_base = (torch.tensor([ids[0]]), runs[0][1])
            noise = lambda site, layer: runs[1][1][site, layer]  # noqa: E731
            add("noise", site, "last", maker.sweep(clean_base, noise, site, full, [(-1, -1)]))
    out["joint"] = joint(maker, base, donor, (clean_logits, answer, foil)) if equal else None
    out["attribution"] = attribution(maker, runs[0], answer, foil)
    out["direct"] = direct(maker, runs, answer)
    return out


def joint(maker, base, donor, asked):
    """Three heads' `z` together, at all positions."""
    heads = [(layer, (3 * layer + 1) % maker.heads) for layer in range(min(3, maker.layers))]
    everything = slice(None)
    edits = [
        ("z", layer, head, everything, donor("z", layer)[place("z", head, everything)]) for layer, head in heads
    ]
    clean_logits, answer, foil = asked
    row = maker.edited(base[0], edits)
    units = [f"L{layer}H{head}" for layer, head in heads]
    return {"units": units, "score": maker.metrics(row, clean_logits, answer, foil)}


def attribution(maker, run, answer, foil):
    """TransformerLens's decomposition of the clean run's last residual, along the answer's logit and the difference."""
    logits, cache = run
    parts, labels = cache.get_full_resid_decomposition(
        expand_neurons=False, mlp_input=False, apply_ln=True, pos_slice=-1, return_labels=True
    )
    embed, labels_of = {}, list(labels)
    out = {"logit": float(logits[0, -1, answer]), "difference": float(logits[0, -1, answer] - logits[0, -1, foil])}
    for name, column in [
        ("of_logit", maker.model.W_U[:, answer]),
        ("of_difference", maker.model.W_U[:, answer] - maker.model.W_U[:, foil]),
    ]:
        values = parts[:, 0] @ column
        embed[name] = {label: digits(value) for label, value in zip(labels_of, values)}
    b_u = maker.model.b_U
    out["of_logit"] = embed["of_logit"] | {"b_U": digits(b_u[answer])}
    out["of_difference"] = embed["of_difference"] | {"b_U": digits(b_u[answer] - b_u[foil])}
    return out


def direct(maker, runs, answer):
    """Attribution of `z_clean - z_corrupt` under the corrupt run's final scale."""
    clean, corrupt = runs[0][1], runs[1][1]
    column = maker.model.W_U[:, answer]
    scale = corrupt["ln_final.hook_scale"][0, -1]
    rows = []
    for layer in range(maker.layers):
        z = clean["z", layer][0, -1] - corrupt["z", layer][0, -1]
        written = torch.einsum("hd,hdm->hm", z, maker.model.W_O[layer])
        rows.append((written / scale) @ column)
    return digits(torch.stack(rows))


def lens_fixture(maker, text, followed_text):
    """Both conventions at every depth, `resid_mid` among them, and position."""
    ids, followed = maker.ids(text, True), maker.answer(followed_text)
    _, cache = maker.model.run_with_cache(torch.tensor([ids]))
    depths = []
    for layer in range(maker.layers):
        depths += [(f"{layer}_pre", cache["resid_pre", layer]), (f"{layer}_mid", cache["resid_mid", layer])]
    depths.append(("final", cache["resid_post", maker.layers - 1]))
    out = {"prompt": text, "followed": followed_text, "followed_id": followed, "own": [], "final": []}
    scale = cache["ln_final.hook_scale"]
    for label, resid in depths:
        for name, logits in [
            ("own", maker.model.unembed(maker.model.ln_final(resid))[0]),
            ("final", maker.model.unembed(resid / scale)[0]),
        ]:
            logs = torch.log_softmax(logits.double(), -1)
            out[name].append(
                {
                    "depth": label,
                    "top": logits.argmax(-1).tolist(),
                    "entropy": digits(-(logs.exp() * logs).sum(-1)),
                    "logit": digits(logits[:, followed]),
                    "probability": digits(logs[:, followed].exp()),
                }
            )
    return out


def pattern_fixture(maker, text):
    """Patterns weighted by the norms of values, a diagonal of heads."""
    _, cache = maker.model.run_with_cache(torch.tensor([maker.ids(text, True)]))
    out = []
    for layer in range(maker.layers):
        head = (layer + 1) % maker.heads
        norms = cache["v", layer][0, :, head].norm(dim=-1)
        weights = cache["pattern", layer][0, head] * norms[None, :]
        out.append({"head": f"L{layer}H{head}", "weights": digits(weights)})
    return {"prompt": text, "patterns": out}


def kinds_fixture(maker, half):
    """Scores on repeated tokens, which are given, so that both sides read the same."""
    generator = torch.Generator().manual_seed(0)
    random = torch.randint(0, maker.bos, (half,), generator=generator).tolist()
    tokens = [maker.bos, *random, *random]
    _, cache = maker.model.run_with_cache(torch.tensor([tokens]))
    queries = torch.arange(half + 1, 2 * half + 1)
    scores = {"induction": half - 1, "previous_token": 1, "duplicate_token": half}
    out = {"tokens": tokens}
    for name, back in scores.items():
        rows = [cache["pattern", layer][0][:, queries, queries - back].mean(-1) for layer in range(maker.layers)]
        out[name] = digits(torch.stack(rows))
    return out


def means_fixture(maker, spec, pair, full):
    """Mean ablation of the corrupt prompt at its last position and everywhere, over a set without BOS; per position too."""
    clean, corrupt, answer_text, foil_text = pair
    answer, foil = maker.answer(answer_text), maker.answer(foil_text)
    tokens = torch.tensor([maker.ids(corrupt, True)])
    clean_logits = maker.model(torch.tensor([maker.ids(clean, True)]))[0, -1]
    caches = [maker.model.run_with_cache(torch.tensor([maker.ids(text, True)]))[1] for text in spec["set"]]
    even = [maker.model.run_with_cache(torch.tensor([maker.ids(text, True)]))[1] for text in spec["even"]]
    everything, out = slice(None), []
    for over in ["positions", "prompts"]:
        for site in PER_HEAD + PER_LAYER:
            if site == "pattern" and over == "positions":
                continue

            def mean(site, layer):
                if over == "prompts":
                    return torch.stack([cache[site, layer] for cache in even]).mean(0)
                rows = torch.cat([cache[site, layer][0, 1:] for cache in caches])
                return rows.mean(0)[None, None].expand(1, tokens.shape[1], *rows.shape[1:])

            for name, at in [("last", -1), ("all", everything)]:
                rows = maker.sweep((tokens, None), mean, site, full, [(at, at)])
                units = [f"L{la}" if h is None else f"L{la}H{h}" for la, h in maker.units(site, full)]
                scores = [maker.metrics(row, clean_logits, answer, foil) for row in rows]
                out.append({"over": over, "site": site, "positions": name, "units": units, "scores": scores})
    return {"set": spec["set"], "even": spec["even"], "sweeps": out}


def rounded(value):
    """Floats with the digits that f32 has, wherever they are."""
    if isinstance(value, float):
        return float(f"{value:.7g}")
    if isinstance(value, dict):
        return {key: rounded(inner) for key, inner in value.items()}
    return [rounded(inner) for inner in value] if isinstance(value, list) else value


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("which", choices=["demo", "synth"])
    parser.add_argument("--model", type=pathlib.Path, default=TOP / "assets/demo", help="folder of the checkpoint")
    args = parser.parse_args()
    torch.set_grad_enabled(False)
    # Many short runs: threads only get in each other's way.
    torch.set_num_threads(1)
    maker, spec = MethodMaker(args.model, attention_only=False), MODELS[args.which]
    full = args.which == "demo"
    clean, _, answer, _ = spec["pairs"][0]
    fixtures = {
        "pairs": [pair_fixture(maker, pair, full) for pair in spec["pairs"]],
        "lens": lens_fixture(maker, clean, answer),
        "value_weighted": pattern_fixture(maker, clean),
        "kinds": kinds_fixture(maker, spec["half"]),
        "means": means_fixture(maker, spec, spec["pairs"][0], full),
    }
    out = TOP / "tests/parity/fixtures" / f"method_{args.which}.json"
    out.write_text(json.dumps(rounded(fixtures), ensure_ascii=False, separators=(",", ":")) + "\n")
    print(f"{out}: {out.stat().st_size} bytes")


if __name__ == "__main__":
    main()
