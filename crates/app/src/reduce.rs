//! [`State::apply`] and its parts, one file for each thing that changes.

mod again;
mod attention;
mod device;
mod edit;
mod engine;
mod history;
mod interventions;
mod keep;
mod lens;
mod lesson_steps;
mod lessons;
mod models;
mod patch;
mod pins;
mod playing;
mod present;
mod respond;
mod selftest;
mod sets;
mod together;
mod view_replies;
mod views;
mod welcome;

use crate::{Action, AttentionRun, Effect, Stage, State, Timer};

/// What is to be done, in order.
pub(crate) type Effects = Vec<Effect>;

impl State {
    /// Takes in what happened; returns what has to be done, in order.
    pub fn apply(&mut self, action: Action) -> Vec<Effect> {
        let mut effects = Vec::new();
        let before = self.before(&action);
        let typing = before.as_ref().and_then(|_| self.typing_goes_on(&action));
        let is_visitors = self.is_visitors(&action);
        self.take(action, &mut effects);
        if is_visitors {
            self.leave_to_visitor(&mut effects);
        }
        if let Some(before) = before {
            self.note_change(before, typing, &mut effects);
        }
        effects
    }

    fn take(&mut self, action: Action, effects: &mut Effects) {
        match action {
            Action::Undo => self.undo(effects),
            Action::Redo => self.redo(effects),
            Action::Start => effects.extend([
                Effect::ProbeAdapter,
                Effect::FetchLists,
                Effect::FetchLesson(crate::lessons::LIST.to_owned()),
            ]),
            Action::AdapterProbed(report) => {
                self.engine.report = Some(report);
                self.spawn(effects);
            }
            Action::Edit(field, text) => self.edit(field, text, effects),
            Action::AddLensRow => self.inputs.add_lens_row(String::new(), String::new()),
            Action::RemoveLensRow(key) => self.remove_lens_row(key, effects),
            Action::LensFromPair => self.lens_from_pair(effects),
            Action::SwapPrompts => self.swap_prompts(effects),
            Action::UsePreset(preset) => self.use_preset(preset, effects),
            Action::UseAsAnswer(text) => self.use_as_answer(text, effects),
            Action::Continue(run, text) => self.go_on(run, &text, effects),
            Action::SetBos(on) => self.set_bos(on, effects),
            Action::SetScale(scale) => self.set_scale(scale, effects),
            Action::SetUp(setup) => self.set_up(setup, effects),
            Action::ShowShares(on) => self.view.as_shares = on,
            Action::ShowAlignment(open) => self.open_alignment(open, effects),
            Action::Meet { base, donor } => self.meet(base, donor, effects),
            Action::ToggleUnit(unit) => self.toggle_unit(unit, effects),
            Action::ClearUnits => self.clear_units(effects),
            Action::SelectUnits(on) => self.view.selecting = on,
            Action::SetQuantity(quantity) => self.view.quantity = quantity,
            Action::SetTopOrder(order) => self.view.order = order,
            Action::SetBackend(choice) => self.set_backend(choice, effects),
            Action::ChooseDemo => self.choose_model(crate::ModelPick::Demo, effects),
            Action::FilesPicked { pick, files } => {
                self.choose_model(crate::ModelPick::Local { pick, files }, effects);
            }
            Action::FilesRefused(message) => self.refuse_files(message, effects),
            Action::Remembered(id) => self.remembered(id),
            Action::ListRead { address, text } => self.list_read(&address, text),
            Action::LookAtModels => self.ask_storage(effects),
            Action::ChooseModel(model) => self.choose_remote(model, effects),
            Action::LoadAddress(typed) => self.load_address(&typed, effects),
            Action::ForgetModel(id) => self.forget_model(id, effects),
            Action::RunSelfTest => self.run_self_test(effects),
            Action::ReferenceRead { file, text } => {
                self.checker_reference(&file, &text, effects);
                self.reference_read(&file, text, effects);
            }
            Action::CheckDevice => self.check_device(effects),
            Action::DeviceDescribed(device) => self.device_described(device),
            Action::CancelSelfTest => {
                self.cancel_device_check(effects);
                self.cancel_self_test(effects);
            }
            Action::CancelLoad => self.cancel_load(effects),
            Action::DragFiles(over) => self.models.is_dropping = over,
            Action::TimerFired { timer, token } => self.timer_fired(timer, token, effects),
            Action::Hover(head) => self.hover(head, effects),
            Action::Pin(head) => {
                self.pin(head, effects);
                self.picked(head);
                self.found_the_way(effects);
            }
            Action::Greet(is_new) => self.greet(is_new, effects),
            Action::Escape => self.escape(effects),
            Action::Present(slide) => self.present(slide, effects),
            Action::Magnify(zoom) => self.stage.zoom = zoom.clamp(Stage::ZOOMS.0, Stage::ZOOMS.1),
            Action::Play(on) => self.play(on, effects),
            Action::Linger => self.give_time(effects),
            Action::Turn(forward) => self.turn(forward, effects),
            Action::Lessons(action) => self.lesson_action(action, effects),
            Action::Unpin => self.unpin(effects),
            Action::ShowRun(run) => {
                self.view.run = run;
                self.view.query = None;
                self.look_at_patched_run(effects);
            }
            Action::SelectQuery(query) => self.view.query = query,
            Action::Keep(action) => self.keep(action, effects),
            Action::Sets(action) => self.sets(action, effects),
            Action::Cancel => {
                self.cancel_patch(effects);
                self.cancel_interventions(effects);
            }
            Action::View(action) => self.view_action(action, effects),
            Action::RunAgain => self.run_everything(effects),
            Action::AskAgain => self.ask_again(effects),
            Action::Engine { generation, response } if generation == self.engine.generation => {
                self.respond(response, effects);
                self.grant_wish(effects);
            }
            Action::EngineDied { generation, message } if generation == self.engine.generation => {
                self.engine_died(&message, effects);
            }
            Action::Engine { generation, response } if self.device_check.is_by(generation) => {
                self.checker_said(response, effects);
            }
            Action::EngineDied { generation, message } if self.device_check.is_by(generation) => {
                self.checker_failed(message, effects);
            }
            // Of an engine that has been replaced.
            Action::Engine { .. } | Action::EngineDied { .. } => {}
            Action::RestartEngine => self.spawn(effects),
            Action::SetTheme(theme) => {
                self.view.theme = theme;
                effects.push(Effect::ApplyTheme(theme));
            }
            Action::ShowTab(tab) => self.show_tab(tab, effects),
            Action::UnfoldPrompts(open) => self.view.phone.prompts_open = open,
            Action::SystemDark(dark) => self.view.system_dark = dark,
            Action::LaidOut(medium) => self.view.medium = medium,
            Action::SetPixelRatio(ratio) => self.view.pixel_ratio = ratio.clamp(0.5, 8.0),
        }
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
            Timer::Slide => &mut self.timers.slide,
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
            Timer::Slide => self.go_on_playing(effects),
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
