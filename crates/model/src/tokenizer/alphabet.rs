/// The 256 characters that stand for bytes in GPT-2's vocabulary, as `(byte, character)`, in the order of ids 0..255:
/// bytes that print come first and stand for themselves, the others follow and are counted from U+0100.
pub(crate) fn alphabet() -> impl Iterator<Item = (u8, char)> {
    let prints = |byte: &u8| matches!(byte, b'!'..=b'~' | 0xa1..=0xac | 0xae..=0xff);
    let printing = (0..=u8::MAX).filter(prints).map(|byte| (byte, char::from(byte)));
    let others = (0..=u8::MAX).filter(move |byte| !prints(byte)).zip('\u{100}'..);
    printing.chain(others)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_alphabet_is_the_published_one() {
        let all: Vec<(u8, char)> = alphabet().collect();
        assert_eq!(all.len(), 256);
        assert_eq!(all[0], (b'!', '!'));
        assert_eq!(all[187], (0xff, 'ÿ'));
        assert_eq!(all[188], (0, 'Ā'));
        assert!(all.contains(&(b' ', 'Ġ')) && all.contains(&(b'\n', 'Ċ')) && all.contains(&(0xad, 'Ń')));
    }
}
