use peek_interp::{FullSpeed, InterpError, Run, Sweep, group_count, groups_of, naive::Patcher};
use peek_model::{Device, Gpt2, Gpt2Config, ModelError, checkpoint::synth};
use peek_names::TokenId;

/// Seed of the generated weights: `peek synth --seed 1` writes the same ones to a file, for other programs to open.
const SEED: u64 = 1;

/// A model of GPT-2 small's shape with generated weights and `layers` layers, on `device`.
///
/// # Errors
/// Where the sizes do not fit into memory's address range.
pub fn gpt2_small(layers: usize, device: &Device) -> Result<Gpt2, ModelError> {
    let config = Gpt2Config { layers, ..Gpt2Config::gpt2_small() };
    synth::random_model(&config, SEED, device)
}

/// A pair of prompts of `T` tokens each, with what the engine keeps of them: both runs and a sweep.
pub struct Subject {
    pub(crate) model: Gpt2,
    pub(crate) clean: Vec<TokenId>,
    pub(crate) corrupt: Vec<TokenId>,
    pub(crate) clean_run: Run,
    pub(crate) corrupt_run: Run,
    pub(crate) sweep: Vec<Sweep>,
    pub(crate) patcher: Patcher,
    /// The corrupt runs of pairs that differ from some position on.
    pub(crate) others: Vec<(Differs, Run)>,
}

/// Where a pair's two prompts begin to differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Differs {
    /// At the first token.
    First,
    /// In the middle.
    Half,
}

impl Subject {
    /// Runs and sweeps the pair once.
    ///
    /// # Errors
    /// Where the model cannot run `tokens` tokens.
    pub async fn new(model: &Gpt2, tokens: usize) -> Result<Self, InterpError> {
        let (clean, corrupt) = (ids(model, tokens, 7), ids(model, tokens, 11));
        let clean_run = Run::new(model, &clean, &FullSpeed).await?;
        let corrupt_run = Run::new(model, &corrupt, &FullSpeed).await?;
        let mut sweep = Vec::new();
        for layers in groups_of(model.config.layers, group_count(model)) {
            sweep.push(Sweep::replay(model, &clean_run, &corrupt_run, layers, &FullSpeed).await?);
        }
        let patcher = Patcher::new(model, &clean, &corrupt)?;
        let mut others = Vec::new();
        for from in [Differs::First, Differs::Half] {
            let mut other = corrupt.clone();
            match from {
                Differs::First => other[0] = ids(model, 2, 13)[1],
                Differs::Half => other[..tokens / 2].copy_from_slice(&clean[..tokens / 2]),
            }
            others.push((from, Run::new(model, &other, &FullSpeed).await?));
        }
        Ok(Self { model: model.clone(), clean, corrupt, clean_run, corrupt_run, sweep, patcher, others })
    }
}

/// Ids spread over the vocabulary; the first is its last one, as `<|endoftext|>` is. Prompts of different steps differ
/// from the second token on.
fn ids(model: &Gpt2, tokens: usize, step: usize) -> Vec<TokenId> {
    let vocab = model.config.vocab;
    let id = |at: usize| if at == 0 { vocab - 1 } else { at * step * 577 % vocab };
    (0..tokens).map(|at| TokenId(u32::try_from(id(at)).unwrap_or(0))).collect()
}
