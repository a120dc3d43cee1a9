//! The network as training sees it: whole batches, every position at once, gradients kept.
//!
//! Its parameters carry the names and shapes of a Hugging Face GPT-2 checkpoint, so that `peek-model` opens what is
//! exported here.

use burn::{
    module::{Module, Param},
    nn::{LayerNorm, LayerNormConfig, Linear, LinearConfig},
    tensor::{Device, Int, Tensor, TensorData, activation, module::embedding},
};
use rand::{Rng, SeedableRng, rngs::StdRng};

use crate::shape::Shape;

/// Additive score of a key that lies ahead of the query.
const HIDDEN: f32 = -1e9;

/// GPT-2. Field names are the checkpoint's.
#[derive(Module, Debug)]
pub struct Net {
    /// Token embedding `[vocab, d]`, also the output embedding.
    pub wte: Param<Tensor<2>>,
    /// Position embedding `[positions, d]`.
    pub wpe: Param<Tensor<2>>,
    /// The blocks, input first.
    pub h: Vec<Block>,
    /// The last normalisation.
    pub ln_f: LayerNorm,
}

/// A transformer block.
#[derive(Module, Debug)]
pub struct Block {
    /// Before attention.
    pub ln_1: LayerNorm,
    /// Attention.
    pub attn: Attention,
    /// Before the MLP.
    pub ln_2: LayerNorm,
    /// The MLP.
    pub mlp: Mlp,
}

/// Self-attention of a block.
#[derive(Module, Debug)]
pub struct Attention {
    /// Queries, keys and values in one: `[d, 3 d]`.
    pub c_attn: Linear,
    /// Back to the residual stream: `[d, d]`.
    pub c_proj: Linear,
    heads: usize,
}

/// The MLP of a block.
#[derive(Module, Debug)]
pub struct Mlp {
    /// `[d, 4 d]`.
    pub c_fc: Linear,
    /// `[4 d, d]`.
    pub c_proj: Linear,
}

/// Sees each layer's attention pattern `[B, H, T, T]` and head outputs `z` `[B, H, T, dh]` on their way, and returns the
/// `z` to go on with.
pub type Watch<'w> = &'w mut dyn FnMut(usize, &Tensor<4>, Tensor<4>) -> Tensor<4>;

impl Net {
    /// Random weights as GPT-2 starts from, from a seed; positions start as sines, which makes "the token before"
    /// a direction that a head can find soon.
    #[must_use]
    pub fn init(shape: &Shape, seed: u64, device: &Device) -> Self {
        let mut rng = StdRng::seed_from_u64(seed);
        let d = shape.width;
        // Two branches a layer add to the residual stream: each starts smaller, as in GPT-2.
        let deep = 0.02 / (2.0 * shape.layers as f32).sqrt();
        let mut linear = |rows: usize, columns: usize, std: f32| {
            let mut linear = LinearConfig::new(rows, columns).init(device);
            linear.weight = Param::from_data(normal(&mut rng, [rows, columns], std), device);
            linear.bias = Some(Param::from_data(TensorData::zeros::<f32, _>([columns]), device));
            linear
        };
        let norm = || LayerNormConfig::new(d).with_epsilon(shape.epsilon).init(device);
        let h = (0..shape.layers)
            .map(|_| Block {
                ln_1: norm(),
                attn: Attention {
                    c_attn: linear(d, 3 * d, 0.05),
                    c_proj: linear(d, d, deep),
                    heads: shape.heads,
                },
                ln_2: norm(),
                mlp: Mlp { c_fc: linear(d, 4 * d, 0.05), c_proj: linear(4 * d, d, deep) },
            })
            .collect();
        let wte = Param::from_data(normal(&mut rng, [shape.vocab, d], 0.04), device);
        let wpe = Param::from_data(sines(shape.positions, d, 0.05), device);
        Self { wte, wpe, h, ln_f: norm() }
    }

