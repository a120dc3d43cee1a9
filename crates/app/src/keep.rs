//! What is kept and shared: the whole state as an address, as a file, as code, and the results as tables.

use peek_experiment::{
    Analysis, Baseline, Experiment, FileError, LensLine, Model, Results, RunOn, ScoreLine, SnippetError,
    lens_table, scores_table, transformer_lens, write_link,
};
use peek_names::{Layer, Unit};
use peek_protocol::{BackendKind, LensCurve, Note};

use crate::State;

/// What happens to a state as a whole.
#[derive(Clone, Debug, PartialEq)]
pub enum KeepAction {
    /// The page was opened at an address with this fragment, or it was changed by hand.
    Visit(String),
    /// The page was loaded again, or come back to: what [`crate::Effect::KeepSession`] last asked the tab to keep.
    Resume(String),
    /// A file was opened: its text, or why it could not be read.
    Open(Result<String, String>),
    /// Something of the page could not be kept or copied: why not.
    Refused(String),
    /// What was said of it has been read.
    Dismiss,
}

/// What is said of the last address or file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct KeepPanel {
    /// Sentences; none is about a field.
    pub notes: Vec<Note>,
    /// How many files have been opened, and whether the last one brought a list of many prompts.
    pub opened: (u64, bool),
}

impl State {
    /// Everything that decides what is computed and shown.
    #[must_use]
    pub fn analysis(&self) -> Analysis {
        let line = |row: &crate::LensRow| LensLine { prompt: row.prompt.clone(), answer: row.answer.clone() };
        Analysis {
            pair: self.inputs.pair(),
            setup: self.inputs.asked_setup(),
            pinned: self.view.pinned,
            units: self.together.units.clone(),
            lens: self.inputs.lens.iter().filter(|row| !row.is_blank()).map(line).collect(),
            views: self.kept_views(),
        }
    }

    /// The address's fragment that opens the page like this, without `#`.
    #[must_use]
    pub fn link(&self) -> String {
        write_link(&self.analysis())
    }

    /// The experiment's file: what was asked, and what of it has been answered. `date` is the caller's.
    ///
    /// # Errors
    /// Where it would be too large to be opened again.
    pub fn experiment_json(&self, date: String) -> Result<String, FileError> {
        let mut experiment = Experiment::new(self.analysis());
        experiment.date = date;
        if let Some(loaded) = &self.engine.loaded {
            let info = &loaded.info;
            experiment.model = Some(Model {
                label: info.label.clone(),
                sha256: info.sha256.clone(),
                layers: info.layers,
                heads: info.heads,
                d_model: info.d_model,
                vocab: info.vocab,
                dtype: info.dtype.clone(),
            });
            let adapter = self.engine.report.as_ref().and_then(|report| report.adapter.as_ref());
            experiment.ran_on = Some(match loaded.backend {
                BackendKind::Cpu => RunOn { backend: "cpu".to_owned(), adapter: String::new() },
                BackendKind::WebGpu => RunOn {
                    backend: "webgpu".to_owned(),
                    adapter: adapter.map(|adapter| adapter.name.clone()).unwrap_or_default(),
                },
            });
        }
        experiment.set = self.sets.pairs();
        experiment.results = self.results();
        experiment.to_json()
    }

    /// The results of what is asked now; none where those on the screen are of something else.
    fn results(&self) -> Option<Results> {
        let shown = self.patch.shown.as_ref().filter(|_| !self.patch_is_stale())?;
        let mut results = Results {
            clean_tokens: shown.tokens.clean.iter().map(Into::into).collect(),
            corrupt_tokens: shown.tokens.corrupt.iter().map(Into::into).collect(),
            answer: shown.tokens.answer.as_ref().and_then(|answer| answer.first()).map(Into::into),
            clean: Some(shown.clean.clone()),
            corrupt: Some(shown.corrupt.clone()),
            ..Results::default()
        };
        if let Some(board) = self.board().filter(|_| !self.grid_is_stale()) {
            let finite = |value: f32| value.is_finite().then_some(value);
            let (clean, corrupt) = board.ends();
            results.baselines = Baseline { clean: finite(clean), corrupt: finite(corrupt) };
            for unit in board.units() {
                for spot in 0..board.spots() {
                    let Some(score) = board.score(unit, spot) else { continue };
                    let position = board.is_by_position().then_some(spot);
                    let unit = unit.to_string();
                    results.scores.push(ScoreLine { unit, position, value: score.value, delta: score.delta });
                }
            }
        }
        let curve = |row| {
            let shown = self.lens.rows.get(&row)?.shown.as_ref()?;
            let is_stale = self.curve_is_stale(self.inputs.lens_row(row)?, shown);
            (!is_stale).then(|| LensCurve::clone(&shown.curve))
        };
        results.lens =
            self.inputs.lens.iter().filter(|row| !row.is_blank()).map(|row| curve(row.key)).collect();
        Some(results)
    }

    /// What is set up, as code for TransformerLens.
    ///
    /// # Errors
    /// Where it is not defined.
    pub fn snippet(&self) -> Result<String, SnippetError> {
        transformer_lens(&self.inputs.pair(), &self.inputs.asked_setup())
    }

    /// The scores on the screen as a table; `None` until there are any.
    #[must_use]
    pub fn scores_csv(&self) -> Option<String> {
        let board = self.board()?;
        let lines = board.units().into_iter().flat_map(|unit| {
            (0..board.spots()).filter_map(move |spot| {
                let score = board.score(unit, spot)?;
                let head = match unit {
                    Unit::Head(head) => Some(head.head_index()),
                    Unit::Layer(_) => None,
                };
                let layer: Layer = unit.layer();
                Some((layer.index(), head, board.is_by_position().then_some(spot), score))
            })
        });
        Some(scores_table(lines))
    }

    /// The top heads as a table, in the order on the screen.
    #[must_use]
    pub fn top_heads_csv(&self, count: usize) -> Option<String> {
        let board = self.board()?;
        let lines = self.top_heads(count).into_iter().filter_map(|top| {
            let (spot, score) = board.strongest(Unit::Head(top.head))?;
            let position = board.is_by_position().then_some(spot);
            Some((top.head.layer.index(), Some(top.head.head_index()), position, score))
        });
        Some(scores_table(lines))
    }

    /// The lens' curves on the screen as a table; `None` without one.
    #[must_use]
    pub fn lens_csv(&self) -> Option<String> {
        let mut curves = self.curves().map(|(_, _, shown, _)| (&*shown.prompt, &*shown.curve)).peekable();
        curves.peek()?;
        Some(lens_table(curves))
    }
}
