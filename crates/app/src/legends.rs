//! What the legend of the lens calls its curves: prompts, short enough for two columns.

const HEAD: usize = 12;
const TAIL: usize = 8;

/// A name for each prompt and the text of its answer, in the same order. Where shortening makes two prompts the same, each
/// shows where it differs from the other; what no piece tells apart is numbered.
#[must_use]
pub fn legends_of(asked: &[(&str, String)]) -> Vec<String> {
    let prompts: Vec<Vec<char>> = asked.iter().map(|(prompt, _)| on_a_line(prompt)).collect();
    let short: Vec<String> = prompts.iter().map(|prompt| shortened(prompt)).collect();
    let name = |at: usize| {
        let alike = (0..asked.len()).filter(|other| {
            short[*other] == short[at] && asked[*other].1 == asked[at].1 && prompts[*other] != prompts[at]
        });
        let differs = alike.map(|other| common(&prompts[at], &prompts[other])).max();
        // One that ends where the other goes on has nothing of its own to show.
        let differs = differs.filter(|from| *from < prompts[at].len());
        let shown = differs.map_or_else(|| short[at].clone(), |from| around(&prompts[at], from));
        format!("{shown} → {}", asked[at].1)
    };
    let names: Vec<String> = (0..asked.len()).map(name).collect();
    let is_shared = |at: usize| (0..names.len()).any(|o| names[o] == names[at] && prompts[o] != prompts[at]);
    (0..names.len())
        .map(|at| if is_shared(at) { format!("{} {}", at + 1, names[at]) } else { names[at].clone() })
        .collect()
}

fn on_a_line(prompt: &str) -> Vec<char> {
    prompt.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// The beginning and the end, where prompts mostly differ.
fn shortened(prompt: &[char]) -> String {
    if prompt.len() <= HEAD + TAIL + 1 {
        return prompt.iter().collect();
    }
    prompt[..HEAD].iter().chain(&['…']).chain(&prompt[prompt.len() - TAIL..]).collect()
}

/// How many characters two prompts begin with in common.
fn common(one: &[char], other: &[char]) -> usize {
    one.iter().zip(other).take_while(|(a, b)| a == b).count()
}

/// A piece of a prompt that begins with the word that `from` lies in, and earlier where the prompt ends soon after.
fn around(prompt: &[char], from: usize) -> String {
    const SHOWN: usize = HEAD + TAIL;
    let word = prompt[..from].iter().rposition(|c| *c == ' ').map_or(0, |space| space + 1);
    // In a long word what differs is still within what is shown.
    let begin = if from - word > SHOWN / 2 { from } else { word };
    let earliest = prompt.len().saturating_sub(SHOWN);
    // Earlier words are whole too, where there is one.
    let whole =
        prompt[..begin].iter().enumerate().skip(earliest).find(|(_, c)| **c == ' ').map(|(at, _)| at + 1);
    let begin = if begin > earliest { whole.unwrap_or(begin) } else { begin };
    let end = (begin + SHOWN).min(prompt.len());
    let ellipsis = |is_cut: bool| is_cut.then_some('…');
    ellipsis(begin > 0)
        .into_iter()
        .chain(prompt[begin..end].iter().copied())
        .chain(ellipsis(end < prompt.len()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(prompts: &[&str]) -> Vec<String> {
        legends_of(&prompts.iter().map(|prompt| (*prompt, "·Jane".to_owned())).collect::<Vec<_>>())
    }

    #[test]
    fn a_short_prompt_is_whole_and_a_long_one_has_both_ends() {
        assert_eq!(names(&["Who wrote Emma?", ""]), ["Who wrote Emma? → ·Jane", " → ·Jane"]);
        assert_eq!(names(&["Who wrote\nPride and Prejudice?"]), ["Who wrote Pr…ejudice? → ·Jane"]);
    }

    #[test]
    fn prompts_that_would_be_called_the_same_show_where_they_differ() {
        let told = names(&[
            "Who wrote Pride and Prejudice? Some say Anne Brontë.",
            "Who wrote Pride and Prejudice? Some say Emily Brontë.",
            "Who wrote Pride and Prejudice?",
        ]);
        assert_eq!(told[0], "…say Anne Brontë. → ·Jane");
        assert_eq!(told[1], "…say Emily Brontë. → ·Jane");
        assert_eq!(told[2], "Who wrote Pr…ejudice? → ·Jane");
    }

    #[test]
    fn no_legend_is_without_words_and_no_two_prompts_share_one() {
        let long = "abc".repeat(8);
        let told = names(&[&long, &(long.clone() + "abc")]);
        assert_eq!(told[0], "abcabcabcabc…bcabcabc → ·Jane");
        assert_ne!(told[0], told[1]);
        let of = |order: &str, giver: &str| {
            format!("Then, this morning, {order} went to the store, {giver} gave a drink to")
        };
        let orders = ["Mary and John", "John and Mary"];
        let all: Vec<String> =
            orders.iter().flat_map(|order| ["John", "Mary"].map(|giver| of(order, giver))).collect();
        let told = names(&all.iter().map(String::as_str).collect::<Vec<_>>());
        let distinct: std::collections::HashSet<_> = told.iter().collect();
        assert_eq!(distinct.len(), 4, "{told:?}");
        assert!(told.iter().all(|name| name.chars().filter(|c| c.is_alphabetic()).count() > 8), "{told:?}");
    }

    #[test]
    fn the_same_prompt_twice_is_called_the_same() {
        let long = "Who wrote Pride and Prejudice? Some say Anne Brontë.";
        let told = names(&[long, long]);
        assert_eq!(told[0], told[1]);
        let others = legends_of(&[(long, "·Jane".to_owned()), (long, "·Anne".to_owned())]);
        assert_ne!(others[0], others[1]);
    }
}
