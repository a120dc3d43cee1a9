//! Many prompts: the list, asking, taking in, ending.

use peek_experiment::{PAIRS, PromptPair, fill_templates, indirect_objects, questions, read_prompts};
use peek_protocol::{Note, PairTexts, Request, Response, SetNumbers, SetReply, SetRequest};

use super::Effects;
use crate::{Effect, Phase, RowKey, SetField, SetResult, SetRow, SetsAction, Shared, State};

/// The most pairs that are made at a time.
const MOST_MADE: usize = 500;

impl State {
    pub(super) fn sets(&mut self, action: SetsAction, effects: &mut Effects) {
        match action {
            SetsAction::Edit(key, field, text) => self.change_set(|rows| {
                let Some(row) = rows.iter_mut().find(|row| row.key == key) else { return };
                match field {
                    SetField::Clean => row.pair.clean = text,
                    SetField::Corrupt => row.pair.corrupt = text,
                    SetField::Answer => row.pair.answer = text,
                    SetField::Foil => row.pair.foil = text,
                }
            }),
            SetsAction::Add if self.sets.rows.len() >= PAIRS => {
                self.tell_of_set(vec![format!("A set takes {PAIRS} pairs.")], effects);
            }
            SetsAction::Add => self.add_to_set(vec![PromptPair::default()]),
            SetsAction::Remove(key) => self.change_set(|rows| rows.retain(|row| row.key != key)),
            SetsAction::Clear => self.change_set(Vec::clear),
            SetsAction::Import(Ok(text)) => self.import_set(&text, effects),
            SetsAction::Import(Err(why)) => self.tell_of_set(vec![why], effects),
            SetsAction::IndirectObjects(0, _) => {
                self.tell_of_set(
                    vec![format!("Type how many pairs to make, from 1 to {MOST_MADE}.")],
                    effects,
                );
            }
            SetsAction::IndirectObjects(count, seed) => {
                let most = format!("No more than {MOST_MADE} pairs are made at a time.");
                let said = if count > MOST_MADE { vec![most] } else { Vec::new() };
                self.made(indirect_objects(count.min(MOST_MADE), seed), said, effects);
            }
            SetsAction::Questions => self.made(questions(), Vec::new(), effects),
            SetsAction::Fill(templates) => match fill_templates(&templates) {
                Ok(filled) => {
                    let count = filled.pairs.len();
                    let cut = format!(
                        "The templates give more pairs than a set takes: these are the first {count}."
                    );
                    let said = if filled.is_cut { vec![cut] } else { Vec::new() };
                    self.made(filled.pairs, said, effects);
                }
                Err(error) => self.tell_of_set(vec![error.to_string()], effects),
            },
            SetsAction::Measure(kind) => self.sets.kind = kind,
            SetsAction::Run => self.run_set(effects),
            SetsAction::Cancel => {
                if let (Phase::Running, Some(id)) = (&self.sets.phase, self.sets.newest) {
                    effects.push(Effect::Send { request: Request::Cancel(id), files: None });
                }
            }
        }
    }

    fn change_set(&mut self, change: impl FnOnce(&mut Vec<SetRow>)) {
        let mut rows = (*self.sets.rows).clone();
        change(&mut rows);
        self.sets.rows = Shared::new(rows);
        self.sets.messages.clear();
    }

    /// Puts pairs in the place of those that are there.
    pub(super) fn replace_set(&mut self, pairs: Vec<PromptPair>) {
        self.change_set(Vec::clear);
        self.add_to_set(pairs);
    }

    /// Puts pairs behind those that are there; rows in which nothing was typed make room.
    pub(super) fn add_to_set(&mut self, pairs: Vec<PromptPair>) {
        let mut next = self.sets.next_key;
        self.change_set(|rows| {
            if pairs.iter().any(|pair| *pair != PromptPair::default()) {
                rows.retain(|row| row.pair != PromptPair::default());
            }
            for pair in pairs {
                rows.push(SetRow { key: RowKey(next), pair });
                next += 1;
            }
        });
        self.sets.next_key = next;
    }

    /// Adds as many as a set takes, which is as many as an experiment's file is opened with. What is `said` of them is told.
    fn made(&mut self, mut pairs: Vec<PromptPair>, mut said: Vec<String>, effects: &mut Effects) {
        let room = PAIRS.saturating_sub(self.sets.pairs().len());
        if let Some(more) = pairs.len().checked_sub(room).filter(|more| *more > 0) {
            said.push(format!("A set takes {PAIRS} pairs: {more} of these were left out."));
            pairs.truncate(room);
        }
        let count = pairs.len();
        self.add_to_set(pairs);
        effects.push(Effect::Announce(format!("{count} pairs were added.")));
        if !said.is_empty() {
            self.tell_of_set(said, effects);
        }
    }

