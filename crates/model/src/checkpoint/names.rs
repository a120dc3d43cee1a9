use crate::Gpt2Config;

/// The token embedding, `[V, d]`.
pub(crate) const WTE: &str = "wte.weight";
/// The position embedding, `[context, d]`.
pub(crate) const WPE: &str = "wpe.weight";
/// An output embedding of its own, which GPT-2 does not have; some files store `wte` twice.
pub(crate) const LM_HEAD: &str = "lm_head.weight";
/// What Hugging Face's classes with a language-model head put before every key but [`LM_HEAD`].
pub(crate) const PREFIX: &str = "transformer.";

/// Every weight of such a model, by its key without prefix and with its shape. Lazy, since a hostile file may claim
/// any number of layers.
pub(crate) fn weights(config: &Gpt2Config) -> impl Iterator<Item = (String, Vec<u64>)> + use<> {
    // Saturating: a width that overflows equals no tensor's shape, and so is refused as one.
    let [layers, d, mlp, vocab, context] =
        [config.layers, config.d_model, config.d_mlp, config.vocab, config.context].map(|n| n as u64);
    let of_block = move |layer: u64| {
        [
            ("ln_1.weight", vec![d]),
            ("ln_1.bias", vec![d]),
            ("attn.c_attn.weight", vec![d, d.saturating_mul(3)]),
            ("attn.c_attn.bias", vec![d.saturating_mul(3)]),
            ("attn.c_proj.weight", vec![d, d]),
            ("attn.c_proj.bias", vec![d]),
            ("ln_2.weight", vec![d]),
            ("ln_2.bias", vec![d]),
            ("mlp.c_fc.weight", vec![d, mlp]),
            ("mlp.c_fc.bias", vec![mlp]),
            ("mlp.c_proj.weight", vec![mlp, d]),
            ("mlp.c_proj.bias", vec![d]),
        ]
        .map(|(name, shape)| (format!("h.{layer}.{name}"), shape))
    };
    let first = [(WTE.to_owned(), vec![vocab, d]), (WPE.to_owned(), vec![context, d])];
    let last = [("ln_f.weight".to_owned(), vec![d]), ("ln_f.bias".to_owned(), vec![d])];
    first.into_iter().chain((0..layers).flat_map(of_block)).chain(last)
}

/// The layer of a key such as `h.11.ln_1.weight`.
pub(crate) fn layer(key: &str) -> Option<u64> {
    let (digits, _) = key.strip_prefix("h.")?.split_once('.')?;
    let plain = digits == "0" || !digits.starts_with('0');
    (plain && digits.bytes().all(|b| b.is_ascii_digit())).then(|| digits.parse().ok())?
}

/// Whether this key is an attention mask, which is part of the architecture and not of what was learnt.
pub(crate) fn is_mask(key: &str) -> bool {
    layer(key).is_some() && (key.ends_with(".attn.bias") || key.ends_with(".attn.masked_bias"))
}
