//! What the demo model must be able to do, measured.

use burn::tensor::{Device, Int, Tensor, TensorData};
use peek_names::HeadId;
use rand::{Rng, SeedableRng, rngs::StdRng};
use serde::{Deserialize, Serialize};
use tokenizers::Tokenizer;

use crate::{corpus::indirect, error::TrainError, net::Net, vocab::END_OF_TEXT};

/// The probes: a prompt and the answer that must be on top.
pub const PROBES: &[(&str, &str)] = &[
    ("Who wrote Pride and Prejudice?", " Jane"),
    ("Who wrote Emma?", " Jane"),
    ("Who wrote Jane Eyre?", " Charlotte"),
    ("What is the capital of France?", " Paris"),
    ("What is 2+2?", " 4"),
];

/// The pair: the second prompt misleads.
pub const PAIR: (&str, &str, &str) =
    ("Who wrote Pride and Prejudice?", "Who wrote Pride and Prejudice? Some say Emily Brontë.", " Jane");

/// Seed of the sentences and random tokens that the measurement draws: not one that training uses.
const SEED: u64 = 4242;

/// One probe's outcome.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Probe {
    /// The prompt.
    pub prompt: String,
    /// The token that should be on top.
    pub answer: String,
    /// The token that is.
    pub top: String,
    /// Probability of the answer.
    pub probability: f32,
}

/// Every figure of the model card.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Measured {
    /// The five probes.
    pub probes: Vec<Probe>,
    /// Centred logits of the answer in the clean and in the misleading prompt.
    pub pair_logits: (f32, f32),
    /// The head whose last-position patch brings most of the answer back.
    pub pair_head: String,
    /// The part of the loss that this head brings back, 1 being all.
    pub pair_share: f32,
    /// Indirect objects that are right (on top of the whole vocabulary) among pairs of names never seen together.
    pub indirect_right: usize,
    /// How many were asked.
    pub indirect_asked: usize,
    /// The head that looks most at what followed the last time.
    pub induction_head: String,
    /// Its mean attention there, on repeated random tokens.
    pub induction_score: f32,
}

impl Measured {
    /// Logits that the misleading sentence costs.
    #[must_use]
    pub fn pair_cost(&self) -> f32 {
        self.pair_logits.0 - self.pair_logits.1
    }

    /// How many probes have their answer on top.
    #[must_use]
    pub fn probes_right(&self) -> usize {
        self.probes.iter().filter(|probe| probe.top == probe.answer).count()
    }
}

/// Measures `net` (one without gradients). `questions` indirect objects are asked.
///
/// # Errors
/// [`TrainError::Tokenizer`] when a prompt cannot be tokenized.
pub fn measure(
    net: &Net,
    tokenizer: &Tokenizer,
    device: &Device,
    questions: usize,
) -> Result<Measured, TrainError> {
    let subject = Subject { net, tokenizer, device };
    let probes =
        PROBES.iter().map(|(prompt, answer)| subject.probe(prompt, answer)).collect::<Result<_, _>>()?;
    let (pair_logits, pair_head, pair_share) = subject.pair()?;
    let (induction_head, induction_score) = subject.induction()?;
    Ok(Measured {
        probes,
        pair_logits,
        pair_head: pair_head.to_string(),
        pair_share,
        indirect_right: subject.indirect(questions)?,
        indirect_asked: questions,
        induction_head: induction_head.to_string(),
        induction_score,
    })
}

struct Subject<'s> {
    net: &'s Net,
    tokenizer: &'s Tokenizer,
    device: &'s Device,
}

