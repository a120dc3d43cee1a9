//! Tokenizers of another kind are refused in words, and none of them panics.

use peek_model::Tokenizer;
use proptest::{prelude::*, sample::Index, test_runner::RngSeed};
use serde_json::{Map, Value, json};

/// The byte alphabet, two merges and a special token.
fn small() -> Value {
    let printing = (0..=255_u8).filter(|b| matches!(b, b'!'..=b'~' | 0xa1..=0xac | 0xae..=0xff));
    let letters = printing.map(char::from).chain('\u{100}'..'\u{144}').map(String::from);
    let tokens = letters.chain(["th", "the"].map(String::from));
    let vocab: Map<String, Value> = tokens.enumerate().map(|(id, token)| (token, json!(id))).collect();
    json!({
        "added_tokens": [{ "id": 258, "content": "<|endoftext|>", "special": true }],
        "normalizer": null,
        "pre_tokenizer": { "type": "ByteLevel", "add_prefix_space": false },
        "model": { "type": "BPE", "vocab": vocab, "merges": ["t h", ["th", "e"]] },
    })
}

fn load(value: &Value) -> Result<Tokenizer, String> {
    Tokenizer::from_json(value.to_string().as_bytes()).map_err(|error| error.to_string())
}

#[test]
fn the_small_one_is_good() {
    let tokenizer = load(&small()).expect("a byte-level BPE");
    let ids: Vec<u32> =
        tokenizer.encode("the<|endoftext|>th").expect("any text").iter().map(|piece| piece.id.0).collect();
    assert_eq!(ids, [257, 258, 256]);
    assert_eq!(tokenizer.vocab_size(), 259);
    let mut without = small();
    without["added_tokens"] = json!([]);
    assert_eq!(load(&without).expect("no special token").bos(), None);
}

#[test]
fn an_added_token_stands_for_one_text_alone() {
    let refused = |content: &str, id: u32| {
        let mut bent = small();
        bent["added_tokens"] = json!([{ "id": id, "content": content, "special": true }]);
        load(&bent).expect_err("an added token that cannot be")
    };
    let id = |letter: &str| small()["model"]["vocab"][letter].as_u64().and_then(|id| u32::try_from(id).ok());
    // In the vocabulary these are a space and the first byte of a character.
    for letter in ["\u{120}", "\u{c3}"] {
        let error = refused(letter, id(letter).expect("a letter for a byte"));
        assert!(error.contains("letters for other bytes"), "{error}");
    }
    let mut whole = small();
    whole["added_tokens"] = json!([{ "id": id("a"), "content": "a", "special": true }]);
    assert_eq!(load(&whole).expect("the same text twice").encode("ab").expect("any text").len(), 2);
    assert!(refused("<|s|>", u32::MAX).contains("ids up to 2147483647"));
    assert!(refused(&"s".repeat(1001), 300).contains("at most 1000 bytes"));
}

#[test]
fn the_token_that_begins_a_text_is_the_files_own() {
    let mut named = small();
    named["added_tokens"] = json!([
        { "id": 258, "content": "<|endoftext|>", "special": true },
        { "id": 259, "content": "<|BOS|>", "special": true },
        { "id": 260, "content": "<|PAD|>", "special": true },
    ]);
    let tokenizer = load(&named).expect("a byte-level BPE");
    assert_eq!(tokenizer.bos().map(|id| (id.0, tokenizer.token_text(id))), Some((259, "<|BOS|>".into())));
    named["post_processor"] = json!({
        "type": "TemplateProcessing",
        "single": [{ "SpecialToken": { "id": "<|PAD|>", "type_id": 0 } }, { "Sequence": { "id": "A", "type_id": 0 } }],
        "pair": [],
        "special_tokens": { "<|PAD|>": { "id": "<|PAD|>", "ids": [260], "tokens": ["<|PAD|>"] } },
    });
    assert_eq!(load(&named).expect("a byte-level BPE").bos().map(|id| id.0), Some(260));
    // A template that names a token which is nowhere says nothing.
    named["post_processor"]["special_tokens"]["<|PAD|>"]["tokens"] = json!(["<|none|>"]);
    assert_eq!(load(&named).expect("a byte-level BPE").bos().map(|id| id.0), Some(259));
    named["post_processor"] = json!("odd");
    assert_eq!(load(&named).expect("a byte-level BPE").bos().map(|id| id.0), Some(259));
}

