use serde_json::{Value, json};

use super::text::clip;
use crate::{Gpt2Config, ModelError};

/// The longest `config.json` that is read; real ones have under 2 KB.
const LONGEST: usize = 1 << 20;

/// A `config.json` of Hugging Face's GPT-2, or of TransformerLens, checked to describe what this crate can run.
#[derive(Clone, Debug, PartialEq)]
pub struct HfConfig {
    shape: Gpt2Config,
    is_tied: bool,
}

impl HfConfig {
    /// Reads a `config.json`. Shape fields must be there (`n_inner` may be absent or null: 4 `n_embd`; either of
    /// `n_positions` and `n_ctx` will do), under Hugging Face's names or TransformerLens's (`n_layers`, `d_vocab`, ..);
    /// switches may be absent but must not ask for anything but GPT-2's arithmetic. `attn_only` means blocks without MLP.
    ///
    /// # Errors
    /// Where it is no JSON, a field is missing or absurd, or it describes another architecture.
    pub fn parse(json: &[u8]) -> Result<Self, ModelError> {
        let fault = |found: String| config("config.json", "a JSON object with GPT-2's fields", found);
        if json.len() > LONGEST {
            return Err(fault(format!("{} bytes", json.len())));
        }
        let value: Value = serde_json::from_slice(json).map_err(|error| fault(clip(&error.to_string())))?;
        if !value.is_object() {
            return Err(fault(shown(&value)));
        }
        let attention_only = present(&value, "attn_only").is_some_and(|only| *only == json!(true));
        check_architecture(&value, attention_only)?;
        let size = |fields: [&'static str; 2]| {
            either(&value, fields)?.ok_or_else(|| config(fields[0], WHOLE, "nothing".into()))
        };
        let context = either(&value, ["n_positions", "n_ctx"])?
            .ok_or_else(|| config("n_positions", WHOLE, "neither it nor n_ctx".into()))?;
        let d_model = size(["n_embd", "d_model"])?;
        let d_mlp = either(&value, ["n_inner", "d_mlp"])?.unwrap_or(d_model.saturating_mul(4));
        let shape = Gpt2Config {
            layers: size(["n_layer", "n_layers"])?,
            heads: size(["n_head", "n_heads"])?,
            d_model,
            d_mlp: if attention_only { 0 } else { d_mlp },
            vocab: size(["vocab_size", "d_vocab"])?,
            context,
            layer_norm_epsilon: epsilon(&value)?,
        };
        check_shape(&shape)?;
        check_head_width(&value, &shape)?;
        let is_tied = present(&value, "tie_word_embeddings").is_none_or(|tied| *tied == json!(true));
        Ok(Self { shape, is_tied })
    }

    /// Whether the output embedding is the token embedding over again, as in GPT-2.
    #[must_use]
    pub fn is_tied(&self) -> bool {
        self.is_tied
    }

    /// The shape that it describes.
    #[must_use]
    pub fn shape(&self) -> &Gpt2Config {
        &self.shape
    }

    /// A `config.json` for a model of this shape, as [`Self::parse`] and Hugging Face's classes read it.
    #[must_use]
    pub fn write(shape: &Gpt2Config) -> String {
        let mut value = json!({
            "model_type": "gpt2",
            "architectures": ["GPT2LMHeadModel"],
            "activation_function": "gelu_new",
            "n_layer": shape.layers,
            "n_head": shape.heads,
            "n_embd": shape.d_model,
            "n_inner": shape.d_mlp,
            "n_positions": shape.context,
            "n_ctx": shape.context,
            "vocab_size": shape.vocab,
            "layer_norm_epsilon": shape.layer_norm_epsilon,
            "tie_word_embeddings": true,
        });
        if shape.is_attention_only() {
            // Hugging Face has no field for it, and none of its classes has such blocks.
            value["attn_only"] = json!(true);
            value["n_inner"] = Value::Null;
        }
        format!("{value:#}\n")
    }
}

impl From<Gpt2Config> for HfConfig {
    fn from(shape: Gpt2Config) -> Self {
        Self { shape, is_tied: true }
    }
}

/// What every size must be. The limit keeps products of two sizes within 64 bits and ids within 31.
const WHOLE: &str = "a whole number from 1 to 2147483647";

