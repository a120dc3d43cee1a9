//! Interventions as the page knows them: what is set up, what was asked, what came back.

use peek_names::{Metric, Site, Unit};
use peek_protocol::{Alignment, At, Baselines, Edit, Note, PairTexts, RequestId, Setup, Side};

use crate::{Inputs, Phase, ScoredLayer, Shared, State};

/// What an intervention was asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    /// The pair; without its foil where the metric does not look at it.
    pub pair: PairTexts,
    /// What is done to it.
    pub setup: Setup,
    /// The load of the model that is asked.
    pub model: u64,
}

/// Scores of an intervention, complete or not.
#[derive(Clone, Debug, PartialEq)]
pub struct InterventionResult {
    /// What was asked.
    pub asked: Asked,
    /// How the prompts lie beside each other.
    pub alignment: Shared<Alignment>,
    /// The metric of the two unpatched runs.
    pub baselines: Baselines,
    /// The layers that have finished, layer 0 first.
    pub rows: Vec<Shared<ScoredLayer>>,
    /// Layers in all.
    pub layers: usize,
    /// Heads in a layer.
    pub heads: usize,
    /// Wall time of the request in ms, once it is complete.
    pub elapsed_ms: Option<f64>,
}

impl InterventionResult {
    /// The layer that a unit is of; `None` while it is not finished, and where what was changed is no unit of this kind.
    #[must_use]
    pub fn row(&self, unit: Unit) -> Option<&ScoredLayer> {
        let is_kind = matches!(unit, Unit::Head(_)) == self.asked.setup.site.per_head();
        let found = self.rows.iter().find(|row| row.layer() == unit.layer()).filter(|_| is_kind);
        found.map(|row| &**row)
    }
}

/// The interventions' part of the page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct InterventionPanel {
    /// The newest request: responses to another are dropped.
    pub newest: Option<RequestId>,
    /// Where it is.
    pub phase: Phase,
    /// What the newest request asked.
    pub(crate) asked: Option<Asked>,
    /// How the newest pair lies beside each other, and what was asked then.
    pub(crate) aligned: Option<(Asked, Shared<Alignment>)>,
    /// The last good result.
    pub shown: Option<Shared<InterventionResult>>,
    /// What is wrong with, or to be known about, the newest setup.
    pub notes: Vec<Note>,
}

impl Inputs {
    /// The pair with its foil.
    #[must_use]
    pub fn pair(&self) -> PairTexts {
        PairTexts {
            clean: self.patch.clean.clone(),
            corrupt: self.patch.corrupt.clone(),
            answer: self.patch.answer.clone(),
            foil: self.foil.clone(),
            prepend_bos: self.patch.prepend_bos,
        }
    }

    /// Whether what is set up is what the head scores show: each head's output at the last position, from clean into
    /// corrupt, read as a logit.
    #[must_use]
    pub fn is_head_scores(&self) -> bool {
        let Setup { site, edit, at, metric, alignment, .. } = &self.setup;
        *site == Site::Z
            && *edit == Edit::Denoise
            && *at == At::Last
            && matches!(metric, Metric::Logit(_))
            && alignment.is_none()
    }

    /// The setup as the engine is asked for it: no alignment where no prompt lends, no prompts of a mean without one.
    #[must_use]
    pub fn asked_setup(&self) -> Setup {
        let mut setup = self.setup.clone();
        if setup.edit.donor().is_none() {
            setup.alignment = None;
        }
        if !matches!(setup.edit, Edit::Mean(_)) {
            setup.mean_prompts.clear();
        }
        setup
    }
}

impl State {
    /// What a request for interventions would ask now.
    #[must_use]
    pub fn asked_now(&self) -> Asked {
        let setup = self.inputs.asked_setup();
        let mut pair = self.inputs.pair();
        if !setup.metric.needs_foil() {
            // Typing one then costs no run.
            pair.foil.clear();
        }
        Asked { pair, setup, model: self.model_serial() }
    }

