use peek_app::{Action, TopOrder, nothing_moves, order_words, share};
use peek_charts::{Frame, HeadBar};
use peek_names::{Metric, Unit};
use yew::prelude::*;

use super::{PanelProps, unit_label};
use crate::{
    chart::{BarsPicture, Canvas, Drawing, Picture, Screen, head_spot, unless_by_finger},
    parts::{Choice, ExportMenu, Placed, segmented},
};

/// As many as the style sheet has places for.
const COUNT: usize = 10;

/// The ten heads that matter most.
pub(crate) fn top_heads(props: &PanelProps) -> Html {
    let PanelProps { state, dispatch } = props;
    let board = state.board().filter(|board| board.site().per_head());
    let setup = board.map_or_else(|| state.inputs.setup.clone(), |board| board.setup());
    let in_points = setup.metric == Metric::Probability;
    let is_flat = board.is_some_and(|board| board.is_flat());
    let top = if is_flat { Vec::new() } else { state.top_heads(COUNT) };
    let picture = BarsPicture {
        bars: top
            .iter()
            .map(|h| HeadBar { head: h.head, delta: if in_points { 100.0 * h.delta } else { h.delta } })
            .collect(),
        range: board.and_then(|board| board.range(false)),
        turned: board.is_some_and(|board| board.is_turned(false)),
        whole: board.is_some_and(|board| board.is_whole(false)),
        hovered: state.view.hovered,
        pinned: state.view.pinned,
        stale: state.grid_is_stale(),
    };
    let is_empty = top.is_empty();
    let csv = {
        let state = state.clone();
        Callback::from(move |()| state.top_heads_csv(COUNT))
    };
    let export = BarsPicture { hovered: None, ..picture.clone() };
    let overlay = {
        let (state, dispatch, picture) = (state.clone(), dispatch.clone(), picture.clone());
        Callback::from(move |frame: Frame| rows(&state, &dispatch, &picture, &frame))
    };
    html! {
        <div class="bars-part" id="top-heads">
            <div class="panel-head">
                <h3>{ "Top heads" }</h3>
                { crate::parts::more(&peek_app::TOP_HEADS) }
                { segmented("Order of the top heads", "order", &state.view.order, &[
                        Choice::new(TopOrder::ByDelta, "delta", "Helpful"),
                        Choice::new(TopOrder::BySize, "size", "Largest"),
                    ], &dispatch.reform(Action::SetTopOrder)) }
                <ExportMenu name="top-heads" picture={Drawing::new(export)} screen={Screen::of(state)} canvas="bars-canvas" {csv} />
            </div>
            <p class="help" data-testid="top-heads-about">{ if is_flat { nothing_moves(&setup) } else { order_words(&setup, state.view.order) } }</p>
            if picture.bars.is_empty() && !is_flat {
                <div class="bars-waiting" aria-hidden="true">{ for (0..COUNT).map(|_| html! { <span /> }) }</div>
            }
            <Canvas picture={Drawing::new(picture)} screen={Screen::of(state)} testid="bars-canvas" heights={(0.0, if is_empty { 0.0 } else { 24.0 * COUNT as f64 + 8.0 })}
                overlay={Some(overlay)} />
        </div>
    }
}

/// A button over each bar.
fn rows(state: &peek_app::State, dispatch: &Callback<Action>, picture: &BarsPicture, frame: &Frame) -> Html {
    let board = state.board();
    let place = picture.bars.first().and_then(|bar| picture.place(frame, head_spot(bar.head)));
    // The rows follow each other without a gap, and are equal: the style sheet counts them from the first.
    let Some(rect) = place else { return html! {} };
    let hover = |head| dispatch.reform(move |()| Action::Hover(head));
    html! {
        <Placed {rect} class="bars-place">
            <ol class="bar-rows" data-testid="top-heads">
                { for picture.bars.iter().enumerate().map(|(i, bar)| {
                    let head = bar.head;
                    let is_pinned = state.view.pinned == Some(head);
                    let score = board.and_then(|board| board.strongest(Unit::Head(head))).map(|(_, score)| score);
                    let delta = score.and_then(|score| score.delta);
                    let normalised = board.zip(delta).and_then(|(b, delta)| b.gap().normalised(delta));
                    let label = unit_label(board, Unit::Head(head), None, false) + if is_pinned { ", pinned" } else { "" };
                    let (on, off) = (hover(Some(head)), hover(None));
                    let onclick = {
                        let (on, dispatch) = (on.clone(), dispatch.clone());
                        move |_: MouseEvent| {
                            on.emit(());
                            dispatch.emit(Action::Pin(head));
                        }
                    };
                    // A finger leaves as soon as it is lifted: what it taps is entered by its click, and left with the focus.
                    let (onpointerover, onpointerout) = (unless_by_finger(&on, |_| ()), unless_by_finger(&off, |_| ()));
                    let (onfocusin, onfocusout) = (on.reform(|_: FocusEvent| ()), off.reform(|_: FocusEvent| ()));
                    html! {
                        <li key={head.to_string()}>
                            <button type="button" {onclick} aria-pressed={is_pinned.to_string()}
                                aria-label={label}
                                title={normalised.map(|n| format!("{} of the gap", share(n)))}
                                {onpointerover} {onpointerout} {onfocusin} {onfocusout}
                                data-testid="top-head" data-rank={(i + 1).to_string()} data-head={head.to_string()}
                                data-delta={delta.map(|d| d.to_string())} data-normalised={normalised.map(|n| n.to_string())} />
                        </li>
                    }
                }) }
            </ol>
        </Placed>
    }
}
