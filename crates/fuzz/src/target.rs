//! What a reader looks like from outside.

/// How a target's inputs are built, and so how they are best bent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Lines, or an address.
    Text,
    /// JSON; inputs that are none are bent as text.
    Json,
    /// Eight bytes of length, a JSON header of that length, data: safetensors.
    Headed,
}

/// What became of an input: the kind of what was read, or of the error.
pub type Outcome = Result<String, String>;

/// One reader.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// What it is called; its folder in the corpus too.
    pub name: &'static str,
    /// How its inputs are built.
    pub form: Form,
    /// How many inputs a long campaign tries.
    pub long: u64,
    /// How many inputs the tests try.
    pub short: u64,
    /// Most bytes that one input may have allocated at a time: `memory.0 + memory.1 * length`.
    pub memory: (usize, usize),
    /// Pieces that its inputs are made of.
    pub words: &'static [&'static str],
    /// Valid inputs, small ones.
    pub seeds: fn() -> Vec<Vec<u8>>,
    /// Reads an input. Panics where what was accepted does not hold together.
    pub run: fn(&[u8]) -> Outcome,
}

impl Target {
    /// Most bytes that an input of so many may have allocated at a time.
    #[must_use]
    pub fn most_memory(&self, length: usize) -> usize {
        self.memory.0 + self.memory.1 * length
    }
}

/// The kind of an error: its sentence without what it quotes and without numbers.
///
/// # Panics
/// Where the sentence is empty, or longer than a person could read: a file must not choose how long its error is.
pub(crate) fn kind(sentence: &str) -> String {
    const LONGEST_SENTENCE: usize = 1000;
    assert!(!sentence.trim().is_empty(), "an error without a word");
    assert!(
        sentence.len() <= LONGEST_SENTENCE,
        "an error of {} bytes: {}",
        sentence.len(),
        sentence.chars().take(200).collect::<String>()
    );
    // A quotation may have quotes in it: only the beginning is sure to be ours.
    let ours = sentence.split(['`', '"']).step_by(2).take(2);
    ours.flat_map(|part| part.chars().filter(|c| c.is_ascii_alphabetic() || *c == ' ').take(70)).collect()
}
