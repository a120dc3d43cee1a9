use crate::Gpt2Config;

/// The token embedding, `[V, d]`.
pub(crate) const WTE: &str = "wte.weight";
/// The position embedding, `[context, d]`.
pub(crate) const WPE: &str = "wpe.weight";
/// An output embedding `[V, d]`: `wte` stored twice, or, where the config says so, one of its own.
pub(crate) const LM_HEAD: &str = "lm_head.weight";
/// What Hugging Face's classes with a language-model head put before every key but [`LM_HEAD`].
pub(crate) const PREFIX: &str = "transformer.";

/// The two ways in which the weights of a GPT-2 are called.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Names {
    /// Hugging Face's, such as `h.0.attn.c_attn.weight`.
    #[default]
    Gpt2,
    /// TransformerLens's, such as `blocks.0.attn.W_Q`: heads have an axis of their own, and the output embedding is
    /// always stored.
    TransformerLens,
}

/// What becomes of a tensor's numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// A vector or matrix of the model, under GPT-2's name and in this shape.
    Weight(String, Vec<u64>),
    /// Queries' (0), keys' (1) or values' (2) part of GPT-2's `c_attn` of this layer, `[H, d, dh]`.
    AttentionWeight(u64, usize),
    /// Likewise of its bias, `[H, dh]`.
    AttentionBias(u64, usize),
    /// Rows of the token embedding, `[V, d]`.
    Embedding,
    /// Rows that must be the token embedding's, `[V, d]`.
    SameAsEmbedding,
    /// Rows of an output embedding of its own, `[V, d]`.
    Unembedding,
    /// The same with a column a token, `[d, V]`.
    UnembeddingColumns,
    /// A bias on every logit, `[V]`.
    UnembeddingBias,
}

/// A tensor that a model of some shape calls for.
#[derive(Clone, Debug)]
pub(crate) struct Wanted {
    pub(crate) name: String,
    pub(crate) shape: Vec<u64>,
    pub(crate) place: Place,
}

/// A model's sizes as a header counts them.
#[derive(Clone, Copy)]
struct Sizes {
    heads: u64,
    d_head: u64,
    d: u64,
    mlp: u64,
}

impl Sizes {
    fn of(config: &Gpt2Config) -> Self {
        let [heads, d_head, d, mlp] =
            [config.heads, config.d_head(), config.d_model, config.d_mlp].map(|n| n as u64);
        Self { heads, d_head, d, mlp }
    }
}

impl Names {
    /// Every tensor that such a model calls for, an output embedding apart. Lazy, since a hostile file may claim any
    /// number of layers. `has_norms` is false where LayerNorm's gains and biases were folded into the weights after it.
    pub(crate) fn wanted(
        self,
        config: &Gpt2Config,
        has_norms: bool,
    ) -> Box<dyn Iterator<Item = Wanted> + 'static> {
        match self {
            Self::Gpt2 => Box::new(weights(config).map(|(name, shape)| {
                let place = match name.as_str() {
                    WTE => Place::Embedding,
                    _ => Place::Weight(name.clone(), shape.clone()),
                };
                Wanted { name, shape, place }
            })),
            Self::TransformerLens => Box::new(of_transformer_lens(config, has_norms)),
        }
    }

    /// The layer of a key such as `h.11.ln_1.weight`, with what follows.
    pub(crate) fn layer(self, key: &str) -> Option<(u64, &str)> {
        let front = match self {
            Self::Gpt2 => "h.",
            Self::TransformerLens => "blocks.",
        };
        let (digits, part) = key.strip_prefix(front)?.split_once('.')?;
        let plain = digits == "0" || !digits.starts_with('0');
        (plain && digits.bytes().all(|b| b.is_ascii_digit())).then(|| Some((digits.parse().ok()?, part)))?
    }

    /// Whether this key is an attention mask, which is part of the architecture and not of what was learnt.
    pub(crate) fn is_mask(self, key: &str) -> bool {
        let Some((_, part)) = self.layer(key) else { return false };
        match self {
            Self::Gpt2 => matches!(part, "attn.bias" | "attn.masked_bias"),
            Self::TransformerLens => matches!(part, "attn.mask" | "attn.IGNORE"),
        }
    }

    /// Whether this key belongs to some block's MLP.
    pub(crate) fn is_mlp(self, key: &str) -> bool {
        self.layer(key).is_some_and(|(_, part)| part.starts_with("mlp."))
    }

    /// Whether this key is a gain or a bias of a normalisation in TransformerLens's names.
    pub(crate) fn is_norm(self, key: &str) -> bool {
        let part = self.layer(key).map_or(key, |(_, part)| part);
        self == Self::TransformerLens
            && ["ln1.", "ln2.", "ln_final."].iter().any(|norm| part.starts_with(norm))
    }
}

