//! The pieces that a file is kept in.

use std::fmt::Write;

use sha2::{Digest, Sha256};

/// Bytes of a piece; a file's last one is shorter. What a reload loses is less than one of them.
pub const PIECE: u64 = 8 << 20;

/// Bytes that a seal adds.
const SEAL: usize = 32;

/// Puts a piece's own digest behind it: storage that was cut off while it wrote, or that rots, is noticed where it is
/// read, before anything of it is used.
pub(crate) fn seal(piece: &mut Vec<u8>) {
    let digest = Sha256::digest(&*piece);
    piece.extend_from_slice(&digest);
}

/// The piece of `expected` bytes under its seal; `None` where it is not whole and sound.
pub(crate) fn open(mut sealed: Vec<u8>, expected: u64) -> Option<Vec<u8>> {
    let len = sealed.len().checked_sub(SEAL)?;
    if u64::try_from(len).ok()? != expected || Sha256::digest(&sealed[..len]).as_slice() != &sealed[len..] {
        return None;
    }
    sealed.truncate(len);
    Some(sealed)
}

/// How many pieces a file of `total` bytes has.
pub(crate) fn count(total: u64) -> u64 {
    total.div_ceil(PIECE)
}

/// Bytes of the piece that begins at `at` of a file of `total` bytes.
pub(crate) fn len(at: u64, total: u64) -> u64 {
    PIECE.min(total.saturating_sub(at))
}

/// Bytes as lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The SHA-256 of several texts, each ended by a byte that no text has.
pub(crate) fn digest_of(texts: &[&str]) -> String {
    let mut hasher = Sha256::new();
    for text in texts {
        hasher.update(text.as_bytes());
        hasher.update([0xff]);
    }
    hex(&hasher.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_piece_that_is_not_as_it_was_sealed_does_not_open() {
        let piece: Vec<u8> = (0..100).collect();
        let mut sealed = piece.clone();
        seal(&mut sealed);
        assert_eq!(open(sealed.clone(), 100), Some(piece));
        assert_eq!(open(sealed.clone(), 99), None, "another length");
        assert_eq!(open(sealed[..131].to_vec(), 100), None, "cut short");
        assert_eq!(open(sealed[..131].to_vec(), 99), None, "cut short, and taken for a shorter one");
        for at in [0, 50, 99, 100, 131] {
            let mut flipped = sealed.clone();
            flipped[at] ^= 1;
            assert_eq!(open(flipped, 100), None, "byte {at}");
        }
        assert_eq!(open(Vec::new(), 0), None);
    }

    #[test]
    fn texts_do_not_run_together() {
        assert_ne!(digest_of(&["ab", "c"]), digest_of(&["a", "bc"]));
    }
}
