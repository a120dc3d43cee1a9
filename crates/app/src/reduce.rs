//! [`State::apply`] and its parts, one file for each thing that changes.

mod attention;
mod device;
mod edit;
mod engine;
mod interventions;
mod keep;
mod lens;
mod lesson_steps;
mod lessons;
mod models;
mod patch;
mod present;
mod respond;
mod selftest;
mod sets;
mod together;
mod view_replies;
mod views;

use crate::{Action, AttentionRun, Effect, State, Timer};

/// What is to be done, in order.
pub(crate) type Effects = Vec<Effect>;

impl State {
    /// Takes in what happened; returns what has to be done, in order.
    pub fn apply(&mut self, action: Action) -> Vec<Effect> {
        let mut effects = Vec::new();
        match action {
            Action::Start => effects.extend([
                Effect::ProbeAdapter,
                Effect::FetchLists,
                Effect::FetchLesson(crate::lessons::LIST.to_owned()),
            ]),
            Action::AdapterProbed(report) => {
                self.engine.report = Some(report);
                self.spawn(&mut effects);
            }
            Action::Edit(field, text) => self.edit(field, text, &mut effects),
            Action::AddLensRow => self.inputs.add_lens_row(String::new(), String::new()),
            Action::RemoveLensRow(key) => self.remove_lens_row(key, &mut effects),
            Action::LensFromPair => self.lens_from_pair(&mut effects),
            Action::UsePreset(preset) => self.use_preset(preset, &mut effects),
            Action::UseAsAnswer(text) => self.use_as_answer(text, &mut effects),
            Action::SetBos(on) => self.set_bos(on, &mut effects),
            Action::SetScale(scale) => self.set_scale(scale, &mut effects),
            Action::SetUp(setup) => self.set_up(setup, &mut effects),
            Action::ShowShares(on) => self.view.as_shares = on,
            Action::ShowAlignment(open) => self.open_alignment(open, &mut effects),
            Action::Meet { base, donor } => self.meet(base, donor, &mut effects),
            Action::ToggleUnit(unit) => self.toggle_unit(unit, &mut effects),
            Action::ClearUnits => self.clear_units(&mut effects),
            Action::SelectUnits(on) => self.view.selecting = on,
            Action::SetQuantity(quantity) => self.view.quantity = quantity,
            Action::SetTopOrder(order) => self.view.order = order,
            Action::SetBackend(choice) => self.set_backend(choice, &mut effects),
            Action::ChooseDemo => self.choose_model(crate::ModelPick::Demo, &mut effects),
            Action::FilesPicked { pick, files } => {
                self.choose_model(crate::ModelPick::Local { pick, files }, &mut effects);
            }
            Action::FilesRefused(message) => self.refuse_files(message, &mut effects),
            Action::Remembered(id) => self.remembered(id),
            Action::ListRead { address, text } => self.list_read(&address, text),
            Action::LookAtModels => self.ask_storage(&mut effects),
            Action::ChooseModel(model) => self.choose_remote(model, &mut effects),
            Action::LoadAddress(typed) => self.load_address(&typed, &mut effects),
            Action::ForgetModel(id) => self.forget_model(id, &mut effects),
            Action::RunSelfTest => self.run_self_test(&mut effects),
            Action::ReferenceRead { file, text } => {
                self.checker_reference(&file, &text, &mut effects);
                self.reference_read(&file, text, &mut effects);
            }
            Action::CheckDevice => self.check_device(&mut effects),
            Action::DeviceDescribed(device) => self.device_described(device),
            Action::CancelSelfTest => {
                self.cancel_device_check(&mut effects);
                self.cancel_self_test(&mut effects);
            }
            Action::CancelLoad => self.cancel_load(&mut effects),
            Action::DragFiles(over) => self.models.is_dropping = over,
            Action::TimerFired { timer, token } => self.timer_fired(timer, token, &mut effects),
            Action::Hover(head) => self.hover(head, &mut effects),
            Action::Pin(head) => {
                self.pin(head, &mut effects);
                self.picked(head);
            }
            Action::Escape => self.escape(&mut effects),
            Action::Present(slide) => self.present(slide, &mut effects),
            Action::Turn(forward) => self.turn(forward, &mut effects),
            Action::Lessons(action) => self.lesson_action(action, &mut effects),
            Action::Unpin => self.unpin(&mut effects),
            Action::ShowRun(run) => {
                self.view.run = run;
                self.view.query = None;
                self.look_at_patched_run(&mut effects);
            }
            Action::SelectQuery(query) => self.view.query = query,
            Action::Keep(action) => self.keep(action, &mut effects),
            Action::Sets(action) => self.sets(action, &mut effects),
            Action::Cancel => {
                self.cancel_patch(&mut effects);
                self.cancel_interventions(&mut effects);
            }
            Action::View(action) => self.view_action(action, &mut effects),
            Action::RunAgain => self.run_everything(&mut effects),
            Action::Engine { generation, response } if generation == self.engine.generation => {
                self.respond(response, &mut effects);
                self.grant_wish(&mut effects);
            }
            Action::EngineDied { generation, message } if generation == self.engine.generation => {
                self.engine_died(&message, &mut effects);
            }
            Action::Engine { generation, response } if self.device_check.is_by(generation) => {
                self.checker_said(response, &mut effects);
            }
            Action::EngineDied { generation, message } if self.device_check.is_by(generation) => {
                self.checker_failed(message, &mut effects);
            }
            // Of an engine that has been replaced.
            Action::Engine { .. } | Action::EngineDied { .. } => {}
            Action::RestartEngine => self.spawn(&mut effects),
            Action::SetTheme(theme) => {
                self.view.theme = theme;
                effects.push(Effect::ApplyTheme(theme));
            }
            Action::SystemDark(dark) => self.view.system_dark = dark,
            Action::SetPixelRatio(ratio) => self.view.pixel_ratio = ratio.clamp(0.5, 8.0),
        }
        effects
    }

    /// Starts a timer anew: a token that was given out before is worth nothing from here on.
    pub(crate) fn start_timer(&mut self, timer: Timer, ms: u32, effects: &mut Effects) {
        self.timers.last += 1;
        let token = self.timers.last;
        *self.timer_mut(timer) = Some(token);
        effects.push(Effect::StartTimer { timer, ms, token });
    }

    pub(crate) fn stop_timer(&mut self, timer: Timer) {
        *self.timer_mut(timer) = None;
    }

    fn timer_mut(&mut self, timer: Timer) -> &mut Option<u64> {
        match timer {
            Timer::Patch => &mut self.timers.patch,
            Timer::Lens => &mut self.timers.lens,
            Timer::Setup => &mut self.timers.setup,
            Timer::Hover => &mut self.timers.hover,
        }
    }

    fn timer_fired(&mut self, timer: Timer, token: u64, effects: &mut Effects) {
        if *self.timer_mut(timer) != Some(token) {
            return;
        }
        self.stop_timer(timer);
        match timer {
            Timer::Patch => self.run_patch(effects),
            Timer::Lens => self.run_lens(effects),
            Timer::Setup => self.run_setup(effects),
            Timer::Hover => {
                self.view.previewed = self.view.hovered;
                self.want_attention(effects);
                // What a set does is not asked for anew for the sake of an attention that nobody sees.
                if self.attention_run() == AttentionRun::Patched {
                    self.look_at_patched_run(effects);
                }
            }
        }
    }

    pub(crate) fn run_everything(&mut self, effects: &mut Effects) {
        self.run_patch(effects);
        self.run_lens(effects);
    }
}
