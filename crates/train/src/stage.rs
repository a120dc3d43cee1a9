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
    /// From the first stage's weights: mostly text, with many indirect objects and some repeats, the rate going down.
    Finish,
}

/// What a step is made of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Menu {
    /// Rows of text.
    pub text: usize,
    /// Rows of repeated tokens.
    pub repeats: usize,
    /// Most tokens in a row of repeats, and how far a row of text is filled when `long`.
    pub length: usize,
    /// Shortest and longest block that repeats.
    pub periods: (usize, usize),
    /// Whether rows of text are filled up to `length`, so that late positions are trained.
    pub long: bool,
    /// Shares of the kinds of text.
    pub mix: Mix,
}

impl Stage {
    /// How the demo model is trained: its ground, then its finish, each with an optimizer of its own.
    #[must_use]
    pub fn demo() -> [Self; 2] {
        [
            Self { kind: Kind::Ground, steps: 1200, rate: 0.002 },
            Self { kind: Kind::Finish, steps: 2400, rate: 0.002 },
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
            long: length == 128,
            mix,
        };
        match (self.kind, step) {
            (Kind::Ground, 0..150) => row(b / 4, b / 2, 32, (2, 12), Mix::EVEN),
            (Kind::Ground, _) if step % 4 == 3 => row(b / 8, b / 4, 96, (6, 45), Mix::EVEN),
            (Kind::Ground, _) if step % 16 == 6 => row(b / 8, b / 8, 128, (8, 60), Mix::EVEN),
            (Kind::Ground, _) => row(b / 2, b / 3, 48, (3, 22), Mix::EVEN),
            (Kind::Finish, _) if step % 12 == 7 => row(b / 8, b / 8, 128, (8, 60), Mix::INDIRECT),
            (Kind::Finish, _) if step % 4 == 1 => row(b, b / 8, 96, (8, 45), Mix::INDIRECT),
            (Kind::Finish, _) => row(b, 0, 40, (4, 18), Mix::INDIRECT),
        }
    }

    /// How much the guide of the induction heads counts beside predicting: half as much at first, then less, then
    /// nothing.
    #[must_use]
    pub fn guide(&self, step: usize) -> f64 {
        match self.kind {
            Kind::Ground => (1.0 - step as f64 / self.steps.max(1) as f64 / 0.6).clamp(0.0, 0.5),
            Kind::Finish => 0.0,
        }
    }

    /// A short climb and a level stretch; the finish then falls in a line to a twentieth.
    #[must_use]
    pub fn rate(&self, step: usize) -> f64 {
        let left = 1.0 - step as f64 / self.steps.max(1) as f64;
        match self.kind {
            Kind::Ground => self.rate * ((step + 1) as f64 / 150.0).min(1.0),
            Kind::Finish => self.rate * ((step + 1) as f64 / 40.0).min(1.0) * (left / 0.55).clamp(0.05, 1.0),
        }
    }
}
