use yew::prelude::*;

use super::{
    PanelProps,
    alignment::AlignmentStrip,
    bars::TopHeads,
    grid::{GridHead, GridPanel},
    phase_name,
    positions::{HeadPositions, LayerScores},
    unit_set::UnitSet,
};

/// What matters to the answer: heads, or layers, by themselves and in sets.
#[component(HeadsPanel)]
pub(crate) fn heads_panel(props: &PanelProps) -> Html {
    let PanelProps { state, dispatch } = props.clone();
    let of_heads = state.inputs.setup.site.per_head();
    html! {
        <section class={classes!("panel", "heads", (!of_heads).then_some("of-layers"))}
            aria-label={if of_heads { "Heads" } else { "Layers" }} data-testid="grid-panel"
            data-phase={phase_name(state.grid_phase())} data-stale={state.grid_is_stale().to_string()}>
            <GridHead state={state.clone()} dispatch={dispatch.clone()} />
            if state.alignment_is_open() {
                <AlignmentStrip state={state.clone()} dispatch={dispatch.clone()} />
            }
            if of_heads {
                <div class="grid-part">
                    <GridPanel state={state.clone()} dispatch={dispatch.clone()} />
                    <HeadPositions state={state.clone()} dispatch={dispatch.clone()} />
                </div>
                <TopHeads state={state.clone()} dispatch={dispatch.clone()} />
            } else {
                <LayerScores state={state.clone()} dispatch={dispatch.clone()} />
            }
            if !state.together.units.is_empty() {
                <UnitSet {state} {dispatch} />
            }
        </section>
    }
}
