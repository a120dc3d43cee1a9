use std::future::Future;

/// The caller no longer wants the result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("stopped before the end")]
pub struct Stopped;

/// What a long computation asks between two layers: may others have a turn, and shall I go on?
///
/// A worker hands the turn to its event loop, so that a message that supersedes this work can arrive.
pub trait Pace {
    /// Waits for the next turn.
    ///
    /// # Errors
    /// [`Stopped`] where the result is no longer wanted.
    fn pause(&self) -> impl Future<Output = Result<(), Stopped>>;
}

/// Never waits, never stops: for tests and batch work.
#[derive(Clone, Copy, Debug, Default)]
pub struct FullSpeed;

impl Pace for FullSpeed {
    async fn pause(&self) -> Result<(), Stopped> {
        Ok(())
    }
}