    fn import_set(&mut self, text: &str, effects: &mut Effects) {
        let import = read_prompts(text);
        let mut said: Vec<String> = import.errors.iter().map(ToString::to_string).collect();
        if import.pairs.is_empty() && said.is_empty() {
            said.push("There is no pair in it: a line each with clean, corrupt, answer and foil.".to_owned());
        }
        self.made(import.pairs, said, effects);
    }

    fn tell_of_set(&mut self, messages: Vec<String>, effects: &mut Effects) {
        effects.extend(messages.first().cloned().map(Effect::Announce));
        self.sets.messages = messages;
    }

    fn run_set(&mut self, effects: &mut Effects) {
        self.abandon_set(effects);
        let pairs = self.sets.pairs();
        if pairs.is_empty() {
            let message = "There is no pair to run: type one, import some or generate them.";
            return self.tell_of_set(vec![message.to_owned()], effects);
        }
        let Some(loaded) = self.engine.loaded.clone().filter(|_| self.engine.is_ready()) else { return };
        self.sets.messages.clear();
        let id = self.fresh_id();
        let analysis = self.set_analysis();
        let prepend_bos = self.inputs.patch.prepend_bos;
        let texts = |pair: &PromptPair| PairTexts {
            clean: pair.clean.clone(),
            corrupt: pair.corrupt.clone(),
            answer: pair.answer.clone(),
            foil: pair.foil.clone(),
            prepend_bos,
        };
        let request = SetRequest { id, pairs: pairs.iter().map(texts).collect(), analysis: analysis.clone() };
        effects.push(Effect::Send { request: Request::Set(request), files: None });
        self.sets.newest = Some(id);
        self.sets.phase = Phase::Running;
        self.sets.shown = Some(SetResult {
            outcomes: Shared::new(vec![None; pairs.len()]),
            pairs: Shared::new(pairs),
            analysis,
            model: loaded.serial,
            layers: loaded.info.layers,
            heads: loaded.info.heads,
            prepend_bos,
            done: 0,
            summary: Shared::default(),
        });
    }

    /// Another run, or another model, comes in its place.
    pub(super) fn abandon_set(&mut self, effects: &mut Effects) {
        if let (Phase::Running, Some(id)) = (&self.sets.phase, self.sets.newest) {
            effects.push(Effect::Send { request: Request::Cancel(id), files: None });
        }
        self.forget_set();
    }

    /// The engine that was at it is gone.
    pub(super) fn forget_set(&mut self) {
        self.sets.newest = None;
        if self.sets.phase == Phase::Running {
            self.sets.phase = Phase::Cancelled;
        }
    }

    pub(super) fn respond_set(&mut self, response: Response, effects: &mut Effects) {
        match response {
            Response::Set { reply: SetReply::Item { index, result, done }, .. } => {
                self.set_item(index, result, done);
            }
            Response::Set { reply: SetReply::Done { .. }, .. } => {
                self.sets.phase = Phase::Done;
                if let Some(shown) = &self.sets.shown {
                    let (all, failed) = (shown.pairs.len(), shown.failures().len());
                    effects.push(Effect::Announce(format!("{} of {all} pairs were run.", all - failed)));
                }
            }
            Response::Refused { notes, .. } => {
                self.sets.phase = Phase::Refused;
                self.tell_of_set(notes.into_iter().map(|note| note.message).collect(), effects);
            }
            Response::Cancelled { .. } if self.sets.phase == Phase::Running => {
                self.sets.phase = Phase::Cancelled;
                let done = self.sets.shown.as_ref().map_or(0, |shown| shown.done);
                effects.push(Effect::Announce(format!("Cancelled. {done} pairs are there.")));
            }
            Response::Failed { failure, .. } => {
                self.sets.phase = Phase::Failed(failure.message.clone());
                self.tell_of_set(vec![failure.message], effects);
            }
            _ => {}
        }
    }

    fn set_item(&mut self, index: usize, result: Result<SetNumbers, Vec<Note>>, done: usize) {
        let Some(shown) = &mut self.sets.shown else { return };
        let outcome = result.map_err(|notes| {
            let said: Vec<String> = notes.into_iter().map(|note| note.message).collect();
            said.join(" ")
        });
        let mut outcomes = (*shown.outcomes).clone();
        let Some(place @ None) = outcomes.get_mut(index) else { return };
        if let Ok(numbers) = &outcome {
            let mut summary = (*shown.summary).clone();
            summary.take(numbers);
            shown.summary = Shared::new(summary);
        }
        *place = Some(Shared::new(outcome));
        shown.outcomes = Shared::new(outcomes);
        shown.done = done;
    }
}