/// Every weight of such a model, by GPT-2's key without prefix and with its shape.
pub(crate) fn weights(config: &Gpt2Config) -> impl Iterator<Item = (String, Vec<u64>)> + use<> {
    // Saturating: a width that overflows equals no tensor's shape, and so is refused as one.
    let [layers, d, mlp, vocab, context] =
        [config.layers, config.d_model, config.d_mlp, config.vocab, config.context].map(|n| n as u64);
    let of_block = move |layer: u64| {
        let attention = [
            ("ln_1.weight", vec![d]),
            ("ln_1.bias", vec![d]),
            ("attn.c_attn.weight", vec![d, d.saturating_mul(3)]),
            ("attn.c_attn.bias", vec![d.saturating_mul(3)]),
            ("attn.c_proj.weight", vec![d, d]),
            ("attn.c_proj.bias", vec![d]),
        ];
        let mlp = (mlp > 0).then(|| {
            [
                ("ln_2.weight", vec![d]),
                ("ln_2.bias", vec![d]),
                ("mlp.c_fc.weight", vec![d, mlp]),
                ("mlp.c_fc.bias", vec![mlp]),
                ("mlp.c_proj.weight", vec![mlp, d]),
                ("mlp.c_proj.bias", vec![d]),
            ]
        });
        let parts = attention.into_iter().chain(mlp.into_iter().flatten());
        parts.map(move |(name, shape)| (format!("h.{layer}.{name}"), shape))
    };
    let first = [(WTE.to_owned(), vec![vocab, d]), (WPE.to_owned(), vec![context, d])];
    let last = [("ln_f.weight".to_owned(), vec![d]), ("ln_f.bias".to_owned(), vec![d])];
    first.into_iter().chain((0..layers).flat_map(of_block)).chain(last)
}

fn of_transformer_lens(config: &Gpt2Config, has_norms: bool) -> impl Iterator<Item = Wanted> + use<> {
    let sizes @ Sizes { d, .. } = Sizes::of(config);
    let [layers, vocab, context] = [config.layers, config.vocab, config.context].map(|n| n as u64);
    let weight = |name: &str, ours: &str, shape: Vec<u64>| Wanted {
        name: name.to_owned(),
        place: Place::Weight(ours.to_owned(), shape.clone()),
        shape,
    };
    let first = [
        Wanted { name: "embed.W_E".into(), shape: vec![vocab, d], place: Place::Embedding },
        weight("pos_embed.W_pos", WPE, vec![context, d]),
    ];
    let norm = has_norms
        .then(|| [weight("ln_final.w", "ln_f.weight", vec![d]), weight("ln_final.b", "ln_f.bias", vec![d])]);
    let last = Wanted { name: "unembed.W_U".into(), shape: vec![d, vocab], place: Place::UnembeddingColumns };
    let blocks = (0..layers).flat_map(move |layer| block_of_transformer_lens(sizes, layer, has_norms));
    first.into_iter().chain(blocks).chain(norm.into_iter().flatten()).chain([last])
}

fn block_of_transformer_lens(
    Sizes { heads, d_head, d, mlp }: Sizes,
    layer: u64,
    has_norms: bool,
) -> impl Iterator<Item = Wanted> {
    let name = move |part: &str| format!("blocks.{layer}.{part}");
    let weight = move |part: &str, ours: &str, shape: &[u64], flat: &[u64]| Wanted {
        name: name(part),
        shape: shape.to_vec(),
        place: Place::Weight(format!("h.{layer}.{ours}"), flat.to_vec()),
    };
    let vector = move |part: &str, ours: &str, n: u64| weight(part, ours, &[n], &[n]);
    let mut parts = Vec::new();
    if has_norms {
        parts.extend([vector("ln1.w", "ln_1.weight", d), vector("ln1.b", "ln_1.bias", d)]);
    }
    for (which, letter) in ["Q", "K", "V"].into_iter().enumerate() {
        parts.push(Wanted {
            name: name(&format!("attn.W_{letter}")),
            shape: vec![heads, d, d_head],
            place: Place::AttentionWeight(layer, which),
        });
        parts.push(Wanted {
            name: name(&format!("attn.b_{letter}")),
            shape: vec![heads, d_head],
            place: Place::AttentionBias(layer, which),
        });
    }
    // Head by head, as GPT-2 has its rows: only the name of the axes differs.
    parts.push(weight("attn.W_O", "attn.c_proj.weight", &[heads, d_head, d], &[d, d]));
    parts.push(vector("attn.b_O", "attn.c_proj.bias", d));
    if mlp > 0 {
        if has_norms {
            parts.extend([vector("ln2.w", "ln_2.weight", d), vector("ln2.b", "ln_2.bias", d)]);
        }
        parts.push(weight("mlp.W_in", "mlp.c_fc.weight", &[d, mlp], &[d, mlp]));
        parts.push(vector("mlp.b_in", "mlp.c_fc.bias", mlp));
        parts.push(weight("mlp.W_out", "mlp.c_proj.weight", &[mlp, d], &[mlp, d]));
        parts.push(vector("mlp.b_out", "mlp.c_proj.bias", d));
    }
    parts.into_iter()
}
