//! The training loop: rows are drawn, shared out to threads, and the optimizer moves the weights.

use std::time::Instant;

use burn::{
    grad_clipping::GradientClippingConfig,
    module::Module,
    optim::{AdamWConfig, GradientsParams, ModuleOptimizer, MultiGradientsParams},
    tensor::Device,
};
use rand::{Rng, SeedableRng, rngs::StdRng};
use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::{
    batch::Batch,
    corpus::{Corpus, Row},
    error::TrainError,
    net::Net,
    stage::Stage,
};

/// Threads that each take a share of a step's rows: two use two cores better than one whose every operation is split.
const SHARDS: usize = 2;

/// What a stage is made of besides its weights.
pub struct Trainer<'t> {
    stage: Stage,
    batch: usize,
    corpus: Corpus<'t>,
    rng: StdRng,
    optimizer: ModuleOptimizer,
    device: Device,
    pools: Vec<ThreadPool>,
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
    /// Of the guided heads; 0 where none is guided.
    pub guide: f32,
}

impl<'t> Trainer<'t> {
    /// A trainer at step 0 of `stage`, with `batch` rows in a full step, the corpus drawn from `seed`. `device` must keep
    /// gradients.
    ///
    /// # Errors
    /// [`TrainError::Thread`] when the system gives no threads.
    pub fn new(
        stage: Stage,
        batch: usize,
        seed: u64,
        corpus: Corpus<'t>,
        device: Device,
    ) -> Result<Self, TrainError> {
        // One thread each: inside, burn finds nothing to share its operations with and runs them in place.
        let pools = (0..SHARDS)
            .map(|_| ThreadPoolBuilder::new().num_threads(1).build())
            .collect::<Result<_, _>>()
            .map_err(|error| TrainError::Thread(error.to_string()))?;
        let optimizer = AdamWConfig::new()
            .with_beta_1(0.9)
            .with_beta_2(0.98)
            .with_epsilon(1e-8)
            .with_weight_decay(0.05)
            .with_grad_clipping(Some(GradientClippingConfig::Norm(1.0)))
            .init();
        let rng = StdRng::seed_from_u64(seed ^ 0x9e37_79b9);
        Ok(Self { stage, batch, corpus, rng, optimizer, device, pools, tokens: 0, started: Instant::now() })
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
        let guide = self.stage.guide(step);
        let done: Vec<(GradientsParams, Losses)> = std::thread::scope(|scope| {
            let threads: Vec<_> = shards
                .into_iter()
                .zip(&self.pools)
                .map(|((text, repeats), pool)| {
                    // Each thread gets leaves of its own: threads that shared them would wait for one graph's lock.
                    let net = net.clone().fork(device);
                    scope.spawn(move || pool.install(|| share(&net, text, repeats, guide, device)))
                })
                .collect();
            threads.into_iter().filter_map(|thread| thread.join().ok()).collect()
        });
        if done.len() < SHARDS {
            return Err(TrainError::Thread("one stopped in the middle of a step".to_owned()));
        }
        let mut losses = Losses::default();
        let mut grads = MultiGradientsParams::default();
        for (part, loss) in done {
            grads.grads.push((part, device.clone()));
            losses.text += loss.text / SHARDS as f32;
            losses.repeats += loss.repeats / SHARDS as f32;
            losses.guide += loss.guide / SHARDS as f32;
        }
        let (rate, optimizer) = (self.stage.rate(step), &mut self.optimizer);
        Ok((self.pools[0].install(|| optimizer.step_multi(rate, net, grads)), losses))
    }

    /// The rows of a step, one pair of batches (text, repeats) for each thread.
    fn draw(&mut self, step: usize) -> Result<Vec<(Batch, Batch)>, TrainError> {
        let menu = self.stage.menu(step, self.batch);
        let guided = self.stage.guide(step) > 0.0;
        let mut shards = Vec::new();
        for _ in 0..SHARDS {
            let mut text = Vec::new();
            for _ in 0..menu.text / SHARDS {
                text.push(if menu.long {
                    self.corpus.long(&mut self.rng, menu.mix, menu.length)?
                } else {
                    self.corpus.text(&mut self.rng, menu.mix)?
                });
            }
            let repeats: Vec<Row> = (0..menu.repeats / SHARDS)
                .map(|_| {
                    let length = menu.length - self.rng.random_range(0..menu.length / 4);
                    self.corpus.repeated(&mut self.rng, length, menu.periods)
                })
                .collect();
            let repeats = if guided { Batch::guided(&repeats) } else { Batch::new(&repeats) };
            let pair = (Batch::new(&text), repeats);
            self.tokens += pair.0.tokens() + pair.1.tokens();
            shards.push(pair);
        }
        Ok(shards)
    }
}

/// One thread's gradients, scaled so that the threads' sum is the step's mean.
fn share(net: &Net, text: Batch, repeats: Batch, guide: f64, device: &Device) -> (GradientsParams, Losses) {
    let (text, _) = text.loss(net, device);
    let mut losses = Losses { text: text.clone().into_scalar(), ..Losses::default() };
    let mut loss = text;
    if repeats.tokens() > 0 {
        let (repeats, guided) = repeats.loss(net, device);
        losses.repeats = repeats.clone().into_scalar();
        loss = loss + repeats;
        if let Some(guided) = guided {
            losses.guide = guided.clone().into_scalar();
            loss = loss + guided * guide;
        }
    }
    let grads = loss.div_scalar(SHARDS as f32).backward();
    (GradientsParams::from_grads(grads, net), losses)
}
