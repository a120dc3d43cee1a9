//! How often a connection is tried again, and after which pause.

/// Tries in all, while nothing comes.
const ATTEMPTS: u32 = 6;
/// Tries in all where nothing has ever come: such a server is more likely wrong than far away.
const FIRST_ATTEMPTS: u32 = 3;
/// After so many bytes the count begins anew.
const FRESH_START: usize = 64 << 10;
/// The first pause; each is twice the one before.
const PAUSE_MS: u32 = 1000;
/// The longest pause that a server may ask for, in seconds.
const LONGEST_PAUSE_S: u64 = 120;

/// Tries that have failed since bytes last came.
#[derive(Default)]
pub(crate) struct Tries {
    failed: u32,
    came: usize,
    has_ever_come: bool,
}

/// What to do after a failure.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// Try again.
    After {
        /// The pause before.
        ms: u32,
        /// Which try it will be.
        attempt: u32,
        /// How many there are.
        attempts: u32,
    },
    /// That was the last one, of so many.
    GiveUp(u32),
    /// The server asks for a pause that is too long, in seconds.
    TooLong(u64),
}

impl Tries {
    /// Bytes have come.
    pub(crate) fn came(&mut self, bytes: usize) {
        self.has_ever_come = true;
        self.came = self.came.saturating_add(bytes);
        if self.came >= FRESH_START {
            self.failed = 0;
        }
    }

    /// A try has failed; the server may have said how many seconds to wait. One that says anything is there.
    pub(crate) fn failed(&mut self, answered: bool, retry_after_s: Option<u64>) -> Next {
        self.failed += 1;
        self.came = 0;
        let attempts = if self.has_ever_come || answered { ATTEMPTS } else { FIRST_ATTEMPTS };
        if let Some(seconds) = retry_after_s.filter(|seconds| *seconds > LONGEST_PAUSE_S) {
            return Next::TooLong(seconds);
        }
        if self.failed >= attempts {
            return Next::GiveUp(self.failed);
        }
        let doubled = PAUSE_MS << (self.failed - 1).min(5);
        let asked = retry_after_s.and_then(|seconds| u32::try_from(seconds).ok()).unwrap_or(0) * 1000;
        Next::After { ms: doubled.max(asked), attempt: self.failed + 1, attempts }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pauses(tries: &mut Tries, answered: bool) -> Vec<u32> {
        std::iter::from_fn(|| match tries.failed(answered, None) {
            Next::After { ms, .. } => Some(ms),
            _ => None,
        })
        .collect()
    }

    #[test]
    fn pauses_double_and_end() {
        assert_eq!(pauses(&mut Tries::default(), true), [1000, 2000, 4000, 8000, 16000]);
        assert_eq!(pauses(&mut Tries::default(), false), [1000, 2000], "nothing has ever come");
    }

    #[test]
    fn a_servers_wish_counts_within_reason() {
        let after = |ms| Next::After { ms, attempt: 2, attempts: ATTEMPTS };
        assert_eq!(Tries::default().failed(true, Some(7)), after(7000));
        assert_eq!(Tries::default().failed(true, Some(0)), after(1000));
        assert_eq!(Tries::default().failed(true, Some(3600)), Next::TooLong(3600));
        assert_eq!(Tries::default().failed(true, Some(u64::MAX)), Next::TooLong(u64::MAX));
    }

    #[test]
    fn progress_begins_the_count_anew_but_a_trickle_does_not() {
        let mut tries = Tries::default();
        tries.failed(true, None);
        tries.came(FRESH_START - 1);
        assert_eq!(tries.failed(true, None), Next::After { ms: 2000, attempt: 3, attempts: ATTEMPTS });
        tries.came(FRESH_START);
        assert_eq!(tries.failed(true, None), Next::After { ms: 1000, attempt: 2, attempts: ATTEMPTS });
    }
}
