//! Numbers that a question can be about.

use peek_lessons::NumberOf;

use super::judge::Known;
use crate::{PatchResult, Phase, State, TopOrder};

impl State {
    /// The unpatched runs of what is typed.
    pub(super) fn pair_result(&self) -> Option<&PatchResult> {
        let is_there = matches!(self.patch.phase, Phase::Running | Phase::Done | Phase::Cancelled);
        self.patch.shown.as_deref().filter(|_| is_there && !self.patch_is_stale())
    }

    /// A number that the page shows.
    pub(super) fn right_number(&self, of: NumberOf, within: f32) -> Known {
        let Some(shown) = self.pair_result() else { return Known::Waiting };
        let (clean, corrupt) = (&shown.clean.answer, &shown.corrupt.answer);
        let scale = shown.inputs.scale;
        let number = match of {
            NumberOf::CleanTokens => Some(whole(shown.tokens.clean.len())),
            NumberOf::CorruptTokens => Some(whole(shown.tokens.corrupt.len())),
            NumberOf::AnswerTokens => shown.tokens.answer.as_ref().map(|answer| whole(answer.tokens.len())),
            NumberOf::CleanLogit => Some(clean.on(scale)),
            NumberOf::CorruptLogit => Some(corrupt.on(scale)),
            NumberOf::Cost => Some(shown.gap().cost()),
            NumberOf::CleanProbability => Some(100.0 * clean.probability),
            NumberOf::CorruptProbability => Some(100.0 * corrupt.probability),
            NumberOf::CleanRank => Some(whole(clean.rank as usize)),
            NumberOf::CorruptRank => Some(whole(corrupt.rank as usize)),
            NumberOf::BestShare => {
                let Some(board) = self.board().filter(|_| *self.grid_phase() == Phase::Done) else {
                    return Known::Waiting;
                };
                let best = board.top_heads(TopOrder::ByDelta, 1).first().map(|head| head.delta);
                best.and_then(|delta| board.gap().normalised(delta)).map(|share| 100.0 * share)
            }
            NumberOf::MostReadWeight => match self.most_read() {
                None => return Known::Waiting,
                Some((_, weight)) => Some(100.0 * weight),
            },
        };
        number
            .filter(|number| number.is_finite())
            .map_or(Known::Undefined, |number| Known::Number(number, within))
    }
}

/// A count or a rank as a number: both are far below what an `f32` holds exactly.
fn whole(count: usize) -> f32 {
    count as f32
}

pub(super) fn from_thousandths(thousandths: u32) -> f32 {
    thousandths as f32 / 1000.0
}

/// A number as people write it: with a comma, a sign, a percent sign or the unit behind it. By hand: the standard library's
/// reader of floats is exact to the last bit and takes as much room in the page as a panel.
pub(super) fn read(text: &str) -> Option<f32> {
    let text = text.trim().trim_start_matches('#').trim_end_matches("logits").trim_end_matches('%').trim();
    let unsigned = text.trim_start_matches(['-', '\u{2212}', '+']);
    let is_negative = text.starts_with(['-', '\u{2212}']);
    let (whole, part) = unsigned.split_once(['.', ',']).unwrap_or((unsigned, "0"));
    let digits = |text: &str| {
        let is_short = (1..=9).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        is_short.then(|| text.parse::<u32>().ok())?
    };
    // More digits than the page ever shows are none.
    let (whole, fraction) = (digits(whole)?, digits(part)?);
    let scale = (0..part.len()).fold(1.0, |scale: f32, _| scale * 10.0);
    let number = whole as f32 + fraction as f32 / scale;
    Some(if is_negative { -number } else { number })
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn numbers_are_read_as_people_write_them() {
        for (text, number) in [
            ("5.17", 5.17),
            (" 5,17 ", 5.17),
            ("+5.17 logits", 5.17),
            ("\u{2212}2", -2.0),
            ("34\u{a0}%", 34.0),
            ("#3", 3.0),
            ("10.0625", 10.0625),
        ] {
            assert_eq!(read(text), Some(number), "{text}");
        }
        for text in ["", "-", ".", "a lot", "5.1.7", "inf", "NaN", "1,000.5", "1e3", "1234567890"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
