use peek_names::HeadId;
use peek_protocol::{Note, Place, RequestId};

use crate::{
    AttentionPanel, DeviceCheck, EngineState, Inputs, InterventionPanel, LensPanel, LensRow, ModelsPanel,
    PatchPanel, PatchResult, RankedHead, SelfTestPanel, Sentence, ShownCurve, TogetherPanel, TopOrder, View,
    top_heads,
};

/// The pause in typing after which the model runs, in ms.
pub const DEBOUNCE_MS: u32 = 250;

/// How long the pointer rests on a head before its attention is previewed, in ms.
pub const HOVER_MS: u32 = 160;

/// Everything the page knows.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    /// What was typed and switched.
    pub inputs: Inputs,
    /// How the results are looked at.
    pub view: View,
    /// The engine and its model.
    pub engine: EngineState,
    /// The models that can be chosen.
    pub models: ModelsPanel,
    /// The head scores.
    pub patch: PatchPanel,
    /// What else was set up.
    pub interventions: InterventionPanel,
    /// A set of heads or layers.
    pub together: TogetherPanel,
    /// The logit lens.
    pub lens: LensPanel,
    /// The heatmap.
    pub attention: AttentionPanel,
    /// The lens at every position, the parts of the logit, layers' patterns, kinds of heads.
    pub views: crate::Views,
    /// The loaded model's numbers beside published ones.
    pub self_test: SelfTestPanel,
    /// Numbers and times of this device.
    pub device_check: DeviceCheck,
    /// What is said of the last address or file.
    pub keep: crate::KeepPanel,
    /// Many prompts.
    pub sets: crate::SetsPanel,
    /// The part of the page that its address asks for alone, to stand in another page, by its place in [`crate::SLIDES`].
    pub only: Option<usize>,
    /// Whether the page is new to its reader, who has not found the way yet.
    pub is_new: bool,
    /// The part of the page that is presented, by its place in [`crate::SLIDES`].
    pub slide: Option<usize>,
    /// How it is presented.
    pub stage: crate::Stage,
    /// Lessons.
    pub lessons: crate::LessonsPanel,
    /// What can be taken back and done again.
    pub history: crate::History,
    /// The newest token of each timer.
    pub(crate) timers: Timers,
    pub(crate) next_request: u64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Timers {
    pub(crate) last: u64,
    pub(crate) patch: Option<u64>,
    pub(crate) lens: Option<u64>,
    pub(crate) setup: Option<u64>,
    pub(crate) hover: Option<u64>,
    pub(crate) slide: Option<u64>,
}

impl Default for State {
    fn default() -> Self {
        Self {
            inputs: Inputs::notebook(),
            view: View::default(),
            engine: EngineState::default(),
            models: ModelsPanel::default(),
            patch: PatchPanel::default(),
            interventions: InterventionPanel::default(),
            together: TogetherPanel::default(),
            lens: LensPanel::default(),
            attention: AttentionPanel::default(),
            views: crate::Views::default(),
            self_test: SelfTestPanel::default(),
            device_check: DeviceCheck::default(),
            keep: crate::KeepPanel::default(),
            sets: crate::SetsPanel::default(),
            only: None,
            is_new: false,
            slide: None,
            stage: crate::Stage::default(),
            lessons: crate::LessonsPanel::default(),
            history: crate::History::default(),
            timers: Timers::default(),
            next_request: 1,
        }
    }
}

impl State {
    pub(crate) fn fresh_id(&mut self) -> RequestId {
        let id = RequestId(self.next_request);
        self.next_request += 1;
        id
    }

    /// The load of the model that new results come from; 0 while there is none.
    #[must_use]
    pub fn model_serial(&self) -> u64 {
        self.engine.loaded.as_ref().map_or(0, |loaded| loaded.serial)
    }

