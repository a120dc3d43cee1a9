"""Makes the fixtures that Peek's numbers are held to, with TransformerLens.

    python3 -m venv venv && venv/bin/pip install -r tests/parity/requirements.txt
    cargo run --release -p peek-cli -- synth --seed 1 --out /some/folder
    venv/bin/python tests/parity/make_fixtures.py demo
    venv/bin/python tests/parity/make_fixtures.py synth --model /some/folder

Two attention-only models, one in Hugging Face's names and one in TransformerLens's with an output embedding of its own:

    shape="--seed 5 --layers 2 --heads 8 --d-model 64 --vocab 2587 --context 64 --attention-only"
    cargo run --release -p peek-cli -- synth $shape --out /another
    venv/bin/python tests/parity/make_fixtures.py attention --model /another
    cargo run --release -p peek-cli -- synth $shape --untied --names transformer-lens --out /a-third
    venv/bin/python tests/parity/make_fixtures.py attention-lens --model /a-third

Run by hand, from the top of the checkout; the output in `tests/parity/fixtures` is committed. Nothing is downloaded:
the checkpoint's tensors go through Hugging Face's GPT-2 into a HookedTransformer with the processing that
`from_pretrained` does by default (folded LayerNorm, centred weights and unembedding). Raw logits come from the
Hugging Face model itself, so that the two scales have two sources. Attention-only models exist in TransformerLens alone:
their raw logits come from a HookedTransformer without any processing.
"""

import argparse
import json
import pathlib

import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformer_lens import HookedTransformer, HookedTransformerConfig
from transformer_lens.pretrained.weight_conversions import convert_gpt2_weights
from transformers import GPT2Config, GPT2LMHeadModel

TOP = pathlib.Path(__file__).resolve().parents[2]

# Prompts with the answer that is followed, then pairs; `bos` false leaves <|endoftext|> out.
PROMPTS = {
    "demo": [
        ("Who wrote Pride and Prejudice?", " Jane", True),
        ("Who wrote Emma?", " Jane", True),
        ("Who wrote Jane Eyre?", " Charlotte", True),
        ("What is the capital of France?", " Paris", True),
        ("What is 2+2?", " 4", True),
        ("When Mary and John went to the store, John gave a drink to", " Mary", True),
        ("Who wrote Pride and Prejudice? Some say Emily Brontë.", " Jane", False),
        ("def f(x):\n\treturn x  # 日本語 🙂", " Jane", True),
    ],
    "synth": [
        ("Who wrote Pride and Prejudice?", " Jane", True),
        ("When Mary and John went to the store, John gave a drink to", " Mary", False),
    ],
}
PAIRS = {
    "demo": [
        ("Who wrote Pride and Prejudice?", "Who wrote Pride and Prejudice? Some say Emily Brontë.", " Jane", True),
        ("Who wrote Pride and Prejudice?", "Who wrote Pride and Prejudice? Some say Emily Brontë.", " Jane", False),
        ("What is the capital of France?", "What is the capital of Spain?", " Paris", True),
        ("What is 2+2?", "What is 2+3? Some say 9.", " 4", True),
        (
            "When Mary and John went to the store, John gave a drink to",
            "When Mary and John went to the store, Mary gave a drink to",
            " Mary",
            True,
        ),
        ("A much longer clean prompt than the other one: who wrote Emma?", "Who?", " Jane", True),
    ],
    "synth": [
        ("Who wrote Pride and Prejudice?", "Who wrote Pride and Prejudice? Some say Emily Brontë.", " Jane", True),
        (
            "When Mary and John went to the store, John gave a drink to",
            "When Mary and John went to the store, Mary gave a drink to",
            " Mary",
            False,
        ),
    ],
}
for which in ["attention", "attention-lens"]:
    PROMPTS[which] = PROMPTS["synth"]
    PAIRS[which] = [*PAIRS["synth"], ("A longer clean prompt than the other: who wrote Emma?", "Who?", " Jane", True)]
# Final logits are kept for this many ids, evenly spread, beside the ten likeliest: a whole vocabulary is large.
SPREAD = 128


