//! What the grid shows, by one set of questions: the head scores, or the scores of whatever else was set up.

use peek_names::{HeadId, Layer, Metric, Site, Unit};
use peek_protocol::{At, Edit, Score, Setup, Token};

use crate::{
    Gap, InterventionResult, PatchResult, Phase, RankedHead, SMALLEST_RANGE, State, TopOrder, ranking::rank,
};

/// What two decimals show as zero.
pub(crate) const SHOWN_AS_ZERO: f32 = 0.005;

/// The scores on the screen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Board<'a> {
    /// Every head's output at the last position, from clean into corrupt.
    Heads(&'a PatchResult),
    /// What else was set up.
    Other(&'a InterventionResult),
}

impl State {
    /// The scores on the screen, of the kind that is set up; `None` until there are any.
    #[must_use]
    pub fn board(&self) -> Option<Board<'_>> {
        if self.inputs.is_head_scores() {
            self.patch.shown.as_deref().map(Board::Heads)
        } else {
            self.interventions.shown.as_deref().map(Board::Other)
        }
    }

    /// Layers finished and layers in all of the newest scores; zeros before the first.
    #[must_use]
    pub fn grid_progress(&self) -> (usize, usize) {
        let board = self.board().filter(|_| !self.grid_is_stale() && *self.grid_phase() != Phase::Waiting);
        board.map_or((0, 0), |board| (board.rows_done(), board.layers()))
    }
}

impl<'a> Board<'a> {
    /// What was set up, whole. Its parts are to be had without a copy.
    #[must_use]
    pub fn setup(&self) -> Setup {
        match self {
            Self::Heads(_) => Setup { metric: self.metric(), ..Setup::default() },
            Self::Other(shown) => shown.asked.setup.clone(),
        }
    }

    /// What was changed.
    #[must_use]
    pub fn site(&self) -> Site {
        match self {
            Self::Heads(_) => Site::Z,
            Self::Other(shown) => shown.asked.setup.site,
        }
    }

    /// What is put in its place.
    #[must_use]
    pub fn edit(&self) -> Edit {
        match self {
            Self::Heads(_) => Edit::Denoise,
            Self::Other(shown) => shown.asked.setup.edit,
        }
    }

    /// Where it was changed.
    #[must_use]
    pub fn at(&self) -> At {
        match self {
            Self::Heads(_) => At::Last,
            Self::Other(shown) => shown.asked.setup.at,
        }
    }

    /// What is read.
    #[must_use]
    pub fn metric(&self) -> Metric {
        match self {
            Self::Heads(shown) => Metric::Logit(shown.inputs.scale),
            Self::Other(shown) => shown.asked.setup.metric,
        }
    }

    /// Layers in all.
    #[must_use]
    pub fn layers(&self) -> usize {
        match self {
            Self::Heads(shown) => shown.layers,
            Self::Other(shown) => shown.layers,
        }
    }

    /// Heads in a layer.
    #[must_use]
    pub fn heads(&self) -> usize {
        match self {
            Self::Heads(shown) => shown.heads,
            Self::Other(shown) => shown.heads,
        }
    }

    /// Layers that have finished.
    #[must_use]
    pub fn rows_done(&self) -> usize {
        match self {
            Self::Heads(shown) => shown.rows.len(),
            Self::Other(shown) => shown.rows.len(),
        }
    }

    /// Wall time in ms, once complete.
    #[must_use]
    pub fn elapsed_ms(&self) -> Option<f64> {
        match self {
            Self::Heads(shown) => shown.elapsed_ms,
            Self::Other(shown) => shown.elapsed_ms,
        }
    }

    /// Whether each position is changed by itself: then a spot is a position of the changed prompt.
    #[must_use]
    pub fn is_by_position(&self) -> bool {
        self.at() == At::Grid
    }

    /// How many places are changed, one by one.
    #[must_use]
    pub fn spots(&self) -> usize {
        match self {
            Self::Heads(_) => 1,
            Self::Other(shown) => shown.alignment.spots.len().max(1),
        }
    }

