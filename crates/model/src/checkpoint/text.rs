/// A name or a value out of a file, short and printable enough to stand in a message.
pub(crate) fn clip(text: &str) -> String {
    const MOST: usize = 80;
    // What cannot be printed takes up to ten characters where it is escaped.
    const MOST_BYTES: usize = 240;
    let mut shown = String::new();
    for (at, letter) in text.chars().enumerate() {
        if at == MOST || shown.len() >= MOST_BYTES {
            shown.push('…');
            break;
        }
        shown.extend(letter.escape_debug());
    }
    shown
}

/// A shape as `[50257, 768]`.
pub(crate) fn shape(dims: &[u64]) -> String {
    format!("{dims:?}")
}

/// Bytes in lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::clip;

    #[test]
    fn what_is_shown_is_short_whatever_it_is_made_of() {
        assert_eq!(clip("wte.weight"), "wte.weight");
        assert_eq!(clip(&"a".repeat(80)), "a".repeat(80));
        assert_eq!(clip(&"a".repeat(81)), format!("{}…", "a".repeat(80)));
        assert_eq!(clip("a\n\u{200d}"), "a\\n\\u{200d}");
        for text in ["\u{200d}", "\u{10ffff}", "日"] {
            let shown = clip(&text.repeat(1000));
            assert!(shown.len() <= 260 && shown.ends_with('…'), "{shown}");
        }
    }
}
