//! What programs trip over.

/// Texts: invisible, turned round, wide, half, and what other readers take for commands.
pub(super) const TEXTS: [&str; 34] = [
    "",
    "\u{0}",
    "\u{7}",
    "\u{1b}[31m",
    "\u{7f}",
    "\u{85}",
    "\u{a0}",
    "\u{ad}",
    "\u{200b}",
    "\u{200d}",
    "\u{202e}",
    "\u{2028}",
    "\u{2066}a\u{2069}",
    "\u{feff}",
    "\u{fffd}",
    "\u{ffff}",
    "\u{10ffff}",
    "e\u{301}\u{301}\u{301}",
    "\u{1f469}\u{200d}\u{1f469}\u{200d}\u{1f467}",
    "\u{1f1e9}\u{1f1ea}",
    "\u{5d0}\u{5d1}",
    "\u{130}",
    "\u{df}",
    "\\ud800",
    "\\udc00\\ud800",
    "\\u0000",
    "%00",
    "%F0%9F",
    "=1+1",
    "'=",
    "\r",
    "\r\n",
    "\t",
    "{}",
];

/// Numbers at the edges of what readers count with.
pub(super) const NUMBERS: [&str; 30] = [
    "0",
    "-0",
    "-1",
    "1",
    "2",
    "3",
    "127",
    "128",
    "255",
    "256",
    "32767",
    "65535",
    "65536",
    "999999",
    "2147483647",
    "2147483648",
    "4294967295",
    "4294967296",
    "9007199254740993",
    "9223372036854775807",
    "9223372036854775808",
    "18446744073709551615",
    "18446744073709551616",
    "1e39",
    "-3.5e38",
    "1e308",
    "1e999",
    "1e-400",
    "0.1",
    "NaN",
];

/// The same as eight bytes.
pub(super) const LENGTHS: [u64; 12] =
    [0, 1, 2, 7, 8, 0xff, 0xffff, 100_000_000, 100_000_001, u32::MAX as u64, i64::MAX as u64, u64::MAX];

/// Bytes that begin, end or break something.
pub(super) const BYTES: &[u8] = b"\0\x01\x7f\x80\xc0\xe2\xed\xff\"'\\{}[]:,%+&=#\r\n\t /.-0";
