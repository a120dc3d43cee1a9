//! Fixed data that looks like what a model gives, without one.

#![allow(dead_code, reason = "each test binary uses its part")]

use peek_charts::{
    AttentionLines, HeadBar, HeadBars, HeadGrid, Heatmap, LensQuantity, LensSeries, text::visible_token,
};
use peek_names::HeadId;

/// The same numbers on every machine: a linear congruential generator.
pub(crate) struct Numbers(u32);

impl Numbers {
    pub(crate) fn new(seed: u32) -> Self {
        Self(seed)
    }

    /// From 0 to 1.
    pub(crate) fn share(&mut self) -> f32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.0 >> 8) as f32 / (1 << 24) as f32
    }
}

/// Head scores: mostly near zero, a few strong ones.
pub(crate) struct Scores {
    pub(crate) layers: usize,
    pub(crate) heads: usize,
    pub(crate) deltas: Vec<Option<f32>>,
}

impl Scores {
    pub(crate) fn new(layers: usize, heads: usize) -> Self {
        let mut numbers = Numbers::new(7);
        let mut delta = || Some((2.0 * numbers.share() - 1.0).powi(5) * 1.31);
        let mut deltas: Vec<_> = (0..layers * heads).map(|_| delta()).collect();
        deltas[(layers * heads * 3 / 4 + 2).min(layers * heads - 1)] = Some(1.31);
        Self { layers, heads, deltas }
    }

    pub(crate) fn grid(&self) -> HeadGrid<'_> {
        HeadGrid {
            layers: self.layers,
            heads: self.heads,
            deltas: &self.deltas,
            range: None,
            turned: false,
            whole: false,
            caption: "change of the answer's logit",
            hovered: None,
            pinned: None,
            marks: &[],
            stale: false,
        }
    }

    /// The ten largest by size.
    pub(crate) fn top(&self) -> Vec<HeadBar> {
        let head = |i: usize| HeadId::new((i / self.heads) as u16, (i % self.heads) as u16);
        let bar = |(i, delta): (usize, &Option<f32>)| delta.map(|delta| HeadBar { head: head(i), delta });
        let mut bars: Vec<_> = self.deltas.iter().enumerate().filter_map(bar).collect();
        bars.sort_by(|a, b| b.delta.abs().total_cmp(&a.delta.abs()));
        bars.truncate(10);
        bars
    }
}

/// Bars of these heads, none of them hovered or pinned.
pub(crate) fn head_bars(bars: &[HeadBar]) -> HeadBars<'_> {
    HeadBars { bars, range: None, turned: false, whole: false, hovered: None, pinned: None, stale: false }
}

/// Five prompts with their logits over the lens points.
pub(crate) fn curves(points: usize) -> Vec<(&'static str, Vec<f32>)> {
    let prompts = [
        "Who wrote Pride and Prejudice? → ·Jane",
        "Who wrote Emma? → ·Jane",
        "Who wrote Jane Eyre? Some say that it was Emily Brontë, who wrote Wuthering Heights → ·Charlotte",
        "What is the capital of France? → ·Paris",
        "What is 2+2? → ·4",
    ];
    let mut numbers = Numbers::new(3);
    let curve = |(i, prompt): (usize, &'static str)| {
        let value = |point: usize| {
            let x = point as f32 / (points - 1) as f32;
            -2.0 + (6.0 + 3.0 * i as f32) * x.powi(1 + i as i32) + 1.2 * numbers.share()
        };
        (prompt, (0..points).map(value).collect())
    };
    prompts.into_iter().enumerate().map(curve).collect()
}

pub(crate) fn series<'a>(curves: &'a [(&'static str, Vec<f32>)]) -> Vec<LensSeries<'a>> {
    curves.iter().map(|(label, values)| LensSeries { label, values }).collect()
}

pub(crate) fn as_quantity(logits: &[f32], quantity: LensQuantity) -> Vec<f32> {
    let convert = |&v: &f32| match quantity {
        LensQuantity::Logit => v,
        LensQuantity::Probability => (v / 18.0).clamp(0.0, 1.0).powi(2),
        LensQuantity::Rank => (1.0 + 20_000.0 * (1.0 - v / 14.0).clamp(0.0, 1.0).powi(6)).round(),
    };
    logits.iter().map(convert).collect()
}

/// A causal pattern whose rows sum to one.
pub(crate) struct Attention {
    pub(crate) tokens: Vec<String>,
    pub(crate) pattern: Vec<f32>,
}

impl Attention {
    pub(crate) fn of(tokens: Vec<String>) -> Self {
        let count = tokens.len();
        let mut numbers = Numbers::new(11);
        let mut pattern = vec![0.0; count * count];
        for query in 0..count {
            let weights: Vec<f32> = (0..=query).map(|_| (numbers.share() * 5.0).exp()).collect();
            let total: f32 = weights.iter().sum::<f32>() + 40.0;
            for (key, weight) in weights.iter().enumerate() {
                pattern[query * count + key] = (weight + if key == 0 { 40.0 } else { 0.0 }) / total;
            }
        }
        Self { tokens, pattern }
    }

    pub(crate) fn of_sentence() -> Self {
        let tokens = [
            "Who",
            " wrote",
            " Pride",
            " and",
            " Prejudice",
            "?",
            " Some",
            " say",
            " Em",
            "ily",
            " <b>",
            "&",
            "\n",
        ];
        let shown = tokens.iter().map(|t| visible_token(t));
        Self::of(["BOS".to_owned()].into_iter().chain(shown).collect())
    }

    pub(crate) fn of_length(count: usize) -> Self {
        Self::of((0..count).map(|i| format!("·t{i}")).collect())
    }

    pub(crate) fn chart(&self) -> Heatmap<'_> {
        Heatmap { tokens: &self.tokens, pattern: &self.pattern, range: None, hovered: None, stale: false }
    }

    pub(crate) fn lines(&self) -> AttentionLines<'_> {
        AttentionLines {
            tokens: &self.tokens,
            pattern: &self.pattern,
            range: None,
            hovered: None,
            lit: None,
            kept: None,
            stale: false,
        }
    }
}
