//! How far a model's bytes are, how fast they come, and how long it will still take.

use std::collections::VecDeque;

use peek_protocol::{Delivery, DeliverySource};

/// The stretch of time that the rate is taken over, in ms.
const WINDOW_MS: f64 = 5000.0;
/// The shortest stretch that a rate can be taken over.
const SHORTEST_MS: f64 = 500.0;
/// At most so often is told how far it is.
const EVERY_MS: f64 = 100.0;

/// Counts the bytes of all files of a model.
pub(crate) struct Meter {
    /// Bytes so far and in all, of each file.
    files: Vec<(u64, Option<u64>)>,
    /// Bytes from the network so far, at times within the window.
    samples: VecDeque<(f64, u64)>,
    network: u64,
    told: Option<(f64, DeliverySource)>,
}

impl Meter {
    /// Of files whose lengths are known, or not.
    pub(crate) fn new(lengths: impl Iterator<Item = Option<u64>>) -> Self {
        let files = lengths.map(|length| (0, length)).collect();
        Self { files, samples: VecDeque::new(), network: 0, told: None }
    }

    /// A file's length has become known.
    pub(crate) fn set_total(&mut self, file: usize, total: u64) {
        if let Some(file) = self.files.get_mut(file) {
            file.1 = Some(total);
        }
    }

    /// Bytes of a file have come.
    pub(crate) fn add(&mut self, file: usize, bytes: u64, source: DeliverySource, now: f64) {
        if let Some(file) = self.files.get_mut(file) {
            file.0 += bytes;
        }
        if source == DeliverySource::Network {
            if self.samples.is_empty() {
                self.samples.push_back((now, self.network));
            }
            self.network += bytes;
        }
    }

    /// What to tell now; nothing where the last word is recent and of the same kind.
    pub(crate) fn word(&mut self, source: DeliverySource, now: f64) -> Option<Delivery> {
        let is_kind =
            |other: DeliverySource| std::mem::discriminant(&other) == std::mem::discriminant(&source);
        let is_waiting = matches!(source, DeliverySource::Waiting { .. });
        let is_recent = self.told.is_some_and(|(at, kind)| now - at < EVERY_MS && is_kind(kind));
        (!is_recent || is_waiting).then(|| self.last_word(source, now))
    }

    /// What to tell now, whenever the last word was.
    pub(crate) fn last_word(&mut self, source: DeliverySource, now: f64) -> Delivery {
        self.told = Some((now, source));
        let done = self.files.iter().map(|(done, _)| done).sum();
        let total = self.files.iter().try_fold(0_u64, |sum, (_, total)| sum.checked_add((*total)?));
        let rate = if source == DeliverySource::Network { self.rate(now) } else { None };
        let left_s = rate.zip(total).map(|(rate, total)| total.saturating_sub(done) as f64 / rate);
        Delivery { source, done, total, rate, left_s }
    }

    fn rate(&mut self, now: f64) -> Option<f64> {
        self.samples.push_back((now, self.network));
        // The one at the window's edge stays: the rate is taken from there.
        while self.samples.get(1).is_some_and(|(at, _)| now - at > WINDOW_MS) {
            self.samples.pop_front();
        }
        let (at, bytes) = *self.samples.front()?;
        let rate = (self.network - bytes) as f64 / (now - at) * 1000.0;
        (now - at >= SHORTEST_MS && rate > 0.0).then_some(rate)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_is_that_of_the_last_seconds_and_of_the_network_alone() {
        let mut meter = Meter::new([Some(1_000_000), Some(20_000_000)].into_iter());
        meter.add(0, 1_000_000, DeliverySource::Kept, 0.0);
        let word = meter.word(DeliverySource::Kept, 0.0).expect("the first word");
        assert_eq!((word.done, word.total, word.rate), (1_000_000, Some(21_000_000), None));
        // Ten seconds of 100 kB/s, then ten of 1 MB/s.
        let mut now = 0.0;
        for step in 0..200 {
            now += 100.0;
            meter.add(1, if step < 100 { 10_000 } else { 100_000 }, DeliverySource::Network, now);
            meter.word(DeliverySource::Network, now);
        }
        let word = meter.last_word(DeliverySource::Network, now);
        let rate = word.rate.expect("twenty seconds have passed");
        assert!((rate / 1_000_000.0 - 1.0).abs() < 0.05, "{rate}");
        let left = word.left_s.expect("rate and total are known");
        assert!((left - 9.0).abs() < 0.5, "{left}");
    }

    #[test]
    fn it_tells_at_most_ten_times_a_second_but_every_change_of_source() {
        let mut meter = Meter::new([Some(1000)].into_iter());
        let mut words = 0;
        for ms in 0..1000 {
            meter.add(0, 1, DeliverySource::Network, f64::from(ms));
            words += usize::from(meter.word(DeliverySource::Network, f64::from(ms)).is_some());
        }
        assert!((9..=10).contains(&words), "{words}");
        let waiting = DeliverySource::Waiting { ms: 1000, attempt: 2, attempts: 6 };
        assert!(meter.word(waiting, 999.5).is_some());
        assert!(meter.word(DeliverySource::Network, 999.6).is_some());
    }

    #[test]
    fn a_total_needs_every_files_length() {
        let mut meter = Meter::new([None, Some(5)].into_iter());
        assert_eq!(meter.last_word(DeliverySource::Network, 0.0).total, None);
        meter.set_total(0, 3);
        assert_eq!(meter.last_word(DeliverySource::Network, 0.0).total, Some(8));
    }
}