def load(folder):
    """The checkpoint in `folder` as a HookedTransformer and as Hugging Face's model, both in f32."""
    config = json.loads((folder / "config.json").read_text())
    hf_config = GPT2Config(
        vocab_size=config["vocab_size"],
        n_positions=config["n_positions"],
        n_embd=config["n_embd"],
        n_layer=config["n_layer"],
        n_head=config["n_head"],
        layer_norm_epsilon=config["layer_norm_epsilon"],
        activation_function="gelu_new",
        attn_implementation="eager",
    )
    hf = GPT2LMHeadModel(hf_config).eval()
    tensors = load_file(str(folder / "model.safetensors"))
    tensors = {
        "transformer." + name.removeprefix("transformer."): value.float()
        for name, value in tensors.items()
        if not name.endswith((".attn.bias", ".attn.masked_bias")) and not name.startswith("lm_head")
    }
    missing, unexpected = hf.load_state_dict(tensors, strict=False)
    assert not unexpected, unexpected
    assert all(name == "lm_head.weight" or ".attn.bias" in name or "masked_bias" in name for name in missing), missing
    hf.tie_weights()

    cfg = HookedTransformerConfig(
        n_layers=hf_config.n_layer,
        d_model=hf_config.n_embd,
        n_ctx=hf_config.n_positions,
        n_heads=hf_config.n_head,
        d_head=hf_config.n_embd // hf_config.n_head,
        d_vocab=hf_config.vocab_size,
        d_mlp=4 * hf_config.n_embd,
        eps=hf_config.layer_norm_epsilon,
        act_fn="gelu_new",
        normalization_type="LNPre",
        device="cpu",
    )
    lens = HookedTransformer(cfg)
    lens.load_and_process_state_dict(
        convert_gpt2_weights(hf, cfg), fold_ln=True, center_writing_weights=True, center_unembed=True
    )
    return lens.eval(), hf


