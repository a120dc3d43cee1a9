//! One input, watched: panics, time, memory.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
    time::{Duration, Instant},
};

use crate::{MEMORY, Outcome, Target};

/// Longest time that one input may take, on a busy machine.
pub const LONGEST: Duration = Duration::from_secs(2);

/// Why an input failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The reader panicked, or a check of what it accepted did.
    #[error("panic: {0}")]
    Panic(String),
    /// It took too long, twice.
    #[error("it took {0} ms")]
    Slow(u128),
    /// It had too much memory, twice.
    #[error("it had {found} bytes of memory, and may have {most}")]
    Memory {
        /// At most at a time, in bytes.
        found: usize,
        /// What its length allows.
        most: usize,
    },
    /// The process that tried it ended.
    #[error("its process ended: {0}")]
    Ended(String),
}

/// Tries one input and gives its outcome, as [`Target::run`] does. The counter of memory is the whole process's: nothing
/// else should run meanwhile.
///
/// # Errors
/// Where the input breaks the reader.
pub fn try_input(target: &Target, bytes: &[u8]) -> Result<Outcome, Failure> {
    try_within(target, bytes, LONGEST)
}

fn try_within(target: &Target, bytes: &[u8], longest: Duration) -> Result<Outcome, Failure> {
    match once(target, bytes, longest) {
        // A busy machine, or tables that are made on their first use: once more tells.
        Err(Failure::Slow(_) | Failure::Memory { .. }) => once(target, bytes, longest),
        result => result,
    }
}

fn once(target: &Target, bytes: &[u8], longest: Duration) -> Result<Outcome, Failure> {
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    let began = Instant::now();
    let result = catch_unwind(AssertUnwindSafe(|| (target.run)(bytes)));
    let took = began.elapsed();
    let found = MEMORY.peak_usage().saturating_sub(before);
    let outcome = result.map_err(|payload| Failure::Panic(words(payload.as_ref())))?;
    if took > longest {
        return Err(Failure::Slow(took.as_millis()));
    }
    let most = target.most_memory(bytes.len());
    if found > most { Err(Failure::Memory { found, most }) } else { Ok(outcome) }
}

fn words(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| payload.downcast_ref::<&str>().copied());
    text.unwrap_or("a panic without words").chars().take(400).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Form;

    fn target(run: fn(&[u8]) -> Outcome) -> Target {
        Target {
            name: "test",
            form: Form::Text,
            long: 0,
            short: 0,
            memory: (1 << 20, 1),
            words: &[],
            seeds: Vec::new,
            run,
        }
    }

    // One test, since the counter of memory is the process's.
    #[test]
    fn each_way_to_fail_is_seen() {
        assert_eq!(try_input(&target(|_| Ok("fine".into())), b"a"), Ok(Ok("fine".into())));
        let panicked = try_input(&target(|bytes| Ok(format!("{}", bytes[7]))), b"a");
        assert!(
            matches!(&panicked, Err(Failure::Panic(why)) if why.contains("out of bounds")),
            "{panicked:?}"
        );
        let large = try_input(&target(|_| Ok(format!("{}", vec![1_u8; 3 << 20].len()))), b"a");
        assert!(matches!(large, Err(Failure::Memory { found, .. }) if found >= 3 << 20), "{large:?}");
        let sleepy = target(|_| {
            std::thread::sleep(Duration::from_millis(60));
            Ok(String::new())
        });
        let slow = try_within(&sleepy, b"a", Duration::from_millis(50));
        assert!(matches!(slow, Err(Failure::Slow(_))), "{slow:?}");
    }
}
