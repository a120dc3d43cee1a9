//! Bytes, bent without regard for what they mean.

use std::ops::Range;

use rand::{Rng, rngs::StdRng, seq::IndexedRandom};

use super::odd;

/// Longest that repeating makes an input.
const REPEATED: usize = 90_000;

/// Bends bytes in one place.
pub(super) fn bend(bytes: &mut Vec<u8>, other: &[u8], words: &[&str], random: &mut StdRng) {
    let at = random.random_range(0..=bytes.len());
    match random.random_range(0..15) {
        0 if at < bytes.len() => bytes[at] ^= 1 << random.random_range(0..8),
        1 if at < bytes.len() => bytes[at] = odd::BYTES.choose(random).copied().unwrap_or_default(),
        2 => bytes.truncate(at),
        3 => drop(bytes.drain(range(bytes.len(), random))),
        4 => repeat(bytes, random),
        5 => insert(bytes, at, &other[range(other.len(), random)]),
        6 | 7 => insert(bytes, at, words.choose(random).unwrap_or(&"").as_bytes()),
        8 => insert(bytes, at, odd::TEXTS.choose(random).unwrap_or(&"").as_bytes()),
        9 | 10 => replace_number(bytes, random),
        11 => overwrite_length(bytes, random),
        12 => {
            let piece = bytes[piece(bytes, random)].to_vec();
            let to = piece_start(bytes, at);
            insert(bytes, to, &piece);
        }
        13 => drop(bytes.drain(piece(bytes, random))),
        _ => nest(bytes, at, random),
    }
}

fn insert(bytes: &mut Vec<u8>, at: usize, part: &[u8]) {
    bytes.splice(at..at, part.iter().copied());
}

/// A stretch, more often a short one.
fn range(length: usize, random: &mut StdRng) -> Range<usize> {
    let from = random.random_range(0..=length);
    let most = if random.random_bool(0.8) { 24.min(length - from) } else { length - from };
    from..from + random.random_range(0..=most)
}

/// A stretch, many times over: rarely so often that limits are reached.
fn repeat(bytes: &mut Vec<u8>, random: &mut StdRng) {
    let range = range(bytes.len(), random);
    let part = bytes[range.clone()].to_vec();
    let times = if random.random_bool(0.05) { 20_000 } else { random.random_range(1..40) };
    let times = times.min(REPEATED / part.len().max(1));
    insert(bytes, range.end, &part.repeat(times));
}

/// Digits somewhere become another number.
fn replace_number(bytes: &mut Vec<u8>, random: &mut StdRng) {
    let from = random.random_range(0..=bytes.len());
    let Some(start) = bytes[from..].iter().position(u8::is_ascii_digit).map(|at| from + at) else { return };
    let end =
        bytes[start..].iter().position(|byte| !byte.is_ascii_digit()).map_or(bytes.len(), |at| start + at);
    let number = odd::NUMBERS.choose(random).unwrap_or(&"0");
    bytes.splice(start..end, number.bytes());
}

/// Eight bytes, mostly the first, become another length.
fn overwrite_length(bytes: &mut [u8], random: &mut StdRng) {
    let Some(last) = bytes.len().checked_sub(8) else { return };
    let at = if random.random_bool(0.5) { 0 } else { random.random_range(0..=last) };
    let length = odd::LENGTHS.choose(random).copied().unwrap_or_default();
    bytes[at..at + 8].copy_from_slice(&length.to_le_bytes());
}

fn is_edge(byte: u8) -> bool {
    matches!(byte, b',' | b'{' | b'[' | b'\n' | b'&' | b'\t' | b'/')
}

/// Where the piece begins that a byte is in: keys and values, cells, lines, parts of an address.
fn piece_start(bytes: &[u8], at: usize) -> usize {
    bytes[..at].iter().rposition(|byte| is_edge(*byte)).map_or(0, |edge| edge + 1)
}

/// Such a piece with the edge behind it.
fn piece(bytes: &[u8], random: &mut StdRng) -> Range<usize> {
    let at = random.random_range(0..=bytes.len());
    let start = piece_start(bytes, at);
    start..bytes[at..].iter().position(|byte| is_edge(*byte)).map_or(bytes.len(), |edge| at + edge + 1)
}

/// Brackets in brackets.
fn nest(bytes: &mut Vec<u8>, at: usize, random: &mut StdRng) {
    let depth = if random.random_bool(0.2) { 30_000 } else { random.random_range(1..200) };
    let (open, close) = [("[", "]"), ("{\"a\":", "}"), ("\"", "\"")][random.random_range(0..3)];
    let depth = depth.min(REPEATED / open.len());
    let inner = if random.random_bool(0.5) { close.repeat(depth) } else { String::new() };
    insert(bytes, at, inner.as_bytes());
    insert(bytes, at, open.repeat(depth).as_bytes());
}