#[test]
fn other_kinds_are_refused_in_words() {
    let cases = [
        (
            "/normalizer",
            json!({ "type": "NFC" }),
            "no normalizer",
            "one, which would change the text before it is cut",
        ),
        ("/pre_tokenizer", Value::Null, "a pre_tokenizer of type `ByteLevel`", "none"),
        ("/pre_tokenizer/type", json!("Metaspace"), "a pre_tokenizer of type `ByteLevel`", "`Metaspace`"),
        (
            "/pre_tokenizer/add_prefix_space",
            json!(true),
            "GPT-2's pre_tokenizer",
            "a ByteLevel with `add_prefix_space`, or without `use_regex`",
        ),
        ("/model/type", json!("WordPiece"), "a model of type `BPE`", "`WordPiece`"),
        (
            "/model/merges",
            json!(["t h", "q x"]),
            "merges of tokens that make a token",
            "`qx` in `q x`, which is none",
        ),
        ("/model/merges", json!(["t  h"]), "merges of two tokens with one space between them", "`t  h`"),
        // The crate itself would index out of bounds here.
        (
            "/model/merges",
            json!([["the", "the"]]),
            "merges of tokens that make a token",
            "`thethe` in `the the`, which is none",
        ),
        ("/added_tokens/0/content", json!(""), "tokens that stand for some text", "an empty one with id 258"),
        ("/added_tokens/0/id", json!(257), "an id for each token", "257 for `<|endoftext|>` and `the`"),
        (
            "/added_tokens/0/content",
            json!("the"),
            "one id for an added token that the vocabulary has too",
            "258 and another for `the`",
        ),
        ("/model/vocab/the", json!(256), "an id for each token", "256 for `th` and `the`"),
    ];
    for (at, value, expected, found) in cases {
        let mut json = small();
        match json.pointer_mut(at) {
            Some(place) => *place = value,
            None => panic!("no {at}"),
        }
        assert_eq!(
            load(&json).expect_err(at),
            format!(
                "the tokenizer: expected {expected}, found {found}: open the tokenizer.json or merges.txt that \
                 belongs to the GPT-2 checkpoint"
            )
        );
    }
}

#[test]
fn switches_that_cut_otherwise_are_refused() {
    let switches = [
        ("/model", "dropout", json!(0.1)),
        ("/model", "continuing_subword_prefix", json!("####")),
        ("/model", "end_of_word_suffix", json!("</w>")),
        ("/pre_tokenizer", "use_regex", json!(false)),
        ("/added_tokens/0", "lstrip", json!(true)),
    ];
    for (at, field, value) in switches {
        let mut json = small();
        json.pointer_mut(at).expect("there")[field] = value;
        let sentence = load(&json).expect_err(field);
        assert!(sentence.starts_with("the tokenizer: expected "), "{sentence}");
    }
}

#[test]
fn a_vocabulary_without_a_byte_is_refused() {
    let mut json = small();
    json["model"]["vocab"].as_object_mut().expect("a map").remove("Ġ");
    let sentence = load(&json).expect_err("no space");
    assert!(sentence.contains("a token for each of the 256 bytes, found none for byte 0x20"), "{sentence}");
    assert!(load(&json!({ "model": { "type": "Unigram", "vocab": [["a", -1.5]] } })).is_err());
}

#[test]
fn merges_that_are_none_are_refused() {
    for (text, found) in [
        ("#version: 0.2\nt h\nqq x\n", "`qq` in `qq x`, which is none"),
        ("th\n", "`th`"),
        ("t h\nt h\n", "`th` twice"),
        ("<html>", "`<html>`"),
    ] {
        let sentence = Tokenizer::from_merges(text).expect_err(text).to_string();
        assert!(sentence.contains(&format!("found {found}: open")), "{sentence}");
    }
    let bytes_alone = Tokenizer::from_merges("").expect("bytes and the end of text");
    assert_eq!(bytes_alone.vocab_size(), 257);
}

fn oddity() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        Just(json!([])),
        Just(json!({})),
        Just(json!("ÿ")),
        Just(json!("")),
        Just(json!(u32::MAX)),
        Just(json!([["t", "h", "e"]])),
        any::<i64>().prop_map(|n| json!(n)),
        any::<bool>().prop_map(|n| json!(n)),
        "\\PC{0,8}".prop_map(|text| json!(text)),
    ]
}

/// Every place in a JSON value.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    match value {
        Value::Object(map) => {
            // The vocabulary's 258 places would crowd out the others.
            for (key, value) in map.iter().take(8) {
                places(value, &format!("{at}/{}", key.replace('~', "~0").replace('/', "~1")), found);
            }
        }
        Value::Array(list) => {
            for (n, value) in list.iter().enumerate() {
                places(value, &format!("{at}/{n}"), found);
            }
        }
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 600, rng_seed: RngSeed::Fixed(9), failure_persistence: None, ..Default::default()
    })]

    #[test]
    fn bent_tokenizers(which in any::<Index>(), value in oddity(), extra in "[a-z_]{1,9}", text in "\\PC{0,20}") {
        let mut json = small();
        let mut all = Vec::new();
        places(&json, "", &mut all);
        if let Some(place) = json.pointer_mut(which.get(&all).as_str()) {
            *place = value.clone();
        }
        if let Some(model) = json.get_mut("model").and_then(Value::as_object_mut) {
            model.insert(extra, value);
        }
        if let Ok(tokenizer) = load(&json) {
            let pieces = tokenizer.encode(&text).expect("a checked vocabulary spells any text");
            let spelt: String = pieces.iter().map(|piece| piece.text.as_str()).collect();
            prop_assert_eq!(spelt, text);
        }
    }

    #[test]
    fn noise(bytes in prop::collection::vec(any::<u8>(), 0..200), text in "\\PC{0,80}\n?\\PC{0,80}") {
        prop_assert!(Tokenizer::from_json(&bytes).is_err());
        let _ = Tokenizer::from_merges(&text);
    }
}
