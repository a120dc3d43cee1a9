//! The views of a state as an address and a file name them: which are open, and how they are looked at.

use std::collections::BTreeMap;

use peek_experiment::NAME_CHARS;
use peek_names::{DirectScale, LensConvention};

use crate::{AttentionMode, AttentionRun, CellColor, LensQuantity, LensSpot, Run, State, TokenAt, TopOrder};

/// The names of a choice, that which the page opens with first: it is left out, so that addresses stay short.
type Names<T> = [(T, &'static str)];

const QUANTITIES: &Names<LensQuantity> = &[
    (LensQuantity::Logit, "logit"),
    (LensQuantity::Probability, "probability"),
    (LensQuantity::Rank, "rank"),
];
const ORDERS: &Names<TopOrder> = &[(TopOrder::ByDelta, "delta"), (TopOrder::BySize, "size")];
const CELLS: &Names<bool> = &[(false, "changes"), (true, "shares")];
const HEATMAPS: &Names<AttentionRun> =
    &[(AttentionRun::Clean, "clean"), (AttentionRun::Corrupt, "corrupt"), (AttentionRun::Patched, "patched")];
const RUNS: &Names<Run> = &[(Run::Clean, "clean"), (Run::Corrupt, "corrupt")];
const LENSES: &Names<bool> = &[(false, "curves"), (true, "positions")];
const COLORS: &Names<CellColor> =
    &[(CellColor::Probability, "probability"), (CellColor::Rank, "rank"), (CellColor::Entropy, "entropy")];
const SCALES: &Names<LensConvention> = &[(LensConvention::Own, "own"), (LensConvention::Final, "final")];
const DIRECT: &Names<DirectScale> = &[(DirectScale::Difference, "difference"), (DirectScale::Clean, "clean")];
const MODES: &Names<AttentionMode> =
    &[(AttentionMode::One, "one"), (AttentionMode::Layer, "layer"), (AttentionMode::All, "all")];
const DRAWINGS: &Names<bool> = &[(false, "map"), (true, "lines")];
const SWITCH: &Names<bool> = &[(false, "off"), (true, "on")];
const CLICKS: &Names<bool> = &[(false, "answer"), (true, "continue")];
const STRIPS: &Names<Option<bool>> = &[(None, "auto"), (Some(true), "open"), (Some(false), "closed")];

/// The name of what is chosen, but for what the page opens with.
fn name<T: PartialEq>(names: &Names<T>, chosen: &T) -> Option<&'static str> {
    names.iter().skip(1).find(|(value, _)| value == chosen).map(|(_, name)| *name)
}

impl State {
    /// Every choice of a view that is not as the page opens with, by the view's name.
    pub(crate) fn kept_views(&self) -> BTreeMap<String, String> {
        let (view, views) = (&self.view, &self.views);
        let choices = [
            ("quantity", name(QUANTITIES, &view.quantity)),
            ("order", name(ORDERS, &view.order)),
            ("cells", name(CELLS, &view.as_shares)),
            ("alignment", name(STRIPS, &view.alignment_open)),
            ("run", name(HEATMAPS, &view.run)),
            ("attention", name(MODES, &views.mode)),
            ("drawn", name(DRAWINGS, &views.as_lines)),
            ("norms", name(SWITCH, &views.weighted)),
            ("kinds", name(SWITCH, &views.labels)),
            ("lens", name(LENSES, &views.is_grid)),
            ("lens_run", name(RUNS, &views.lens_run)),
            ("lens_color", name(COLORS, &views.color)),
            ("lens_mid", name(SWITCH, &views.with_mid)),
            ("lens_scale", name(SCALES, &views.convention)),
            ("next", name(CLICKS, &views.continues)),
            ("parts", name(SWITCH, &(views.parts_open && !self.stage.opened_parts))),
            ("parts_run", name(RUNS, &views.parts_run)),
            ("parts_direct", name(DIRECT, &views.parts_by)),
        ];
        let choices = choices.into_iter().filter_map(|(view, chosen)| Some((view, chosen?.to_owned())));
        let texts = [
            ("lens_cell", views.lens_pin.as_ref().map(LensSpot::to_string)),
            ("token", views.locked.as_ref().map(TokenAt::to_string)),
            ("lens_follow", Some(views.follow.clone()).filter(|text| !text.is_empty())),
        ];
        // A longer text would make an address that no reader takes.
        let texts = texts.into_iter().filter_map(|(view, text)| Some((view, text?)));
        let texts = texts.filter(|(_, text)| text.chars().count() <= NAME_CHARS);
        // One by one: to collect them is to sort them, and each sort is code that the page has to load.
        let mut kept = BTreeMap::new();
        kept.extend(choices.chain(texts).map(|(view, chosen)| (view.to_owned(), chosen)));
        kept
    }

    /// Puts the choices of views into force. What is not named, or has no known name, is as the page opens with.
    pub(crate) fn set_views(&mut self, kept: &BTreeMap<String, String>) {
        fn put<T: Copy>(kept: &BTreeMap<String, String>, view: &str, names: &Names<T>, into: &mut T) {
            let chosen = kept.get(view).and_then(|chosen| names.iter().find(|(_, name)| name == chosen));
            if let Some((value, _)) = chosen.or_else(|| names.first()) {
                *into = *value;
            }
        }
        let (view, views) = (&mut self.view, &mut self.views);
        views.lens_pin = kept.get("lens_cell").and_then(|cell| LensSpot::parse(cell));
        views.locked = kept.get("token").and_then(|token| TokenAt::parse(token));
        views.follow = kept.get("lens_follow").cloned().unwrap_or_default();
        put(kept, "quantity", QUANTITIES, &mut view.quantity);
        put(kept, "order", ORDERS, &mut view.order);
        put(kept, "cells", CELLS, &mut view.as_shares);
        put(kept, "alignment", STRIPS, &mut view.alignment_open);
        put(kept, "run", HEATMAPS, &mut view.run);
        put(kept, "attention", MODES, &mut views.mode);
        put(kept, "drawn", DRAWINGS, &mut views.as_lines);
        put(kept, "norms", SWITCH, &mut views.weighted);
        put(kept, "kinds", SWITCH, &mut views.labels);
        put(kept, "lens", LENSES, &mut views.is_grid);
        put(kept, "lens_run", RUNS, &mut views.lens_run);
        put(kept, "lens_color", COLORS, &mut views.color);
        put(kept, "lens_mid", SWITCH, &mut views.with_mid);
        put(kept, "lens_scale", SCALES, &mut views.convention);
        put(kept, "next", CLICKS, &mut views.continues);
        put(kept, "parts", SWITCH, &mut views.parts_open);
        put(kept, "parts_run", RUNS, &mut views.parts_run);
        put(kept, "parts_direct", DIRECT, &mut views.parts_by);
    }
}
