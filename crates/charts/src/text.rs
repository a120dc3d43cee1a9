//! How Peek writes numbers and tokens: one way, for charts, tables, sentences and the terminal.

/// What stands where a number has no meaning.
pub const UNDEFINED: &str = "undefined";

/// A change with its sign and two decimals: `+1.31`, `−0.74` (a true minus), `0.00`, `undefined`.
#[must_use]
pub fn format_delta(value: f32) -> String {
    format_delta_to(value, 2)
}

/// As [`format_delta`], with a chosen number of decimals. What rounds to zero has no sign.
#[must_use]
pub fn format_delta_to(value: f32, decimals: usize) -> String {
    let plain = format_value_to(value, decimals);
    let positive = plain.starts_with(|c: char| c.is_ascii_digit());
    let zero = plain.chars().all(|c| matches!(c, '0' | '.'));
    if positive && !zero { format!("+{plain}") } else { plain }
}

/// A number with two decimals and a true minus: `12.34`, `−3.10`, `undefined`.
#[must_use]
pub fn format_value(value: f32) -> String {
    format_value_to(value, 2)
}

/// As [`format_value`], with a chosen number of decimals.
#[must_use]
pub fn format_value_to(value: f32, decimals: usize) -> String {
    if !value.is_finite() {
        return UNDEFINED.to_owned();
    }
    let digits = format!("{:.decimals$}", value.abs());
    let zero = digits.chars().all(|c| matches!(c, '0' | '.'));
    if value < 0.0 && !zero { format!("−{digits}") } else { digits }
}

/// A share of one as percent: `83 %`, `4.2 %`, `<0.1 %`, `undefined`. The space does not break.
#[must_use]
pub fn format_percent(share: f32) -> String {
    let percent = share * 100.0;
    if !percent.is_finite() {
        UNDEFINED.to_owned()
    } else if percent != 0.0 && percent.abs() < 0.1 {
        "<0.1\u{a0}%".to_owned()
    } else {
        // One decimal only where it is more than decoration.
        let decimals = usize::from(percent != 0.0 && percent.abs() < 9.95);
        format!("{}\u{a0}%", format_value_to(percent, decimals))
    }
}

/// A rank, where 1 is the top: `#3`.
#[must_use]
pub fn format_rank(rank: usize) -> String {
    format!("#{rank}")
}

/// A token's text with nothing in it that cannot be seen.
///
/// Spaces become `·`, newlines `↵`, tabs `⇥`, other control characters their pictures (`␀`), and characters without a
/// width, or that turn the writing direction, or that look like a space and are none, their number: `‹U+200B›`.
#[must_use]
pub fn visible_token(token: &str) -> String {
    let mut shown = String::with_capacity(token.len() + 4);
    for c in token.chars() {
        match c {
            ' ' => shown.push('·'),
            '\n' => shown.push('↵'),
            '\t' => shown.push('⇥'),
            '\u{7f}' => shown.push('␡'),
            // The pictures U+2400.. follow the order of the characters that they show.
            '\0'..='\u{1f}' => shown.extend(char::from_u32(0x2400 + u32::from(c))),
            _ if c.is_control() || c.is_whitespace() || is_invisible(c) => {
                shown.push_str(&format!("‹U+{:04X}›", u32::from(c)));
            }
            _ => shown.push(c),
        }
    }
    shown
}

/// Characters without a width of their own, and those that change the direction of what follows.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}'
        | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deltas_carry_their_sign() {
        assert_eq!(format_delta(1.314), "+1.31");
        assert_eq!(format_delta(-0.74), "\u{2212}0.74");
        assert_eq!(format_delta(12.0), "+12.00");
        assert_eq!(format_delta_to(-2.34, 1), "−2.3");
    }

    #[test]
    fn what_rounds_to_zero_takes_no_side() {
        for zero in [0.0, -0.0, 0.004, -0.004] {
            assert_eq!(format_delta(zero), "0.00");
            assert_eq!(format_value(zero), "0.00");
        }
        assert_eq!(format_delta(-0.006), "−0.01");
    }

    #[test]
    fn what_is_no_number_says_so() {
        for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
            assert_eq!(format_delta(bad), "undefined");
            assert_eq!(format_value(bad), "undefined");
            assert_eq!(format_percent(bad), "undefined");
        }
    }

    #[test]
    fn percents_are_as_long_as_they_are_useful() {
        let cases = [
            (0.831, "83 %"),
            (1.0, "100 %"),
            (0.0, "0 %"),
            (0.0421, "4.2 %"),
            (0.0998, "10 %"),
            (0.001, "0.1 %"),
            (0.0004, "<0.1 %"),
            (-0.5, "−50 %"),
        ];
        for (share, shown) in cases {
            assert_eq!(format_percent(share).replace('\u{a0}', " "), shown);
        }
    }

    #[test]
    fn nothing_in_a_token_stays_unseen() {
        assert_eq!(visible_token(" Jane"), "·Jane");
        assert_eq!(visible_token("\n\n\tx\r"), "↵↵⇥x␍");
        assert_eq!(visible_token("\0\u{1b}\u{7f}"), "␀␛␡");
        assert_eq!(visible_token("a\u{200b}b\u{202e}c"), "a‹U+200B›b‹U+202E›c");
        assert_eq!(visible_token("\u{a0}\u{85}\u{feff}"), "‹U+00A0›‹U+0085›‹U+FEFF›");
        assert_eq!(visible_token("Brontë <&> 日本 👍 \u{fffd}"), "Brontë·<&>·日本·👍·\u{fffd}");
    }
}
