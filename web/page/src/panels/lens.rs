use peek_app::{Action, LensQuantity, Phase, ShownCurve, State, ViewAction};
use peek_charts::{LensQuantity as Axis, lens_point_labels};
use peek_protocol::{AnswerReading, LogitScale};
use yew::prelude::*;

use super::{PanelProps, lens_positions::lens_positions, lens_table::LensTable, phase_name};
use crate::{
    chart::{Canvas, Drawing, LensPicture, Screen, Tip, token_label},
    parts::{Choice, ExportMenu, failed, on_click, segmented},
};

/// How the answer grows through the layers: a curve for each lens prompt.
pub(crate) fn lens_panel(props: &PanelProps) -> Html {
    let PanelProps { state, dispatch } = props;
    let quantities = vec![
        Choice::new(LensQuantity::Logit, "logit", "Logit"),
        Choice::new(LensQuantity::Probability, "probability", "Probability"),
        Choice::new(LensQuantity::Rank, "rank", "Rank"),
    ];
    html! {
        <section class="panel lens" id="lens" aria-label="Logit lens" data-testid="lens" data-phase={phase_name(&state.lens.phase)}>
            <div class="panel-head">
                <h2>{ "Where does the answer appear?" }</h2>
                { crate::parts::more(&peek_app::LENS) }
                { progress(state) }
            </div>
            <div class="switches-line">
                { segmented("What the lens reads", "lens-view", &state.views.is_grid, &[Choice::new(false, "curves", "Curves"), Choice::new(true, "positions", "Every position")], &dispatch.reform(|on| Action::View(ViewAction::LensGrid(on)))) }
                if !state.views.is_grid {
                { segmented("What the lens shows", "quantity", &state.view.quantity, &quantities, &dispatch.reform(Action::SetQuantity)) }
                }
            </div>
            if !state.views.is_grid {
                <p class="help">
                    { "Logit lens of the lens prompts, each with its own answer: every layer's state at the last position, read as if it were the final one. " }
                    // Its room stays, so that nothing moves under whoever types.
                    <button type="button" class={classes!("head-link", "plain", state.inputs.pair_is_in_lens().then_some("is-idle"))}
                        data-testid="lens-add-pair" onclick={on_click(dispatch, || Action::LensFromPair)}>{ "Add the two prompts" }</button>
                </p>
            }
            if let Some(message) = state.lens.phase.fault().filter(|_| !state.views.is_grid) {
                { failed(message, "lens-error", dispatch) }
            }
            if state.views.is_grid {
                { lens_positions(props) }
            } else {
                <Curves state={state.clone()} dispatch={dispatch.clone()} />
            }
        </section>
    }
}

fn progress(state: &State) -> Html {
    if state.lens.phase == Phase::Running && state.lens.total() > 0 {
        let said = format!("{} of {} prompts", state.lens.done, state.lens.total());
        html! { <span class="aside" data-testid="lens-progress">{ said }</span> }
    } else {
        html! {}
    }
}

#[component(Curves)]
fn curves(props: &PanelProps) -> Html {
    let state = &props.state;
    let hovered = use_state_eq(|| None::<(usize, usize)>);
    let curves = drawable(state);
    let scale = state.inputs.patch.scale;
    let quantity = state.view.quantity;
    let points = curves.first().map_or_else(
        || lens_point_labels(state.engine.loaded.as_ref().map_or(4, |loaded| loaded.info.layers)),
        |(_, curve, _)| curve.curve.points.iter().map(|p| p.label.clone()).collect(),
    );
    let (axis, title) = match (quantity, scale) {
        (LensQuantity::Logit, LogitScale::Centred) => (Axis::Logit, "logit of the answer (centred)"),
        (LensQuantity::Logit, LogitScale::Raw) => (Axis::Logit, "logit of the answer (raw)"),
        (LensQuantity::Probability, _) => (Axis::Probability, "probability of the answer"),
        (LensQuantity::Rank, _) => (Axis::Rank, "rank of the answer, 1 on top"),
    };
    let stale = !curves.is_empty() && curves.iter().all(|(_, _, stale)| *stale);
    let picture = LensPicture {
        title,
        quantity: axis,
        points,
        series: curves
            .iter()
            .zip(legends(&curves))
            .map(|((_, c, _), legend)| {
                let values = c.curve.points.iter().map(|p| lens_value(&p.reading, quantity, scale)).collect();
                (legend, values)
            })
            .collect(),
        hovered: *hovered,
        stale,
    };
    let tip = (*hovered).and_then(|(series, point)| {
        let (_, curve, _) = curves.get(series)?;
        let at = curve.curve.points.get(point)?;
        let reading = &at.reading;
        Some((
            (series, point),
            Tip {
                title: format!("{} at {}", token_label(&curve.curve.answer), at.label),
                lines: vec![
                    ("logit", peek_app::logit(reading.on(scale))),
                    ("probability", peek_app::percent(reading.probability)),
                    ("rank", peek_app::rank(reading.rank)),
                    ("prompt", curve.prompt.clone()),
                ],
            },
        ))
    });
    let label = format!("Logit lens of {} prompts. The table below has the values.", curves.len());
    let on_hover = Callback::from(move |spot| hovered.set(spot));
    // Presented it is alone.
    let least = if state.slide.is_some() { 300.0 } else { 0.0 };
    let csv = {
        let state = state.clone();
        Callback::from(move |()| state.lens_csv())
    };
    let export = LensPicture { hovered: None, ..picture.clone() };
    html! {
        <>
            <ExportMenu name="logit-lens" picture={Drawing::new(export)} screen={Screen::of(state)} canvas="lens-canvas" {csv} />
            <Canvas picture={Drawing::new(picture)} screen={Screen::of(state)} testid="lens-canvas" {label} heights={(least, f64::INFINITY)}
                {on_hover} {tip} />
            <LensTable curves={curves.iter().map(|(place, c, _)| (*place, (*c).clone())).collect::<Vec<_>>()}
                {quantity} {stale} {scale} />
        </>
    }
}

/// What the lens' axis shows of a reading.
pub(crate) fn lens_value(reading: &AnswerReading, quantity: LensQuantity, scale: LogitScale) -> f32 {
    match quantity {
        LensQuantity::Logit => reading.on(scale),
        LensQuantity::Probability => reading.probability,
        // A rank is below the vocabulary's size, which an `f32` holds exactly.
        LensQuantity::Rank => reading.rank as f32,
    }
}

/// What the legend says of each curve.
fn legends(curves: &[(usize, &ShownCurve, bool)]) -> Vec<String> {
    let asked: Vec<_> =
        curves.iter().map(|(_, c, _)| (c.prompt.as_str(), token_label(&c.curve.answer))).collect();
    peek_app::legends_of(&asked)
}

/// The curves that share one axis: those with as many points as the newest model's.
fn drawable(state: &State) -> Vec<(usize, &ShownCurve, bool)> {
    let all: Vec<_> = state.curves().map(|(place, _, shown, stale)| (place, shown, stale)).collect();
    let fresh = all.iter().find(|(_, _, stale)| !stale).or_else(|| all.first());
    let points = fresh.map_or(0, |(_, shown, _)| shown.curve.points.len());
    all.into_iter().filter(|(_, shown, _)| shown.curve.points.len() == points).collect()
}
