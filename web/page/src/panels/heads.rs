use yew::prelude::*;

use super::{
    PanelProps,
    alignment::AlignmentStrip,
    bars::top_heads,
    grid::{grid_head, grid_panel, grid_switches},
    phase_name,
    positions::{head_positions, layer_scores},
    tabs::tabs,
    unit_set::unit_set,
};

/// Heads in a layer that have room beside the bars in any wide window; the style sheet knows what to do with more.
const BESIDE_BARS: usize = 12;

/// What matters to the answer: heads, or layers, by themselves and in sets.
pub(crate) fn heads_panel(props: &PanelProps) -> Html {
    let PanelProps { state, dispatch } = props.clone();
    let of_heads = state.inputs.setup.site.per_head();
    let loaded = state.engine.loaded.as_ref();
    let count = state.board().map(|board| board.heads()).or(loaded.map(|l| l.info.heads)).unwrap_or(0);
    html! {
        <section class={classes!("panel", "heads", (!of_heads).then_some("of-layers"), (count > BESIDE_BARS).then_some("many"))}
            aria-label={if of_heads { "Heads" } else { "Layers" }} data-testid="grid-panel"
            data-phase={phase_name(state.grid_phase())} data-stale={state.grid_is_stale().to_string()}>
            { grid_head(props) }
            if state.alignment_is_open() {
                <AlignmentStrip state={state.clone()} dispatch={dispatch.clone()} />
            }
            if of_heads {
                <div class={classes!("grid-part", state.welcome().is_some().then_some("greets"))}>
                    { grid_switches(props) }
                    { grid_panel(props) }
                    { head_positions(props) }
                </div>
                { tabs(props) }
                { top_heads(props) }
            } else {
                { grid_switches(props) }
                { layer_scores(props) }
                { tabs(props) }
            }
            if !state.together.units.is_empty() {
                { unit_set(props) }
            }
        </section>
    }
}
