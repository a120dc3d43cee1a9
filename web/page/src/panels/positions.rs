use std::rc::Rc;

use peek_app::{Action, Board, State};
use peek_charts::Frame;
use peek_names::Unit;
use peek_protocol::At;
use yew::prelude::*;

use super::{PanelProps, position_cells::PositionCells, unit_caption, unit_tip};
use crate::{
    chart::{Canvas, Drawing, PositionPicture, Screen, token_label},
    parts::ExportMenu,
};

/// The scores of layers: at one spot a column, at each position by itself layers down and positions across.
pub(crate) fn layer_scores(props: &PanelProps) -> Html {
    let state = &props.state;
    let board = state.board().filter(|board| !board.site().per_head());
    let layers = board.map(|board| board.layers());
    let layers = layers.or(state.engine.loaded.as_ref().map(|loaded| loaded.info.layers)).unwrap_or(4);
    let units = state.inputs.setup.site.units(layers, 0);
    html! {
        <Positions state={state.clone()} dispatch={props.dispatch.clone()} {units} legend=true
            label="Scores of layers: rows are layers, columns are positions" testid="layer-grid" canvas="layers-canvas" />
    }
}

/// One head's scores at each position.
pub(crate) fn head_positions(props: &PanelProps) -> Html {
    let state = &props.state;
    let Some(board) = state.board().filter(|board| board.is_by_position()) else { return html! {} };
    let top = || board.top_heads(peek_app::TopOrder::BySize, 1).first().map(|head| head.head);
    let Some(head) = state.view.hovered.or(state.view.pinned).or_else(top) else { return html! {} };
    html! {
        <div class="head-positions" data-testid="head-positions" data-head={head.to_string()}>
            <div class="panel-head">
                <h3>{ format!("{head} at each position by itself") }</h3>
                { crate::parts::more(&peek_app::POSITIONS) }
            </div>
            <p class="help">{ "A run for each token, in which it alone is changed; colours as in the grid." }</p>
            <Positions state={state.clone()} dispatch={props.dispatch.clone()} units={vec![Unit::Head(head)]} legend=false
                label="One head's scores: columns are positions" testid="head-row" canvas="head-row-canvas" />
        </div>
    }
}

#[derive(Clone, Properties)]
struct PositionsProps {
    state: Rc<State>,
    dispatch: Callback<Action>,
    units: Vec<Unit>,
    legend: bool,
    label: &'static str,
    testid: &'static str,
    canvas: &'static str,
}

impl PartialEq for PositionsProps {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.state, &other.state) && self.units == other.units && self.dispatch == other.dispatch
    }
}

#[component(Positions)]
fn positions(props: &PositionsProps) -> Html {
    let state = &props.state;
    let hovered = use_state_eq(|| None::<(usize, usize)>);
    // Where the pointer is has no part in it.
    let still = use_memo(props.clone(), picture);
    let tip = (*hovered).and_then(|(row, column)| {
        let unit = *props.units.get(row)?;
        Some(((row, column), unit_tip(state.board()?, unit, Some(column))?))
    });
    let picture = PositionPicture { hovered: *hovered, ..(*still).clone() };
    let onhover = Callback::from(move |spot| hovered.set(spot));
    let overlay = {
        let (state, dispatch, picture) = (state.clone(), props.dispatch.clone(), (*still).clone());
        let (units, label, testid) = (props.units.clone(), props.label, props.testid);
        Callback::from(move |frame: Frame| {
            html! {
                <PositionCells {frame} state={state.clone()} dispatch={dispatch.clone()} picture={picture.clone()}
                    units={units.clone()} {label} {testid} onhover={onhover.clone()} />
            }
        })
    };
    let csv = {
        let state = state.clone();
        Callback::from(move |()| state.scores_csv())
    };
    let name = if props.legend { "layer-scores" } else { "head-positions" };
    html! {
        <>
        <ExportMenu {name} picture={Drawing::new((*still).clone())} screen={Screen::of(state)} canvas={props.canvas} {csv} />
        <Canvas picture={Drawing::new(picture)} screen={Screen::of(state)} testid={props.canvas} heights={(0.0, f64::INFINITY)} {tip}
            overlay={Some(overlay)} />
        </>
    }
}

/// The scores, with nothing under the pointer.
fn picture(props: &PositionsProps) -> PositionPicture {
    let state = &props.state;
    let is_layers = props.legend;
    let board = state.board().filter(|board| board.site().per_head() != is_layers);
    let columns = columns(state, board);
    let as_shares = state.view.as_shares;
    let value = |unit: Unit, column: usize| {
        let board = board?;
        Some(board.shown(board.score(unit, column)?, as_shares))
    };
    let every = props.units.iter().flat_map(|unit| (0..columns.len()).map(|column| value(*unit, column)));
    let in_set = |unit: &Unit| state.together.units.contains(unit);
    PositionPicture {
        rows: props.units.iter().map(Unit::to_string).collect(),
        values: every.collect(),
        columns: columns.into(),
        range: board.and_then(|board| board.range(as_shares)),
        turned: board.is_some_and(|board| board.is_turned(as_shares)),
        whole: board.is_some_and(|board| board.is_whole(as_shares)),
        caption: unit_caption(board, as_shares),
        legend: props.legend,
        hovered: None,
        // The one row of a head is marked in the grid of heads.
        marked: (0..props.units.len()).filter(|&row| is_layers && in_set(&props.units[row])).collect(),
        stale: state.grid_is_stale(),
    }
}

/// The tokens of a grid; of a single spot what it is.
fn columns(state: &State, board: Option<Board<'_>>) -> Vec<String> {
    let at = board.map_or(state.inputs.setup.at, |board| board.at());
    let tokens = board.map_or_else(|| state.base_tokens(), |board| board.base_tokens());
    match at {
        At::Grid if !tokens.is_empty() => tokens.iter().map(token_label).collect(),
        At::One(at) => vec![tokens.get(at).map_or_else(|| at.to_string(), token_label)],
        At::All => vec!["all".to_owned()],
        At::Last | At::Grid => vec!["last".to_owned()],
    }
}
