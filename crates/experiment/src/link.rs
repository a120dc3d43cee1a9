//! A whole state in an address: `#v1.c=Who+wrote+Emma%3F&a=+Jane&bos=1`.
//!
//! Keys and values as in a query, so that a link can be read, and mended, by a person. What is left out has its default;
//! `bos` is always there and always last, so that a link that was cut off on its way is known for one.

use peek_names::{MeanOver, Unit};
use peek_protocol::{At, Edit};

use crate::{Analysis, LensLine, LimitError, limits};

const HEAD: &str = "v1.";

/// A fragment that is no state of the page.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// Of another version, or no link of ours at all.
    #[error("the address was made by another version of Peek, or is not one of Peek's")]
    Version,
    /// The last key is missing.
    #[error("the address is cut off: copy it whole")]
    CutOff,
    /// A key that this version does not know, or a value that the key cannot have.
    #[error("the address has `{key}={value}`, which cannot be read")]
    Part {
        /// The key, shortened.
        key: String,
        /// The value, shortened.
        value: String,
    },
    /// Too much of something.
    #[error("the address is too long: {0}")]
    Limit(#[from] LimitError),
}

/// The fragment for a state, without `#`: letters, digits and `-_~+%=&.,:` only, the last one a digit.
#[must_use]
pub fn write_link(analysis: &Analysis) -> String {
    let mut out = HEAD.to_owned();
    let mut put = |key: &str, value: &str| {
        if out.len() > HEAD.len() {
            out.push('&');
        }
        out += key;
        out.push('=');
        escape(value, &mut out);
    };
    let Analysis { pair, setup, pinned, units, lens, views } = analysis;
    for (key, text) in [("c", &pair.clean), ("x", &pair.corrupt), ("a", &pair.answer), ("f", &pair.foil)] {
        if !text.is_empty() {
            put(key, text);
        }
    }
    if setup.site != Default::default() {
        put("site", setup.site.name());
    }
    if setup.edit != Edit::default() {
        put("edit", edit_name(setup.edit));
    }
    match setup.at {
        At::Last => {}
        At::One(position) => put("at", &position.to_string()),
        At::All => put("at", "all"),
        At::Grid => put("at", "grid"),
    }
    if setup.metric != Default::default() {
        put("metric", setup.metric.name());
    }
    if let Some(map) = &setup.alignment {
        let places: Vec<String> =
            map.iter().map(|place| place.map_or_else(|| "-".to_owned(), |at| at.to_string())).collect();
        put("map", &places.join(","));
    }
    setup.mean_prompts.iter().for_each(|prompt| put("mean", prompt));
    if let Some(head) = pinned {
        put("pin", &head.to_string());
    }
    if !units.is_empty() {
        let names: Vec<String> = units.iter().map(Unit::to_string).collect();
        put("set", &names.join(","));
    }
    for line in lens {
        put("lp", &line.prompt);
        put("la", &line.answer);
    }
    views.iter().for_each(|(name, choice)| put("view", &format!("{name}:{choice}")));
    put("bos", if pair.prepend_bos { "1" } else { "0" });
    out
}

/// The state that a fragment holds, with or without its `#`.
///
/// # Errors
/// A sentence on what is wrong with it; nothing panics, whatever the text.
pub fn read_link(fragment: &str) -> Result<Analysis, LinkError> {
    limits::at_most("bytes", fragment.len(), limits::LINK_BYTES)?;
    let analysis = read_own_link(fragment)?;
    analysis.check()?;
    Ok(analysis)
}

/// The same of a fragment that the reader's own page has written, however long it is.
///
/// # Errors
/// As of [`read_link`], but for its limits.
pub fn read_own_link(fragment: &str) -> Result<Analysis, LinkError> {
    let fragment = fragment.strip_prefix('#').unwrap_or(fragment);
    let parts = fragment.strip_prefix(HEAD).ok_or(LinkError::Version)?;
    let mut analysis = Analysis::default();
    let mut is_whole = false;
    for part in parts.split('&') {
        let (key, raw) = part.split_once('=').ok_or_else(|| wrong(part, ""))?;
        let value = unescape(raw).ok_or_else(|| wrong(key, raw))?;
        is_whole = key == "bos";
        take(&mut analysis, key, value).ok_or_else(|| wrong(key, raw))?;
    }
    if !is_whole {
        return Err(LinkError::CutOff);
    }
    Ok(analysis)
}

