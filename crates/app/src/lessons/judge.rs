//! Answers, judged by the results on the screen: a lesson holds no numbers of any model.

use peek_lessons::{Ask, HeadRule, LayerRule, TokenRule};
use peek_names::HeadId;
use peek_protocol::{HeadKindsResult, LensPoint, Pattern, Token};

use super::{Verdict, numbers};
use crate::{AttentionRun, Phase, State, TopOrder, head_at, logit, visible};

/// What is chosen where no point of the lens is right.
pub(crate) const NEVER: &str = "never";

/// Why an answer cannot be judged.
const WAITING: &str = "The results are still on their way. Check again in a moment.";
const UNDEFINED: &str = "This cannot be read from the page as it is set up now. Press “Set up again”.";
const NOTHING_GIVEN: &str = "Give an answer first.";

/// What is right, as far as the page knows it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Known {
    /// It is not computed yet.
    Waiting,
    /// It is not defined with what is set up now.
    Undefined,
    /// The place of a choice.
    Place(usize),
    /// Any of these heads, the first by its rule first.
    Heads(Vec<HeadId>),
    /// This text; whether its spaces matter.
    Text(String, bool),
    /// This number, give or take.
    Number(f32, f32),
}

impl State {
    /// Judges an answer.
    pub(crate) fn judge(&self, ask: &Ask, given: &str) -> Verdict {
        if given.is_empty() {
            return Verdict::Open(NOTHING_GIVEN);
        }
        let is_right = match self.known(ask) {
            Known::Waiting => return Verdict::Open(WAITING),
            Known::Undefined => return Verdict::Open(UNDEFINED),
            Known::Place(place) => given.parse() == Ok(place),
            Known::Heads(heads) => match head_name(given).parse() {
                Ok(head) => heads.contains(&head),
                Err(_) => return Verdict::Open("Write a head as L1H7, or click it in the grid."),
            },
            Known::Text(text, exactly) => is_same_text(given, &text, exactly),
            Known::Number(number, within) => match numbers::read(given) {
                // A little more than nothing: what was read off the page is rounded.
                Some(given) => (given - number).abs() <= within + 1e-4,
                None => return Verdict::Open("Write a number, such as 2.5."),
            },
        };
        if is_right { Verdict::Right } else { Verdict::Wrong }
    }

    /// The right answer in words.
    pub(crate) fn reveal(&self, ask: &Ask) -> Verdict {
        match (self.known(ask), ask) {
            (Known::Waiting, _) => Verdict::Open(WAITING),
            (Known::Place(place), Ask::Choose { choices, .. }) => {
                choices.get(place).map_or(Verdict::Open(UNDEFINED), |text| Verdict::Shown(text.clone()))
            }
            (Known::Heads(heads), _) => {
                let names: Vec<String> = heads.iter().take(8).map(HeadId::to_string).collect();
                Verdict::Shown(names.join(", "))
            }
            (Known::Text(text, _), _) => Verdict::Shown(visible(&text)),
            (Known::Number(number, 0.0), _) => Verdict::Shown(number.round().to_string()),
            (Known::Number(number, _), _) => Verdict::Shown(logit(number)),
            (Known::Undefined | Known::Place(_), _) => Verdict::Open(UNDEFINED),
        }
    }

    /// What is right now.
    pub(crate) fn known(&self, ask: &Ask) -> Known {
        match ask {
            Ask::Choose { right, .. } => Known::Place(*right),
            Ask::Head { rule, among } => self.right_heads(*rule, *among),
            Ask::Layer(rule) => self.right_layer(*rule),
            Ask::Token(rule) => self.right_token(*rule),
            Ask::Number { of, within_thousandths } => {
                self.right_number(*of, numbers::from_thousandths(*within_thousandths))
            }
        }
    }

    /// The heads that a rule puts first.
    pub(crate) fn right_heads(&self, rule: HeadRule, among: usize) -> Known {
        let heads = match rule {
            HeadRule::Strongest => self.scored_heads(TopOrder::BySize, among),
            HeadRule::Helpful => self.scored_heads(TopOrder::ByDelta, among),
            HeadRule::Direct => self.direct_heads(among),
            HeadRule::Induction | HeadRule::PreviousToken | HeadRule::DuplicateToken => {
                let ((model, _), kinds) = match &self.views.kinds.shown {
                    Some((asked, kinds)) if self.views.kinds.phase == Phase::Done => (asked, kinds),
                    _ => return Known::Waiting,
                };
                (*model == self.model_serial()).then(|| heads_of_kind(kinds, rule))
            }
        };
        match heads {
            None => Known::Waiting,
            Some(heads) if heads.is_empty() => Known::Undefined,
            Some(heads) => Known::Heads(heads),
        }
    }

    fn scored_heads(&self, order: TopOrder, among: usize) -> Option<Vec<HeadId>> {
        if *self.grid_phase() != Phase::Done || self.grid_is_stale() {
            return None;
        }
        let all = self.board()?.top_heads(order, usize::MAX);
        let size = |delta: f32| if order == TopOrder::BySize { delta.abs() } else { delta };
        let last = all.get(among.min(all.len()).saturating_sub(1)).map(|head| size(head.delta));
        // Equals of the last one are as right as it is.
        let is_in =
            |(place, head): &(usize, &crate::RankedHead)| *place < among || Some(size(head.delta)) == last;
        Some(all.iter().enumerate().take_while(is_in).map(|(_, head)| head.head).collect())
    }

