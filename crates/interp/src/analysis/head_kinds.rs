use std::fmt;

use peek_model::Gpt2;
use peek_names::{Layer, TokenId};

use crate::{InterpError, Pace, Run, attention_patterns};

/// What a head is known to do on repeated random tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HeadKind {
    /// Reads the token that came after this one's earlier occurrence.
    Induction,
    /// Reads the token before.
    PreviousToken,
    /// Reads the earlier occurrence of this token.
    DuplicateToken,
}

impl fmt::Display for HeadKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Induction => "induction",
            Self::PreviousToken => "previous token",
            Self::DuplicateToken => "duplicate token",
        })
    }
}

/// From this score on a head has the kind's label.
pub const KIND_FROM: f32 = 0.4;

/// How strongly each head does each of these: the mean weight, 0 to 1, that queries in the second half of repeated random
/// tokens give to the one key that the kind looks for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HeadKinds {
    /// `[L][H]`.
    pub induction: Vec<Vec<f32>>,
    /// `[L][H]`.
    pub previous_token: Vec<Vec<f32>>,
    /// `[L][H]`.
    pub duplicate_token: Vec<Vec<f32>>,
}

impl HeadKinds {
    /// A head's strongest kind, with its score, where that is at least [`KIND_FROM`].
    #[must_use]
    pub fn label(&self, layer: usize, head: usize) -> Option<(HeadKind, f32)> {
        let of = |scores: &[Vec<f32>], kind| Some((kind, *scores.get(layer)?.get(head)?));
        let kinds = [
            of(&self.induction, HeadKind::Induction),
            of(&self.previous_token, HeadKind::PreviousToken),
            of(&self.duplicate_token, HeadKind::DuplicateToken),
        ];
        let best = kinds.into_iter().flatten().max_by(|a, b| a.1.total_cmp(&b.1))?;
        (best.1 >= KIND_FROM).then_some(best)
    }
}

/// `half` random tokens twice, after `bos` if there is one; the same seed gives the same tokens on every machine. `bos` is
/// not among the random ones.
#[must_use]
pub fn repeated_tokens(vocab: usize, bos: Option<TokenId>, half: usize, seed: u64) -> Vec<TokenId> {
    let mut state = seed;
    let mut next = || {
        // SplitMix64.
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = state;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let token = (word ^ (word >> 31)) % vocab.max(1) as u64;
        TokenId(u32::try_from(token).unwrap_or(0))
    };
    let mut drawn = || {
        let token = next();
        // In a vocabulary of nothing else there is no other.
        if Some(token) == bos && vocab > 1 { TokenId((token.0 + 1) % vocab as u32) } else { token }
    };
    let random: Vec<TokenId> = (0..half).map(|_| drawn()).collect();
    bos.into_iter().chain(random.iter().copied()).chain(random.iter().copied()).collect()
}

/// Scores every head on runs of [`repeated_tokens`] of `half` tokens twice, one run a seed, and takes the mean.
///
/// # Errors
/// Where such a run does not fit into the model's context or is empty, or `pace` says stop.
pub async fn head_kinds(
    model: &Gpt2,
    bos: Option<TokenId>,
    half: usize,
    seeds: &[u64],
    pace: &impl Pace,
) -> Result<HeadKinds, InterpError> {
    let (layers, heads) = (model.config.layers, model.config.heads);
    let nothing = vec![vec![0.0; heads]; layers];
    let mut kinds =
        HeadKinds { induction: nothing.clone(), previous_token: nothing.clone(), duplicate_token: nothing };
    let share = 1.0 / (half.max(1) * seeds.len().max(1)) as f32;
    for &seed in seeds {
        let tokens = repeated_tokens(model.config.vocab, bos, half, seed);
        let run = Run::new(model, &tokens, pace).await?;
        let t = tokens.len();
        for layer in Layer::all(layers) {
            let patterns = attention_patterns(model, &run, layer).await?;
            for (head, pattern) in patterns.chunks(t * t).enumerate() {
                let mean = |back: usize| {
                    // Of a half of one token without BOS, the first query has nothing that far back.
                    let weights =
                        (t - half..t).filter_map(|query| Some(pattern[query * t + query.checked_sub(back)?]));
                    weights.sum::<f32>() * share
                };
                let (at, next) = (layer.index(), half.saturating_sub(1));
                kinds.induction[at][head] += mean(next);
                kinds.previous_token[at][head] += mean(1);
                kinds.duplicate_token[at][head] += mean(half);
            }
        }
    }
    Ok(kinds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_repeat_and_leave_bos_out() {
        let bos = Some(TokenId(3));
        let tokens = repeated_tokens(5, bos, 20, 7);
        assert_eq!((tokens.len(), tokens[0]), (41, TokenId(3)));
        assert_eq!(tokens[1..21], tokens[21..]);
        assert!(tokens[1..].iter().all(|token| token.0 < 5 && Some(*token) != bos));
        assert_eq!(tokens, repeated_tokens(5, bos, 20, 7));
        assert_ne!(tokens, repeated_tokens(5, bos, 20, 8));
    }

    #[test]
    fn a_label_is_the_strongest_kind_that_is_strong() {
        let kinds = HeadKinds {
            induction: vec![vec![0.9, 0.3]],
            previous_token: vec![vec![0.5, 0.2]],
            duplicate_token: vec![vec![0.1, 0.1]],
        };
        assert_eq!(kinds.label(0, 0), Some((HeadKind::Induction, 0.9)));
        assert_eq!(kinds.label(0, 1), None);
        assert_eq!(kinds.label(1, 0), None);
    }
}
