//! Which models there are, which the browser keeps, and loads that take long enough to be watched and cancelled.

use peek_delivery::{ModelList, from_address};
use peek_protocol::{
    Delivery, DeliverySource, LoadStage, Note, NoteLevel, Place, RemoteModel, Request, Response, StoreKind,
};

use super::Effects;
use crate::{Effect, Life, ModelPick, Shared, State, Storage, delivery_words, models::DEMO_ID};

impl State {
    pub(super) fn remembered(&mut self, id: String) {
        self.models.last = Some(id);
        self.models.is_restoring = true;
    }

    pub(super) fn list_read(&mut self, address: &str, text: Result<Option<String>, String>) {
        let list = match text {
            Ok(None) => return,
            Ok(Some(text)) => ModelList::parse(&text, address).map_err(|error| error.to_string()),
            Err(error) => Err(error),
        };
        let list = match list {
            Ok(list) => list,
            Err(error) => {
                let note =
                    format!("The list {address} cannot be used: {error}. The other models are not affected.");
                self.models.list_notes.push(note);
                return;
            }
        };
        for (name, error) in list.refused {
            self.models.list_notes.push(format!("{name} is left out of the list: {error}."));
        }
        for entry in list.entries {
            if self.models.listed.iter().any(|known| known.model.id == entry.model.id) {
                let note =
                    format!("{} is left out of the list: another model has its id.", entry.model.label);
                self.models.list_notes.push(note);
            } else {
                self.models.listed.push(Shared::new(entry));
            }
        }
    }

    pub(super) fn choose_remote(&mut self, model: RemoteModel, effects: &mut Effects) {
        let pick = if model.id == DEMO_ID { ModelPick::Demo } else { ModelPick::Remote(model) };
        if pick != ModelPick::Demo {
            effects.push(Effect::KeepStorage);
        }
        self.choose_model(pick, effects);
    }

    pub(super) fn load_address(&mut self, typed: &str, effects: &mut Effects) {
        match from_address(typed) {
            Ok(model) => {
                self.models.address_error = None;
                self.choose_remote(model, effects);
            }
            Err(error) => {
                let message = sentence(&error.to_string());
                effects.push(Effect::Announce(message.clone()));
                self.models.address_error = Some(message);
            }
        }
    }

    pub(super) fn refuse_files(&mut self, message: String, effects: &mut Effects) {
        self.models.is_dropping = false;
        effects.push(Effect::Announce(message.clone()));
        self.engine.notes.retain(|note| note.place != Place::Model);
        self.engine.notes.push(Note { place: Place::Model, level: NoteLevel::Error, message });
    }

    /// Asks what the browser keeps, where there is an engine to ask.
    pub(super) fn ask_storage(&mut self, effects: &mut Effects) {
        let is_there = !matches!(self.engine.life, Life::Probing | Life::Stopped { .. });
        if is_there && !self.models.is_restoring {
            self.ask_storage_anyway(effects);
        }
    }

    pub(super) fn ask_storage_anyway(&mut self, effects: &mut Effects) {
        let id = self.fresh_id();
        self.models.asked = Some(id);
        effects.push(Effect::Send { request: Request::Stored(id), files: None });
    }

    pub(super) fn forget_model(&mut self, model: String, effects: &mut Effects) {
        if matches!(self.engine.life, Life::Probing | Life::Stopped { .. }) {
            effects.push(Effect::Announce("Restart the engine first: it is what deletes models.".to_owned()));
            return;
        }
        if self.models.last.as_ref() == Some(&model) {
            self.models.last = None;
            effects.push(Effect::RememberModel(None));
        }
        let id = self.fresh_id();
        self.models.asked = Some(id);
        effects.push(Effect::Announce("The model is being deleted from this browser.".to_owned()));
        effects.push(Effect::Send { request: Request::Forget(id, model), files: None });
    }

    pub(super) fn respond_storage(&mut self, response: Response, effects: &mut Effects) {
        self.models.asked = None;
        match response {
            Response::Stored { place, models, quota, .. } => {
                self.models.stored = Some(Shared::new(Storage { place, models, quota }));
                self.remember_if_kept(effects);
            }
            Response::Refused { notes, .. } => {
                effects.extend(notes.iter().map(|note| Effect::Announce(note.message.clone())));
                self.engine.notes.retain(|old| !notes.contains(old));
                self.engine.notes.extend(notes);
            }
            _ => {}
        }
        if self.models.is_restoring {
            self.restore(effects);
        }
    }

