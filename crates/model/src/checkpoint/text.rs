/// A name or a value out of a file, short and printable enough to stand in a message.
pub(crate) fn clip(text: &str) -> String {
    const MOST: usize = 80;
    let mut shown: String = text.chars().take(MOST).flat_map(char::escape_debug).collect();
    if text.chars().nth(MOST).is_some() {
        shown.push('…');
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