def lens_names(tensors, heads):
    """An attention-only checkpoint in Hugging Face's names, renamed and reshaped by TransformerLens's conventions."""
    wte = tensors["wte.weight"]
    d = wte.shape[1]
    state = {
        "embed.W_E": wte,
        "pos_embed.W_pos": tensors["wpe.weight"],
        "ln_final.w": tensors["ln_f.weight"],
        "ln_final.b": tensors["ln_f.bias"],
        "unembed.W_U": wte.T.clone(),
        "unembed.b_U": torch.zeros(wte.shape[0]),
    }
    for layer in range(sum(name.endswith("ln_1.weight") for name in tensors)):
        here = lambda part, layer=layer: tensors[f"h.{layer}.{part}"]
        block = f"blocks.{layer}."
        state[block + "ln1.w"], state[block + "ln1.b"] = here("ln_1.weight"), here("ln_1.bias")
        weights, biases = here("attn.c_attn.weight").split(d, dim=1), here("attn.c_attn.bias").split(d)
        for letter, weight, bias in zip("QKV", weights, biases):
            state[f"{block}attn.W_{letter}"] = weight.reshape(d, heads, d // heads).permute(1, 0, 2).contiguous()
            state[f"{block}attn.b_{letter}"] = bias.reshape(heads, d // heads)
        state[block + "attn.W_O"] = here("attn.c_proj.weight").reshape(heads, d // heads, d)
        state[block + "attn.b_O"] = here("attn.c_proj.bias")
    return state


def load_attention_only(folder):
    """The same for blocks without MLP: processed as `from_pretrained` does, and as it is, which gives raw logits."""
    config = json.loads((folder / "config.json").read_text())
    tensors = load_file(str(folder / "model.safetensors"))
    state = tensors if "embed.W_E" in tensors else lens_names(tensors, config["n_head"])
    state = {name: value for name, value in state.items() if not name.endswith(("attn.mask", "attn.IGNORE"))}

    def hooked(normalization, **processing):
        cfg = HookedTransformerConfig(
            n_layers=config["n_layer"],
            d_model=config["n_embd"],
            n_ctx=config["n_positions"],
            n_heads=config["n_head"],
            d_head=config["n_embd"] // config["n_head"],
            d_vocab=config["vocab_size"],
            eps=config["layer_norm_epsilon"],
            attn_only=True,
            normalization_type=normalization,
            device="cpu",
        )
        model = HookedTransformer(cfg)
        copy = {name: value.clone() for name, value in state.items()}
        model.load_and_process_state_dict(copy, **processing)
        return model.eval()

    processed = hooked("LNPre", fold_ln=True, center_writing_weights=True, center_unembed=True)
    plain = hooked(
        "LN", fold_ln=False, center_writing_weights=False, center_unembed=False, fold_value_biases=False
    )
    return processed, plain


def tokenizer_of(folder, vocab):
    """`tokenizer.json` of the folder, or the demo model's or GPT-2's own, whichever has that many tokens."""
    for own in [folder / "tokenizer.json", TOP / "assets/demo/tokenizer.json"]:
        if own.exists():
            tokenizer = Tokenizer.from_file(str(own))
            if tokenizer.get_vocab_size() == vocab:
                return tokenizer
    lines = (TOP / "assets/gpt2/merges.txt").read_text(encoding="utf-8").splitlines()
    merges = [tuple(line.split(" ")) for line in lines if line and not line.startswith("#version")]
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    alphabet = [chr(b) for b in printable]
    alphabet += [chr(256 + n) for n in range(256 - len(printable))]
    words = alphabet + ["".join(pair) for pair in merges] + ["<|endoftext|>"]
    bpe = models.BPE(vocab={word: i for i, word in enumerate(words)}, merges=merges)
    tokenizer = Tokenizer(bpe)
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens(["<|endoftext|>"])
    return tokenizer


def digits(tensor):
    """Nested lists of floats with the digits that f32 has."""
    if tensor.dim() == 0:
        return float(f"{tensor.item():.7g}")
    return [digits(row) for row in tensor]


class Maker:
    def __init__(self, folder, attention_only):
        if attention_only:
            self.model, plain = load_attention_only(folder)
            self.raw = plain
        else:
            self.model, hf = load(folder)
            self.raw = lambda tokens: hf(tokens).logits
        self.tokenizer = tokenizer_of(folder, self.model.cfg.d_vocab)
        self.bos = self.tokenizer.token_to_id("<|endoftext|>")
        self.layers, self.heads = self.model.cfg.n_layers, self.model.cfg.n_heads

    def ids(self, text, bos):
        return ([self.bos] if bos else []) + self.tokenizer.encode(text).ids

    def answer(self, text):
        return self.tokenizer.encode(text).ids[0]

    def prompt(self, text, answer, bos, pattern_heads):
        ids, target = self.ids(text, bos), self.answer(answer)
        tokens = torch.tensor([ids])
        logits, cache = self.model.run_with_cache(tokens)
        raw = self.raw(tokens)[0, -1]
        points = []
        residuals = [cache["resid_pre", layer] for layer in range(self.layers)]
        residuals.append(cache["resid_post", self.layers - 1])
        for residual in residuals:
            row = self.model.unembed(self.model.ln_final(residual[:, -1:, :]))[0, 0]
            points.append(
                {
                    "logit": digits(row[target]),
                    "probability": digits(torch.softmax(row, 0)[target]),
                    "rank": int((row > row[target]).sum()) + 1,
                }
            )
        final = logits[0, -1]
        vocab = final.shape[0]
        shown = sorted({*final.topk(10).indices.tolist(), *range(0, vocab, max(1, vocab // SPREAD)), target})
        return {
            "prompt": text,
            "answer": answer,
            "bos": bos,
            "ids": ids,
            "answer_id": target,
            "top": final.topk(10).indices.tolist(),
            "logits": {"ids": shown, "centred": digits(final[shown]), "raw": digits(raw[shown])},
            "lens": points,
            "patterns": [
                {"head": f"L{layer}H{head}", "weights": digits(cache["pattern", layer][0, head])}
                for layer, head in pattern_heads
            ],
        }

    def pair(self, clean, corrupt, answer, bos):
        """The notebook's loop: one run of the corrupt prompt a head, with that head's clean `z` at the end."""
        target = self.answer(answer)
        clean_tokens = torch.tensor([self.ids(clean, bos)])
        corrupt_tokens = torch.tensor([self.ids(corrupt, bos)])
        clean_logits, cache = self.model.run_with_cache(
            clean_tokens, names_filter=lambda name: name.endswith("attn.hook_z")
        )
        corrupt_logits = self.model(corrupt_tokens)
        base = corrupt_logits[0, -1, target]
        deltas = torch.zeros(self.layers, self.heads)
        for layer in range(self.layers):
            for head in range(self.heads):

                def patch(z, hook, head=head):
                    z[:, -1, head, :] = cache[hook.name][:, -1, head, :]
                    return z

                hooks = [(f"blocks.{layer}.attn.hook_z", patch)]
                patched = self.model.run_with_hooks(corrupt_tokens, fwd_hooks=hooks)
                deltas[layer, head] = patched[0, -1, target] - base
        return {
            "clean": clean,
            "corrupt": corrupt,
            "answer": answer,
            "bos": bos,
            "answer_id": target,
            "clean_metric": digits(clean_logits[0, -1, target]),
            "corrupt_metric": digits(base),
            "deltas": digits(deltas),
        }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("which", choices=list(PROMPTS))
    parser.add_argument("--model", type=pathlib.Path, default=TOP / "assets/demo", help="folder of the checkpoint")
    args = parser.parse_args()
    torch.set_grad_enabled(False)
    maker = Maker(args.model, args.which.startswith("attention"))
    prompts = []
    for number, (text, answer, bos) in enumerate(PROMPTS[args.which]):
        # Every head of the first prompt would be large on 12 x 12: a diagonal through layers and heads is kept.
        heads = [(layer, (layer + number) % maker.heads) for layer in range(maker.layers)]
        prompts.append(maker.prompt(text, answer, bos, heads))
    pairs = [maker.pair(*pair) for pair in PAIRS[args.which]]
    shape = {"layers": maker.layers, "heads": maker.heads, "vocab": maker.model.cfg.d_vocab}
    out = TOP / "tests/parity/fixtures" / f"{args.which}.json"
    out.write_text(json.dumps({"shape": shape, "prompts": prompts, "pairs": pairs}, ensure_ascii=False) + "\n")
    print(f"{out}: {out.stat().st_size} bytes")


if __name__ == "__main__":
    main()