    /// The first load of a visit that follows one with a kept model.
    fn restore(&mut self, effects: &mut Effects) {
        self.models.is_restoring = false;
        let last = self.models.last.clone().unwrap_or_default();
        let kept = self.models.stored.as_ref().and_then(|stored| {
            stored
                .models
                .iter()
                .find(|kept| kept.is_complete && kept.model.id == last)
                .map(|k| k.model.clone())
        });
        if let Some(model) = kept {
            self.engine.pick = ModelPick::Remote(model);
        } else {
            self.models.lost = Some(Note {
                place: Place::Model,
                level: NoteLevel::Warning,
                message: format!(
                    "The model that was used last ({last}) is no longer kept in this browser, so this is the demo. \
                     Choose it again under Models."
                ),
            });
        }
        self.load(effects);
    }

    /// After a load: what the next visit is to open with.
    pub(super) fn note_used_model(&mut self, effects: &mut Effects) {
        match &self.engine.pick {
            ModelPick::Demo => {
                if self.models.last.take().is_some() {
                    effects.push(Effect::RememberModel(None));
                }
            }
            // Whether it is kept whole is for storage to say.
            ModelPick::Remote(_) => self.ask_storage(effects),
            ModelPick::Local { .. } => {}
        }
    }

    fn remember_if_kept(&mut self, effects: &mut Effects) {
        let Some(ModelPick::Remote(model)) = self.engine.loaded.as_ref().map(|loaded| &loaded.pick) else {
            return;
        };
        let Some(stored) = &self.models.stored else { return };
        let is_kept = stored.place != StoreKind::Memory
            && stored.models.iter().any(|kept| kept.is_complete && kept.model.id == model.id);
        if is_kept && self.models.last.as_ref() != Some(&model.id) {
            self.models.last = Some(model.id.clone());
            effects.push(Effect::RememberModel(Some(model.id.clone())));
        }
    }

    pub(super) fn delivering(&mut self, delivery: Delivery, effects: &mut Effects) {
        let waits = |d: &Delivery| matches!(d.source, DeliverySource::Waiting { .. });
        let quarter =
            |d: &Delivery| d.total.map_or(0, |total| u128::from(d.done) * 4 / u128::from(total.max(1)));
        let before = self.engine.delivery.as_ref();
        // A screen reader hears of each cut and of each quarter, not of each piece.
        let is_news = match before {
            None => true,
            Some(before) => {
                quarter(before) != quarter(&delivery)
                    || (waits(&delivery) && before.source != delivery.source)
            }
        };
        if is_news {
            effects.push(Effect::Announce(delivery_words(&delivery)));
        }
        self.engine.life = Life::Loading {
            stage: LoadStage::Weights,
            done: delivery.done,
            total: delivery.total.unwrap_or(0),
        };
        self.engine.delivery = Some(delivery);
    }

    pub(super) fn cancel_load(&mut self, effects: &mut Effects) {
        if let (Life::Loading { .. }, Some(id)) = (&self.engine.life, self.engine.newest) {
            effects.push(Effect::Send { request: Request::Cancel(id), files: None });
        }
    }

    pub(super) fn load_cancelled(&mut self, effects: &mut Effects) {
        let label = self.engine.pick.label();
        let place = self.models.stored.as_ref().map(|stored| stored.place);
        let message = match (&self.engine.pick, place) {
            (ModelPick::Remote(_), Some(StoreKind::Memory)) => format!(
                "Loading {label} was cancelled. What arrived is kept until this page is closed and can be continued \
                 under Models."
            ),
            (ModelPick::Remote(_), _) => format!(
                "Loading {label} was cancelled. What arrived is kept in this browser and can be continued under Models."
            ),
            _ => format!("Loading {label} was cancelled."),
        };
        effects.push(Effect::Announce(message.clone()));
        self.engine.notes =
            vec![Note { place: Place::Model, level: NoteLevel::Warning, message: message.clone() }];
        self.go_on_with_earlier_model(message, effects);
    }
}

/// An error's text as a sentence.
fn sentence(text: &str) -> String {
    let mut sentence = format!("{text}.");
    if let Some(first) = sentence.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    sentence
}
