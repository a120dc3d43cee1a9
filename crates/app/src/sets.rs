//! Many prompts: a set of pairs, the analysis that every one of them gets, and what came of it.

mod shown;
mod summary;
mod words;

use peek_experiment::{PromptPair, Templates, set_table};
use peek_names::{DirectScale, HeadId, Layer, LogitScale, Site};
use peek_protocol::{At, RequestId, SetAnalysis, SetNumbers};

use crate::{Phase, RowKey, Shared, State};
pub use shown::SetPositions;
pub use summary::{CellSummary, Summary};

/// What can happen to the set.
#[derive(Clone, Debug, PartialEq)]
pub enum SetsAction {
    /// A text of a pair was typed.
    Edit(RowKey, SetField, String),
    /// One more pair.
    Add,
    /// A pair is taken away.
    Remove(RowKey),
    /// All pairs are.
    Clear,
    /// Pairs were pasted or read from a file: its text, or why it could not be read.
    Import(Result<String, String>),
    /// Pairs of the task of the indirect object: how many, and of which seed.
    IndirectObjects(usize, u64),
    /// Questions, each with a misleading sentence.
    Questions,
    /// Pairs from the user's templates.
    Fill(Box<Templates>),
    /// What is measured.
    Measure(SetKind),
    /// Runs it.
    Run,
    /// Ends the run where it stands.
    Cancel,
}

/// A text of a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetField {
    /// The clean prompt.
    Clean,
    /// The corrupt prompt.
    Corrupt,
    /// The answer.
    Answer,
    /// The foil.
    Foil,
}

/// What is measured of each pair.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SetKind {
    /// What the grid is set up for.
    #[default]
    Setup,
    /// The logit lens of both prompts.
    Lens,
    /// Every head's direct effect.
    Direct,
}

/// A pair of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetRow {
    /// Its name for as long as it is there.
    pub key: RowKey,
    /// Its texts.
    pub pair: PromptPair,
}

/// The panel.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SetsPanel {
    /// The pairs; shared, since there may be thousands.
    pub rows: Shared<Vec<SetRow>>,
    pub(crate) next_key: u64,
    /// What is measured.
    pub kind: SetKind,
    /// The newest request.
    pub newest: Option<RequestId>,
    /// Where it is.
    pub phase: Phase,
    /// What is to be said of the pairs that were read or made, or of why nothing can be run.
    pub messages: Vec<String>,
    /// The newest result, complete or not.
    pub shown: Option<SetResult>,
}

/// What became of a pair: its numbers, or what is wrong with it.
pub type SetOutcome = Result<SetNumbers, String>;

/// A set's numbers, complete or not.
#[derive(Clone, Debug, PartialEq)]
pub struct SetResult {
    /// The pairs that were run.
    pub pairs: Shared<Vec<PromptPair>>,
    /// What was measured.
    pub analysis: SetAnalysis,
    /// The load of the model that answered.
    pub model: u64,
    /// Layers of that model.
    pub layers: usize,
    /// Heads of a layer.
    pub heads: usize,
    /// Whether `<|endoftext|>` went in front.
    pub prepend_bos: bool,
    /// A pair each, in order; `None` while it waits.
    pub outcomes: Shared<Vec<Option<Shared<SetOutcome>>>>,
    /// Pairs finished so far.
    pub done: usize,
    /// Mean and spread of every cell so far.
    pub summary: Shared<Summary>,
}

impl State {
    /// Whether a run would not give what is shown: of other pairs, another analysis or another model.
    #[must_use]
    pub fn set_is_stale(&self) -> bool {
        self.sets.shown.as_ref().is_some_and(|shown| {
            shown.model != self.model_serial()
                || shown.prepend_bos != self.inputs.patch.prepend_bos
                || shown.analysis != self.set_analysis()
                || !shown.pairs.iter().eq(self.sets.typed())
        })
    }

    /// What every pair of the set gets.
    #[must_use]
    pub fn set_analysis(&self) -> SetAnalysis {
        match self.sets.kind {
            SetKind::Setup => {
                let mut setup = self.inputs.asked_setup();
                // It is of one pair's positions.
                setup.alignment = None;
                SetAnalysis::Interventions(setup)
            }
            SetKind::Lens => SetAnalysis::Lens,
            SetKind::Direct => SetAnalysis::Direct(LogitScale::Centred, DirectScale::Difference),
        }
    }
}

