use crate::InterpError;

/// Which position of a donor's prompt lends to which position of the base prompt: the base is the prompt whose run is
/// changed.
///
/// Positions may stay alone; a position of the donor may lend more than once, and order may be crossed, since a name may
/// stand elsewhere in the other prompt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PositionMap {
    /// For each base position, the donor's.
    donors: Vec<Option<usize>>,
    donor_len: usize,
}

/// One column of the two token strips laid side by side; at least one of the two is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Meeting {
    /// Position in the base prompt.
    pub base: Option<usize>,
    /// Position in the donor's prompt.
    pub donor: Option<usize>,
}

impl PositionMap {
    /// The map that token sequences suggest.
    ///
    /// Of equal lengths: each position meets its own. Otherwise first meets first and last meets last, tokens that both
    /// begin or end with meet each other, and between these the longest common subsequence does; where a gap between
    /// two meetings is equally long on both sides, its positions meet in order too. What is left stays alone.
    #[must_use]
    pub fn align<T: PartialEq>(base: &[T], donor: &[T]) -> Self {
        let (n, m) = (base.len(), donor.len());
        let mut map = Self { donors: vec![None; n], donor_len: m };
        if n == m {
            map.donors = (0..n).map(Some).collect();
            return map;
        }
        if n == 0 || m == 0 {
            return map;
        }
        let shorter = n.min(m);
        // Where one prompt is a single token, that one is a last position before it is a first one.
        let first = base.iter().zip(donor).take_while(|(a, b)| a == b).count().max(1).min(shorter - 1);
        let ends = base.iter().rev().zip(donor.iter().rev()).take_while(|(a, b)| a == b).count().max(1);
        let last = ends.min(shorter - first);
        (0..first).for_each(|at| map.donors[at] = Some(at));
        (1..=last).for_each(|back| map.donors[n - back] = Some(m - back));
        for (a, b) in common(&base[first..n - last], &donor[first..m - last]) {
            map.donors[first + a] = Some(first + b);
        }
        map.fill_gaps();
        map
    }

    /// A map that meets nothing, to be edited; or the beginning of one that was written down.
    #[must_use]
    pub fn alone(base_len: usize, donor_len: usize) -> Self {
        Self { donors: vec![None; base_len], donor_len }
    }

    /// Lets base position `base` take from the donor's position, or from none.
    ///
    /// # Errors
    /// Where one of the prompts has no such position.
    pub fn set(&mut self, base: usize, donor: Option<usize>) -> Result<(), InterpError> {
        let (tokens, donor_len) = (self.donors.len(), self.donor_len);
        if let Some(position) = donor.filter(|&donor| donor >= donor_len) {
            return Err(InterpError::NoSuchPosition { position, tokens: donor_len });
        }
        let place = self.donors.get_mut(base);
        *place.ok_or(InterpError::NoSuchPosition { position: base, tokens })? = donor;
        Ok(())
    }

    /// The donor's position for a base position; `None` where it stays alone, or there is no such position.
    #[must_use]
    pub fn donor(&self, base: usize) -> Option<usize> {
        self.donors.get(base).copied().flatten()
    }

    /// Tokens of the base prompt.
    #[must_use]
    pub fn base_len(&self) -> usize {
        self.donors.len()
    }

    /// Tokens of the donor's prompt.
    #[must_use]
    pub fn donor_len(&self) -> usize {
        self.donor_len
    }

    /// The base positions that meet one of the donor's.
    pub fn paired(&self) -> impl Iterator<Item = usize> + '_ {
        self.donors.iter().enumerate().filter_map(|(base, donor)| donor.map(|_| base))
    }

    /// The map read the other way: where a donor's position lends more than once, the first borrower lends back.
    #[must_use]
    pub fn reversed(&self) -> Self {
        let mut back = Self::alone(self.donor_len, self.donors.len());
        for (base, donor) in self.donors.iter().enumerate().rev() {
            if let Some(place) = donor.and_then(|donor| back.donors.get_mut(donor)) {
                *place = Some(base);
            }
        }
        back
    }

    /// Both prompts side by side: each base position once, in order, and the donor's lonely positions before the next
    /// one that lends.
    #[must_use]
    pub fn meetings(&self) -> Vec<Meeting> {
        let lends = |donor: usize| self.donors.contains(&Some(donor));
        let mut shown = 0;
        let mut columns = Vec::new();
        let mut alone = |columns: &mut Vec<Meeting>, to: usize| {
            let lonely = (shown..to).filter(|&donor| !lends(donor));
            columns.extend(lonely.map(|donor| Meeting { base: None, donor: Some(donor) }));
            shown = shown.max(to);
        };
        for (base, &donor) in self.donors.iter().enumerate() {
            if let Some(donor) = donor {
                alone(&mut columns, donor);
            }
            columns.push(Meeting { base: Some(base), donor });
        }
        alone(&mut columns, self.donor_len);
        columns
    }

    /// Lets positions meet in order where a gap between two meetings is as long on one side as on the other.
    fn fill_gaps(&mut self) {
        let met: Vec<(usize, usize)> =
            self.donors.iter().enumerate().filter_map(|(base, donor)| Some((base, (*donor)?))).collect();
        for pair in met.windows(2) {
            let ((a, b), (c, d)) = (pair[0], pair[1]);
            if c - a == d - b {
                (1..c - a).for_each(|step| self.donors[a + step] = Some(b + step));
            }
        }
    }
}