    /// How the pair that is typed lies beside each other, base over donor, once the engine has said it; and whether it is
    /// out of date.
    #[must_use]
    pub fn alignment(&self) -> Option<(&Alignment, bool)> {
        let (asked, alignment) = self.interventions.aligned.as_ref()?;
        let now = self.asked_now();
        let same_map = asked.setup.edit == now.setup.edit && asked.setup.alignment == now.setup.alignment;
        let same_texts = asked.pair.clean == now.pair.clean
            && asked.pair.corrupt == now.pair.corrupt
            && asked.pair.prepend_bos == now.pair.prepend_bos;
        Some((&**alignment, !(same_map && same_texts && asked.model == now.model)))
    }

    /// Whether the alignment's strip is open: as the user has it; of its own accord where a position is to be chosen.
    #[must_use]
    pub fn alignment_is_open(&self) -> bool {
        self.view.alignment_open.unwrap_or(matches!(self.inputs.setup.at, At::One(_)))
    }

    /// Whether the intervention on the screen is not the one that is set up.
    #[must_use]
    pub fn intervention_is_stale(&self) -> bool {
        self.interventions.shown.as_ref().is_some_and(|shown| shown.asked != self.asked_now())
    }

    /// Where the newest scores are, whichever request they are of.
    #[must_use]
    pub fn grid_phase(&self) -> &Phase {
        let patch = &self.patch.phase;
        // Nothing is asked of a pair that cannot be run.
        let stands_alone = self.inputs.is_head_scores()
            || matches!(patch, Phase::Empty | Phase::Waiting | Phase::Refused | Phase::Failed(_));
        if stands_alone { patch } else { &self.interventions.phase }
    }

    /// Whether the scores on the screen are not those of what is typed and set up.
    #[must_use]
    pub fn grid_is_stale(&self) -> bool {
        if self.inputs.is_head_scores() { self.patch_is_stale() } else { self.intervention_is_stale() }
    }
}

/// One column of two token strips laid side by side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Meeting {
    /// Position in the prompt that is changed.
    pub base: Option<usize>,
    /// Position in the prompt that lends.
    pub donor: Option<usize>,
}

/// Both prompts side by side: each base position once, in order, and the donor's lonely positions before the next one that
/// lends.
#[must_use]
pub fn meetings(map: &[Option<usize>], donors: usize) -> Vec<Meeting> {
    let mut lends = vec![false; donors];
    for &donor in map.iter().flatten() {
        if let Some(lends) = lends.get_mut(donor) {
            *lends = true;
        }
    }
    let mut columns = Vec::new();
    let mut shown = 0;
    let mut alone = |columns: &mut Vec<Meeting>, to: usize| {
        let lonely = (shown..to).filter(|&donor| lends.get(donor) == Some(&false));
        columns.extend(lonely.map(|donor| Meeting { base: None, donor: Some(donor) }));
        shown = shown.max(to);
    };
    for (base, &donor) in map.iter().enumerate() {
        if let Some(donor) = donor {
            alone(&mut columns, donor);
        }
        columns.push(Meeting { base: Some(base), donor });
    }
    alone(&mut columns, donors);
    columns
}

/// An alignment read the other way; where a position lends more than once, the first borrower lends back.
pub(crate) fn turned(map: &[Option<usize>], donors: usize) -> Vec<Option<usize>> {
    (0..donors).map(|donor| map.iter().position(|met| *met == Some(donor))).collect()
}

/// The length of the pair's prompts: of the changed one, and of the one that lends.
pub(crate) fn lengths(state: &State, edit: Edit) -> Option<(usize, usize)> {
    let tokens = state.patch.tokens.as_ref()?;
    let of = |side: Side| match side {
        Side::Clean => tokens.clean.len(),
        Side::Corrupt => tokens.corrupt.len(),
    };
    Some((of(edit.base()), edit.donor().map_or(0, of)))
}

impl State {
    /// The tokens of the prompt whose run is changed by what is set up; empty until they are known.
    #[must_use]
    pub fn base_tokens(&self) -> &[peek_protocol::Token] {
        let Some(tokens) = &self.patch.tokens else { return &[] };
        match self.inputs.setup.edit.base() {
            Side::Clean => &tokens.clean,
            Side::Corrupt => &tokens.corrupt,
        }
    }
}