    fn direct_heads(&self, among: usize) -> Option<Vec<HeadId>> {
        let parts = &self.views.parts;
        let result = parts.result().filter(|_| !parts.is_stale(self.wanted_parts().as_ref()))?;
        let mut heads = scores(&result.direct);
        heads.iter_mut().for_each(|(_, effect)| *effect = effect.abs());
        Some((0..among).map_while(|_| take_largest(&mut heads)).collect())
    }

    fn right_layer(&self, rule: LayerRule) -> Known {
        let Some((0, _, shown, false)) = self.curves().next() else { return Known::Waiting };
        let points = &shown.curve.points;
        let scale = self.inputs.patch.scale;
        let rise = |pair: &[LensPoint]| pair[1].reading.on(scale) - pair[0].reading.on(scale);
        let found = match rule {
            LayerRule::FirstOnTop => points.iter().find(|point| point.reading.rank == 1),
            LayerRule::LargestRise => {
                points.windows(2).max_by(|a, b| rise(a).total_cmp(&rise(b))).map(|pair| &pair[1])
            }
        };
        Known::Text(found.map_or_else(|| NEVER.to_owned(), |point| point.label.clone()), false)
    }

    fn right_token(&self, rule: TokenRule) -> Known {
        let text = match rule {
            TokenRule::TopClean | TokenRule::TopCorrupt | TokenRule::OfClean(_) => {
                let Some(shown) = self.pair_result() else { return Known::Waiting };
                let first = |run: &peek_protocol::RunSummary| run.top.first().map(|token| token.text.clone());
                match rule {
                    TokenRule::TopClean => first(&shown.clean),
                    TokenRule::TopCorrupt => first(&shown.corrupt),
                    TokenRule::OfClean(place) => {
                        let mut said = shown.tokens.clean.iter().filter(|token| !token.is_bos);
                        said.nth(place.saturating_sub(1)).map(|token| token.text.clone())
                    }
                    TokenRule::MostRead => None,
                }
            }
            TokenRule::MostRead => match self.most_read() {
                None => return Known::Waiting,
                Some((token, _)) if token.is_bos => Some("BOS".to_owned()),
                Some((token, _)) => Some(token.text.clone()),
            },
        };
        let exactly = matches!(rule, TokenRule::OfClean(_));
        text.map_or(Known::Undefined, |text| Known::Text(text, exactly))
    }

    /// What the last position reads most by the head on the screen, in the run on the screen, and how much of its attention
    /// that takes. `None` while the pattern is not that of what is typed and pinned.
    pub(crate) fn most_read(&self) -> Option<(&Token, f32)> {
        let shown = self.attention.shown.as_ref()?;
        if self.attention.phase != Phase::Done || self.attention_is_stale() || self.patch_is_stale() {
            return None;
        }
        let pattern: &Pattern = match self.attention_run() {
            AttentionRun::Clean => &shown.result.clean,
            AttentionRun::Corrupt => &shown.result.corrupt,
            AttentionRun::Patched if self.patched_attention_is_stale() => return None,
            AttentionRun::Patched => self.patched_attention()?.1,
        };
        let last = pattern.tokens.len().checked_sub(1)?;
        let weights = (0..=last).filter_map(|key| Some((key, pattern.weight(last, key)?)));
        let (key, weight) = weights.max_by(|a, b| a.1.total_cmp(&b.1))?;
        Some((pattern.tokens.get(key)?, weight))
    }
}

/// Every head of a `[layers][heads]` array with its number.
fn scores(rows: &[Vec<f32>]) -> Vec<(HeadId, f32)> {
    let row = |(layer, row): (usize, &Vec<f32>)| {
        row.iter().enumerate().map(move |(head, score)| (head_at(layer, head), *score)).collect::<Vec<_>>()
    };
    rows.iter().enumerate().flat_map(row).collect()
}

/// The strongest head of this kind, and after it all others that are labelled as one.
fn heads_of_kind(kinds: &HeadKindsResult, rule: HeadRule) -> Vec<HeadId> {
    let (rows, name) = match rule {
        HeadRule::PreviousToken => (&kinds.previous_token, "previous token"),
        HeadRule::DuplicateToken => (&kinds.duplicate_token, "duplicate token"),
        _ => (&kinds.induction, "induction"),
    };
    let mut heads = scores(rows);
    let strongest = take_largest(&mut heads);
    let is_labelled = |head: &HeadId| kinds.label(*head).is_some_and(|(label, _)| label == name);
    strongest.into_iter().chain(heads.iter().map(|(head, _)| *head).filter(is_labelled)).collect()
}

/// Takes out the head with the largest number, if there is one.
fn take_largest(heads: &mut Vec<(HeadId, f32)>) -> Option<HeadId> {
    let largest = heads.iter().enumerate().max_by(|a, b| a.1.1.total_cmp(&b.1.1));
    let place = largest.map(|(place, _)| place)?;
    Some(heads.swap_remove(place).0)
}

/// A head's name as it is written, of one that was typed: `l1 h7`.
fn head_name(given: &str) -> String {
    given.split_whitespace().collect::<String>().to_ascii_uppercase()
}

/// Whether a text that was typed means this one: a dot may stand for a space, and, unless spaces matter, those at its ends
/// and capitals do not count.
fn is_same_text(given: &str, text: &str, exactly: bool) -> bool {
    let given = given.replace('·', " ");
    if exactly { given == text } else { given.trim().eq_ignore_ascii_case(text.trim()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_read_as_people_write_it() {
        for given in ["L1H7", " l1h7\n", "L1 H7", "l1 \t h7"] {
            assert_eq!(head_name(given).parse(), Ok(HeadId::new(1, 7)), "{given:?}");
        }
        for given in ["", "L1", "1.7", "L1H7H7"] {
            assert!(head_name(given).parse::<HeadId>().is_err(), "{given:?}");
        }
    }
}