/// The most prompts that a mean is taken over: an address holds them all.
const MEAN_PROMPTS: usize = 256;

impl SetsPanel {
    /// Both prompts of every pair, for a mean over the set; of a long one its first 256.
    #[must_use]
    pub fn mean_prompts(&self) -> Vec<String> {
        let texts = self.rows.iter().flat_map(|row| [&row.pair.clean, &row.pair.corrupt]);
        texts.filter(|text| !text.is_empty()).take(MEAN_PROMPTS).cloned().collect()
    }

    /// The pairs in which something was typed.
    #[must_use]
    pub fn pairs(&self) -> Vec<PromptPair> {
        self.typed().cloned().collect()
    }

    pub(crate) fn typed(&self) -> impl Iterator<Item = &PromptPair> {
        let is_blank = |pair: &&PromptPair| {
            [&pair.clean, &pair.corrupt, &pair.answer, &pair.foil].iter().all(|text| text.is_empty())
        };
        self.rows.iter().map(|row| &row.pair).filter(move |pair| !is_blank(pair))
    }
}

impl SetResult {
    /// The pairs that could not be run: their place and why.
    #[must_use]
    pub fn failures(&self) -> Vec<(usize, &str)> {
        let outcomes = self.outcomes.iter().enumerate();
        outcomes
            .filter_map(|(at, outcome)| Some((at, outcome.as_deref()?.as_ref().err()?.as_str())))
            .collect()
    }

    /// Whether a cell is a head's: then they can be laid out as a grid of `[layers, heads]`.
    #[must_use]
    pub fn is_of_heads(&self) -> bool {
        match &self.analysis {
            SetAnalysis::Interventions(setup) => setup.site.per_head() && setup.at != At::Grid,
            SetAnalysis::Direct(..) => true,
            SetAnalysis::Lens => false,
        }
    }

    /// Places that are changed one by one, as the cells show it.
    #[must_use]
    pub fn spots(&self) -> usize {
        let SetAnalysis::Interventions(setup) = &self.analysis else { return 1 };
        let units = setup.site.units(self.layers, self.heads).len();
        (self.summary.cells.len() / units.max(1)).max(1)
    }

    /// What each cell is, as a column's name.
    #[must_use]
    pub fn cell_names(&self) -> Vec<String> {
        match &self.analysis {
            SetAnalysis::Interventions(setup) => {
                let units = setup.site.units(self.layers, self.heads);
                let spots = self.spots();
                let is_grid = setup.at == At::Grid;
                let name = |unit: peek_names::Unit, spot: usize| {
                    if is_grid { format!("{unit}@{spot}") } else { unit.to_string() }
                };
                units.into_iter().flat_map(|unit| (0..spots).map(move |spot| name(unit, spot))).collect()
            }
            SetAnalysis::Direct(..) => {
                Site::Z.units(self.layers, self.heads).iter().map(ToString::to_string).collect()
            }
            SetAnalysis::Lens => {
                let depth = |run: &str, at: usize| {
                    if at == self.layers { format!("{run} final") } else { format!("{run} {at}_pre") }
                };
                ["clean", "corrupt"]
                    .into_iter()
                    .flat_map(|run| (0..=self.layers).map(move |at| depth(run, at)))
                    .collect()
            }
        }
    }

    /// The summary of a head's cell.
    #[must_use]
    pub fn of_head(&self, head: HeadId) -> Option<&CellSummary> {
        let layer: Layer = head.layer;
        self.is_of_heads().then(|| self.summary.cells.get(layer.index() * self.heads + head.head_index()))?
    }

    /// Every pair with its numbers as a table.
    #[must_use]
    pub fn csv(&self) -> String {
        let waiting = || Err("not run".to_owned());
        let outcome = |outcome: &Option<Shared<SetOutcome>>| match outcome {
            Some(outcome) => (**outcome).clone(),
            None => waiting(),
        };
        let outcomes: Vec<SetOutcome> = self.outcomes.iter().map(outcome).collect();
        let lines = self
            .pairs
            .iter()
            .zip(&outcomes)
            .map(|(pair, outcome)| (pair, outcome.as_ref().map_err(Clone::clone)));
        set_table(&self.cell_names(), lines)
    }
}
