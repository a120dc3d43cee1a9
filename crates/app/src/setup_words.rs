//! A setup, its scores and a set's joint effect in words.

use peek_names::{LogitScale, MeanOver, Metric, Site, Unit};
use peek_protocol::{At, Edit, Setup, Token};

use crate::{
    Board, Part, Phase, State, TopOrder, is_better_low,
    sentence::{behind, so_far},
    words,
};

/// What a site is, as the page's sentence names it: `a head's output (z)`.
#[must_use]
pub fn site_words(site: Site) -> &'static str {
    match site {
        Site::Z => "a head's output (z)",
        Site::Q => "a head's queries (q)",
        Site::K => "a head's keys (k)",
        Site::V => "a head's values (v)",
        Site::Pattern => "a head's attention (pattern)",
        Site::ResidPre => "the stream into a layer (resid_pre)",
        Site::ResidMid => "the stream within a layer (resid_mid)",
        Site::ResidPost => "the stream out of a layer (resid_post)",
        Site::AttnOut => "a layer's attention (attn_out)",
        Site::MlpOut => "a layer's MLP (mlp_out)",
    }
}

/// Every edit that the page offers, its name in the page's tests, and its words behind `Put ..`.
pub const EDITS: [(Edit, &str, &str); 5] = [
    (Edit::Denoise, "denoise", "from clean into corrupt"),
    (Edit::Noise, "noise", "from corrupt into clean"),
    (Edit::Zero, "zero", "as zero into clean"),
    (Edit::Mean(MeanOver::PromptsAndPositions), "mean", "as its mean into clean"),
    (Edit::Mean(MeanOver::Prompts), "mean-position", "as its mean at each position into clean"),
];

/// A metric as the page's sentence names it.
#[must_use]
pub fn metric_words(metric: Metric) -> &'static str {
    match metric {
        Metric::Logit(LogitScale::Centred) => "centred logit",
        Metric::Logit(LogitScale::Raw) => "raw logit",
        Metric::LogitDifference => "logit difference to the foil",
        Metric::Probability => "probability",
        Metric::LogProbability => "log-probability",
        Metric::Rank => "rank",
        Metric::Kl => "KL divergence from clean",
    }
}

/// The unit of a change of a metric as the page shows it.
#[must_use]
pub fn metric_unit(metric: Metric) -> &'static str {
    match metric {
        Metric::Logit(_) | Metric::LogitDifference => "logits",
        Metric::Probability => "percentage points",
        Metric::LogProbability | Metric::Kl => "nats",
        Metric::Rank => "places",
    }
}

/// A metric of a run: `3.10`, `83 %`, `#4`; `undefined` where it is no number.
#[must_use]
pub fn metric_value(metric: Metric, value: f32) -> String {
    match metric {
        _ if !value.is_finite() => "undefined".to_owned(),
        Metric::Probability => words::percent(value),
        Metric::Rank => format!("#{value:.0}"),
        _ => words::logit(value),
    }
}

/// A change of a metric with sign and unit: `+1.31 logits`, `−3 places`.
#[must_use]
pub fn metric_change(metric: Metric, delta: f32) -> String {
    let shown = if metric == Metric::Probability { 100.0 * delta } else { delta };
    if !shown.is_finite() {
        return "undefined".to_owned();
    }
    let mut number = words::delta(shown);
    if metric == Metric::Rank {
        // Ranks are whole.
        number.truncate(number.find('.').unwrap_or(number.len()));
    }
    format!("{number} {}", metric_unit(metric))
}

/// The panel's question.
#[must_use]
pub fn setup_title(setup: &Setup) -> &'static str {
    let heads = setup.site.per_head();
    match (setup.edit == Edit::Denoise, heads, setup.at) {
        (true, true, At::Grid) => "Which heads bring the answer back, and where?",
        (true, true, _) => "Which heads bring the answer back?",
        (true, false, At::Grid) => "Which layers and positions bring the answer back?",
        (true, false, _) => "Which layers bring the answer back?",
        (false, true, At::Grid) => "Which heads does the answer need, and where?",
        (false, true, _) => "Which heads does the answer need?",
        (false, false, At::Grid) => "Which layers and positions does the answer need?",
        (false, false, _) => "Which layers does the answer need?",
    }
}

