//! Tokens that are found in a text before it is cut any further.

use std::collections::HashMap;

/// Special tokens, sorted: a file may have any number of them, and each place of a text is looked at once for all.
#[derive(Clone, Debug)]
pub(super) struct Specials(Vec<(String, u32)>);

impl Specials {
    pub(super) fn new(tokens: HashMap<String, u32>) -> Self {
        let mut tokens: Vec<(String, u32)> = tokens.into_iter().collect();
        tokens.sort();
        Self(tokens)
    }

    /// The first special token in a text, with the byte at which it begins; the longest one where several begin there.
    pub(super) fn next(&self, text: &str) -> Option<(usize, &str, u32)> {
        if self.0.is_empty() {
            return None;
        }
        // A token begins with a character's first byte, so that none is found within a character.
        (0..text.len()).find_map(|at| {
            let (token, id) = self.longest(&text.as_bytes()[at..])?;
            Some((at, token, id))
        })
    }

    /// The longest token that a text begins with.
    fn longest(&self, text: &[u8]) -> Option<(&str, u32)> {
        let mut alike = self.0.as_slice();
        let mut found = None;
        // What is left has all bytes before `depth` in common with the text.
        for (depth, byte) in text.iter().enumerate() {
            let at = |token: &str| token.as_bytes().get(depth).copied();
            let from = alike.partition_point(|(token, _)| at(token).is_none_or(|other| other < *byte));
            alike = &alike[from..];
            let to = alike.partition_point(|(token, _)| at(token) == Some(*byte));
            alike = &alike[..to];
            let Some((token, id)) = alike.first() else { break };
            if token.len() == depth + 1 {
                found = Some((token.as_str(), *id));
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn specials(tokens: &[&str]) -> Specials {
        Specials::new(tokens.iter().zip(0..).map(|(token, id)| ((*token).to_owned(), id)).collect())
    }

    #[test]
    fn the_first_is_found_and_there_the_longest() {
        let tokens = specials(&["<s>", "<s>>", "<", "\u{e9}", "<sx"]);
        assert_eq!(tokens.next("a <s>>> b"), Some((2, "<s>>", 1)));
        assert_eq!(tokens.next("a <s> b"), Some((2, "<s>", 0)));
        assert_eq!(tokens.next("a <sy"), Some((2, "<", 2)));
        assert_eq!(tokens.next("\u{e8}\u{e9}"), Some((2, "\u{e9}", 3)));
        assert_eq!(tokens.next("a"), None);
        assert_eq!(specials(&[]).next("a"), None);
    }

    #[test]
    fn many_of_them_cost_no_more_than_a_few() {
        let names: Vec<String> = (0..50_000).map(|i| format!("<|{i}|>")).collect();
        let tokens = specials(&names.iter().map(String::as_str).collect::<Vec<_>>());
        let text = "<|49999|><|x".repeat(2000);
        let began = std::time::Instant::now();
        let (mut rest, mut found) = (text.as_str(), 0);
        while let Some((at, token, _)) = tokens.next(rest) {
            rest = &rest[at + token.len()..];
            found += 1;
        }
        assert_eq!(found, 2000);
        // Looking for each of them in turn would take minutes.
        assert!(began.elapsed().as_secs() < 10, "{:?}", began.elapsed());
    }
}
