//! Pairs from templates: `When {a} and {b} went home, {b} waved to` with every value of every slot.

use std::collections::BTreeMap;

use crate::{PromptPair, limits};

/// Four templates and the lists that fill their slots.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Templates {
    /// The clean prompt's.
    pub clean: String,
    /// The corrupt prompt's.
    pub corrupt: String,
    /// The answer's.
    pub answer: String,
    /// The foil's; empty for none.
    pub foil: String,
    /// A line a list: `name: Mary, John` fills `{name}`; `a, b: Mary, John` fills `{a}` and `{b}`, which are never the
    /// same.
    pub lists: String,
}

/// What templates give.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filled {
    /// The pairs: the last list changes fastest.
    pub pairs: Vec<PromptPair>,
    /// Whether there would have been more than a set takes.
    pub is_cut: bool,
}

/// Templates that cannot be filled.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// A line of the lists that has no colon, no name or no value.
    #[error(
        "Line {0} of the lists: write a slot's name, a colon and its values with commas between, as in name: Mary, John."
    )]
    List(usize),
    /// A name twice.
    #[error("The slot {{{0}}} has two lists: keep one.")]
    Twice(String),
    /// A slot without a list.
    #[error("There is no list for {{{0}}}: add a line that begins with {0}: to the lists.")]
    NoList(String),
    /// A brace that is not closed.
    #[error("The template `{0}` opens a brace that it does not close.")]
    Open(String),
    /// One of the three that are needed.
    #[error("Clean, corrupt and answer each need a template.")]
    Empty,
    /// More slots than make sense.
    #[error("These are too many slots or values: {0} is the most.")]
    TooMany(usize),
}

/// A list: its slots and its values.
struct List<'a> {
    slots: Vec<&'a str>,
    values: Vec<&'a str>,
}

/// Slots of all lists, and values of one.
const MOST: usize = 1000;
/// Combinations that are looked at: where slots exclude each other most of them may give nothing.
const TRIED: usize = 200_000;

/// Every combination of the lists' values, put into the templates.
///
/// # Errors
/// What is wrong with the templates or lists.
pub fn fill_templates(templates: &Templates) -> Result<Filled, TemplateError> {
    let sources = [&templates.clean, &templates.corrupt, &templates.answer, &templates.foil];
    if sources[..3].iter().any(|text| text.is_empty()) {
        return Err(TemplateError::Empty);
    }
    let lists = parse_lists(&templates.lists)?;
    // A slot's name to its place among all slots.
    let mut places = BTreeMap::new();
    for slot in lists.iter().flat_map(|list| &list.slots) {
        let place = places.len();
        if places.insert(*slot, place).is_some() {
            return Err(TemplateError::Twice((*slot).to_owned()));
        }
    }
    let owner: Vec<&List<'_>> =
        lists.iter().flat_map(|list| std::iter::repeat_n(list, list.slots.len())).collect();
    let parsed: Vec<Vec<Piece<'_>>> =
        sources.into_iter().map(|text| pieces(text, &places)).collect::<Result<_, _>>()?;
    let mut filled = Filled::default();
    let mut chosen = vec![0; owner.len()];
    for _ in 0..TRIED {
        if !repeats(&lists, &chosen) {
            if filled.pairs.len() == limits::PAIRS {
                filled.is_cut = true;
                return Ok(filled);
            }
            let mut texts = parsed.iter().map(|pieces| {
                let text = pieces.iter().map(|piece| match *piece {
                    Piece::Text(text) => text,
                    Piece::Slot(slot) => owner[slot].values[chosen[slot]],
                });
                text.collect::<String>()
            });
            let mut next = || texts.next().unwrap_or_default();
            let pair = PromptPair { clean: next(), corrupt: next(), answer: next(), foil: next() };
            filled.pairs.push(pair);
        }
        // As an odometer: the last slot first.
        let turned = (0..chosen.len()).rev().find(|&slot| {
            chosen[slot] = (chosen[slot] + 1) % owner[slot].values.len();
            chosen[slot] != 0
        });
        if turned.is_none() {
            return Ok(filled);
        }
    }
    filled.is_cut = true;
    Ok(filled)
}

