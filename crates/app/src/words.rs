//! Numbers and tokens as the page writes them.

/// Keeps a number and its unit on one line.
const NBSP: char = '\u{a0}';
/// A minus that is as wide as a plus.
const MINUS: char = '\u{2212}';

/// A token's text made visible: a leading space as `·`, a newline as `↵`, a tab as `⇥`.
#[must_use]
pub fn visible(text: &str) -> String {
    if text.is_empty() {
        // The rest of a character that the token before it shows whole.
        return "…".to_owned();
    }
    text.chars()
        .map(|c| match c {
            ' ' => '·',
            '\n' => '↵',
            '\r' => '␍',
            '\t' => '⇥',
            c if c.is_control() => '␦',
            c => c,
        })
        .collect()
}

fn fixed(value: f32, decimals: usize, plus: bool) -> String {
    if !value.is_finite() {
        return "not a number".to_owned();
    }
    let digits = format!("{:.decimals$}", value.abs());
    let is_zero = digits.bytes().all(|b| b == b'0' || b == b'.');
    match (is_zero, value < 0.0, plus) {
        (false, true, _) => format!("{MINUS}{digits}"),
        (false, false, true) => format!("+{digits}"),
        _ => digits,
    }
}

/// A logit: two decimals.
#[must_use]
pub fn logit(value: f32) -> String {
    fixed(value, 2, false)
}

/// A difference of logits: two decimals and a sign.
#[must_use]
pub fn delta(value: f32) -> String {
    fixed(value, 2, true)
}

/// A probability: whole percents, with a decimal below 10 %, and `<0.1 %` rather than a false zero.
#[must_use]
pub fn percent(probability: f32) -> String {
    let value = probability * 100.0;
    if !value.is_finite() {
        "not a number".to_owned()
    } else if value > 0.0 && value < 0.1 {
        format!("<0.1{NBSP}%")
    } else if value < 9.95 {
        format!("{value:.1}{NBSP}%")
    } else {
        format!("{value:.0}{NBSP}%")
    }
}

/// A share of the gap: whole percents with a real minus.
#[must_use]
pub fn share(normalised: f32) -> String {
    format!("{}{NBSP}%", fixed(normalised * 100.0, 0, false))
}

/// A place among all tokens: `#3`.
#[must_use]
pub fn rank(rank: u32) -> String {
    format!("#{rank}")
}

/// A place in words: `first` to `tenth`, then `11th`.
#[must_use]
pub fn ordinal(place: u32) -> String {
    const WORDS: [&str; 10] =
        ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"];
    let word = place.checked_sub(1).and_then(|i| WORDS.get(i as usize));
    if let Some(word) = word {
        return (*word).to_owned();
    }
    let suffix = match (place % 10, place % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{}{suffix}", grouped(u64::from(place)))
}

/// Thousands apart: `50,257`.
fn grouped(value: u64) -> String {
    let digits = value.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A number of bytes: `548 MB`, with a decimal below 10 MB, and `12 kB` below one.
#[must_use]
pub fn bytes(value: u64) -> String {
    // Two or three digits are shown: the rounding of the cast does not show.
    let mega = value as f64 / 1e6;
    match mega {
        m if m >= 9950.0 => format!("{:.1}{NBSP}GB", m / 1e3),
        m if m >= 9.95 => format!("{m:.0}{NBSP}MB"),
        m if m >= 0.95 => format!("{m:.1}{NBSP}MB"),
        m => format!("{:.0}{NBSP}kB", m * 1e3),
    }
}

/// How far a number of bytes is: `212 of 548 MB`; `212 MB` where the whole is not known.
#[must_use]
pub fn bytes_of(done: u64, total: Option<u64>) -> String {
    let done = bytes(done);
    let Some(total) = total.map(bytes) else { return done };
    match (done.split_once(NBSP), total.split_once(NBSP)) {
        (Some((number, unit)), Some((_, of))) if unit == of => format!("{number} of {total}"),
        _ => format!("{done} of {total}"),
    }
}

/// A time that is left: `40 s`, `3 min 20 s`, `2 h 5 min`.
#[must_use]
pub fn duration(seconds: f64) -> String {
    // Casts of floats saturate, and NaN becomes 0.
    let seconds = seconds.ceil() as u64;
    match seconds {
        s if s < 60 => format!("{s}{NBSP}s"),
        s if s < 3600 => format!("{}{NBSP}min {}{NBSP}s", s / 60, s % 60),
        s => format!("{}{NBSP}h {}{NBSP}min", s / 3600, s % 3600 / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_and_zeros_are_told_apart() {
        assert_eq!(delta(1.305), "+1.30");
        assert_eq!(delta(-0.25), "\u{2212}0.25");
        assert_eq!(delta(-0.004), "0.00");
        assert_eq!(logit(2.0), "2.00");
        assert_eq!(logit(f32::NAN), "not a number");
    }

    #[test]
    fn small_probabilities_are_not_called_zero() {
        assert_eq!(percent(0.834), "83\u{a0}%");
        assert_eq!(percent(0.04), "4.0\u{a0}%");
        assert_eq!(percent(1e-6), "<0.1\u{a0}%");
        assert_eq!(percent(0.0), "0.0\u{a0}%");
        assert_eq!(percent(0.0999), "10\u{a0}%");
    }

    #[test]
    fn places_are_words() {
        let said: Vec<_> = [1, 10, 11, 12, 21, 22, 103, 111, 50257].map(ordinal).into();
        assert_eq!(said, ["first", "tenth", "11th", "12th", "21st", "22nd", "103rd", "111th", "50,257th"]);
    }

    #[test]
    fn white_space_is_visible() {
        assert_eq!(visible(" Jane"), "·Jane");
        assert_eq!(visible("\n\t\u{7}"), "↵⇥␦");
    }
}
