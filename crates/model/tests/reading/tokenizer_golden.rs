//! Ids equal to GPT-2's, offsets exact for any text.

use std::{collections::HashMap, sync::LazyLock};

use peek_model::{Piece, Tokenizer};
use peek_names::TokenId;
use proptest::{prelude::*, test_runner::RngSeed};
use serde::Deserialize;
use serde_json::{Value, json};

const MERGES: &str = include_str!("../../../../assets/gpt2/merges.txt");
const GOLDEN: &str = include_str!("../../../../tests/parity/fixtures/tokenizer_golden.json");

static GPT2: LazyLock<Tokenizer> = LazyLock::new(|| Tokenizer::from_merges(MERGES).expect("GPT-2's merges"));

/// One text with the ids that the published algorithm gives it (tests/parity/tokenizer_golden.py).
#[derive(Deserialize)]
struct Case {
    text: String,
    ids: Vec<u32>,
}

fn cases() -> Vec<Case> {
    serde_json::from_str(GOLDEN).expect("the fixture is JSON")
}

fn ids(pieces: &[Piece]) -> Vec<u32> {
    pieces.iter().map(|piece| piece.id.0).collect()
}

/// GPT-2's `tokenizer.json`, as Hugging Face lays it out.
fn tokenizer_json(merge: impl Fn(&str, &str) -> Value) -> Value {
    let printing = (0..=255_u8).filter(|b| matches!(b, b'!'..=b'~' | 0xa1..=0xac | 0xae..=0xff));
    let letters = printing.map(char::from).chain('\u{100}'..'\u{144}').map(String::from);
    let pairs: Vec<(&str, &str)> = MERGES.lines().skip(1).filter_map(|line| line.split_once(' ')).collect();
    let made = pairs.iter().map(|(a, b)| format!("{a}{b}"));
    let tokens = letters.chain(made).chain(["<|endoftext|>".to_owned()]);
    let vocab: HashMap<String, usize> = tokens.enumerate().map(|(id, token)| (token, id)).collect();
    let merges: Vec<Value> = pairs.iter().map(|(a, b)| merge(a, b)).collect();
    json!({
        "version": "1.0",
        "truncation": { "max_length": 3, "strategy": "LongestFirst", "stride": 0, "direction": "Right" },
        "padding": { "strategy": { "Fixed": 9 }, "pad_id": 0, "pad_type_id": 0, "pad_token": "!" },
        "added_tokens": [{ "id": 50256, "content": "<|endoftext|>", "single_word": false, "lstrip": false,
            "rstrip": false, "normalized": true, "special": true }],
        "normalizer": null,
        "pre_tokenizer": { "type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true },
        "post_processor": { "type": "ByteLevel", "add_prefix_space": true, "trim_offsets": false },
        "decoder": { "type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true },
        "model": { "type": "BPE", "dropout": null, "unk_token": null, "continuing_subword_prefix": "",
            "end_of_word_suffix": "", "fuse_unk": false, "vocab": vocab, "merges": merges },
    })
}

#[test]
fn ids_are_gpt2s() {
    let cases = cases();
    assert!(cases.len() > 50, "the fixture has its cases");
    for Case { text, ids: expected } in cases {
        let pieces = GPT2.encode(&text).expect("any text");
        assert_eq!(ids(&pieces), expected, "{text:?}");
        check_pieces(&text, &pieces);
        let expected: Vec<TokenId> = expected.into_iter().map(TokenId).collect();
        assert_eq!(GPT2.decode(&expected), text);
    }
}

#[test]
fn tokenizer_json_gives_the_same_whatever_its_truncation_and_padding() {
    for json in [tokenizer_json(|a, b| json!(format!("{a} {b}"))), tokenizer_json(|a, b| json!([a, b]))] {
        let tokenizer = Tokenizer::from_json(json.to_string().as_bytes()).expect("GPT-2's tokenizer");
        assert_eq!(tokenizer.vocab_size(), 50_257);
        assert_eq!(tokenizer.bos(), Some(TokenId(50_256)));
        for Case { text, ids: expected } in cases() {
            assert_eq!(ids(&tokenizer.encode(&text).expect("any text")), expected, "{text:?}");
        }
    }
}

#[test]
fn the_vocabulary_is_gpt2s() {
    assert_eq!(GPT2.vocab_size(), 50_257);
    assert_eq!(GPT2.bos(), Some(TokenId(50_256)));
    let texts = [(12091, " Jane"), (5335, " Mary"), (1757, " John"), (220, " "), (198, "\n"), (0, "!")];
    for (id, text) in texts {
        assert_eq!(GPT2.token_text(TokenId(id)), text);
    }
    assert_eq!(GPT2.token_text(TokenId(50_256)), "<|endoftext|>");
    assert_eq!(GPT2.token_text(TokenId(136)), "\u{fffd}", "a part of a character");
    assert_eq!(GPT2.token_text(TokenId(50_257)), "\u{fffd}", "no token");
}

#[test]
fn a_split_character_belongs_to_its_first_token() {
    let pieces = GPT2.encode("e\u{308}!").expect("any text");
    let seen: Vec<_> =
        pieces.iter().map(|piece| (piece.id.0, piece.text.as_str(), piece.range.clone())).collect();
    assert_eq!(seen, [(68, "e", 0..1), (136, "\u{308}", 1..3), (230, "", 3..3), (0, "!", 3..4)]);
}

#[test]
fn long_texts_take_no_long_time() {
    let texts =
        ["a".repeat(200_000), " ".repeat(200_000), "<|endoftext|>".repeat(5_000), "é\n".repeat(50_000)];
    for text in texts {
        check_pieces(&text, &GPT2.encode(&text).expect("any text"));
    }
}

/// All that is promised of pieces but the ids.
fn check_pieces(text: &str, pieces: &[Piece]) {
    let mut end = 0;
    for piece in pieces {
        assert_eq!(piece.range.start, end, "no gap in {text:?}");
        assert_eq!(piece.text, text[piece.range.clone()]);
        end = piece.range.end;
    }
    assert_eq!(end, text.len(), "nothing left over in {text:?}");
    let ids: Vec<TokenId> = pieces.iter().map(|piece| piece.id).collect();
    assert_eq!(GPT2.decode(&ids), text);
}

/// Texts in which the troublesome is frequent.
fn text() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        any::<char>().prop_map(String::from),
        "\\PC{0,6}",
        "[ \\t\\n\\r]{1,4}",
        "'(s|t|re|ve|m|ll|d|S)",
        "[\u{300}-\u{310}\u{200d}\u{fe0f}]",
        "[\u{1f468}\u{1f469}\u{1f466}\u{1f3fd}\u{65e5}\u{672c}\u{8a9e}]",
        Just("<|endoftext|>".to_owned()),
        Just("<|endo".to_owned()),
        "[0-9]{1,5}",
        "[A-Za-z]{1,8}",
    ];
    prop::collection::vec(part, 0..12).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 2000, rng_seed: RngSeed::Fixed(5), failure_persistence: None, ..Default::default()
    })]

    #[test]
    fn pieces_spell_the_text(text in text()) {
        check_pieces(&text, &GPT2.encode(&text).expect("any text"));
    }

    #[test]
    fn any_ids_decode(ids in prop::collection::vec(0_u32..60_000, 0..20)) {
        let ids: Vec<TokenId> = ids.into_iter().map(TokenId).collect();
        let _ = GPT2.decode(&ids);
    }
}
