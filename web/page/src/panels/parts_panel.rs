use peek_app::{Action, Run, Shared, State, ViewAction, delta, logit, parts_by_size};
use peek_names::DirectScale;
use peek_protocol::{Attribution, AttributionResult};
use yew::prelude::*;

use super::{
    PanelProps,
    parts_pictures::{ScatterPicture, SumPicture},
    parts_tables::PartsTables,
    phase_name,
};
use crate::{
    chart::{Canvas, Drawing, GridPicture, Screen, Spot, Tip, head_spot, spot_head},
    parts::{Choice, ExportMenu, failed, segmented},
};

/// Bars before the rest are summed.
const BARS: usize = 12;

/// What every part of the model writes towards the answer. Asked for only while it is open.
pub(crate) fn parts_panel(props: &PanelProps) -> Html {
    let PanelProps { state, dispatch } = props;
    let (views, send) = (&state.views, dispatch.reform(Action::View));
    let open = views.parts_open;
    let onclick = send.reform(move |_: MouseEvent| ViewAction::Parts(!open));
    let stale = views.parts.is_stale(state.wanted_parts().as_ref());
    let fault = views.parts.phase.fault();
    html! {
        <section class="panel parts" id="parts" aria-label="Direct logit attribution" data-testid="parts"
            data-phase={phase_name(&views.parts.phase)} data-stale={stale.to_string()}>
            <div class="panel-head">
                <h2>{ "Which parts write the answer?" }</h2>
                { crate::parts::more(&peek_app::PARTS) }
                if open {
                    { segmented("Parts of which run", "parts-run", &views.parts_run, &[Choice::new(Run::Clean, "clean", "Clean"), Choice::new(Run::Corrupt, "corrupt", "Corrupt")], &send.reform(ViewAction::PartsRun)) }
                    { segmented("What a direct effect is", "parts-by", &views.parts_by, &[
                            Choice::new(DirectScale::Difference, "difference", "Clean minus corrupt"),
                            Choice::new(DirectScale::Clean, "clean", "Clean's own"),
                        ], &send.reform(ViewAction::PartsScale)) }
                }
                <button type="button" class="quiet" data-testid="parts-open" aria-expanded={open.to_string()} {onclick}>
                    { if open { "Close" } else { "Show the parts" } }
                </button>
            </div>
            if let Some(message) = fault.filter(|_| open) {
                { failed(message, "parts-error", dispatch) }
            }
            if !open {
                <p class="help">{ "The logit is a sum: what the embedding, each head and each MLP add to it." }</p>
            }
            if open {
                { views.parts.result().map_or_else(
                    || html! { if fault.is_none() { <div class="rows-waiting" aria-hidden="true" /> } },
                    |result| body(props, result, stale),
                ) }
            }
        </section>
    }
}

/// The run whose parts are shown.
pub(super) fn run_of<'a>(state: &State, result: &'a AttributionResult) -> &'a Attribution {
    match state.views.parts_run {
        Run::Clean => &result.clean,
        Run::Corrupt => &result.corrupt,
    }
}

/// What a direct effect is of those on the screen, which may be older than the switch.
pub(super) fn shown_by(state: &State) -> DirectScale {
    state.views.parts.shown.as_ref().map_or(state.views.parts_by, |((_, asked), _)| asked.by)
}

fn body(props: &PanelProps, result: &Shared<AttributionResult>, stale: bool) -> Html {
    let PanelProps { state, dispatch } = props;
    let run = run_of(state, result);
    let parts = parts_by_size(run);
    let sum: f32 = parts.iter().map(|(_, value)| value).sum();
    let mut bars: Vec<(String, f32)> = parts.iter().take(BARS).cloned().collect();
    if parts.len() > BARS {
        let rest = parts.iter().skip(BARS).map(|(_, value)| value).sum();
        bars.push((format!("{} others", parts.len() - BARS), rest));
    }
    let effects = state.effects(result);
    let points: Vec<_> =
        effects.iter().filter_map(|(head, patching, direct)| Some((*head, (*patching)?, *direct))).collect();
    let has_points = !points.is_empty();
    let picture = ScatterPicture { points, hovered: state.view.hovered, pinned: state.view.pinned, stale };
    let written = |value: Option<f32>| value.map_or_else(|| "–".to_owned(), delta);
    let tip = state.view.hovered.and_then(|head| {
        let (_, patching, direct) = effects.iter().find(|(of, ..)| *of == head)?;
        let writes = run.heads.get(head.layer.index())?.get(head.head_index()).copied();
        let lines =
            vec![("writes", written(writes)), ("patching", written(*patching)), ("direct", delta(*direct))];
        Some((head_spot(head), Tip { title: head.to_string(), lines }))
    });
    let heads = GridPicture {
        layers: run.heads.len(),
        heads: run.heads.first().map_or(0, Vec::len),
        deltas: run.heads.iter().flatten().map(|share| Some(*share)).collect(),
        caption: "logits written by each head",
        hovered: state.view.hovered,
        pinned: state.view.pinned,
        stale,
        ..GridPicture::default()
    };
    let on_hover = dispatch.reform(|spot: Option<Spot>| Action::Hover(spot.map(spot_head)));
    let on_click = dispatch.reform(|spot| Action::Pin(spot_head(spot)));
    let screen = Screen::of(state);
    let sum_bars = Drawing::new(SumPicture { parts: bars, stale });
    let heads_export = Drawing::new(GridPicture { hovered: None, ..heads.clone() });
    let export = ScatterPicture { hovered: None, ..picture.clone() };
    let parts_csv = {
        let state = state.clone();
        Callback::from(move |()| state.parts_csv())
    };
    let effects_csv = {
        let state = state.clone();
        Callback::from(move |()| state.effects_csv())
    };
    let whole = if result.foil.is_some() { "the answer's logit minus the foil's" } else { "the logit" };
    let by = shown_by(state);
    let about = peek_app::patching_words(has_points, result.foil.is_some());
    let direct = peek_app::direct_words(by);
    html! {
        <>
            <p class={classes!("help", stale.then_some("stale"))} data-testid="parts-sum" data-sum={sum.to_string()} data-logit={run.logit.to_string()}>
                { format!("The parts sum to {whole}: they make {}, the run gives {}.", logit(sum), logit(run.logit)) }
            </p>
            <p class="help" data-testid="parts-about">{ format!("{direct} {about}") }</p>
            <div class="parts-charts">
                <div class="saved">
                    <ExportMenu name="parts" picture={sum_bars.clone()} {screen} canvas="parts-canvas" csv={parts_csv.clone()} />
                    <Canvas picture={sum_bars} {screen} testid="parts-canvas"
                        label="Parts of the logit, largest first. The table below has the values." />
                </div>
                <div class="saved">
                    <ExportMenu name="heads-write" picture={heads_export} {screen} canvas="parts-heads" csv={parts_csv} />
                    <Canvas picture={Drawing::new(heads)} {screen} testid="parts-heads" tip={tip.clone()}
                        label="What each head writes: rows are layers, columns are heads. The table below has the values."
                        on_hover={on_hover.clone()} on_click={on_click.clone()} />
                </div>
                if has_points {
                    <div class="saved">
                        <ExportMenu name="effects" picture={Drawing::new(export)} {screen} canvas="scatter" csv={effects_csv} />
                        <Canvas picture={Drawing::new(picture)} {screen} testid="scatter" {tip} {on_hover} {on_click}
                            label="Direct effect against the patching effect of every head's output at the last position. The table below has the values." />
                    </div>
                }
            </div>
            <PartsTables ..props.clone() />
        </>
    }
}