/// Puts one part into a state by the key that an address has for it (`c`, `x`, `a`, `f`, `site`, `edit`, `at`, `metric`,
/// `bos`, ..), for what is written with the same words elsewhere. False, and nothing changed, where it means nothing.
pub fn set_part(analysis: &mut Analysis, key: &str, value: String) -> bool {
    take(analysis, key, value).is_some()
}

/// Takes one part in; `None` where it means nothing.
fn take(analysis: &mut Analysis, key: &str, value: String) -> Option<()> {
    let Analysis { pair, setup, pinned, units, lens, views } = analysis;
    match key {
        "c" => pair.clean = value,
        "x" => pair.corrupt = value,
        "a" => pair.answer = value,
        "f" => pair.foil = value,
        "site" => setup.site = value.parse().ok()?,
        "edit" => setup.edit = EDITS.into_iter().find(|edit| edit_name(*edit) == value)?,
        "metric" => setup.metric = value.parse().ok()?,
        "at" => {
            setup.at = match &*value {
                "all" => At::All,
                "grid" => At::Grid,
                position => At::One(number(position)?),
            }
        }
        "map" => setup.alignment = Some(map(&value)?),
        "mean" => setup.mean_prompts.push(value),
        "pin" => *pinned = Some(value.parse().ok()?),
        "set" => *units = value.split(',').map(|unit| unit.parse().ok()).collect::<Option<_>>()?,
        "lp" => lens.push(LensLine { prompt: value, answer: String::new() }),
        "la" => lens.last_mut()?.answer = value,
        "view" => {
            let (name, choice) = value.split_once(':')?;
            views.insert(name.to_owned(), choice.to_owned());
        }
        "bos" => {
            pair.prepend_bos = match &*value {
                "1" => true,
                "0" => false,
                _ => return None,
            }
        }
        _ => return None,
    }
    Some(())
}

const EDITS: [Edit; 5] = [
    Edit::Denoise,
    Edit::Noise,
    Edit::Zero,
    Edit::Mean(MeanOver::PromptsAndPositions),
    Edit::Mean(MeanOver::Prompts),
];

fn edit_name(edit: Edit) -> &'static str {
    match edit {
        Edit::Denoise => "denoise",
        Edit::Noise => "noise",
        Edit::Zero => "zero",
        Edit::Mean(MeanOver::PromptsAndPositions) => "mean",
        Edit::Mean(MeanOver::Prompts) => "mean_by_position",
    }
}

fn map(value: &str) -> Option<Vec<Option<usize>>> {
    if value.is_empty() {
        return Some(Vec::new());
    }
    value.split(',').map(|place| if place == "-" { Some(None) } else { number(place).map(Some) }).collect()
}

/// Digits only, and few: no position has more than six.
fn number(text: &str) -> Option<usize> {
    (text.len() <= 6 && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())?
}

fn wrong(key: &str, value: &str) -> LinkError {
    let short = |text: &str| text.chars().take(24).collect();
    LinkError::Part { key: short(key), value: short(value) }
}

/// What an address may hold as it is stays; a space is `+`, every other byte `%` and two digits.
fn escape(text: &str, out: &mut String) {
    const HEX: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'];
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'~' | b'.' | b',' | b':' => {
                out.push(char::from(byte));
            }
            b' ' => out.push('+'),
            other => {
                out.push('%');
                out.extend([HEX[usize::from(other >> 4)], HEX[usize::from(other & 15)]]);
            }
        }
    }
}

fn unescape(raw: &str) -> Option<String> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let mut bytes = raw.bytes();
    let mut out = Vec::with_capacity(raw.len());
    while let Some(byte) = bytes.next() {
        out.push(match byte {
            b'+' => b' ',
            b'%' => u8::try_from(digit(bytes.next()?)? * 16 + digit(bytes.next()?)?).ok()?,
            other => other,
        });
    }
    String::from_utf8(out).ok()
}
