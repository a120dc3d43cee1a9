//! `config.json`: GPT-2's own is read, anything else is refused by field.

use crate::common::tiny;
use peek_model::{Gpt2Config, checkpoint::HfConfig};
use serde_json::{Value, json};

/// The published `config.json` of GPT-2 small, fields that do not matter left out.
fn published() -> Value {
    json!({
        "activation_function": "gelu_new",
        "architectures": ["GPT2LMHeadModel"],
        "attn_pdrop": 0.1,
        "layer_norm_epsilon": 1e-05,
        "model_type": "gpt2",
        "n_ctx": 1024,
        "n_embd": 768,
        "n_head": 12,
        "n_layer": 12,
        "n_positions": 1024,
        "task_specific_params": { "text-generation": { "do_sample": true } },
        "vocab_size": 50257
    })
}

fn parse(value: &Value) -> Result<HfConfig, String> {
    HfConfig::parse(value.to_string().as_bytes()).map_err(|error| error.to_string())
}

#[test]
fn the_published_config_is_gpt2_small() {
    assert_eq!(parse(&published()).expect("GPT-2").shape(), &Gpt2Config::gpt2_small());
}

#[test]
fn absent_and_null_fields_have_gpt2s_values() {
    let mut value = published();
    value["n_inner"] = Value::Null;
    value["n_positions"] = Value::Null;
    for field in ["activation_function", "layer_norm_epsilon", "model_type"] {
        value.as_object_mut().expect("an object").remove(field);
    }
    assert_eq!(parse(&value).expect("GPT-2").shape(), &Gpt2Config::gpt2_small());
}

#[test]
fn what_is_written_is_read_back() {
    let odd = Gpt2Config { layer_norm_epsilon: 3e-6, ..tiny() };
    let written = HfConfig::write(&odd);
    assert_eq!(HfConfig::parse(written.as_bytes()).expect("our own").shape(), &odd);
}

#[test]
fn transformer_lenss_fields_are_read() {
    let value = json!({
        "n_layers": 2, "n_heads": 8, "d_model": 512, "d_head": 64, "d_mlp": 2048, "d_vocab": 48262, "n_ctx": 1024,
        "eps": 1e-5, "act_fn": "gelu_new", "normalization_type": "LN", "attn_only": false,
    });
    let shape = Gpt2Config {
        layers: 2,
        heads: 8,
        d_model: 512,
        d_mlp: 2048,
        vocab: 48262,
        context: 1024,
        layer_norm_epsilon: 1e-5,
    };
    assert_eq!(parse(&value).expect("GPT-2's shape").shape(), &shape);
    let mut alone = value.clone();
    alone["attn_only"] = json!(true);
    // An activation that nothing is put through.
    alone["act_fn"] = json!("solu_ln");
    assert_eq!(parse(&alone).expect("attention").shape(), &Gpt2Config { d_mlp: 0, ..shape });
    let mut other = value;
    other["act_fn"] = json!("gelu");
    assert!(parse(&other).expect_err("another activation").contains("`act_fn`: expected \"gelu_new\""));
}

#[test]
fn an_attention_only_config_is_written_and_read_back() {
    let alone = Gpt2Config { d_mlp: 0, ..tiny() };
    assert_eq!(HfConfig::parse(HfConfig::write(&alone).as_bytes()).expect("our own").shape(), &alone);
    let mut untied = published();
    untied["tie_word_embeddings"] = json!(false);
    assert!(!parse(&untied).expect("GPT-2").is_tied());
    assert!(parse(&published()).expect("GPT-2").is_tied());
}

#[test]
fn other_architectures_are_refused_by_field() {
    let whole = "a whole number from 1 to 2147483647";
    let cases = [
        ("activation_function", json!("relu"), "\"gelu_new\", or no such field", "\\\"relu\\\""),
        ("model_type", json!("llama"), "\"gpt2\", or no such field", "\\\"llama\\\""),
        ("scale_attn_weights", json!(false), "true, or no such field", "false"),
        ("scale_attn_by_inverse_layer_idx", json!(true), "false, or no such field", "true"),
        ("reorder_and_upcast_attn", json!(true), "false, or no such field", "true"),
        ("add_cross_attention", json!(true), "false, or no such field", "true"),
        ("tie_word_embeddings", json!("no"), "true, false, or no such field", "\\\"no\\\""),
        ("attn_only", json!(1), "true, false, or no such field", "1"),
        ("normalization_type", json!("RMS"), "\"LN\" or \"LNPre\", or no such field", "\\\"RMS\\\""),
        ("positional_embedding_type", json!("rotary"), "\"standard\", or no such field", "\\\"rotary\\\""),
        ("d_head", json!(32), "d_model / n_heads, which is 64, or no such field", "32"),
        ("n_layer", json!(0), whole, "0"),
        ("n_layer", json!(70_000), "at most 65535 layers", "70000"),
        ("n_embd", json!(-768), whole, "-768"),
        ("n_head", json!(7), "a divisor of n_embd, which is 768", "7"),
        ("n_positions", json!(1024.5), whole, "1024.5"),
        ("vocab_size", json!(u64::MAX), whole, "18446744073709551615"),
        ("vocab_size", Value::Null, whole, "nothing"),
        ("n_inner", json!("3072"), whole, "\\\"3072\\\""),
        ("layer_norm_epsilon", json!(0), "a number from 1e-12 to 1", "0"),
    ];
    for (field, value, expected, found) in cases {
        let mut config = published();
        config[field] = value;
        let sentence = parse(&config).expect_err(field);
        assert_eq!(
            sentence,
            format!(
                "config.json: `{field}`: expected {expected}, found {found}: open the config.json that belongs to \
                 the weights; only GPT-2's architecture can be run"
            )
        );
    }
}

#[test]
fn what_is_no_config_is_refused() {
    for bad in ["", "[]", "12", "{\"n_layer\":", "\u{0}"] {
        let sentence = HfConfig::parse(bad.as_bytes()).expect_err(bad).to_string();
        assert!(sentence.contains("expected a JSON object with GPT-2's fields, found "), "{sentence}");
    }
    let long = format!("{{\"a\":\"{}\"}}", "x".repeat(1 << 20));
    let sentence = HfConfig::parse(long.as_bytes()).expect_err("too long").to_string();
    assert!(sentence.contains("found 1048584 bytes"), "{sentence}");
}
