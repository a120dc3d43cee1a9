"""Makes the expected numbers of `assets/selftest` out of what TransformerLens gave.

    python3 tests/parity/make_selftest.py fixtures tests/parity/fixtures/demo.json \
        --label "Demo" --weights assets/demo/model.safetensors --out assets/selftest/demo.json
    python3 tests/parity/make_selftest.py published published.json --out assets/selftest/gpt2-small.json

`fixtures` takes the numbers that `make_fixtures.py` wrote for some checkpoint; `published` those that TransformerLens's
own notebooks print for GPT-2 small, gathered in one file. Neither needs more than Python itself.
"""

import argparse
import hashlib
import json
import pathlib


def from_fixtures(fixtures, label, weights):
    """Final logits, shares and the lens of every prompt, every head's score of every pair."""
    checks = []
    for case in fixtures["prompts"]:
        at = {"prompt": case["prompt"], "answer": case["answer"], "bos": case["bos"]}
        checks.append({"kind": "token", "text": case["answer"], "id": case["answer_id"]})
        checks.append(
            {"kind": "lens", "at": at, "values": [point["logit"] for point in case["lens"]], "decimals": 5}
        )
        last = case["lens"][-1]["probability"]
        checks.append({"kind": "probability", "at": at, "value": last, "decimals": 7})
    for case in fixtures["pairs"]:
        for side in ["clean", "corrupt"]:
            at = {"prompt": case[side], "answer": case["answer"], "bos": case["bos"]}
            checks.append({"kind": "logit", "at": [at], "value": case[f"{side}_metric"], "decimals": 5})
        pair = {key: case[key] for key in ["clean", "corrupt", "answer", "bos"]}
        checks.append(
            {"kind": "head_scores", "pairs": [pair], "share": False, "values": case["deltas"], "decimals": 5}
        )
    return {
        "for": {"label": label, "sha256": hashlib.sha256(weights.read_bytes()).hexdigest(), **fixtures["shape"]},
        "source": "TransformerLens on the same checkpoint, by tests/parity/make_fixtures.py.",
        "checks": checks,
    }


def from_published(published):
    """The notebooks' figures on indirect objects, one prompt of their own, and a loss."""
    ioi, single, loss = published["ioi"], published["single"], published["loss"]
    followed = [
        {"prompt": prompt, "answer": answer, "foil": foil, "bos": True}
        for prompt, (answer, foil) in zip(ioi["prompts"], ioi["answers_correct_then_wrong"], strict=True)
    ]
    ids = {}
    for words, tokens in zip(ioi["answers_correct_then_wrong"], ioi["answer_token_ids"], strict=True):
        ids.update(zip(words, tokens, strict=True))
    checks = [{"kind": "token", "text": word, "id": token} for word, token in ids.items()]
    for at, value in zip(followed, ioi["logit_diff_per_prompt"], strict=True):
        checks.append({"kind": "logit", "at": [at], "value": value, "decimals": 4})
    checks.append({"kind": "logit", "at": followed, "value": ioi["logit_diff_mean"], "decimals": 6})
    pairs = [
        {"clean": at["prompt"], "corrupt": followed[n ^ 1]["prompt"]}
        | {key: at[key] for key in ["answer", "foil", "bos"]}
        for n, at in enumerate(followed)
    ]
    values = ioi["head_z_last_position_normalised_[layer][head]"]
    checks.append({"kind": "head_scores", "pairs": pairs, "share": True, "values": values, "decimals": 4})
    at = {"prompt": single["prompt"], "answer": single["answer"], "bos": True}
    checks.append({"kind": "logit", "at": [at], "value": single["logit"], "decimals": 2})
    checks.append({"kind": "probability", "at": at, "value": single["probability"], "decimals": 4})
    for word, value in single["next_logits"].items():
        checks.append({"kind": "logit", "at": [at | {"answer": word}], "value": value, "decimals": 2})
    text, value = loss["text"], loss["mean_next_token_loss"]
    checks.append({"kind": "loss", "prompt": text, "bos": True, "value": value, "decimals": 6})
    return {
        "for": {
            "label": "GPT-2 small",
            "sha256": published["checkpoint"]["sha256"],
            "layers": len(values),
            "heads": len(values[0]),
            "vocab": 50257,
        },
        "source": "Outputs saved in TransformerLens's notebooks (MIT): " + ", ".join(published["sources"]) + ".",
        "checks": checks,
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("which", choices=["fixtures", "published"])
    parser.add_argument("numbers", type=pathlib.Path)
    parser.add_argument("--label", default="this checkpoint")
    parser.add_argument("--weights", type=pathlib.Path, help="the checkpoint's file, for `fixtures`")
    parser.add_argument("--out", type=pathlib.Path, required=True)
    args = parser.parse_args()
    numbers = json.loads(args.numbers.read_text(encoding="utf-8"))
    if args.which == "fixtures":
        made = from_fixtures(numbers, args.label, args.weights)
    else:
        made = from_published(numbers)
    args.out.write_text(json.dumps(made, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