/// What a cell is, in one or two sentences.
#[must_use]
pub fn setup_help(setup: &Setup) -> String {
    let what = site_words(setup.site);
    let what = what.split(" (").next().unwrap_or(what);
    let (value, run) = match setup.edit {
        Edit::Denoise => ("of the clean run", "corrupt"),
        Edit::Noise => ("of the corrupt run", "clean"),
        Edit::Zero => ("zeroed", "clean"),
        Edit::Mean(_) => ("replaced by its mean", "clean"),
    };
    let place = match setup.at {
        At::Last => "at the last position",
        At::One(_) => "at one position",
        At::All => "at all positions at once",
        At::Grid if setup.site.per_head() => "at each position by itself (the cell is the strongest)",
        At::Grid => "at each position by itself",
    };
    let metric = metric_words(setup.metric);
    format!(
        "Each cell puts {what} {value} into the {run} run {place} and shows how far the {metric} moves. {}",
        sign_words(setup.metric)
    )
}

/// Which sign and which colour are towards the answer.
#[must_use]
pub fn sign_words(metric: Metric) -> &'static str {
    match metric {
        Metric::Rank => "A negative change is a rise in rank: blue, towards the answer; red is a fall.",
        Metric::Kl => "A negative change is nearer to the clean run: blue; red is farther from it.",
        _ => "Blue is towards the answer, red away.",
    }
}

/// What the list of the top heads says of itself.
#[must_use]
pub fn order_words(setup: &Setup, order: TopOrder) -> String {
    let unit = metric_unit(setup.metric);
    match (order, setup.edit == Edit::Denoise) {
        (TopOrder::ByDelta, true) => format!("The ten that help most, in {unit}."),
        (TopOrder::ByDelta, false) => format!("The ten whose loss hurts most, in {unit}."),
        (TopOrder::BySize, _) => format!("The ten that move it most, in {unit}."),
    }
}

impl State {
    /// The intervention's strongest unit in one sentence; `None` until there is one.
    #[must_use]
    pub fn setup_in_words(&self) -> Option<String> {
        let board = self.board().filter(|board| matches!(board, Board::Other(_)))?;
        let said = strongest_in_words(board);
        Some(said.map_or_else(|said| said, |(unit, said)| format!("{unit}{said}")))
    }

    /// That sentence as the page writes it behind the two unpatched runs; `None` unless the scores are those of what is
    /// set up.
    pub(crate) fn setup_sentence(&self) -> Option<Vec<Part>> {
        let board = self.board().filter(|board| matches!(board, Board::Other(_)) && !self.grid_is_stale())?;
        let (done, layers) = (board.rows_done(), board.layers());
        if done == 0 {
            return None;
        }
        let before = so_far(done, layers, *self.grid_phase() == Phase::Cancelled);
        let (unit, said) = match strongest_in_words(board) {
            Ok(found) => found,
            Err(said) => return Some(vec![Part::Text(before.clone() + &behind(&before, &said))]),
        };
        let name = match unit {
            Unit::Head(head) => Part::Head(head),
            Unit::Layer(_) => Part::Text(unit.to_string()),
        };
        let grid = behind(&before, "In the grid as it is set up, ");
        Some(vec![Part::Text(before + &grid), name, Part::Text(said)])
    }

    /// The setup that the numbers on the screen are of, where the newest one could not be run.
    #[must_use]
    pub fn kept_setup(&self) -> Option<Setup> {
        let is_refused = matches!(self.grid_phase(), Phase::Refused | Phase::Failed(_));
        let board = self.board().filter(|_| is_refused && self.grid_is_stale())?;
        (board.site().per_head() == self.inputs.setup.site.per_head()).then(|| board.setup())
    }

