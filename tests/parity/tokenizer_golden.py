"""Token ids of GPT-2 for texts that tokenizers get wrong, as golden cases for crates/model.

A second, independent implementation: the byte-pair encoding that GPT-2 was published with, written out plainly
(merge the pair of lowest rank, everywhere, until none is left), with the published pattern in the `regex` module.
It shares nothing with the Rust tokenizer but merges.txt.

    pip install regex==2026.11.15
    python tests/parity/tokenizer_golden.py assets/gpt2/merges.txt > tests/parity/fixtures/tokenizer_golden.json
"""

import json
import sys

import regex

PATTERN = regex.compile(
    r"""'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"""
)
SPECIAL = "<|endoftext|>"

TEXTS = [
    " Jane",
    " Mary",
    " John",
    "Who wrote Pride and Prejudice?",
    "Who wrote Pride and Prejudice? Some say Emily Brontë.",
    "What is 2+2?",
    " 4",
    # Spaces.
    " leading",
    "  two before",
    "two  between",
    "after ",
    "after  ",
    " ",
    "    ",
    "a    b",
    "\u00a0no-break\u2003em\u3000wide ",
    # Contractions, which the pattern knows in lower case with the straight apostrophe alone.
    "I'm sure they've said it'd be what we'll do; isn't it? You're John's.",
    "I'M SURE THEY'VE; DON'T",
    "don’t ’twas 'tis ''s",
    # Digits.
    "0 1 12 123 1234 12345 3.14159 1,000,000 2024-01-31 ½ ² Ⅷ ٣٤ १२",
    "abc123def 4x4",
    # Lines and tabs.
    "one\ntwo\n\nthree\r\nfour\n",
    "\n",
    "\n\n\n",
    "a \n b\n ",
    "\tif x:\n\t\treturn  1\t",
    "\x0b\x0c\x1c\x85\u2028\u2029x",
    # Punctuation and control characters.
    "...!?—“quoted”–«x» #tag @me a_b $5 (c) [d] {e} <f> ~`^|\\/",
    "\x00\x01\x1b[0m\x7f",
    "zero\u200bwidth\ufeffmark",
    # Emoji: one, a skin tone, a family held together by zero-width joiners, a flag, a keycap.
    "😀",
    " 👍🏽 ok",
    "👨‍👩‍👧‍👦",
    "🇫🇷🏴‍☠️ 1️⃣ ❤️",
    # Accents, composed and decomposed.
    "Bront\u00eb",
    "Bronte\u0308",
    " naïve café coöperate Ångström Dvořák ß ﬁ",
    "Tiếng Việt ệ e\u0323\u0302",
    # Other scripts.
    "日本語のテキスト。",
    "你好，世界！ 三体",
    "한국어 가나다 \u1112\u1161\u11ab",
    "Привет, мир! Ёлка",
    "مرحبا بالعالم",
    "שלום עולם",
    "नमस्ते दुनिया",
    "สวัสดีชาวโลก",
    "Γειά σου Κόσμε ς",
    "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 𒀀 𠀀",
    # The special token, whole, doubled, glued to text, and almost.
    "<|endoftext|>",
    "<|endoftext|><|endoftext|>",
    "one<|endoftext|>two <|endoftext|> three",
    "<|endoftext|>'s",
    "<|endoftext| > <|ENDOFTEXT|> |endoftext|",
    # Long words and names that merge far.
    " antidisestablishmentarianism Llanfairpwllgwyngyll",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    " SolidGoldMagikarp TheNitromeFan",
    "def f(x):\n    return x ** 2  # square\n",
    "https://example.org/a?b=c&d=%20#e",
    "",
]


def byte_letters():
    """GPT-2's letters for bytes, in the order of their ids."""
    printing = [*range(ord("!"), ord("~") + 1), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in printing]
    letters = {byte: chr(byte) for byte in printing}
    letters.update({byte: chr(256 + n) for n, byte in enumerate(others)})
    return letters


def read_merges(path):
    with open(path, encoding="utf-8") as file:
        lines = file.read().split("\n")
    return [tuple(line.split(" ")) for line in lines if line and not line.startswith("#version")]


def merge_word(parts, ranks):
    """Merges the pair of lowest rank, everywhere from the left, until no pair has a rank."""
    while len(parts) > 1:
        best = min(zip(parts, parts[1:]), key=lambda pair: ranks.get(pair, float("inf")))
        if best not in ranks:
            break
        merged, i = [], 0
        while i < len(parts):
            if tuple(parts[i : i + 2]) == best:
                merged.append(parts[i] + parts[i + 1])
                i += 2
            else:
                merged.append(parts[i])
                i += 1
        parts = merged
    return parts


def encode(text, letters, ranks, ids):
    out = []
    for n, part in enumerate(text.split(SPECIAL)):
        if n > 0:
            out.append(ids[SPECIAL])
        for word in PATTERN.findall(part):
            spelt = [letters[byte] for byte in word.encode("utf-8")]
            out.extend(ids[token] for token in merge_word(spelt, ranks))
    return out


def main():
    merges = read_merges(sys.argv[1])
    letters = byte_letters()
    vocabulary = [*letters.values(), *(a + b for a, b in merges), SPECIAL]
    ids = {token: n for n, token in enumerate(vocabulary)}
    assert len(ids) == len(vocabulary) == 50257, len(ids)
    ranks = {pair: rank for rank, pair in enumerate(merges)}
    cases = [{"text": text, "ids": encode(text, letters, ranks, ids)} for text in TEXTS]
    rows = ",\n".join(json.dumps(case) for case in cases)
    sys.stdout.write(f"[\n{rows}\n]\n")


if __name__ == "__main__":
    main()