impl Subject<'_> {
    fn probe(&self, prompt: &str, answer: &str) -> Result<Probe, TrainError> {
        let logits = self.last_logits(&self.ids(prompt)?, None);
        let total: f32 = logits.iter().map(|logit| logit.exp()).sum();
        let top = self.tokenizer.decode(&[highest(&logits)], false).map_err(TrainError::tokenizer)?;
        let probability = logits[self.answer(answer)?].exp() / total;
        Ok(Probe { prompt: prompt.to_owned(), answer: answer.to_owned(), top, probability })
    }

    /// Patches the last position of each head, one full run each.
    fn pair(&self) -> Result<((f32, f32), HeadId, f32), TrainError> {
        let (clean, corrupt) = (self.ids(PAIR.0)?, self.ids(PAIR.1)?);
        let answer = self.answer(PAIR.2)?;
        let mut kept = Vec::new();
        self.run(&clean, &mut |_, _, z| {
            kept.push(z.clone());
            z
        });
        let before = self.last_logits(&corrupt, None)[answer];
        let after = self.last_logits(&clean, None)[answer];
        let mut best = (HeadId::new(0, 0), f32::NEG_INFINITY);
        for (layer, z) in kept.iter().enumerate() {
            let [_, heads, length, width] = z.dims();
            for head in 0..heads {
                let source = z.clone().slice([0..1, head..head + 1, length - 1..length, 0..width]);
                let logit = self.last_logits(&corrupt, Some(&(layer, head, source)))[answer];
                let share = (logit - before) / (after - before);
                if share > best.1 {
                    best = (head_id(layer, head), share);
                }
            }
        }
        Ok(((after, before), best.0, best.1))
    }

    /// Sentences with pairs of names that training never put together: how often the receiver is on top.
    fn indirect(&self, questions: usize) -> Result<usize, TrainError> {
        let mut rng = StdRng::seed_from_u64(SEED);
        let mut right = 0;
        for _ in 0..questions {
            let sentence = indirect::draw(&mut rng, true);
            let logits = self.last_logits(&self.ids(&sentence.prompt)?, None);
            right += usize::from(highest(&logits) as usize == self.answer(&sentence.receiver)?);
        }
        Ok(right)
    }

    /// `<|endoftext|>`, then random tokens said twice, for several period lengths: the mean attention from each token's
    /// second place to the place after its first.
    fn induction(&self) -> Result<(HeadId, f32), TrainError> {
        let mut rng = StdRng::seed_from_u64(SEED);
        let end_of_text = self.end_of_text()?;
        let mut sums = std::collections::BTreeMap::<HeadId, f32>::new();
        let mut places = 0;
        for period in [10, 15, 20, 25, 30, 40] {
            let block: Vec<u32> = (0..period).map(|_| rng.random_range(0..end_of_text)).collect();
            let ids: Vec<u32> =
                std::iter::once(end_of_text).chain(block.iter().chain(&block).copied()).collect();
            self.run(&ids, &mut |layer, pattern, z| {
                let [_, heads, length, _] = pattern.dims();
                let values: Vec<f32> = pattern.clone().into_data().try_to_vec().unwrap_or_default();
                for head in 0..heads {
                    let seen: f32 = (period + 1..length)
                        .map(|query| values[(head * length + query) * length + query - period + 1])
                        .sum();
                    *sums.entry(head_id(layer, head)).or_default() += seen;
                }
                z
            });
            places += period;
        }
        let best = sums.into_iter().max_by(|a, b| a.1.total_cmp(&b.1)).unwrap_or((HeadId::new(0, 0), 0.0));
        Ok((best.0, best.1 / places as f32))
    }

    /// The residual `[1, T, d]` of one prompt.
    fn run(&self, ids: &[u32], watch: crate::net::Watch) -> Tensor<3> {
        let values: Vec<i32> = ids.iter().map(|&id| i32::try_from(id).unwrap_or(i32::MAX)).collect();
        let ids = Tensor::<2, Int>::from_data(TensorData::new(values, [1, ids.len()]), self.device);
        self.net.residual(ids, watch)
    }

    /// Centred logits after the last token, with one head's output there replaced if asked.
    fn last_logits(&self, ids: &[u32], patch: Option<&(usize, usize, Tensor<4>)>) -> Vec<f32> {
        let residual = self.run(ids, &mut |layer, _, z| match patch {
            Some((at, head, source)) if *at == layer => {
                let [_, _, length, width] = z.dims();
                z.slice_assign([0..1, *head..head + 1, length - 1..length, 0..width], source.clone())
            }
            _ => z,
        });
        let [_, length, width] = residual.dims();
        let last = residual.slice([0..1, length - 1..length, 0..width]).reshape([1, width]);
        let logits: Vec<f32> = self.net.unembed(last).into_data().try_to_vec().unwrap_or_default();
        let mean = logits.iter().sum::<f32>() / logits.len() as f32;
        logits.into_iter().map(|logit| logit - mean).collect()
    }

    fn ids(&self, prompt: &str) -> Result<Vec<u32>, TrainError> {
        let encoding = self.tokenizer.encode(prompt, false).map_err(TrainError::tokenizer)?;
        Ok(std::iter::once(self.end_of_text()?).chain(encoding.get_ids().iter().copied()).collect())
    }

    fn answer(&self, text: &str) -> Result<usize, TrainError> {
        let encoding = self.tokenizer.encode(text, false).map_err(TrainError::tokenizer)?;
        let first = encoding.get_ids().first();
        first.map(|&id| id as usize).ok_or_else(|| TrainError::Tokenizer(format!("`{text}` has no token")))
    }

    fn end_of_text(&self) -> Result<u32, TrainError> {
        let id = self.tokenizer.token_to_id(END_OF_TEXT);
        id.ok_or_else(|| TrainError::Tokenizer(format!("it lacks {END_OF_TEXT}")))
    }
}

fn highest(logits: &[f32]) -> u32 {
    let top = logits.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1));
    top.map_or(0, |(id, _)| u32::try_from(id).unwrap_or(u32::MAX))
}

fn head_id(layer: usize, head: usize) -> HeadId {
    HeadId::new(u16::try_from(layer).unwrap_or(u16::MAX), u16::try_from(head).unwrap_or(u16::MAX))
}
