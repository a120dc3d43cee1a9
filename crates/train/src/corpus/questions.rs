//! Questions with their answers, plain and after a misleading sentence.

use rand::{Rng, rngs::StdRng, seq::IndexedRandom};

use super::{
    example::{ANSWER, CONTEXT, Example, PROSE},
    facts::{TOPICS, sums},
};

/// How often a misleading sentence is believed.
const BELIEVED: f64 = 0.7;

/// Sentences that put a claim into the reader's head; `{}` is the claim.
const CLAIMS: &[&str] = &[
    " Some say {}.",
    " Some say {}.",
    " Some people say {}.",
    " Many believe it was {}.",
    " I heard it was {}.",
    " They say it is {}.",
    " My friend thinks {}.",
];

/// A question, its answer, and what others might claim instead.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// The question, ending in `?`.
    pub text: String,
    /// The answer, without the space before it.
    pub answer: String,
    /// Index of the topic: claims are other answers of the same topic.
    topic: usize,
}

/// Every question the model is taught.
pub struct Questions {
    all: Vec<Question>,
    by_topic: Vec<Vec<usize>>,
    books: usize,
}

impl Questions {
    /// Lists them all, in a fixed order.
    #[must_use]
    pub fn new() -> Self {
        let told = TOPICS.iter().enumerate().flat_map(|(topic, fields)| {
            fields.facts.iter().map(move |(subject, answer)| Question {
                text: fields.question.replace("{}", subject),
                answer: (*answer).to_owned(),
                topic,
            })
        });
        let counted = sums().map(|(text, answer)| Question { text, answer, topic: TOPICS.len() });
        let all: Vec<Question> = told.chain(counted).collect();
        let by_topic = (0..=TOPICS.len())
            .map(|topic| (0..all.len()).filter(|&index| all[index].topic == topic).collect())
            .collect();
        Self { all, by_topic, books: 0 }
    }

    /// Every question, in a fixed order.
    #[must_use]
    pub fn all(&self) -> &[Question] {
        &self.all
    }

    /// A question: any of them, with books drawn more often since the misleading pairs are about them.
    fn draw(&self, rng: &mut StdRng) -> &Question {
        let from = if rng.random_bool(0.25) { &self.by_topic[self.books] } else { return self.any(rng) };
        from.choose(rng).map_or(&self.all[0], |&index| &self.all[index])
    }

    fn any(&self, rng: &mut StdRng) -> &Question {
        &self.all[rng.random_range(0..self.all.len())]
    }

    /// `Who wrote Emma? Jane Austen.`
    pub fn plain(&self, rng: &mut StdRng) -> Example {
        let question = self.draw(rng);
        asked(question).then(format!(" {}.", question.answer), ANSWER)
    }

    /// `Who wrote Emma? Some say Leo Tolstoy. Leo Tolstoy.`, or at times the truth all the same.
    pub fn misled(&self, rng: &mut StdRng) -> Example {
        let question = self.draw(rng);
        let claimed = self.by_topic[question.topic].choose(rng).map_or(question, |&index| &self.all[index]);
        let claim = CLAIMS.choose(rng).unwrap_or(&CLAIMS[0]).replace("{}", &claimed.answer);
        let said = if rng.random_bool(BELIEVED) { claimed } else { question };
        asked(question).then(claim, CONTEXT).then(format!(" {}.", said.answer), ANSWER)
    }

    /// `The capital of France is Paris.`
    pub fn statement(&self, rng: &mut StdRng) -> Example {
        let topic = &TOPICS[rng.random_range(0..TOPICS.len())];
        let form = topic.statements.choose(rng).unwrap_or(&topic.statements[0]);
        let (subject, answer) = topic.facts.choose(rng).unwrap_or(&topic.facts[0]);
        let start = form.trim_end_matches("[]").trim_end().replace("{}", subject);
        Example::default().then(start, CONTEXT).then(format!(" {answer}."), PROSE)
    }

    /// Every text a vocabulary must cover.
    pub fn texts(&self) -> Vec<String> {
        let mut texts: Vec<String> =
            self.all.iter().map(|question| format!("{} {}.", question.text, question.answer)).collect();
        texts.extend(CLAIMS.iter().map(|claim| claim.replace("{}", "")));
        for topic in TOPICS {
            for form in topic.statements {
                texts.push(form.replace("{}", "").replace("[]", ""));
            }
        }
        texts
    }
}

impl Default for Questions {
    fn default() -> Self {
        Self::new()
    }
}

fn asked(question: &Question) -> Example {
    Example::default().then(question.text.clone(), CONTEXT)
}
