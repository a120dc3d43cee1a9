/// Two prompts and the answer that the second makes less likely.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The prompt whose heads' outputs are borrowed.
    pub clean: &'static str,
    /// The prompt whose run is patched.
    pub corrupt: &'static str,
    /// The text whose first token is followed.
    pub answer: &'static str,
}

/// Ready-made inputs: what it leaves out stays as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Preset {
    /// Names it in tests and menus.
    pub id: &'static str,
    /// What the menu says.
    pub label: &'static str,
    /// What there is to see, in one sentence.
    pub about: &'static str,
    /// The pair that it fills in.
    pub pair: Option<Pair>,
    /// The prompts and answers that it gives to the lens: with a pair, related ones, and only where nobody has written any.
    pub lens: &'static [(&'static str, &'static str)],
}

/// The pair that the page opens with.
pub const NOTEBOOK_PAIR: Pair = Pair {
    clean: "Who wrote Pride and Prejudice?",
    corrupt: "Who wrote Pride and Prejudice? Some say Emily Brontë.",
    answer: " Jane",
};

/// The lens prompts that the page opens with.
pub const NOTEBOOK_PROBES: &[(&str, &str)] = &[
    ("Who wrote Pride and Prejudice?", " Jane"),
    ("Who wrote Emma?", " Jane"),
    ("Who wrote Jane Eyre?", " Charlotte"),
    ("What is the capital of France?", " Paris"),
    ("What is 2+2?", " 4"),
];

/// As many as the page opens with, so that charts stay as high as they are.
const STORE: &[(&str, &str)] = &[
    ("When Mary and John went to the store, John gave a drink to", " Mary"),
    ("When Mary and John went to the store, Mary gave a drink to", " Mary"),
    ("When Mary and John went to the store, John gave a drink to", " John"),
    ("When Mary and John went to the store, Mary gave a drink to", " John"),
    ("When John and Mary went to the store, John gave a drink to", " Mary"),
];

const PARK: &[(&str, &str)] = &[
    ("When Tom and Anna went to the park, Tom gave a book to", " Anna"),
    ("When Tom and Anna went to the park, Anna gave a book to", " Anna"),
    ("When Tom and Anna went to the park, Tom gave a book to", " Tom"),
    ("When Tom and Anna went to the park, Anna gave a book to", " Tom"),
    ("When Anna and Tom went to the park, Tom gave a book to", " Anna"),
];

const CAPITALS: &[(&str, &str)] = &[
    ("What is the capital of France?", " Paris"),
    ("What is the capital of France? Some say Rome.", " Paris"),
    ("What is the capital of Italy?", " Rome"),
    ("What is the capital of Spain?", " Madrid"),
    ("What is the capital of Germany?", " Berlin"),
];

/// What the menu offers, in its order.
pub const PRESETS: &[Preset] = &[
    Preset {
        id: "notebook-pair",
        label: "Who wrote it? (the notebook's pair)",
        about: "A misleading sentence turns the model away from the right author.",
        pair: Some(NOTEBOOK_PAIR),
        lens: NOTEBOOK_PROBES,
    },
    Preset {
        id: "notebook-probes",
        label: "Five probes (the notebook's lens prompts)",
        about: "Five questions in one lens chart: where does each answer appear?",
        pair: None,
        lens: NOTEBOOK_PROBES,
    },
    Preset {
        id: "indirect-object",
        label: "Indirect object: Mary and John",
        about: "Who gets the drink? Swapping the giver swaps the answer.",
        pair: Some(Pair {
            clean: "When Mary and John went to the store, John gave a drink to",
            corrupt: "When Mary and John went to the store, Mary gave a drink to",
            answer: " Mary",
        }),
        lens: STORE,
    },
    Preset {
        id: "indirect-object-2",
        label: "Indirect object: Tom and Anna",
        about: "The same circuit with other names and the other order.",
        pair: Some(Pair {
            clean: "When Tom and Anna went to the park, Tom gave a book to",
            corrupt: "When Tom and Anna went to the park, Anna gave a book to",
            answer: " Anna",
        }),
        lens: PARK,
    },
    Preset {
        id: "capital",
        label: "A capital, and a doubt",
        about: "A misleading sentence about a capital.",
        pair: Some(Pair {
            clean: "What is the capital of France?",
            corrupt: "What is the capital of France? Some say Rome.",
            answer: " Paris",
        }),
        lens: CAPITALS,
    },
];

impl Preset {
    /// The preset of this name.
    #[must_use]
    pub fn find(id: &str) -> Option<&'static Self> {
        PRESETS.iter().find(|preset| preset.id == id)
    }
}
