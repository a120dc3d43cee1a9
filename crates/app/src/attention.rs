//! The attention on the screen: whose, of which run, and whether it is of what is asked now.

use peek_experiment::attention_table;
use peek_names::HeadId;
use peek_protocol::{Pattern, Patterns, PatternsReply};

use crate::{AttentionMode, AttentionRun, Phase, Shared, State};

/// One head's pattern, to be drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct ShownPattern {
    /// Whose it is.
    pub head: HeadId,
    /// Its weights: shares, or weights times value norms.
    pub pattern: Shared<Pattern>,
    /// Of weights times norms the largest of both runs, which share one scale; `None` for shares, whose scale ends at 1.
    pub range: Option<f32>,
}

impl State {
    /// The head in focus and the weighted patterns of its layer, where they are shown and have arrived.
    fn weighted_layer(&self) -> Option<(HeadId, &PatternsReply)> {
        let head = self.focus_head()?;
        let ((_, asked), shown) = self.views.patterns.shown.as_ref()?;
        let layer = shown.layers.iter().find(|layer| layer.layer == head.layer)?;
        let fits = self.views.weighted && asked.weighted && asked.most.is_none();
        fits.then_some((head, &**layer))
    }

    /// The one head's pattern in the run that is shown; `None` until it has arrived.
    #[must_use]
    pub fn shown_pattern(&self) -> Option<ShownPattern> {
        let run = self.attention_run();
        let plain = |head, pattern: &Pattern| ShownPattern {
            head,
            pattern: Shared::new(pattern.clone()),
            range: None,
        };
        if run == AttentionRun::Patched {
            return self.patched_attention().map(|(head, pattern)| plain(head, pattern));
        }
        if self.views.weighted {
            let (head, layer) = self.weighted_layer()?;
            let of = if run == AttentionRun::Corrupt { &layer.corrupt } else { &layer.clean };
            let both =
                [&layer.clean, &layer.corrupt].into_iter().filter_map(|run| run.heads.get(head.head_index()));
            let finite = both.flatten().copied().filter(|weight| weight.is_finite());
            let range = Some(finite.fold(f32::MIN_POSITIVE, f32::max));
            return Some(ShownPattern { head, pattern: Shared::new(of_head(of, head)?), range });
        }
        let result = &self.attention.shown.as_ref()?.result;
        Some(plain(result.head, if run == AttentionRun::Corrupt { &result.corrupt } else { &result.clean }))
    }

    /// Whose attention is on the screen, where the newest is, and whether it belongs to something else than is asked now.
    #[must_use]
    pub fn attention_standing(&self) -> (Option<HeadId>, &Phase, bool) {
        if self.attention_run() == AttentionRun::Patched {
            let head = self.patched_attention().map(|(head, _)| head);
            return (head, &self.together.phase, self.patched_attention_is_stale());
        }
        if self.views.weighted && self.views.mode == AttentionMode::One {
            let patterns = &self.views.patterns;
            let is_stale = patterns.is_stale(self.wanted_patterns().as_ref());
            return (self.weighted_layer().map(|(head, _)| head), &patterns.phase, is_stale);
        }
        let head = self.attention.shown.as_ref().map(|shown| shown.result.head);
        (head, &self.attention.phase, self.attention_is_stale())
    }

    /// Every run's attention of the head on the screen as a table, the patched one's where there is one; `None` until there
    /// is one.
    #[must_use]
    pub fn attention_csv(&self) -> Option<String> {
        if self.views.weighted {
            let (head, layer) = self.weighted_layer()?;
            let runs = [("clean", of_head(&layer.clean, head)?), ("corrupt", of_head(&layer.corrupt, head)?)];
            let runs = runs.iter().map(|(run, pattern)| (*run, pattern));
            return Some(attention_table(runs, "weight_times_value_norm"));
        }
        let shown = &self.attention.shown.as_ref()?.result;
        let patched = self.patched_attention().filter(|_| !self.patched_attention_is_stale());
        let patched =
            patched.filter(|(head, _)| *head == shown.head).map(|(_, pattern)| ("patched", pattern));
        let unpatched = [("clean", &shown.clean), ("corrupt", &shown.corrupt)];
        Some(attention_table(unpatched.into_iter().chain(patched), "weight"))
    }
}

fn of_head(of: &Patterns, head: HeadId) -> Option<Pattern> {
    let weights = of.heads.get(head.head_index())?.clone();
    Some(Pattern { tokens: of.tokens.clone(), weights })
}