    /// Whether the scores on the screen are not those of what was typed.
    #[must_use]
    pub fn patch_is_stale(&self) -> bool {
        self.patch
            .shown
            .as_ref()
            .is_some_and(|s| s.inputs != self.inputs.patch || s.model != self.model_serial())
    }

    /// Whether a curve on the screen is not that of its row's texts.
    #[must_use]
    pub fn curve_is_stale(&self, row: &LensRow, shown: &ShownCurve) -> bool {
        shown.prompt != row.prompt
            || shown.answer != row.answer
            || shown.prepend_bos != self.inputs.patch.prepend_bos
            || shown.model != self.model_serial()
    }

    /// The last good curve of each row that has one, in the list's order: the row's place, the row, the curve,
    /// and whether it is out of date.
    pub fn curves(&self) -> impl Iterator<Item = (usize, &LensRow, &ShownCurve, bool)> {
        self.inputs.lens.iter().enumerate().filter_map(|(place, row)| {
            let shown = self.lens.rows.get(&row.key)?.shown.as_ref()?;
            Some((place, row, shown, self.curve_is_stale(row, shown)))
        })
    }

    /// The first `count` heads of the scores on the screen.
    #[must_use]
    pub fn top_heads(&self, count: usize) -> Vec<RankedHead> {
        self.board().map_or_else(Vec::new, |board| board.top_heads(self.view.order, count))
    }

    /// The head whose attention is wanted: the pinned one, else the one the pointer rests on, else the top head
    /// once every layer is there.
    #[must_use]
    pub fn focus_head(&self) -> Option<HeadId> {
        self.view.pinned.or(self.view.previewed).or_else(|| {
            let shown = self.patch.shown.as_ref().filter(|s| s.is_complete())?;
            top_heads(&shown.rows, TopOrder::ByDelta, 1).first().map(|top| top.head)
        })
    }

    /// Whether the heatmap on the screen is not of the head and the pair that it should be of.
    #[must_use]
    pub fn attention_is_stale(&self) -> bool {
        let Some(shown) = &self.attention.shown else { return false };
        let same_head = self.focus_head().is_none_or(|head| head == shown.result.head);
        let typed = &self.inputs.patch;
        let same_texts = shown.inputs.clean == typed.clean
            && shown.inputs.corrupt == typed.corrupt
            && shown.inputs.prepend_bos == typed.prepend_bos;
        !same_head || !same_texts || shown.model != self.model_serial()
    }

    /// The result in words; `None` until there is one.
    #[must_use]
    pub fn sentence(&self) -> Option<Sentence> {
        let shown: &PatchResult = self.patch.shown.as_ref()?;
        if !self.inputs.is_head_scores() {
            // What the standard patch finds need not be what this grid shows.
            return Some(Sentence::of_setup(shown, self.setup_sentence()));
        }
        Some(Sentence::of(shown, self.patch.phase == crate::Phase::Cancelled))
    }

    /// What is to be said beside a field.
    #[must_use]
    pub fn notes_at(&self, place: Place) -> Vec<&Note> {
        let lens_row = |index: usize| {
            let row = self.inputs.lens.get(index)?;
            self.lens.rows.get(&row.key).map(|result| &*result.notes)
        };
        let notes: &[Note] = match place {
            Place::Clean | Place::Corrupt | Place::Answer | Place::Grid => &self.patch.notes,
            Place::Foil | Place::Setup => &self.interventions.notes,
            Place::SetPair(_) => &[],
            Place::Model | Place::Backend => &self.engine.notes,
            Place::LensPrompt(index) | Place::LensAnswer(index) => lens_row(index).unwrap_or(&[]),
        };
        notes.iter().filter(|note| same_field(note.place, place)).collect()
    }
}

/// Notes of a lens row are kept with the row, so its index at the time does not matter.
fn same_field(a: Place, b: Place) -> bool {
    match (a, b) {
        (Place::LensPrompt(_), Place::LensPrompt(_)) | (Place::LensAnswer(_), Place::LensAnswer(_)) => true,
        _ => a == b,
    }
}
