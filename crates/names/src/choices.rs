//! Choices that an analysis leaves open.

use serde::{Deserialize, Serialize};

/// Over what a mean is taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MeanOver {
    /// The prompts and their positions, but for a beginning-of-text token: one value for every position.
    #[default]
    PromptsAndPositions,
    /// The prompts, each position by itself; they are equally long.
    Prompts,
}

/// Whose mean and variance the last LayerNorm takes when it is put on a residual of a lower layer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LensConvention {
    /// That residual's own.
    #[default]
    Own,
    /// The variance of the last residual at the same position, as in direct logit attribution: what the model would say if
    /// the later layers wrote nothing but the scale.
    Final,
}

/// What a direct effect is measured with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DirectScale {
    /// `z_clean - z_corrupt` under the corrupt run's last LayerNorm scale: what a patch of the head would do if no later
    /// layer heard of it.
    #[default]
    Difference,
    /// `z_clean` under the clean run's own scale: the clean run's attribution.
    Clean,
}
