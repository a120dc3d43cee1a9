//! What is to be seen in each chart, in a few sentences and a formula: the longer answer to "what am I looking at?".

/// What a chart shows, for whoever asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// Names it in tests.
    pub name: &'static str,
    /// Of what it is, for a screen reader.
    pub of: &'static str,
    /// Its paragraphs.
    pub text: &'static [&'static str],
    /// Its formulas, one a line.
    pub formulas: &'static [&'static str],
}

/// The grid of heads, or of layers.
pub const GRID: Explanation = Explanation {
    name: "grid",
    of: "scores",
    text: &[
        "The line below says what is put where. One of the two prompts, the base, is run once for each cell; in that run one part of the model gets another value, and everything after it is computed anew.",
        "The number is how far what is read moves by that: a cause, since nothing else was changed. A share is this change against the whole difference of the two runs. Shares need not add up to 100 %: parts may stand in for each other, or need each other.",
    ],
    formulas: &["Δ = m(base run, changed) − m(base run)", "share = Δ ∕ (m(other run) − m(base run))"],
};

/// The bars of the top heads.
pub const TOP_HEADS: Explanation = Explanation {
    name: "top-heads",
    of: "top heads",
    text: &[
        "The grid's numbers once more, in order. Helpful puts first what brings the answer back, or, where heads are broken, what it costs most to lose. Largest puts first what moves it most, whichever way.",
        "Where every position is changed by itself, a head stands here with the position at which it does most.",
    ],
    formulas: &["Helpful: by Δ", "Largest: by |Δ|"],
};

/// The heatmap, the lines and the thumbnails.
pub const ATTENTION: Explanation = Explanation {
    name: "attention",
    of: "attention",
    text: &[
        "For each token a head makes a query, and for each token up to it a key. How well they fit decides how much of that token's value is read. A row is one query, and its weights sum to 1.",
        "A large weight says where a head looks, not what it takes from there: a value may be small, and what is written need not concern the answer. × value norm shows how much is read. As lines, the same numbers are drawn between two columns of tokens; point at one for its own lines alone.",
    ],
    formulas: &[
        "a(q, k) = softmax over k ≤ q of  query(q) · key(k) ∕ √d",
        "with × value norm: a(q, k) · ‖value(k)‖",
    ],
};

/// The lens, as curves and at every position.
pub const LENS: Explanation = Explanation {
    name: "lens",
    of: "the logit lens",
    text: &[
        "Between layers the model keeps a row of numbers for each token. Only the last one is meant to be turned into logits; the lens does it with the earlier ones too.",
        "The axis names where a row is read, as TransformerLens does: 0_pre is the embedding, before layer 0; 1_pre is after one layer; final is after the last one, and is what the model really says. Where the middle is read too, 0_mid lies between a layer's attention and its MLP.",
        "A centred logit is the logit minus the mean over all tokens, so that what all tokens share does not count. Early rows were not made to be read like this: compare curves rather than believe single values.",
    ],
    formulas: &[
        "logit(ℓ, t) = unembedding(t) · LayerNorm(row after ℓ layers)",
        "centred = logit(t) − mean over all tokens",
    ],
};

/// The lists of next tokens.
pub const NEXT: Explanation = Explanation {
    name: "next",
    of: "the next tokens",
    text: &[
        "After the last layer each token of the vocabulary has a logit. The probability is its share after the exponential: one logit more makes a token 2.7 times as likely against all others.",
    ],
    formulas: &["p(t) = exp(logit t) ∕ Σ exp(logit of every token)"],
};

/// The parts of the logit, and direct against patching effects.
pub const PARTS: Explanation = Explanation {
    name: "parts",
    of: "the parts of the logit",
    text: &[
        "What is read at the end is a sum: the embedding, and what each head and each MLP has added. With the last normalisation's scale held as it is, the logit falls into the same parts.",
        "A head's direct effect takes what it writes in the clean run minus what it writes in the corrupt run, both divided by the corrupt run's scale: that is the run which a patch changes, and the scale that it keeps if nothing else hears of the patch. The tables of parts divide each run by its own scale, so their difference is another number. Clean's own is the part in the clean run's table, by the clean run's scale.",
        "Its patching effect is that of its output (z) at the last position, from clean into corrupt. It also counts what comes after the head: its own layer's MLP, later layers, and the last normalisation, whose scale changes. These put a head off the dashed line.",
    ],
    formulas: &[
        "logit = Σ parts,  part = unembedding(t) · what was added ∕ scale",
        "direct effect = unembedding(t) · (added(clean) − added(corrupt)) ∕ scale(corrupt)",
        "= part(clean) · scale(clean) ∕ scale(corrupt) − part(corrupt)",
    ],
};

/// Heads, or layers, that are changed together.
pub const UNIT_SET: Explanation = Explanation {
    name: "unit-set",
    of: "the set",
    text: &[
        "What is chosen here is changed in one and the same run. Beside it stands what the changes come to when each is made in a run of its own.",
        "Together less than the sum: they do the same thing, and one is enough. Together more: one needs what another writes. Equal: they work side by side.",
    ],
    formulas: &[
        "together = m(base run, all changed) − m(base run)",
        "sum of single = Σ over the set of  m(base run, one changed) − m(base run)",
    ],
};

/// Scores at each position by itself.
pub const POSITIONS: Explanation = Explanation {
    name: "positions",
    of: "scores by position",
    text: &[
        "Each column is a token of the prompt that is changed, and its cell a run in which nothing but this position gets another value. A change at one token reaches later ones only: it is read there by attention.",
        "As long as the tokens of both prompts are the same, so are their runs: a value from the other run then changes nothing, and the cell is exactly zero.",
    ],
    formulas: &[
        "Δ(p) = m(base run, changed at p) − m(base run)",
        "from the other run: Δ(p) = 0 before the first difference",
    ],
};

/// Many prompts.
pub const PROMPT_SETS: Explanation = Explanation {
    name: "sets",
    of: "sets of prompts",
    text: &[
        "The same analysis runs on every pair, and a cell is the mean over those pairs where the number is defined. What one pair shows may be its own; what holds for the task stays in the mean.",
        "The standard deviation says how much pairs differ. A mean that is small beside it is carried by some of the pairs: look at them one by one.",
    ],
    formulas: &["mean = Σ Δ of each pair ∕ n", "s.d. = √( Σ (Δ − mean)² ∕ (n − 1) )"],
};

/// Every explanation.
pub const EXPLANATIONS: [&Explanation; 9] =
    [&GRID, &TOP_HEADS, &ATTENTION, &LENS, &NEXT, &PARTS, &UNIT_SET, &POSITIONS, &PROMPT_SETS];
