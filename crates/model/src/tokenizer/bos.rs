//! Which token begins a text. A `tokenizer.json` has no field for it.

use std::collections::HashMap;

use serde_json::Value;

use super::parts::END_OF_TEXT;

/// What special tokens that begin a text are called, and nothing else is. A file with one of these and with
/// `<|endoftext|>` means this one: the other only ends its documents.
const NAMES: [&str; 8] =
    ["<|BOS|>", "<|bos|>", "<BOS>", "<bos>", "[BOS]", "<s>", "<|begin_of_text|>", "<|startoftext|>"];

/// The token that the file's own template puts in front; otherwise a special token with a name that says so; otherwise
/// `<|endoftext|>`, as in GPT-2; otherwise none.
pub(super) fn of(
    post_processor: &Value,
    specials: &HashMap<String, u32>,
    vocab: &HashMap<String, u32>,
) -> Option<u32> {
    let id = |token: &str| specials.get(token).or_else(|| vocab.get(token)).copied();
    let named = || NAMES.iter().find_map(|name| specials.get(*name).copied());
    of_template(post_processor).and_then(id).or_else(named).or_else(|| id(END_OF_TEXT))
}

/// The token with which a `TemplateProcessing` begins a single text, alone or in a `Sequence`.
fn of_template(processor: &Value) -> Option<&str> {
    match processor["type"].as_str()? {
        "TemplateProcessing" => {
            let id = processor["single"][0]["SpecialToken"]["id"].as_str()?;
            // The template's own table says what is really put there; the key is usually its text already.
            Some(processor["special_tokens"][id]["tokens"][0].as_str().unwrap_or(id))
        }
        "Sequence" => processor["processors"].as_array()?.iter().find_map(of_template_once),
        _ => None,
    }
}

/// A part of a sequence; sequences in sequences are nobody's tokenizer, and would let a file choose the depth.
fn of_template_once(processor: &Value) -> Option<&str> {
    (processor["type"] == "TemplateProcessing").then(|| of_template(processor))?
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn table(tokens: &[(&str, u32)]) -> HashMap<String, u32> {
        tokens.iter().map(|&(token, id)| (token.to_owned(), id)).collect()
    }

    #[test]
    fn a_template_goes_before_a_name_and_a_name_before_the_end_of_text() {
        let specials = table(&[(END_OF_TEXT, 0), ("<|BOS|>", 7), ("[CLS]", 3)]);
        let none = HashMap::new();
        let template = json!({
            "type": "TemplateProcessing",
            "single": [{ "SpecialToken": { "id": "[CLS]", "type_id": 0 } }, { "Sequence": { "id": "A" } }],
        });
        assert_eq!(of(&template, &specials, &none), Some(3));
        let wrapped = json!({ "type": "Sequence", "processors": [{ "type": "ByteLevel" }, template] });
        assert_eq!(of(&wrapped, &specials, &none), Some(3));
        assert_eq!(of(&json!({ "type": "ByteLevel" }), &specials, &none), Some(7));
        assert_eq!(of(&Value::Null, &table(&[("<s>", 1), ("</s>", 2)]), &none), Some(1));
        assert_eq!(of(&Value::Null, &table(&[(END_OF_TEXT, 5)]), &none), Some(5));
    }

    #[test]
    fn what_only_looks_like_one_is_none() {
        let none = HashMap::new();
        // A word of the vocabulary that no text becomes as a special token.
        assert_eq!(of(&Value::Null, &none, &table(&[("<s>", 4)])), None);
        assert_eq!(of(&Value::Null, &none, &table(&[(END_OF_TEXT, 4)])), Some(4));
        let ends = json!({
            "type": "TemplateProcessing",
            "single": [{ "Sequence": { "id": "A" } }, { "SpecialToken": { "id": "</s>" } }],
        });
        assert_eq!(of(&ends, &table(&[("</s>", 2)]), &none), None);
        for odd in [json!(3), json!([]), json!({ "type": "TemplateProcessing", "single": {} })] {
            assert_eq!(of(&odd, &none, &none), None, "{odd}");
        }
    }
}