    /// The residual stream after the last normalisation, `[B, T, d]`, for token ids `[B, T]`.
    pub fn residual(&self, ids: Tensor<2, Int>, watch: Watch) -> Tensor<3> {
        let [_, length] = ids.dims();
        let device = ids.device();
        let ahead: Vec<f32> =
            (0..length * length).map(|at| if at % length > at / length { HIDDEN } else { 0.0 }).collect();
        let mask = Tensor::<4>::from_data(TensorData::new(ahead, [1, 1, length, length]), &device);
        let places = self.wpe.val().slice(0..length).unsqueeze::<3>();
        let mut x = embedding(self.wte.val(), ids) + places;
        for (layer, block) in self.h.iter().enumerate() {
            x = x.clone() + block.attn.forward(block.ln_1.forward(x), &mask, |p, z| watch(layer, p, z));
            x = x.clone() + block.mlp.forward(block.ln_2.forward(x));
        }
        self.ln_f.forward(x)
    }

    /// Logits `[N, vocab]` of residual rows `[N, d]`.
    pub fn unembed(&self, rows: Tensor<2>) -> Tensor<2> {
        rows.matmul(self.wte.val().transpose())
    }
}

impl Attention {
    fn forward(
        &self,
        x: Tensor<3>,
        mask: &Tensor<4>,
        watch: impl FnOnce(&Tensor<4>, Tensor<4>) -> Tensor<4>,
    ) -> Tensor<3> {
        let [batch, length, d] = x.dims();
        let head = d / self.heads;
        let qkv = self.c_attn.forward(x).reshape([batch, length, 3 * self.heads, head]).swap_dims(1, 2);
        let mut parts = qkv.chunk(3, 1).into_iter();
        let (Some(q), Some(k), Some(v)) = (parts.next(), parts.next(), parts.next()) else {
            unreachable!("a tensor of 3 H rows falls into three")
        };
        let scores = q.matmul(k.swap_dims(2, 3)).div_scalar((head as f32).sqrt()) + mask.clone();
        let pattern = activation::softmax(scores, 3);
        let z = pattern.clone().matmul(v);
        let z = watch(&pattern, z);
        self.c_proj.forward(z.swap_dims(1, 2).reshape([batch, length, d]))
    }
}

impl Mlp {
    fn forward(&self, x: Tensor<3>) -> Tensor<3> {
        self.c_proj.forward(gelu_new(self.c_fc.forward(x)))
    }
}

/// GPT-2's GELU, `x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3)))`, written with the logistic function, which is the same
/// and leaves fewer operations to differentiate.
fn gelu_new(x: Tensor<3>) -> Tensor<3> {
    let twice = 2.0 * (2.0 / std::f32::consts::PI).sqrt();
    let square = x.clone() * x.clone();
    let inner = x.clone() * square.mul_scalar(twice * 0.044_715).add_scalar(twice);
    x * activation::sigmoid(inner)
}

/// Normal numbers by Box and Muller.
fn normal(rng: &mut StdRng, shape: [usize; 2], std: f32) -> TensorData {
    let values: Vec<f32> = (0..shape[0] * shape[1])
        .map(|_| {
            let radius = (-2.0 * (1.0 - rng.random::<f32>()).ln()).sqrt();
            std * radius * (std::f32::consts::TAU * rng.random::<f32>()).cos()
        })
        .collect();
    TensorData::new(values, shape)
}

/// Sines and cosines of the position, wavelengths from 2 pi to about 1,000 positions.
fn sines(positions: usize, d: usize, size: f32) -> TensorData {
    let values: Vec<f32> = (0..positions)
        .flat_map(|place| {
            (0..d).map(move |column| {
                let rate = 160f32.powf(-((column / 2 * 2) as f32) / d as f32);
                let angle = place as f32 * rate;
                size * if column % 2 == 0 { angle.sin() } else { angle.cos() }
            })
        })
        .collect();
    TensorData::new(values, [positions, d])
}
