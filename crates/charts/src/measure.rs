//! Widths of text, estimated: no backend tells the real ones, and layouts must be the same on all of them.
//!
//! The estimates are those of DejaVu Sans, wider than most system fonts. They decide what is shortened or left out; where text stands is decided by its
//! anchor, never by these.

/// The two families that charts use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Family {
    /// Numbers and captions.
    Text,
    /// Tokens and head names.
    Mono,
}

impl Family {
    /// The CSS list of families.
    pub(crate) fn css(self) -> &'static str {
        match self {
            Self::Text => "system-ui, sans-serif",
            Self::Mono => "ui-monospace, SFMono-Regular, Menlo, Consolas, monospace",
        }
    }

    fn advance(self, c: char) -> f64 {
        let wide = matches!(u32::from(c), 0x1100..=0x115f | 0x2e80..=0xa4cf | 0xac00..=0xd7a3 | 0xf900..=0xfaff
            | 0xfe30..=0xfe6f | 0xff00..=0xff60 | 0x1f300..=0x1faff | 0x20000..=0x3ffff);
        match (self, c) {
            _ if wide => 1.2,
            (Self::Mono, _) => 0.61,
            (Self::Text, 'i' | 'j' | 'l' | '.' | ',' | '\'' | ':' | ';' | '|' | '!' | ' ' | '·' | 'I') => {
                0.34
            }
            (Self::Text, 'f' | 't' | 'r' | '(' | ')') => 0.41,
            (Self::Text, 's' | 'c' | 'k' | 'v' | 'x' | 'y' | 'z' | '?') => 0.56,
            (Self::Text, 'm' | 'M' | 'W' | '%' | '…') => 1.0,
            (Self::Text, 'w' | '+' | '−' | '<' | '>' | '=' | '→') => 0.84,
            (Self::Text, 'A'..='Z') => 0.72,
            (Self::Text, _) => 0.64,
        }
    }

    /// The width of `text` in pixels at a font size in pixels.
    pub(crate) fn width(self, text: &str, size: f64) -> f64 {
        text.chars().map(|c| self.advance(c)).sum::<f64>() * size
    }

    /// `text`, or as much of its beginning as fits `width` with an ellipsis behind it.
    pub(crate) fn fit(self, text: &str, size: f64, width: f64) -> String {
        if self.width(text, size) <= width {
            return text.to_owned();
        }
        let room = width - self.advance('…') * size;
        let mut used = 0.0;
        let kept = text.chars().take_while(|&c| {
            used += self.advance(c) * size;
            used <= room
        });
        let mut shortened: String = kept.collect();
        shortened.truncate(shortened.trim_end().len());
        shortened.push('…');
        shortened
    }
}

/// Every how many labels one is shown, when each needs `need` pixels and they stand `pitch` apart.
pub(crate) fn label_step(need: f64, pitch: f64) -> usize {
    if pitch <= 0.0 {
        return usize::MAX;
    }
    let least = (need / pitch).ceil().max(1.0);
    // Steps that count well in one's head.
    [1.0, 2.0, 4.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0]
        .into_iter()
        .find(|&step| step >= least)
        .map_or(1000, |step| step as usize)
}

/// Whether label `index` is shown: every `step`th, and the `marked` ones, most important first, which push their
/// neighbours aside.
pub(crate) fn label_shown(index: usize, step: usize, marked: &[usize]) -> bool {
    let free_of = |marks: &[usize]| marks.iter().all(|&m| m == index || m.abs_diff(index) >= step);
    match marked.iter().position(|&m| m == index) {
        Some(place) => free_of(&marked[..place]),
        None => index.is_multiple_of(step) && free_of(marked),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_ends_in_an_ellipsis_and_fits() {
        let long = "Who wrote Pride and Prejudice?";
        for family in [Family::Text, Family::Mono] {
            assert_eq!(family.fit(long, 11.0, 1000.0), long);
            for width in [20.0, 60.0, 100.0] {
                let cut = family.fit(long, 11.0, width);
                assert!(cut.ends_with('…') && family.width(&cut, 11.0) <= width, "{cut} in {width}");
            }
            assert_eq!(family.fit(long, 11.0, 0.0), "…");
            assert_eq!(family.fit("日本語日本語", 10.0, 40.0), "日本…");
        }
    }

    #[test]
    fn thinned_labels_never_overlap_marked_ones() {
        let step = label_step(30.0, 11.0);
        assert_eq!(step, 4);
        let shown: Vec<_> = (0..16).filter(|&i| label_shown(i, step, &[5])).collect();
        assert_eq!(shown, [0, 5, 12]);
        let shown: Vec<_> = (0..16).filter(|&i| label_shown(i, step, &[5, 6, 15])).collect();
        assert_eq!(shown, [0, 5, 15], "the pointer's label wins over the pinned one beside it");
        assert!((0..16).all(|i| label_shown(i, label_step(10.0, 11.0), &[])));
    }
}