/// A longest common subsequence, as pairs of places; the earliest places of the first sequence where there are several.
fn common<T: PartialEq>(a: &[T], b: &[T]) -> Vec<(usize, usize)> {
    let width = b.len() + 1;
    // `longest[i][j]`: of `a[i..]` and `b[j..]`.
    let mut longest = vec![0u32; (a.len() + 1) * width];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            longest[i * width + j] = if a[i] == b[j] {
                longest[(i + 1) * width + j + 1] + 1
            } else {
                longest[(i + 1) * width + j].max(longest[i * width + j + 1])
            };
        }
    }
    let (mut i, mut j, mut pairs) = (0, 0, Vec::new());
    while i < a.len() && j < b.len() {
        if a[i] == b[j] {
            pairs.push((i, j));
            (i, j) = (i + 1, j + 1);
        } else if longest[(i + 1) * width + j] >= longest[i * width + j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn letters(map: &PositionMap) -> Vec<Option<usize>> {
        (0..map.base_len()).map(|base| map.donor(base)).collect()
    }

    fn align(base: &str, donor: &str) -> Vec<Option<usize>> {
        letters(&PositionMap::align(base.as_bytes(), donor.as_bytes()))
    }

    #[test]
    fn tokens_that_correspond_meet() {
        assert_eq!(align("abc", "axc"), [Some(0), Some(1), Some(2)], "equal lengths: each its own");
        let appended = align("abc?xy.", "abc?");
        assert_eq!(appended, [Some(0), Some(1), Some(2), None, None, None, Some(3)], "last meets last");
        assert_eq!(align("abc?", "abc?xy."), [Some(0), Some(1), Some(2), Some(6)]);
        assert_eq!(align("<axb>", "<aqqb>"), [Some(0), Some(1), None, Some(4), Some(5)]);
        assert_eq!(align("<1ab2c>", "<34ab5c>")[2..], [3, 4, 5, 6, 7].map(Some), "an equal gap is filled");
        assert_eq!(align("a", "bcd"), [Some(2)]);
        assert_eq!(align("bcd", "a"), [None, None, Some(0)]);
    }

    #[test]
    fn a_map_is_edited_within_both_prompts() {
        let mut map = PositionMap::align(b"abc?xy.", b"abc?");
        map.set(3, Some(3)).expect("both are there");
        map.set(6, None).expect("there");
        assert_eq!(letters(&map)[3..], [Some(3), None, None, None]);
        let error = map.set(0, Some(4)).expect_err("no such donor position").to_string();
        assert!(error.contains("position 4") && error.contains("4 tokens"), "{error}");
        assert!(map.set(7, None).is_err());
    }

    proptest! {
        #[test]
        fn an_alignment_is_anchored_in_order_and_whole(
            base in proptest::collection::vec(0..4u8, 1..12),
            donor in proptest::collection::vec(0..4u8, 1..12),
        ) {
            let map = PositionMap::align(&base, &donor);
            prop_assert_eq!(map.donor(base.len() - 1), Some(donor.len() - 1));
            if base.len() > 1 && donor.len() > 1 {
                prop_assert_eq!(map.donor(0), Some(0));
            }
            let met: Vec<usize> = map.paired().filter_map(|at| map.donor(at)).collect();
            prop_assert!(met.windows(2).all(|pair| pair[0] < pair[1]), "{:?}", met);
            prop_assert_eq!(&map, &PositionMap::align(&base, &donor));
            prop_assert_eq!(&map.reversed().reversed(), &map);
            let columns = map.meetings();
            let bases: Vec<usize> = columns.iter().filter_map(|column| column.base).collect();
            let donors: Vec<usize> = columns.iter().filter_map(|column| column.donor).collect();
            prop_assert_eq!(bases, (0..base.len()).collect::<Vec<_>>());
            prop_assert_eq!(donors, (0..donor.len()).collect::<Vec<_>>());
        }
    }
}