/// Whether two slots of one list have the same value.
fn repeats(lists: &[List<'_>], chosen: &[usize]) -> bool {
    let mut rest = chosen;
    lists.iter().any(|list| {
        let (own, others) = rest.split_at(list.slots.len());
        rest = others;
        own.iter().enumerate().any(|(at, value)| own[..at].contains(value))
    })
}

fn parse_lists(text: &str) -> Result<Vec<List<'_>>, TemplateError> {
    let mut lists = Vec::new();
    let mut slots_in_all = 0;
    for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let (names, values) = line.split_once(':').ok_or(TemplateError::List(at + 1))?;
        let slots: Vec<&str> = names.split(',').map(str::trim).collect();
        let values: Vec<&str> = values.split(',').map(str::trim).filter(|value| !value.is_empty()).collect();
        if values.is_empty() || slots.iter().any(|name| name.is_empty() || name.contains(['{', '}'])) {
            return Err(TemplateError::List(at + 1));
        }
        slots_in_all += slots.len();
        if slots_in_all > MOST || values.len() > MOST {
            return Err(TemplateError::TooMany(MOST));
        }
        lists.push(List { slots, values });
    }
    Ok(lists)
}

enum Piece<'a> {
    Text(&'a str),
    Slot(usize),
}

/// A template's pieces. Two braces are one brace of the text.
fn pieces<'a>(text: &'a str, places: &BTreeMap<&str, usize>) -> Result<Vec<Piece<'a>>, TemplateError> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        out.push(Piece::Text(&rest[..at]));
        let brace = &rest[at..=at];
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix(brace) {
            out.push(Piece::Text(brace));
            rest = after;
        } else if brace == "{" {
            let (name, after) =
                rest.split_once('}').ok_or_else(|| TemplateError::Open(text.chars().take(60).collect()))?;
            let slot =
                places.get(name.trim()).ok_or_else(|| TemplateError::NoList(name.trim().to_owned()))?;
            out.push(Piece::Slot(*slot));
            rest = after;
        } else {
            out.push(Piece::Text(brace));
        }
    }
    out.push(Piece::Text(rest));
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn templates(lists: &str) -> Templates {
        Templates {
            clean: "{a} saw {b}. {a} waved to".into(),
            corrupt: "{a} saw {b}. {b} waved to".into(),
            answer: " {b}".into(),
            foil: " {a}".into(),
            lists: lists.into(),
        }
    }

    #[test]
    fn every_combination_but_of_one_with_itself() {
        let filled = fill_templates(&templates("a, b: Mary, John, Anna")).expect("fills");
        assert_eq!(filled.pairs.len(), 6);
        assert_eq!(filled.pairs[0].clean, "Mary saw John. Mary waved to");
        assert_eq!(filled.pairs[5].answer, " John");
        assert!(!filled.is_cut);
        let filled = fill_templates(&templates("a: Mary, John\n\nb: Mary, John")).expect("fills");
        assert_eq!(filled.pairs.len(), 4, "lists of their own may agree");
    }

    #[test]
    fn a_product_too_large_is_cut_and_says_so() {
        let names: Vec<String> = (0..100).map(|i| format!("N{i}")).collect();
        let filled = fill_templates(&templates(&format!("a, b: {}", names.join(",")))).expect("fills");
        assert_eq!((filled.pairs.len(), filled.is_cut), (limits::PAIRS, true));
        // Two slots of one value exclude each other for ever.
        let slots: Vec<String> = (0..60).map(|i| format!("s{i}")).collect();
        let lists = format!("a, b: X, Y\n{}: P, Q", slots.join(","));
        assert!(fill_templates(&templates(&lists)).expect("ends").is_cut);
    }

    #[test]
    fn faults_are_named() {
        let error = |lists: &str| fill_templates(&templates(lists)).expect_err("refused").to_string();
        assert!(error("a: Mary").contains("{b}"), "{}", error("a: Mary"));
        assert!(error("a: Mary\nb").starts_with("Line 2"), "{}", error("a: Mary\nb"));
        assert!(error("a, a: Mary").contains("two lists"), "{}", error("a, a: Mary"));
        let open = Templates { clean: "{a".into(), ..templates("a,b: X, Y") };
        assert!(matches!(fill_templates(&open), Err(TemplateError::Open(_))));
        let literal = Templates { clean: "{{a}} {a}".into(), ..templates("a, b: X, Y") };
        assert_eq!(fill_templates(&literal).expect("fills").pairs[0].clean, "{a} X");
    }
}
