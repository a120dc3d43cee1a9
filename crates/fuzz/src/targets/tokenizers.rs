//! Tokenizers: `tokenizer.json` and `merges.txt`.

use peek_model::Tokenizer;
use serde_json::{Map, Value, json};

use super::{LONGER, TEXT_MEMORY};
use crate::{Form, Outcome, Target, target::kind};

pub(super) const TARGET: Target = Target {
    name: "tokenizers",
    form: Form::Json,
    long: LONGER,
    short: 4000,
    // The tables that every vocabulary has, and that several crates keep of each token.
    memory: (2 << 20, 2 * TEXT_MEMORY.1),
    words: &[
        "\"model\":",
        "\"vocab\":",
        "\"merges\":",
        "\"added_tokens\":",
        "\"content\":",
        "\"id\":",
        "\"special\":true",
        "\"type\":\"BPE\"",
        "\"ignore_merges\":true",
        "\"dropout\":0.5",
        "\"TemplateProcessing\"",
        "\"<|BOS|>\"",
        "<|endoftext|>",
        "\u{120}",
        "\"\u{120}\"",
        "\u{c3}\u{a9}",
        "a b\n",
        "\u{120} a\n",
        "#version: 0.2\n",
        "4294967295",
        "\"normalizer\":null",
        "[\"a\",\"b\"]",
        "\"a b\"",
    ],
    seeds,
    run,
};

/// The 256 letters that stand for bytes, by their ids, out of the tokenizer that has no merge.
fn alphabet() -> Map<String, Value> {
    let prints = |byte: &u32| matches!(byte, 0x21..=0x7e | 0xa1..=0xac | 0xae..=0xff);
    let others = (0..256_u32).filter(|byte| !prints(byte)).zip(0x100_u32..).map(|(_, letter)| letter);
    let letters = (0..256).filter(prints).chain(others).filter_map(char::from_u32);
    letters.enumerate().map(|(id, letter)| (letter.to_string(), json!(id))).collect()
}

fn seeds() -> Vec<Vec<u8>> {
    let file = |merges: Value, more: &[(&str, u32)], added: Value, post_processor: Value| {
        let mut vocab = alphabet();
        vocab.extend(more.iter().map(|(token, id)| ((*token).to_owned(), json!(id))));
        let json = json!({
            "version": "1.0",
            "added_tokens": added,
            "normalizer": null,
            "pre_tokenizer": { "type": "ByteLevel", "add_prefix_space": false, "use_regex": true },
            "post_processor": post_processor,
            "model": { "type": "BPE", "dropout": null, "vocab": vocab, "merges": merges },
        });
        json.to_string().into_bytes()
    };
    let added =
        |content: &str, id: u32| json!({ "id": id, "content": content, "special": true, "lstrip": false });
    let merged = [("he", 256), ("\u{120}a", 257), ("hel", 258)];
    let template = json!({
        "type": "TemplateProcessing",
        "single": [{ "SpecialToken": { "id": "<s>", "type_id": 0 } }, { "Sequence": { "id": "A", "type_id": 0 } }],
        "special_tokens": { "<s>": { "id": "<s>", "ids": [300], "tokens": ["<s>"] } },
    });
    vec![
        file(json!(["h e", "\u{120} a", "he l"]), &merged, json!([added("<|endoftext|>", 259)]), Value::Null),
        file(
            json!([["h", "e"], ["\u{120}", "a"], ["he", "l"]]),
            &merged,
            json!([added("<s>", 300)]),
            template,
        ),
        file(json!([]), &[], json!([]), Value::Null),
        "#version: 0.2\nh e\n\u{120} a\nhe l\n".as_bytes().to_vec(),
        "a b\nab c\n\u{c3} \u{a9}\n".as_bytes().to_vec(),
    ]
}

/// Characters of every length, in one and in several parts, with blanks that are not only spaces.
const TEXT: &str = "hello  a \u{e9}\u{65}\u{301} \u{1f469}\u{200d}\u{1f467}\u{202e}\u{0} 1234's<|endoftext|> a\r\n\t<s> \u{a0}\u{ad}\u{120}a";

fn run(bytes: &[u8]) -> Outcome {
    let read = if bytes.first() == Some(&b'{') {
        Tokenizer::from_json(bytes)
    } else {
        Tokenizer::from_merges(&String::from_utf8_lossy(bytes))
    };
    match read {
        Ok(tokenizer) => {
            check(&tokenizer, TEXT);
            let own = String::from_utf8_lossy(bytes);
            let last = own.char_indices().rev().nth(200).map_or(0, |(at, _)| at);
            check(&tokenizer, &own[last..]);
            Ok(format!("a tokenizer, {}", tokenizer.bos().is_some()))
        }
        Err(error) => Err(kind(&error.to_string())),
    }
}

/// That tokens lie along the text without gap, within the vocabulary, and stand for it.
fn check(tokenizer: &Tokenizer, text: &str) {
    let pieces = tokenizer.encode(text).expect("every text has tokens");
    let spelt: String = pieces.iter().map(|piece| piece.text.as_str()).collect();
    assert_eq!(spelt, text, "the pieces are another text");
    let ids: Vec<_> = pieces.iter().map(|piece| piece.id).collect();
    assert_eq!(tokenizer.decode(&ids), text, "the tokens stand for another text");
    let size = tokenizer.vocab_size();
    assert!(
        ids.iter().chain(&tokenizer.bos()).all(|id| (id.0 as usize) < size),
        "a token beyond the vocabulary"
    );
}