fn config(field: &'static str, expected: impl Into<String>, found: String) -> ModelError {
    ModelError::Config { field, expected: expected.into(), found }
}

fn shown(value: &Value) -> String {
    clip(&value.to_string())
}

/// A field that is there and not null.
fn present<'v>(value: &'v Value, field: &str) -> Option<&'v Value> {
    value.get(field).filter(|value| !value.is_null())
}

fn size(value: &Value, field: &'static str) -> Result<Option<usize>, ModelError> {
    let Some(found) = present(value, field) else { return Ok(None) };
    let size = found.as_u64().filter(|n| (1..=0x7fff_ffff).contains(n));
    match size.and_then(|n| usize::try_from(n).ok()) {
        Some(size) => Ok(Some(size)),
        None => Err(config(field, WHOLE, shown(found))),
    }
}

/// A size that goes by one of two names.
fn either(value: &Value, [first, second]: [&'static str; 2]) -> Result<Option<usize>, ModelError> {
    match size(value, first)? {
        None => size(value, second),
        found => Ok(found),
    }
}

fn epsilon(value: &Value) -> Result<f64, ModelError> {
    const FIELD: &str = "layer_norm_epsilon";
    let Some(found) = present(value, FIELD).or_else(|| present(value, "eps")) else { return Ok(1e-5) };
    // Smaller ones vanish in f32, larger ones would drown the variance.
    let plausible = found.as_f64().filter(|epsilon| (1e-12..=1.0).contains(epsilon));
    plausible.ok_or_else(|| config(FIELD, "a number from 1e-12 to 1", shown(found)))
}

/// Switches that would ask for other arithmetic than this crate's.
fn check_architecture(value: &Value, attention_only: bool) -> Result<(), ModelError> {
    let wanted = [
        ("model_type", json!("gpt2")),
        ("activation_function", json!("gelu_new")),
        ("scale_attn_weights", json!(true)),
        ("scale_attn_by_inverse_layer_idx", json!(false)),
        ("reorder_and_upcast_attn", json!(false)),
        ("add_cross_attention", json!(false)),
        // TransformerLens's.
        ("act_fn", json!("gelu_new")),
        ("positional_embedding_type", json!("standard")),
        ("attention_dir", json!("causal")),
        ("use_attn_scale", json!(true)),
        ("use_local_attn", json!(false)),
        ("parallel_attn_mlp", json!(false)),
        ("gated_mlp", json!(false)),
    ];
    // Without an MLP there is nothing that an activation could be applied to.
    let idle = |field: &str| attention_only && matches!(field, "activation_function" | "act_fn");
    for (field, expected) in wanted.into_iter().filter(|(field, _)| !idle(field)) {
        if let Some(found) = present(value, field).filter(|found| **found != expected) {
            return Err(config(field, format!("{expected}, or no such field"), shown(found)));
        }
    }
    for field in ["attn_only", "tie_word_embeddings"] {
        if let Some(found) = present(value, field).filter(|found| !found.is_boolean()) {
            return Err(config(field, "true, false, or no such field", shown(found)));
        }
    }
    const NORM: &str = "normalization_type";
    match present(value, NORM).filter(|found| **found != json!("LN") && **found != json!("LNPre")) {
        Some(found) => Err(config(NORM, "\"LN\" or \"LNPre\", or no such field", shown(found))),
        None => Ok(()),
    }
}

/// TransformerLens's models may have heads of any width; GPT-2's share the residual stream's.
fn check_head_width(value: &Value, shape: &Gpt2Config) -> Result<(), ModelError> {
    match size(value, "d_head")? {
        Some(found) if found != shape.d_head() => {
            let expected = format!("d_model / n_heads, which is {}, or no such field", shape.d_head());
            Err(config("d_head", expected, found.to_string()))
        }
        _ => Ok(()),
    }
}

fn check_shape(shape: &Gpt2Config) -> Result<(), ModelError> {
    if shape.layers > usize::from(u16::MAX) {
        return Err(config("n_layer", "at most 65535 layers", shape.layers.to_string()));
    }
    if shape.heads > usize::from(u16::MAX) || !shape.d_model.is_multiple_of(shape.heads) {
        let expected = format!("a divisor of n_embd, which is {}", shape.d_model);
        return Err(config("n_head", expected, shape.heads.to_string()));
    }
    Ok(())
}
