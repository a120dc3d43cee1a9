use std::{cell::Cell, rc::Rc};

use peek_app::{Action, State, Tab};
use peek_charts::{Frame, HeadGridLayout, Rect};
use peek_names::{HeadId, Unit};
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

use super::unit_label;
use crate::{
    chart::{GridPicture, by_finger},
    parts::Placed,
    shell::bring_into_sight,
};

/// How far above the grid its mark begins, in CSS pixels; the style sheet leaves as much room there.
const MARK_ABOVE: f64 = 22.0;

#[derive(Properties)]
pub(crate) struct GridCellsProps {
    pub(crate) frame: Frame,
    pub(crate) state: Rc<State>,
    pub(crate) dispatch: Callback<Action>,
    pub(crate) picture: GridPicture,
}

impl PartialEq for GridCellsProps {
    fn eq(&self, other: &Self) -> bool {
        self.frame == other.frame && Rc::ptr_eq(&self.state, &other.state) && self.dispatch == other.dispatch
    }
}

/// The head grid for keyboard, pointer and screen reader: an ARIA grid whose transparent cells lie exactly over the
/// painted ones. One cell is in the tab order; arrows move from there.
#[component(GridCells)]
pub(crate) fn grid_cells(props: &GridCellsProps) -> Html {
    let GridPicture { layers, heads, .. } = props.picture;
    let view = &props.state.view;
    let cursor = use_state(|| HeadId::new(0, 0));
    let holder = use_node_ref();
    let start = view.pinned.unwrap_or(*cursor);
    let in_tab_order =
        if start.layer.index() < layers && start.head_index() < heads { start } else { HeadId::new(0, 0) };

    let next = props.state.next_click();
    // A newcomer who clicks what is to be clicked is shown what comes of it, where that is out of sight.
    let was_shown = use_memo((), |()| Cell::new(false));
    {
        let was_shown = was_shown.clone();
        use_effect_with(view.pinned, move |pinned| {
            if was_shown.take() && pinned.is_some() {
                bring_into_sight(".attention", ".attention .chart");
            }
        });
    }

    let onkeydown = {
        let (dispatch, cursor, holder) = (props.dispatch.clone(), cursor.clone(), holder.clone());
        Callback::from(move |event: KeyboardEvent| {
            let Some(at) = head_of(&event.target_unchecked_into()) else { return };
            if event.key() == "Enter" {
                event.prevent_default();
                dispatch.emit(Action::Pin(at));
            } else if event.key() == " " {
                event.prevent_default();
                dispatch.emit(Action::ToggleUnit(Unit::Head(at)));
            } else if let Some(to) = moved(at, &event, (layers, heads)) {
                event.prevent_default();
                cursor.set(to);
                focus(&holder, to);
            }
        })
    };
    let on_head = |make: fn(HeadId) -> Action| {
        let dispatch = props.dispatch.clone();
        move |target: Element| {
            if let Some(head) = head_of(&target) {
                dispatch.emit(make(head));
            }
        }
    };
    let enter = on_head(|head| Action::Hover(Some(head)));
    let onclick = {
        let (pin, collect, cursor) =
            (on_head(Action::Pin), on_head(|head| Action::ToggleUnit(Unit::Head(head))), cursor);
        let (enter, dispatch) = (enter.clone(), props.dispatch.clone());
        let (selecting, next, was_shown) = (view.selecting, next, was_shown);
        Callback::from(move |event: MouseEvent| {
            let target: Element = event.target_unchecked_into();
            let collects = selecting || event.ctrl_key() || event.meta_key();
            if let Some(head) = head_of(&target) {
                cursor.set(head);
                let is_asked_for = !collects && next == Some(head);
                was_shown.set(is_asked_for);
                if is_asked_for {
                    // Where one chart is shown at a time it is this one.
                    dispatch.emit(Action::ShowTab(Tab::Attention));
                }
            }
            // The cell that has the focus already is not entered by a tap's focus.
            enter(target.clone());
            if collects {
                collect(target);
            } else {
                pin(target);
            }
        })
    };
    let onpointerover = {
        let enter = enter.clone();
        Callback::from(move |event: PointerEvent| {
            // A finger leaves as soon as it is lifted: what it taps is entered by its click, and left with the focus.
            if !by_finger(&event) {
                enter(event.target_unchecked_into());
            }
        })
    };
    let onfocusin = Callback::from(move |event: FocusEvent| enter(event.target_unchecked_into()));
    let leave = props.dispatch.clone();
    let onpointerout = Callback::from(move |event: PointerEvent| {
        if !by_finger(&event) && !enters_a_head(event.related_target()) {
            leave.emit(Action::Hover(None));
        }
    });
    let leave = props.dispatch.clone();
    let onfocusout = Callback::from(move |event: FocusEvent| {
        if !enters_a_head(event.related_target()) {
            leave.emit(Action::Hover(None));
        }
    });

    let layout = HeadGridLayout::new(&props.picture.spec(), &props.frame);
    let rect = layout.grid();
    let narrow = |v: usize| u16::try_from(v).unwrap_or(u16::MAX);
    html! {
        <>
        <Placed {rect} class="cells-place">
            <div class="cells" role="grid" ref={holder} aria-label="Head scores: rows are layers, columns are heads"
                aria-rowcount={layers.to_string()} aria-colcount={heads.to_string()}
                data-testid="head-grid" data-stale={props.picture.stale.to_string()} {onkeydown} {onclick} {onpointerover} {onpointerout} {onfocusin} {onfocusout}>
                { for (0..layers).map(|layer| html! {
                    <div class="cells-row" role="row" aria-rowindex={(layer + 1).to_string()} key={layer}>
                        { for (0..heads).map(|head| {
                            let head = HeadId::new(narrow(layer), narrow(head));
                            cell(props, head, head == in_tab_order, next == Some(head))
                        }) }
                    </div>
                }) }
            </div>
        </Placed>
        // One child whether or not there is a mark: else the grid, and the focus in it, would be made anew.
        if let Some(head) = next {
            { mark(head, layout.cell_rect(head), head.head_index() * 2 < heads) }
        }
        </>
    }
}

