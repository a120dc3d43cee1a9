use super::super::names;
use crate::Gpt2Config;

/// One tensor's endless values: mean and spread by what the tensor is.
pub(super) struct Values {
    key: u64,
    count: u64,
    mean: f32,
    /// The spread divided by that of the sum of four 16-bit numbers.
    scale: f32,
}

impl Values {
    pub(super) fn of(config: &Gpt2Config, name: &str, seed: u64) -> Self {
        // Square roots are rounded the same way everywhere.
        let width = |n: usize| (n as f64).sqrt().recip();
        let part =
            name.strip_prefix("h.").and_then(|rest| rest.split_once('.')).map_or(name, |(_, part)| part);
        let (mean, spread) = match part {
            names::WTE | names::LM_HEAD => (0.0, 0.14),
            names::WPE => (0.0, 0.1),
            // Scores of neighbouring keys then differ by about 1.5 before the softmax.
            "attn.c_attn.weight" => (0.0, 1.2 * width(config.d_model)),
            "attn.c_proj.weight" => (0.0, 0.5 * width(config.d_model)),
            "mlp.c_fc.weight" => (0.0, width(config.d_model)),
            "mlp.c_proj.weight" => (0.0, 0.5 * width(config.d_mlp)),
            // Large enough that a forgotten one is seen.
            "unembedding.bias" => (0.0, 0.5),
            "ln_1.weight" | "ln_2.weight" | "ln_f.weight" => (1.0, 0.2),
            _ => (0.0, 0.1),
        };
        // Four numbers below 2^16: variance 4 (2^32 - 1) / 12.
        const SPREAD_OF_SUM: f64 = 37_837.227;
        // FNV-1a of the name gives each tensor a stream of its own.
        let fnv = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        let key = mix(seed) ^ name.bytes().fold(0xcbf2_9ce4_8422_2325, fnv);
        Self { key, count: 0, mean, scale: (spread / SPREAD_OF_SUM) as f32 }
    }
}

impl Iterator for Values {
    type Item = f32;

    fn next(&mut self) -> Option<f32> {
        let bits = mix(self.key.wrapping_add(self.count.wrapping_mul(0x9e37_79b9_7f4a_7c15)));
        self.count += 1;
        let sum: u32 = [0, 16, 32, 48].iter().map(|shift| (bits >> shift) as u32 & 0xffff).sum();
        // The sum is below 2^18 and its mean is 131,070: exact in f32. Then one product and one sum.
        Some(self.mean + (sum as f32 - 131_070.0) * self.scale)
    }
}

/// SplitMix64's finaliser.
fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
