//! Undo and redo: what the user had before each change, and after each that was taken back.

use peek_names::Unit;

use crate::{
    Action, Field, Inputs, KeepAction, RowKey, SetField, SetKind, SetRow, SetsAction, Shared, State, View,
    ViewAction, ViewPanel, Views,
};

/// Changes that can be taken back.
const STEPS: usize = 200;
/// Bytes of text that they may take together: the oldest go first.
const BYTES: usize = 32_000_000;

/// What a reader has of their own: what was typed, switched and collected, without any result.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Saved {
    pub(crate) inputs: Inputs,
    pub(crate) view: View,
    pub(crate) views: Views,
    pub(crate) units: Vec<Unit>,
}

/// A point to go back to.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Moment {
    pub(crate) saved: Saved,
    pub(crate) rows: Shared<Vec<SetRow>>,
    pub(crate) kind: SetKind,
    /// What the change was that led away from it.
    pub(crate) what: &'static str,
}

impl Moment {
    /// Bytes of its texts. The list of pairs is shared by those that have the same.
    fn bytes(&self) -> usize {
        let inputs = &self.saved.inputs;
        let pair = [&inputs.patch.clean, &inputs.patch.corrupt, &inputs.patch.answer, &inputs.foil];
        let lens = inputs.lens.iter().flat_map(|row| [&row.prompt, &row.answer]);
        pair.into_iter().chain(lens).chain(&inputs.setup.mean_prompts).map(String::len).sum()
    }
}

/// A text that is being typed: its letters are one change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Typing {
    Field(Field),
    Pair(RowKey, SetField),
}

/// What can be taken back, and what can be done again.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    pub(crate) past: Vec<Shared<Moment>>,
    pub(crate) future: Vec<Shared<Moment>>,
    pub(crate) typing: Option<Typing>,
}

impl History {
    /// What would be taken back, in words; `None` where there is nothing.
    #[must_use]
    pub fn undoes(&self) -> Option<&'static str> {
        self.past.last().map(|moment| moment.what)
    }

    /// What would be done again, in words; `None` where there is nothing.
    #[must_use]
    pub fn redoes(&self) -> Option<&'static str> {
        self.future.last().map(|moment| moment.what)
    }

    /// Notes a change. Letters that follow each other in one text are one change.
    pub(crate) fn note(&mut self, before: Moment, typing: Option<Typing>) {
        let goes_on = typing.is_some() && self.typing == typing && !self.past.is_empty();
        self.typing = typing;
        self.future.clear();
        if goes_on {
            return;
        }
        self.past.push(Shared::new(before));
        let mut bytes: usize = self.past.iter().map(|moment| moment.bytes()).sum();
        while self.past.len() > STEPS || (bytes > BYTES && self.past.len() > 1) {
            bytes -= self.past.remove(0).bytes();
        }
    }
}

/// What an action of the user's changes, in words; `None` for what is no change of theirs.
pub(crate) fn change_of(action: &Action) -> Option<&'static str> {
    Some(match action {
        Action::Edit(Field::Clean, _) => "typing in the clean prompt",
        Action::Edit(Field::Corrupt, _) => "typing in the corrupt prompt",
        Action::Edit(Field::Answer, _) => "typing the answer",
        Action::Edit(Field::Foil, _) => "typing the foil",
        Action::Edit(Field::LensPrompt(_) | Field::LensAnswer(_), _) => "typing in a lens prompt",
        Action::AddLensRow | Action::LensFromPair => "adding a lens prompt",
        Action::RemoveLensRow(_) => "removing a lens prompt",
        Action::SwapPrompts => "swapping the prompts",
        Action::UsePreset(_) => "the preset",
        Action::UseAsAnswer(_) => "the choice of the answer",
        Action::Continue(..) => "continuing the text",
        Action::SetBos(_) => "BOS in front",
        Action::SetScale(_) => "the scale of the logits",
        Action::SetUp(_) => "what is put where",
        Action::Meet { .. } => "how the prompts line up",
        Action::ToggleUnit(_) | Action::ClearUnits => "the set of heads",
        Action::ShowShares(_) | Action::SetQuantity(_) | Action::SetTopOrder(_) | Action::ShowRun(_) => {
            "what is shown"
        }
        Action::View(ViewAction::LensPin(_)) => "the pinned cell",
        Action::View(ViewAction::Lock(_)) => "the locked token",
        Action::View(ViewAction::Follow(_)) => "the followed token",
        Action::View(action) if !matches!(action, ViewAction::Light(_)) => "what is shown",
        Action::ShowAlignment(_) => "what is shown",
        Action::Pin(_) | Action::Unpin => "the pinned head",
        Action::Escape => "what was pinned",
        Action::Keep(KeepAction::Open(_)) => "opening a file",
        Action::Keep(KeepAction::Visit(_)) => "opening an address",
        Action::Sets(SetsAction::Run | SetsAction::Cancel) => return None,
        Action::Sets(_) => "the list of prompts",
        _ => return None,
    })
}

/// The text that an action types in.
pub(crate) fn typing_of(action: &Action) -> Option<Typing> {
    match action {
        Action::Edit(field, _) => Some(Typing::Field(*field)),
        Action::Sets(SetsAction::Edit(key, field, _)) => Some(Typing::Pair(*key, *field)),
        _ => None,
    }
}

impl State {
    /// What the reader has now.
    pub(crate) fn saved(&self) -> Saved {
        let mut views: Views = self.views.clone();
        // What was computed belongs to no inputs but its own, and is asked for again.
        (views.lens, views.parts) = (ViewPanel::default(), ViewPanel::default());
        (views.patterns, views.kinds) = (ViewPanel::default(), ViewPanel::default());
        views.lit = None;
        // Opened only to be presented they are closed to their reader.
        views.parts_open &= !self.stage.opened_parts;
        Saved {
            inputs: self.inputs.clone(),
            view: self.view.clone(),
            views,
            units: self.together.units.clone(),
        }
    }

    /// This moment, to come back to.
    pub(crate) fn moment(&self, what: &'static str) -> Moment {
        let mut saved = self.saved();
        // Where the pointer is, which table row is looked at and how the screen is are no changes.
        let View { pinned, quantity, order, as_shares, alignment_open, run, .. } = saved.view;
        saved.view = View { pinned, quantity, order, as_shares, alignment_open, run, ..View::default() };
        Moment { saved, rows: self.sets.rows.clone(), kind: self.sets.kind, what }
    }
}