    /// What a foil is for, while one is typed that nothing reads.
    #[must_use]
    pub fn foil_hint(&self) -> Option<String> {
        let metric = self.inputs.setup.metric;
        let is_idle = !self.inputs.foil.is_empty() && !metric.needs_foil();
        is_idle.then(|| {
            format!(
                "A rival answer, not used now: only “{}” reads it, and “{}” is read.",
                metric_words(Metric::LogitDifference),
                metric_words(metric)
            )
        })
    }

    /// The token of the foil that the scores are of and whether another is typed by now; `None` where none is read.
    #[must_use]
    pub fn foil_token(&self) -> Option<(&Token, bool)> {
        let (asked, alignment) = self.interventions.aligned.as_ref()?;
        let is_read = self.inputs.setup.metric.needs_foil() && !self.inputs.foil.is_empty();
        let token = alignment.foil.as_ref().filter(|_| is_read)?;
        Some((token, asked.pair.foil != self.inputs.foil || asked.model != self.model_serial()))
    }

    /// The set's joint effect beside the sum of the single ones; `None` until there is one.
    #[must_use]
    pub fn together_in_words(&self) -> Option<String> {
        let shown = self.patched_run()?;
        let metric = shown.asked.asked.setup.metric;
        let change = |delta: Option<f32>| {
            delta.map_or_else(|| "undefined".to_owned(), |delta| metric_change(metric, delta))
        };
        let joint = change(shown.result.joint.delta);
        let who = unit_names(&shown.asked.units);
        let metric = metric_words(metric);
        if shown.asked.units.len() == 1 {
            return Some(format!("{who} alone moves the {metric} by {joint}."));
        }
        Some(format!(
            "Together {who} move the {metric} by {joint}. One by one their changes add up to {}.",
            change(shown.sum())
        ))
    }
}

/// What moves the metric most and how; where nothing does, that.
fn strongest_in_words(board: Board<'_>) -> Result<(Unit, String), String> {
    let metric = board.metric();
    if board.is_flat() {
        return Err(nothing_moves(&board.setup()));
    }
    let moves = board.units().into_iter().filter_map(|unit| {
        let (spot, score) = board.strongest(unit)?;
        Some((unit, spot, score.delta?))
    });
    let best = moves.reduce(|best, next| if next.2.abs() > best.2.abs() { next } else { best });
    let Some((unit, spot, delta)) = best else {
        return Err("No score is a number.".to_owned());
    };
    let place = match board.base_tokens().get(spot).filter(|_| board.is_by_position()) {
        Some(token) => format!(" at “{}” (position {spot})", words::visible(&token.text)),
        None => String::new(),
    };
    let change = metric_change(metric, delta);
    let metric_name = metric_words(metric);
    // So far nothing has moved, though a layer that is still to come may do it.
    let towards = match delta {
        0.0 => "",
        _ if (delta < 0.0) == is_better_low(metric) => ", towards the answer",
        _ => ", away from the answer",
    };
    Ok((unit, format!("{place} moves the {metric_name} most: {change}{towards}.")))
}

/// What is said where every score is shown as zero.
#[must_use]
pub fn nothing_moves(setup: &Setup) -> String {
    let who = if setup.site.per_head() { "head" } else { "layer" };
    let metric = metric_words(setup.metric);
    match setup.metric {
        // Ranks are whole.
        Metric::Rank => format!("No {who} changes the rank."),
        _ => format!("No {who} moves the {metric} by as much as 0.01 {}.", metric_unit(setup.metric)),
    }
}

/// `L1H2, L3H4 and L5H6`; of many the first two and how many more.
#[must_use]
pub fn unit_names(units: &[Unit]) -> String {
    let named: Vec<String> = units.iter().map(Unit::to_string).collect();
    match &named[..] {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] if named.len() <= 4 => format!("{} and {last}", most.join(", ")),
        many => format!("{}, {} and {} others", many[0], many[1], many.len() - 2),
    }
}
