//! The two stages of training: what a step is made of, and the learning rate.

use crate::corpus::Mix;

/// A stretch of training with an optimizer of its own.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stage {
    /// Which of the two.
    pub kind: Kind,
    /// Optimizer steps.
    pub steps: usize,
    /// Highest learning rate.
    pub rate: f64,
}

/// What a stage is for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// From random weights: as many repeated tokens as text, in short rows first, then longer ones.
    Ground,
    /// From the first stage's weights: text only, with many indirect objects, the rate going down.
    Finish,
}

/// What a step is made of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Menu {
    /// Rows of text.
    pub text: usize,
    /// Rows of repeated tokens.
    pub repeats: usize,
    /// Most tokens in a row of repeats, and in a row of text when `long`.
    pub length: usize,
    /// Shortest and longest block that repeats.
    pub periods: (usize, usize),
    /// Whether rows of text are filled up to `length`, so that late positions are trained.
    pub long: bool,
    /// Shares of the kinds of text.
    pub mix: Mix,
}

impl Stage {
    /// How the demo model is trained: its ground, then three finishes, each with an optimizer of its own, the last
    /// one slow. Each stage but the first draws the same corpus again from its seed, in the order that its menu asks
    /// for. One long finish instead of three was not tried.
    #[must_use]
    pub fn demo() -> [Self; 4] {
        let finish = |steps, rate| Self { kind: Kind::Finish, steps, rate };
        [
            Self { kind: Kind::Ground, steps: 1200, rate: 0.002 },
            finish(700, 0.002),
            finish(1500, 0.002),
            finish(350, 0.0008),
        ]
    }

    /// The menu of step `step` when a full step has `b` rows.
    #[must_use]
    pub fn menu(&self, step: usize, b: usize) -> Menu {
        let row = |text, repeats, length, periods, mix| Menu {
            text,
            repeats,
            length,
            periods,
            long: length > 64,
            mix,
        };
        match (self.kind, step) {
            (Kind::Ground, 0..288) => row(b / 4, b / 2, 32, (2, 12), Mix::EVEN),
            (Kind::Ground, 288..1080) => row(b / 3, b / 3, 48, (3, 20), Mix::EVEN),
            (Kind::Ground, _) if step % 16 == 7 => row(b / 4, b / 8, 128, (8, 50), Mix::EVEN),
            (Kind::Ground, _) => row(2 * b / 3, b / 4, 56, (4, 26), Mix::EVEN),
            (Kind::Finish, _) if step % 12 == 7 => row(b / 8, 0, 128, (8, 50), Mix::INDIRECT),
            (Kind::Finish, _) => row(b, 0, 40, (4, 18), Mix::INDIRECT),
        }
    }

    /// A short climb and a level stretch; the last stage then falls in a line to a twentieth.
    #[must_use]
    pub fn rate(&self, step: usize) -> f64 {
        let left = 1.0 - step as f64 / self.steps.max(1) as f64;
        match self.kind {
            Kind::Ground => self.rate * ((step + 1) as f64 / 150.0).min(1.0),
            Kind::Finish => self.rate * ((step + 1) as f64 / 40.0).min(1.0) * (left / 0.55).clamp(0.05, 1.0),
        }
    }
}