/// Says above the grid, where it hides no number, which cell a newcomer is to click, with a line that leads to the cell.
/// Another cell's mark is another element: nothing is seen to move.
fn mark(head: HeadId, cell: Rect, begins: bool) -> Html {
    let rect = Rect::new(cell.x, -MARK_ABOVE, cell.width, cell.y + MARK_ABOVE);
    html! {
        <Placed key={head.to_string()} {rect} class={if begins { "click-place begins" } else { "click-place ends" }}>
            <span class="click-me" aria-hidden="true" data-testid="click-me">{ "Click this head" }</span>
        </Placed>
    }
}

fn cell(props: &GridCellsProps, head: HeadId, in_tab_order: bool, is_next: bool) -> Html {
    let unit = Unit::Head(head);
    let board = props.state.board().filter(|board| board.site().per_head());
    let found = board.and_then(|board| board.strongest(unit));
    let delta = found.and_then(|(_, score)| score.delta);
    let normalised = board.zip(delta).and_then(|(b, d)| b.gap().normalised(d));
    let position = found.map(|(spot, _)| spot).filter(|_| board.is_some_and(|b| b.is_by_position()));
    let in_set = props.state.together.units.contains(&unit);
    let is_pinned = props.state.view.pinned == Some(head);
    let mut label = unit_label(board, unit, None, in_set);
    if let Some((kind, score)) = props.state.views.kind(head, props.state.model_serial()) {
        for part in [", ", kind, " head (", &peek_app::logit(score), ")"] {
            label += part;
        }
    }
    if is_pinned {
        label += ", pinned";
    }
    if is_next {
        label += ", click this head first";
    }
    html! {
        <div class={classes!("cell", in_set.then_some("in-set"), is_next.then_some("next-click"))} role="gridcell" key={head.to_string()} tabindex={if in_tab_order { "0" } else { "-1" }}
            aria-colindex={(head.head + 1).to_string()} aria-selected={is_pinned.to_string()}
            aria-label={label}
            data-position={position.map(|at| at.to_string())} data-in-set={in_set.to_string()}
            data-testid="head-cell" data-head={head.to_string()}
            data-delta={delta.map(|d| d.to_string())} data-normalised={normalised.map(|n| n.to_string())} />
    }
}

fn head_of(element: &Element) -> Option<HeadId> {
    element.get_attribute("data-head")?.parse().ok()
}

fn enters_a_head(related: Option<web_sys::EventTarget>) -> bool {
    use wasm_bindgen::JsCast;
    related
        .and_then(|target| target.dyn_into::<Element>().ok())
        .is_some_and(|element| head_of(&element).is_some())
}

/// Where an arrow, Home or End leads; with Ctrl, Home and End lead to the grid's corners.
fn moved(at: HeadId, event: &KeyboardEvent, (layers, heads): (usize, usize)) -> Option<HeadId> {
    let (layer, head) = (at.layer.index(), at.head_index());
    let (last_layer, last_head) = (layers.saturating_sub(1), heads.saturating_sub(1));
    let (layer, head) = match (event.key().as_str(), event.ctrl_key()) {
        ("ArrowUp", _) => (layer.saturating_sub(1), head),
        ("ArrowDown", _) => ((layer + 1).min(last_layer), head),
        ("ArrowLeft", _) => (layer, head.saturating_sub(1)),
        ("ArrowRight", _) => (layer, (head + 1).min(last_head)),
        ("Home", false) => (layer, 0),
        ("End", false) => (layer, last_head),
        ("Home", true) => (0, 0),
        ("End", true) => (last_layer, last_head),
        ("PageUp", _) => (0, head),
        ("PageDown", _) => (last_layer, head),
        _ => return None,
    };
    Some(HeadId::new(u16::try_from(layer).ok()?, u16::try_from(head).ok()?))
}

fn focus(holder: &NodeRef, head: HeadId) {
    let cell = holder
        .cast::<Element>()
        .and_then(|grid| grid.query_selector(&format!("[data-head=\"{head}\"]")).ok()?);
    if let Some(cell) = cell {
        use wasm_bindgen::JsCast;
        if let Some(cell) = cell.dyn_ref::<HtmlElement>() {
            // A cell that has gone in the meantime need not be focused.
            let _ = cell.focus();
        }
    }
}