    /// The tokens of the prompt whose run is changed.
    #[must_use]
    pub fn base_tokens(&self) -> &'a [Token] {
        match self {
            Self::Heads(shown) => &shown.tokens.corrupt,
            Self::Other(shown) => &shown.alignment.base,
        }
    }

    /// A unit's score at a spot; `None` while its layer is not finished, and where it is no unit of what was changed.
    #[must_use]
    pub fn score(&self, unit: Unit, spot: usize) -> Option<Score> {
        match (self, unit) {
            (Self::Heads(shown), Unit::Head(head)) if spot == 0 => {
                let delta = shown.delta(head)?;
                let finite = |value: f32| value.is_finite().then_some(value);
                Some(Score { value: finite(shown.gap().corrupt + delta), delta: finite(delta) })
            }
            (Self::Heads(_), _) => None,
            (Self::Other(shown), _) => shown.row(unit)?.score(unit, spot),
        }
    }

    /// The spot at which a unit moves the metric most, whichever way, and its score there. `None` while its layer is not
    /// finished.
    #[must_use]
    pub fn strongest(&self, unit: Unit) -> Option<(usize, Score)> {
        match self {
            Self::Heads(_) => Some((0, self.score(unit, 0)?)),
            Self::Other(shown) => shown.row(unit)?.strongest(unit),
        }
    }

    /// The metric of the unpatched runs: clean, corrupt. Not a number where it is undefined.
    #[must_use]
    pub fn ends(&self) -> (f32, f32) {
        match self {
            Self::Heads(shown) => (shown.gap().clean, shown.gap().corrupt),
            Self::Other(shown) => {
                let known = |value: Option<f32>| value.unwrap_or(f32::NAN);
                (known(shown.baselines.clean), known(shown.baselines.corrupt))
            }
        }
    }

    /// From the changed run's metric to the other's: what a share is a share of.
    #[must_use]
    pub fn gap(&self) -> Gap {
        let (clean, corrupt) = self.ends();
        match self.edit() {
            Edit::Denoise => Gap { clean, corrupt },
            Edit::Noise | Edit::Zero | Edit::Mean(_) => Gap { clean: corrupt, corrupt: clean },
        }
    }

    /// What a cell says of a score: the change in the metric's unit (a probability's in percentage points), or its share of
    /// the gap in percent. Not a number where it is undefined.
    #[must_use]
    pub fn shown(&self, score: Score, as_shares: bool) -> f32 {
        let delta = score.delta.unwrap_or(f32::NAN);
        match (as_shares, self.metric()) {
            (true, _) => 100.0 * self.gap().normalised(delta).unwrap_or(f32::NAN),
            (false, Metric::Probability) => 100.0 * delta,
            (false, _) => delta,
        }
    }

    /// Whether a negative cell is one that brings towards the answer, and so is blue.
    #[must_use]
    pub fn is_turned(&self, as_shares: bool) -> bool {
        let low_is_good = is_better_low(self.metric());
        low_is_good != (as_shares && self.gap().cost() < 0.0)
    }

    /// Whether what a cell shows is a whole number: a change of rank, or a share in percent.
    #[must_use]
    pub fn is_whole(&self, as_shares: bool) -> bool {
        as_shares || self.metric() == Metric::Rank
    }

    /// Whether every score is there and the page's two decimals show none of them as other than zero: then no unit is
    /// above another.
    #[must_use]
    pub fn is_flat(&self) -> bool {
        let finished = self.rows_done() >= self.layers() && self.layers() > 0;
        finished
            && self.units().into_iter().all(|unit| {
                let shown = self.strongest(unit).map_or(f32::NAN, |(_, score)| self.shown(score, false));
                shown.abs() < SHOWN_AS_ZERO
            })
    }

    /// Every unit, from the input up.
    #[must_use]
    pub fn units(&self) -> Vec<Unit> {
        self.site().units(self.layers(), self.heads())
    }

    /// The size of a cell that gets the strongest colour. `None` without a score.
    #[must_use]
    pub fn range(&self, as_shares: bool) -> Option<f32> {
        let largest = match self {
            Self::Heads(shown) => {
                let deltas = shown.rows.iter().flat_map(|row| &row.deltas).map(|delta| delta.abs());
                deltas.filter(|size| size.is_finite()).reduce(f32::max)
            }
            Self::Other(shown) => shown.rows.iter().filter_map(|row| row.largest()).reduce(f32::max),
        };
        // The larger the change, the larger what is shown of it.
        let shown = self.shown(Score { value: None, delta: Some(largest?) }, as_shares).abs();
        shown.is_finite().then(|| shown.max(SMALLEST_RANGE))
    }

    /// The first `count` heads, each at its strongest spot: those that help the answer first, where a head that is broken
    /// helps as much as its loss hurts. What is undefined is left out; equals go by layer, then head.
    #[must_use]
    pub fn top_heads(&self, order: TopOrder, count: usize) -> Vec<RankedHead> {
        let breaks = self.edit() != Edit::Denoise;
        let towards = if breaks == is_better_low(self.metric()) { 1.0 } else { -1.0 };
        let heads: Vec<RankedHead> = self
            .units()
            .into_iter()
            .filter_map(|unit| match unit {
                Unit::Head(head) => Some(RankedHead { head, delta: self.strongest(unit)?.1.delta? }),
                Unit::Layer(_) => None,
            })
            .collect();
        rank(heads, order, towards, count)
    }
}

/// Whether less of a metric is better: of a rank, and of a distance from the clean run.
#[must_use]
pub fn is_better_low(metric: Metric) -> bool {
    matches!(metric, Metric::Rank | Metric::Kl)
}

/// The head at a place of a `[layers, heads]` array.
#[must_use]
pub fn head_at(layer: usize, head: usize) -> HeadId {
    // Both are below a model's own numbers, which fit.
    let narrow = |v: usize| u16::try_from(v).unwrap_or(u16::MAX);
    HeadId { layer: Layer(narrow(layer)), head: narrow(head) }
}
