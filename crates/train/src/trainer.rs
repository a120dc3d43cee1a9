//! The training loop: what is drawn at which step, the learning rate, the optimizer.

use std::time::Instant;

use burn::{
    grad_clipping::GradientClippingConfig,
    module::Module,
    optim::{AdamWConfig, GradientsParams, ModuleOptimizer, MultiGradientsParams},
    tensor::Device,
};
use rand::{Rng, SeedableRng, rngs::StdRng};

use crate::{
    batch::Batch,
    corpus::{Corpus, Row},
    error::TrainError,
    net::Net,
};

/// What decides a run. Equal plans give equal weights on the same machine.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Seed of the weights and of the corpus.
    pub seed: u64,
    /// Optimizer steps.
    pub steps: usize,
    /// Rows of text a step; rows of repeated tokens follow from it.
    pub batch: usize,
    /// Highest learning rate.
    pub rate: f64,
}

/// Threads that each take a share of a step's rows: two use two cores better than one whose every operation is split.
const SHARDS: usize = 2;

/// What a step is made of.
struct Menu {
    text: usize,
    repeats: usize,
    length: usize,
    periods: (usize, usize),
}

impl Plan {
    /// Mostly repeats first, in short rows with short periods: period 2 asks for the token before the last, period 3
    /// for the one before that, and from such heads induction can be put together. Then longer ones, then mostly text.
    fn menu(&self, step: usize) -> Menu {
        let b = self.batch;
        match 100 * step / self.steps.max(1) {
            0..8 => Menu { text: b / 4, repeats: b / 2, length: 32, periods: (2, 12) },
            8..30 => Menu { text: b / 3, repeats: b / 3, length: 48, periods: (3, 20) },
            _ if step % 16 == 7 => Menu { text: b / 4, repeats: b / 8, length: 128, periods: (8, 50) },
            30..60 => Menu { text: 2 * b / 3, repeats: b / 4, length: 56, periods: (4, 26) },
            _ => Menu { text: b, repeats: b / 6, length: 56, periods: (4, 26) },
        }
    }

    /// A short climb, a level stretch, then a line down to a twentieth.
    fn rate(&self, step: usize) -> f64 {
        let (step, steps) = (step as f64, self.steps as f64);
        let climb = ((step + 1.0) / 150.0).min(1.0);
        let descent = ((1.0 - step / steps) / 0.55).clamp(0.05, 1.0);
        self.rate * climb * descent
    }
}

/// What a run is made of besides its weights.
pub struct Trainer<'t> {
    plan: Plan,
    corpus: Corpus<'t>,
    rng: StdRng,
    optimizer: ModuleOptimizer,
    device: Device,
    tokens: usize,
    started: Instant,
}

/// The losses of one step, in nats.
#[derive(Clone, Copy, Debug, Default)]
pub struct Losses {
    /// On text.
    pub text: f32,
    /// On repeated tokens.
    pub repeats: f32,
}

impl<'t> Trainer<'t> {
    /// A trainer at step 0. `device` must keep gradients.
    #[must_use]
    pub fn new(plan: Plan, corpus: Corpus<'t>, device: Device) -> Self {
        let optimizer = AdamWConfig::new()
            .with_beta_1(0.9)
            .with_beta_2(0.98)
            .with_epsilon(1e-8)
            .with_weight_decay(0.05)
            .with_grad_clipping(Some(GradientClippingConfig::Norm(1.0)))
            .init();
        let rng = StdRng::seed_from_u64(plan.seed ^ 0x9e37_79b9);
        Self { plan, corpus, rng, optimizer, device, tokens: 0, started: Instant::now() }
    }

    /// Tokens seen so far, padding included.
    #[must_use]
    pub fn tokens(&self) -> usize {
        self.tokens
    }

    /// Seconds since the start.
    #[must_use]
    pub fn seconds(&self) -> f64 {
        self.started.elapsed().as_secs_f64()
    }

    /// Takes step `step` and returns the moved network with the losses before the move.
    ///
    /// # Errors
    /// [`TrainError::Tokenizer`] when the corpus cannot be tokenized.
    pub fn step(&mut self, net: Net, step: usize) -> Result<(Net, Losses), TrainError> {
        let shards = self.draw(step)?;
        let device = &self.device;
        let done: Vec<(GradientsParams, Losses)> = std::thread::scope(|scope| {
            let threads: Vec<_> = shards
                .into_iter()
                .map(|(text, repeats)| {
                    // Each thread gets leaves of its own: threads that shared them would wait for one graph's lock.
                    let net = net.clone().fork(device);
                    scope.spawn(move || share(&net, text, repeats, device))
                })
                .collect();
            threads.into_iter().filter_map(|thread| thread.join().ok()).collect()
        });
        if done.len() < SHARDS {
            return Err(TrainError::Checkpoint("a training thread stopped".to_owned()));
        }
        let mut losses = Losses::default();
        let mut grads = MultiGradientsParams::default();
        for (part, loss) in done {
            grads.grads.push((part, device.clone()));
            losses.text += loss.text / SHARDS as f32;
            losses.repeats += loss.repeats / SHARDS as f32;
        }
        Ok((self.optimizer.step_multi(self.plan.rate(step), net, grads), losses))
    }

    /// The rows of a step, one pair of batches (text, repeats) for each thread.
    fn draw(&mut self, step: usize) -> Result<Vec<(Batch, Batch)>, TrainError> {
        let menu = self.plan.menu(step);
        let long = menu.length > 64;
        let mut shards = Vec::new();
        for _ in 0..SHARDS {
            let mut text = Vec::new();
            for _ in 0..menu.text / SHARDS {
                text.push(if long {
                    self.corpus.long(&mut self.rng, menu.length)?
                } else {
                    self.corpus.text(&mut self.rng)?
                });
            }
            let repeats: Vec<Row> = (0..menu.repeats / SHARDS)
                .map(|_| {
                    let length = menu.length - self.rng.random_range(0..menu.length / 4);
                    self.corpus.repeated(&mut self.rng, length, menu.periods)
                })
                .collect();
            let pair = (Batch::new(&text), Batch::new(&repeats));
            self.tokens += pair.0.tokens() + pair.1.tokens();
            shards.push(pair);
        }
        Ok(shards)
    }
}

/// One thread's gradients, scaled so that the threads' sum is the step's mean.
fn share(net: &Net, text: Batch, repeats: Batch, device: &Device) -> (GradientsParams, Losses) {
    let (text, repeats) = (text.loss(net, device), repeats.loss(net, device));
    let losses = Losses { text: text.clone().into_scalar(), repeats: repeats.clone().into_scalar() };
    let grads = (text + repeats).div_scalar(SHARDS as f32).backward();
    (GradientsParams::from_grads(grads, net), losses)
}
