//! Lists of models, and addresses that are typed.

use peek_delivery::{Entry, ModelList, address, from_address};
use serde_json::{Value, json};

use super::{LONG, TEXT_MEMORY, page};
use crate::{Form, Outcome, Target, target::kind};

const BASE: &str = "https://host.test/peek/models/models.json?v=1";

pub(super) const TARGET: Target = Target {
    name: "manifests",
    form: Form::Json,
    long: LONG,
    short: 4000,
    memory: TEXT_MEMORY,
    words: &[
        "\"models\":",
        "\"files\":",
        "\"address\":",
        "\"role\":",
        "\"weights\"",
        "\"sha256\":",
        "\"bytes\":",
        "https://",
        "http://",
        "//",
        "../",
        "./",
        "?",
        "#",
        "@",
        ":80",
        ":99999",
        "[::1]",
        "javascript:",
        "file:///",
        ".safetensors",
        "huggingface.co/a/b",
        "hf.co/",
        "/blob/",
        "/tree/main",
        "localhost",
        "%2e%2e",
        "\\",
    ],
    seeds,
    run,
};

fn seeds() -> Vec<Vec<u8>> {
    let file = |role: &str, address: &str, bytes: u64| json!({ "role": role, "address": address, "bytes": bytes, "sha256": "a1".repeat(32) });
    let list = json!({ "models": [
        {
            "id": "gpt2-f16", "label": "GPT-2 small", "about": "Half as large.", "dtype": "f16", "licence": "MIT",
            "shape": { "layers": 12, "heads": 12, "d_model": 768, "vocab": 50257, "context": 1024 },
            "derived_from": "0f".repeat(32), "logit_error": 0.0125,
            "files": [
                file("config", "gpt2/config.json", 665), file("merges", "../merges.txt", 456_318),
                file("weights", "gpt2/model.safetensors.001", 1 << 26), file("weights", "/m/model.safetensors.002", 9),
            ],
        },
        {
            "id": "other", "label": "Other",
            "files": [
                { "role": "tokenizer", "address": "https://example.test:8080/a/tokenizer.json?x=1#y" },
                { "role": "weights", "address": "//cdn.test/a%20b/model.safetensors" },
            ],
        },
    ] });
    let typed = [
        "https://huggingface.co/openai-community/gpt2/blob/main/model.safetensors",
        "http://[::1]:8000/../a/./model.safetensors?v=1",
        "hf.co/a/b/tree/main",
    ];
    typed.iter().map(|text| text.as_bytes().to_vec()).chain([list.to_string().into_bytes()]).collect()
}

fn run(bytes: &[u8]) -> Outcome {
    let text = String::from_utf8_lossy(bytes);
    let _ = page::list(BASE, &text);
    let typed = typed(&text);
    match ModelList::parse(&text, BASE) {
        Ok(list) => {
            list.entries.iter().for_each(check);
            let written = json!({ "models": list.entries.iter().map(json_of).collect::<Vec<_>>() });
            let again =
                ModelList::parse(&written.to_string(), "https://elsewhere.test/").expect("a list again");
            assert!(again.refused.is_empty(), "{:?}", again.refused);
            assert_eq!(again.entries, list.entries);
            let refused = list.refused.first().map(|(_, error)| kind(&error.to_string()));
            Ok(refused.unwrap_or_else(|| format!("{} models", list.entries.len().min(3))))
        }
        Err(error) => match typed {
            Ok(typed) => Ok(typed),
            Err(typed) => Err(format!("{}, {typed}", kind(&error.to_string()))),
        },
    }
}

/// The text as an address that is typed.
fn typed(text: &str) -> Outcome {
    let _ = page::load(text);
    match from_address(text) {
        Ok(model) => {
            for file in &model.files {
                assert_eq!(
                    address::parse(&file.address).as_ref(),
                    Ok(&file.address),
                    "an address that is none"
                );
            }
            Ok("a model".into())
        }
        Err(error) => Err(kind(&error.to_string())),
    }
}

fn check(entry: &Entry) {
    assert!(!entry.model.id.trim().is_empty() && !entry.model.label.trim().is_empty());
    assert!(entry.shape.is_none_or(|shape| shape.heads > 0 && shape.d_model % shape.heads == 0));
    for file in &entry.model.files {
        assert_eq!(address::parse(&file.address).as_ref(), Ok(&file.address), "an address that is none");
        assert!(
            file.address.starts_with("https://") || file.address.starts_with("http://"),
            "{}",
            file.address
        );
        let is_hash =
            |hash: &String| hash.len() == 64 && hash.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        assert!(file.sha256.as_ref().is_none_or(is_hash) && file.bytes != Some(0), "{file:?}");
    }
}

/// An entry as a list has it, every field with its value.
fn json_of(entry: &Entry) -> Value {
    json!({
        "id": entry.model.id,
        "label": entry.model.label,
        "about": entry.about,
        "dtype": entry.dtype,
        "shape": entry.shape.map(|s| json!({
            "layers": s.layers, "heads": s.heads, "d_model": s.d_model, "vocab": s.vocab, "context": s.context,
        })),
        "licence": entry.licence,
        "derived_from": entry.derived_from,
        "logit_error": entry.logit_error,
        "files": entry.model.files,
    })
}
