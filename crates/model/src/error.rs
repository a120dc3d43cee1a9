use peek_names::{HeadId, Layer, TokenId};

/// What can be wrong with a model or with a run of it.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// A run of nothing.
    #[error("there is no token to run: type a prompt, or switch the beginning-of-text token on")]
    NoTokens,
    /// A run longer than the position embedding.
    #[error("the prompt has {tokens} tokens and this model reads at most {context}: shorten it")]
    TooLong {
        /// Tokens in the prompt, BOS included.
        tokens: usize,
        /// Rows of the position embedding.
        context: usize,
    },
    /// A token outside the vocabulary: tokenizer and weights do not belong together.
    #[error("token {token} is outside the model's vocabulary of {vocab}: tokenizer and weights do not match")]
    NoSuchToken {
        /// The token.
        token: TokenId,
        /// Rows of the token embedding.
        vocab: usize,
    },
    /// A head outside its layer.
    #[error("there is no head {head}: each layer has {heads}, counted from 0")]
    NoSuchHead {
        /// The head.
        head: HeadId,
        /// How many each layer has.
        heads: usize,
    },
    /// A layer outside the model.
    #[error("the model has {layers} layers, counted from 0, and no layer {}", layer.0)]
    NoSuchLayer {
        /// The layer.
        layer: Layer,
        /// How many there are.
        layers: usize,
    },
    /// Bytes that are no safetensors file, or one cut off before its tensors begin.
    #[error(
        "this is no safetensors checkpoint: expected {expected}, found {found}: choose the model.safetensors of a \
         GPT-2"
    )]
    NotSafetensors {
        /// What a checkpoint has in this place.
        expected: String,
        /// What is there.
        found: String,
    },
    /// A tensor that is damaged, missing, or not what a GPT-2 has under that name.
    #[error("tensor `{tensor}`: expected {expected}, found {found}: {advice}")]
    Tensor {
        /// The tensor's name, without the `transformer.` prefix that some files have.
        tensor: String,
        /// What a GPT-2 has there.
        expected: String,
        /// What the file has.
        found: String,
        /// What to do about it.
        advice: &'static str,
    },
    /// The reader failed, for a reason of its own: disk, network, a picker's file that has since moved.
    #[error("the checkpoint could not be read past byte {at}, within {within}: {source}: open it again")]
    Read {
        /// Bytes read before that.
        at: u64,
        /// The tensor, or the header.
        within: String,
        /// The reader's own error.
        source: std::io::Error,
    },
    /// What is written has no more room, or its disk fails.
    #[error("the new checkpoint could not be written: {0}: make room, or choose another folder")]
    Write(std::io::Error),
    /// Weights alone do not tell how many heads share their width.
    #[error(
        "the number of heads cannot be told from the weights alone when d_model is {d_model}: open the checkpoint \
         together with its config.json"
    )]
    UnknownHeads {
        /// Width of the residual stream.
        d_model: u64,
    },
    /// A `config.json` that is none, or that describes another architecture.
    #[error(
        "config.json: `{field}`: expected {expected}, found {found}: open the config.json that belongs to the \
         weights; only GPT-2's architecture can be run"
    )]
    Config {
        /// Hugging Face's name of the field.
        field: &'static str,
        /// What GPT-2 has there.
        expected: String,
        /// What the file has.
        found: String,
    },
    /// Tokenizer data that is none, or of another kind than GPT-2's.
    #[error(
        "the tokenizer: expected {expected}, found {found}: open the tokenizer.json or merges.txt that belongs to \
         the GPT-2 checkpoint"
    )]
    Tokenizer {
        /// What GPT-2's tokenizer has there.
        expected: String,
        /// What this one has.
        found: String,
    },
    /// A run cannot go on after a prefix that does not hold what it needs.
    #[error(
        "the first {len} positions of the run to go on from were not kept in layer {}: run the whole prompt",
        layer.index()
    )]
    NoSuchPrefix {
        /// Where they are missing.
        layer: peek_names::Layer,
        /// How many positions were wanted.
        len: usize,
    },
    /// The device refuses weights.
    #[error("the device could not take the weights ({0}): close other tabs, or run on the CPU")]
    Upload(String),
}
