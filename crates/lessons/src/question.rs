//! What a step can ask, and by which rule the answer is found: never a number of one model.

use serde_json::Value;

use crate::{
    Problem,
    fields::{Fields, as_list, as_text},
};

/// A question and what is said of its answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The question itself.
    pub text: String,
    /// What is answered, and how it is judged.
    pub ask: Ask,
    /// Said of a wrong answer.
    pub hint: String,
    /// Said of the right one.
    pub explain: String,
}

/// What is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ask {
    /// One of a few texts.
    Choose {
        /// Between two and six.
        choices: Vec<String>,
        /// The place of the right one.
        right: usize,
    },
    /// A head, picked in the grid or typed.
    Head {
        /// What makes it right.
        rule: HeadRule,
        /// How many of the first are right; 1 for the first alone.
        among: usize,
    },
    /// A depth of the lens' first curve.
    Layer(LayerRule),
    /// A token, typed.
    Token(TokenRule),
    /// A number that the page shows.
    Number {
        /// Which.
        of: NumberOf,
        /// How far off an answer may be, in thousandths.
        within_thousandths: u32,
    },
}

/// What makes a head right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeadRule {
    /// It moves the metric most, whichever way.
    Strongest,
    /// It brings most of the answer back, or costs most of it where it is broken.
    Helpful,
    /// It writes most towards the answer itself.
    Direct,
    /// On repeated tokens it looks at what followed this one.
    Induction,
    /// It looks at the token before.
    PreviousToken,
    /// It looks at the earlier occurrence of this token.
    DuplicateToken,
}

/// What makes a depth of the lens right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LayerRule {
    /// The first at which the answer is on top; there may be none.
    FirstOnTop,
    /// The logit has grown most since the depth before.
    LargestRise,
}

/// What makes a token right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenRule {
    /// The clean run's likeliest.
    TopClean,
    /// The corrupt run's likeliest.
    TopCorrupt,
    /// What the last position reads most by the head on the screen, in the run on the screen.
    MostRead,
    /// The clean prompt's token at this place, counted from 1 without `<|endoftext|>`; its space matters.
    OfClean(usize),
}

/// A number that the page shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberOf {
    /// The clean prompt's tokens, `<|endoftext|>` included where it is put in front.
    CleanTokens,
    /// The corrupt prompt's.
    CorruptTokens,
    /// The answer's.
    AnswerTokens,
    /// The answer's logit in the clean run.
    CleanLogit,
    /// In the corrupt run.
    CorruptLogit,
    /// What the corrupt prompt costs, in logits.
    Cost,
    /// The answer's probability in the clean run, in percent.
    CleanProbability,
    /// In the corrupt run.
    CorruptProbability,
    /// The answer's rank in the clean run.
    CleanRank,
    /// In the corrupt run.
    CorruptRank,
    /// What the most helpful head brings back, in percent of the cost.
    BestShare,
    /// How much of its attention the last position gives to what it reads most, in percent.
    MostReadWeight,
}

const HEADS: [(&str, HeadRule); 6] = [
    ("strongest_head", HeadRule::Strongest),
    ("most_helpful_head", HeadRule::Helpful),
    ("largest_direct_effect", HeadRule::Direct),
    ("induction", HeadRule::Induction),
    ("previous_token", HeadRule::PreviousToken),
    ("duplicate_token", HeadRule::DuplicateToken),
];
const LAYERS: [(&str, LayerRule); 2] =
    [("first_on_top", LayerRule::FirstOnTop), ("largest_rise", LayerRule::LargestRise)];
const TOKENS: [(&str, TokenRule); 4] = [
    ("top_of_clean", TokenRule::TopClean),
    ("top_of_corrupt", TokenRule::TopCorrupt),
    ("most_read", TokenRule::MostRead),
    ("token_of_clean", TokenRule::OfClean(1)),
];
const NUMBERS: [(&str, NumberOf); 12] = [
    ("clean_tokens", NumberOf::CleanTokens),
    ("corrupt_tokens", NumberOf::CorruptTokens),
    ("answer_tokens", NumberOf::AnswerTokens),
    ("clean_logit", NumberOf::CleanLogit),
    ("corrupt_logit", NumberOf::CorruptLogit),
    ("cost", NumberOf::Cost),
    ("clean_probability", NumberOf::CleanProbability),
    ("corrupt_probability", NumberOf::CorruptProbability),
    ("clean_rank", NumberOf::CleanRank),
    ("corrupt_rank", NumberOf::CorruptRank),
    ("best_share", NumberOf::BestShare),
    ("most_read_weight", NumberOf::MostReadWeight),
];

impl HeadRule {
    /// The rule of this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        HEADS.iter().find(|(word, _)| *word == name).map(|(_, rule)| *rule)
    }

    /// Every rule's name.
    pub(crate) fn names() -> [&'static str; 6] {
        HEADS.map(|(word, _)| word)
    }
}

/// Reads a question.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn read(value: Value) -> Result<Question, Problem> {
    let mut fields = Fields::of(value, "question")?;
    let kind =
        fields.word("kind", &[("choose", 0), ("head", 1), ("layer", 2), ("token", 3), ("number", 4)])?;
    let (text, hint, explain) =
        (fields.needed("text", 600)?, fields.needed("hint", 1000)?, fields.needed("explain", 1500)?);
    let ask = match kind {
        0 => choose(&mut fields)?,
        1 => {
            let rule = fields.word("rule", &HEADS)?;
            Ask::Head { rule, among: fields.count("among", 50)?.unwrap_or(1) }
        }
        2 => Ask::Layer(fields.word("rule", &LAYERS)?),
        3 => {
            let rule = fields.word("rule", &TOKENS)?;
            Ask::Token(match (rule, fields.count("place", 1000)?) {
                (TokenRule::OfClean(_), Some(place)) => TokenRule::OfClean(place),
                (TokenRule::OfClean(_), None) => return Err(Problem::Missing("place")),
                (rule, _) => rule,
            })
        }
        _ => {
            let of = fields.word("rule", &NUMBERS)?;
            Ask::Number { of, within_thousandths: within(&mut fields)? }
        }
    };
    fields.finish()?;
    Ok(Question { text, ask, hint, explain })
}

fn choose(fields: &mut Fields) -> Result<Ask, Problem> {
    let list = as_list(fields.take("choices").ok_or(Problem::Missing("choices"))?, "choices", 6)?;
    let choices: Vec<String> =
        list.into_iter().map(|choice| as_text(choice, "choices", 300)).collect::<Result<_, _>>()?;
    let right = fields.needed("right", 300)?;
    let right = choices.iter().position(|choice| *choice == right).ok_or(Problem::NoChoice)?;
    if choices.len() < 2 {
        return Err(Problem::Kind { field: "choices", wanted: "a list of two to six texts" });
    }
    Ok(Ask::Choose { choices, right })
}

fn within(fields: &mut Fields) -> Result<u32, Problem> {
    let Some(value) = fields.take("within") else { return Ok(0) };
    match value.as_f64().filter(|within| (0.0..=1000.0).contains(within)) {
        // Between 0 and a million.
        Some(within) => Ok((within * 1000.0).round() as u32),
        None => Err(Problem::Kind { field: "within", wanted: "a number from 0 to 1000" }),
    }
}
