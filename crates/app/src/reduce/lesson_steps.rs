//! The steps of a lesson: how the page is set up for one, and what becomes of an answer.

use peek_experiment::Analysis;
use peek_lessons::{Ask, HeadRule, Pin, Question};
use peek_names::HeadId;

use super::Effects;
use crate::{Effect, OpenLesson, SLIDES, State, StepWork, Verdict, lessons::Known};

impl State {
    pub(super) fn go_to_step(&mut self, step: usize, effects: &mut Effects) {
        let Some(open) = &mut self.lessons.open else { return };
        if step >= open.lesson.steps.len() {
            self.leave_lesson(effects);
            return;
        }
        // Going back shows what that step was about, whatever was made of the page since.
        let is_back = step < open.step;
        open.step = step;
        self.enter_step(is_back, effects);
    }

    /// Sets the page up for the step, where the step says how or `always`.
    pub(super) fn enter_step(&mut self, always: bool, effects: &mut Effects) {
        let Some(open) = &mut self.lessons.open else { return };
        let Some(step) = open.current() else { return };
        let asked = step.question.as_ref().and_then(|Question { ask, .. }| match ask {
            Ask::Head { rule, .. } => Some(*rule),
            _ => None,
        });
        let sets = (always || step.sets).then(|| (step.page.clone(), step.pin));
        if let Some((page, pin)) = sets {
            open.wish = match pin {
                Pin::By(rule) => Some(rule),
                Pin::Nothing | Pin::Head(_) => None,
            };
            let wish = open.wish;
            self.set_page(&page, pin, effects);
            self.open_for(wish);
        }
        // What decides an answer has to be asked for.
        self.open_for(asked);
        if let Some(now) = self.slide {
            // What the step points at is presented.
            let place = self.pointed_at().and_then(slide_of).unwrap_or(now);
            self.show_slide(place, effects);
        }
        self.want_views(effects);
        self.grant_wish(effects);
    }

    fn open_for(&mut self, rule: Option<HeadRule>) {
        match rule {
            Some(HeadRule::Direct) => self.views.parts_open = true,
            Some(HeadRule::Induction | HeadRule::PreviousToken | HeadRule::DuplicateToken) => {
                self.views.labels = true;
            }
            Some(HeadRule::Strongest | HeadRule::Helpful) | None => {}
        }
    }

    fn set_page(&mut self, page: &Analysis, pin: Pin, effects: &mut Effects) {
        let pinned = match pin {
            Pin::Head(head) => Some(head).filter(|head| self.has_head(*head)),
            Pin::Nothing | Pin::By(_) => None,
        };
        let now = self.analysis();
        if now.pair == page.pair && now.setup == page.setup && now.lens == page.lens {
            // The results are there: only how they are looked at changes.
            self.set_views(&page.views);
            self.view.previewed = None;
            self.view.pinned = pinned;
            self.want_attention(effects);
        } else {
            self.restore_state(&Analysis { pinned, ..page.clone() }, effects);
        }
    }

    /// Whether the loaded model has this head; with none loaded, whether one may have it.
    pub(super) fn has_head(&self, head: HeadId) -> bool {
        self.engine.loaded.as_ref().is_none_or(|loaded| {
            head.layer.index() < loaded.info.layers && head.head_index() < loaded.info.heads
        })
    }

    /// Pins the head that a step wishes for, once it is known.
    pub(super) fn grant_wish(&mut self, effects: &mut Effects) {
        let wish = self.lessons.open.as_ref().and_then(|open| open.wish);
        let Some(Known::Heads(heads)) = wish.map(|rule| self.right_heads(rule, 1)) else { return };
        if let Some(open) = &mut self.lessons.open {
            open.wish = None;
        }
        if let Some(head) = heads.first() {
            self.view.previewed = None;
            self.view.pinned = Some(*head);
            self.want_attention(effects);
        }
    }

    fn work_mut(&mut self) -> Option<&mut StepWork> {
        let open = self.lessons.open.as_mut()?;
        open.work.get_mut(open.step)
    }

    pub(super) fn answer(&mut self, text: String) {
        if let Some(work) = self.work_mut() {
            work.given = text;
            work.verdict = None;
        }
    }

    /// A head that is clicked while one is asked for is an answer.
    pub(super) fn picked(&mut self, head: HeadId) {
        if let Some(open) = &mut self.lessons.open {
            // The reader has chosen: no rule chooses over it.
            open.wish = None;
            if matches!(open.ask(), Some(Ask::Head { .. })) {
                self.answer(head.to_string());
            }
        }
    }

    pub(super) fn check_answer(&mut self, effects: &mut Effects) {
        let Some(open) = &self.lessons.open else { return };
        let (Some(Question { ask, hint, explain, .. }), Some(work)) =
            (open.current().and_then(|step| step.question.as_ref()), open.current_work())
        else {
            return;
        };
        let verdict = self.judge(ask, &work.given);
        let said = match &verdict {
            Verdict::Right => "Right. ".to_owned() + explain,
            Verdict::Wrong => "Not yet. ".to_owned() + hint,
            Verdict::Open(why) => (*why).to_owned(),
            Verdict::Shown(text) => text.clone(),
        };
        effects.push(Effect::Announce(said));
        self.judged(verdict);
    }

    pub(super) fn reveal_answer(&mut self, effects: &mut Effects) {
        let Some(ask) = self.lessons.open.as_ref().and_then(OpenLesson::ask) else { return };
        let verdict = self.reveal(ask);
        effects.push(Effect::Announce(match &verdict {
            Verdict::Shown(text) => "The answer is ".to_owned() + text,
            Verdict::Open(why) => (*why).to_owned(),
            Verdict::Right | Verdict::Wrong => return,
        }));
        self.judged(verdict);
    }

    fn judged(&mut self, verdict: Verdict) {
        if let Some(work) = self.work_mut() {
            work.missed |= verdict == Verdict::Wrong;
            work.verdict = Some(verdict);
        }
    }
}

/// The part of a presentation in which a lesson's part is shown, by its place in [`SLIDES`]; `None` for the sentence, which
/// is always there.
fn slide_of(part: &str) -> Option<usize> {
    let name = match part {
        "prompts" | "tokens" | "answer" => "pair",
        "setup" | "grid" | "top_heads" => "heads",
        "lens" | "lens_prompts" => "lens",
        name => name,
    };
    SLIDES.iter().position(|(slide, _)| *slide == name)
}
