use peek_model::ModelError;

use crate::Stopped;

/// Why an analysis gave no result.
#[derive(Debug, thiserror::Error)]
pub enum InterpError {
    /// The model cannot run this.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The caller's [`crate::Pace`] said stop.
    #[error(transparent)]
    Stopped(#[from] Stopped),
    /// The device did not give its numbers back.
    #[error("the device could not return a result ({0}): restart the engine, or run on the CPU")]
    Read(String),
}
