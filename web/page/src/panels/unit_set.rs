use peek_app::{Action, ShownTogether, State, metric_change, percent, rank};
use peek_charts::Theme;
use peek_charts::color::diverging;
use peek_names::Unit;
use peek_protocol::{AnswerReading, Place};
use yew::prelude::*;

use super::{PanelProps, phase_name, set_lens::SetLens};
use crate::parts::{failed, on_click, save_table};

/// The set of heads or layers: who is in it, what they do together and one by one, and the run that comes of it.
pub(crate) fn unit_set(props: &PanelProps) -> Html {
    let PanelProps { state, dispatch } = props;
    let stale = state.together_is_stale();
    let shown = state.patched_run();
    html! {
        <section class="unit-set" aria-label="Set" data-testid="unit-set" data-phase={phase_name(&state.together.phase)}
            data-stale={stale.to_string()}>
            <div class="panel-head">
                <h3>{ if state.inputs.setup.site.per_head() { "Set of heads" } else { "Set of layers" } }</h3>
                { crate::parts::more(&peek_app::UNIT_SET) }
                if shown.is_some() {
                    { save_table(state, "set-effects", "Save these effects as CSV", State::units_csv) }
                }
                <button type="button" class="quiet" data-testid="clear-set"
                    onclick={on_click(dispatch, || Action::ClearUnits)}>{ "Clear" }</button>
            </div>
            <ul class="chips" aria-label="In the set">{ for state.together.units.iter().map(|unit| chip(*unit, dispatch)) }</ul>
            { faults(props) }
            <div class={classes!("set-result", stale.then_some("stale"))}>
                if let Some(shown) = shown {
                    <div class="set-numbers">
                        <p data-testid="set-words">{ state.together_in_words() }</p>
                        { bars(state, shown) }
                        { runs(state, shown) }
                    </div>
                    <SetLens state={state.clone()} dispatch={dispatch.clone()} />
                }
            </div>
        </section>
    }
}

fn chip(unit: Unit, dispatch: &Callback<Action>) -> Html {
    html! {
        <li key={unit.to_string()}>
            <button type="button" class="chip" data-testid="set-unit" data-unit={unit.to_string()}
                aria-label={format!("Take {unit} out of the set")}
                onclick={dispatch.reform(move |_: MouseEvent| Action::ToggleUnit(unit))}>
                { unit.to_string() }<span aria-hidden="true">{ "×" }</span>
            </button>
        </li>
    }
}

fn faults(props: &PanelProps) -> Html {
    let PanelProps { state, dispatch } = props;
    // What is wrong with the setup already stands beside it.
    let beside = state.notes_at(Place::Setup);
    let notes = state.together.notes.iter().filter(|note| !beside.iter().any(|b| b.message == note.message));
    html! {
        <>
            { state.together.phase.fault().map(|said| failed(said, "set-error", dispatch)) }
            { for notes.map(|note| html! { <p class="note error" data-testid="set-error">{ &note.message }</p> }) }
        </>
    }
}

/// The joint change and the sum of the single ones, on one scale.
fn bars(state: &State, shown: &ShownTogether) -> Html {
    let metric = shown.asked.asked.setup.metric;
    let pair =
        [("together", "set-joint", shown.result.joint.delta), ("sum of single", "set-sum", shown.sum())];
    let most = pair.iter().filter_map(|(.., delta)| *delta).map(f32::abs).fold(0.0_f32, f32::max);
    let theme = if state.view.is_dark() { Theme::dark() } else { Theme::light() };
    let turned = if peek_app::is_better_low(metric) { -1.0 } else { 1.0 };
    // Zero stands in the middle only where there is something on both sides of it.
    let has = |sign: f32| pair.iter().any(|(.., delta)| delta.is_some_and(|delta| delta * sign > 0.0));
    let (zero, full) = match (has(-1.0), has(1.0)) {
        (true, true) => (50.0, 50.0),
        (true, false) => (100.0, 100.0),
        _ => (0.0, 100.0),
    };
    html! {
        <dl class="set-bars">
            { for pair.into_iter().map(|(name, testid, delta)| {
                let share = if most > 0.0 { delta.unwrap_or(0.0) / most } else { 0.0 };
                let length = full * share.abs();
                let x = if share < 0.0 { zero - length } else { zero };
                html! {
                    <>
                        <dt>{ name }</dt>
                        <dd>
                            <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
                                <rect x={(zero * 0.996).to_string()} y="0" width="0.4" height="10" class="zero" />
                                <rect x={x.to_string()} y="1" width={length.to_string()} height="8"
                                    fill={diverging(turned * share.signum() * share.abs().max(0.35), &theme).css()} />
                            </svg>
                            <span data-testid={testid} data-delta={delta.map(|d| d.to_string())}>
                                { delta.map_or_else(|| "undefined".to_owned(), |d| metric_change(metric, d)) }
                            </span>
                        </dd>
                    </>
                }
            }) }
        </dl>
    }
}

/// Where the answer stands in the three runs.
fn runs(state: &State, shown: &ShownTogether) -> Html {
    let (clean, corrupt) =
        state.patch.shown.as_ref().map(|patch| (patch.clean.answer, patch.corrupt.answer)).unzip();
    let rows: [(&str, Option<AnswerReading>); 3] =
        [("clean", clean), ("corrupt", corrupt), ("patched", Some(shown.result.run.answer))];
    html! {
        <table class="set-runs" data-testid="set-runs">
            <caption>{ "The answer in the three runs" }</caption>
            <thead><tr><th scope="col">{ "run" }</th><th scope="col">{ "probability" }</th><th scope="col">{ "rank" }</th></tr></thead>
            <tbody>
                { for rows.into_iter().filter_map(|(name, reading)| {
                    let reading = reading?;
                    Some(html! {
                        <tr data-run={name}>
                            <th scope="row">{ name }</th>
                            <td data-probability={reading.probability.to_string()}>{ percent(reading.probability) }</td>
                            <td data-rank={reading.rank.to_string()}>{ rank(reading.rank) }</td>
                        </tr>
                    })
                }) }
            </tbody>
        </table>
    }
}
