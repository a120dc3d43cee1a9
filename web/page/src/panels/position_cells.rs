use std::rc::Rc;

use peek_app::{Action, State};
use peek_charts::{Frame, PositionGridLayout};
use peek_names::Unit;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

use super::unit_label;
use crate::{
    chart::{PositionPicture, unless_by_finger},
    parts::Placed,
};

/// More cells than this take longer than a frame: then only the row that the cursor is on has its cells.
const MOST: usize = 1500;

#[derive(Properties)]
pub(crate) struct PositionCellsProps {
    pub(crate) frame: Frame,
    pub(crate) state: Rc<State>,
    pub(crate) dispatch: Callback<Action>,
    pub(crate) picture: PositionPicture,
    /// What each row is of.
    pub(crate) units: Vec<Unit>,
    pub(crate) label: &'static str,
    pub(crate) testid: &'static str,
    pub(crate) onhover: Callback<Option<(usize, usize)>>,
}

impl PartialEq for PositionCellsProps {
    fn eq(&self, other: &Self) -> bool {
        // The picture is one of this state and these units.
        self.frame == other.frame
            && Rc::ptr_eq(&self.state, &other.state)
            && self.dispatch == other.dispatch
            && self.units == other.units
    }
}

/// Scores by position for keyboard, pointer and screen reader: an ARIA grid whose transparent cells lie over the painted
/// ones. Enter, Space and a click put the row's layer or head into the set, or take it out.
#[component(PositionCells)]
pub(crate) fn position_cells(props: &PositionCellsProps) -> Html {
    let (rows, columns) = (props.units.len(), props.picture.columns.len());
    let cursor = use_state(|| (0_usize, 0_usize));
    let holder = use_node_ref();
    let wanted = use_mut_ref(|| false);
    let at = (cursor.0.min(rows.saturating_sub(1)), cursor.1.min(columns.saturating_sub(1)));
    {
        let (holder, wanted) = (holder.clone(), wanted.clone());
        // After the cells are there: those of another row may just have been made.
        use_effect_with(at, move |at| {
            if std::mem::take(&mut *wanted.borrow_mut()) {
                focus(&holder, *at);
            }
        });
    }
    let toggle = {
        let (dispatch, units) = (props.dispatch.clone(), props.units.clone());
        move |row: usize| {
            if let Some(unit) = units.get(row) {
                dispatch.emit(Action::ToggleUnit(*unit));
            }
        }
    };
    let onkeydown = {
        let (cursor, toggle) = (cursor.clone(), toggle.clone());
        Callback::from(move |event: KeyboardEvent| {
            let Some(from) = cell_of(&event.target_unchecked_into()) else { return };
            if matches!(event.key().as_str(), "Enter" | " ") {
                event.prevent_default();
                toggle(from.0);
            } else if let Some(to) = moved(from, &event, (rows, columns)) {
                event.prevent_default();
                *wanted.borrow_mut() = true;
                cursor.set(to);
            }
        })
    };
    let onclick = {
        let onhover = props.onhover.clone();
        Callback::from(move |event: MouseEvent| {
            if let Some(spot) = cell_of(&event.target_unchecked_into()) {
                cursor.set(spot);
                onhover.emit(Some(spot));
                toggle(spot.0);
            }
        })
    };
    let enter = props.onhover.reform(|target: Element| cell_of(&target));
    // A finger leaves as soon as it is lifted: what it taps is entered by its click, and left with the focus.
    let onpointerover = unless_by_finger(&enter, |event| event.target_unchecked_into());
    let onfocusin = enter.reform(|event: FocusEvent| event.target_unchecked_into());
    let onpointerleave = unless_by_finger(&props.onhover, |_| None);
    let onfocusout = props.onhover.reform(|_: FocusEvent| None);
    let rect = PositionGridLayout::new(&props.picture.spec(), &props.frame).grid();
    let all = rows * columns <= MOST;
    html! {
        <Placed {rect} class="cells-place">
            <div class="cells" role="grid" ref={holder} aria-label={props.label} aria-rowcount={rows.to_string()}
                aria-colcount={columns.to_string()} data-testid={props.testid}
                {onkeydown} {onclick} {onpointerover} {onpointerleave} {onfocusin} {onfocusout}>
                { for (0..rows).map(|row| html! {
                    <div class="cells-row" role="row" aria-rowindex={(row + 1).to_string()} key={row}>
                        if all || row == at.0 {
                            { for (0..columns).map(|column| cell(props, (row, column), (row, column) == at)) }
                        }
                    </div>
                }) }
            </div>
        </Placed>
    }
}

fn cell(props: &PositionCellsProps, (row, column): (usize, usize), in_tab_order: bool) -> Html {
    let Some(&unit) = props.units.get(row) else { return html! {} };
    let board = props.state.board();
    let score = board.and_then(|board| board.score(unit, column));
    let in_set = props.state.together.units.contains(&unit);
    let share = board.zip(score.and_then(|s| s.delta)).and_then(|(b, d)| b.gap().normalised(d));
    html! {
        <div class="cell" role="gridcell" key={column} tabindex={if in_tab_order { "0" } else { "-1" }}
            aria-colindex={(column + 1).to_string()} aria-selected={in_set.to_string()}
            aria-label={unit_label(board, unit, Some(column), in_set)}
            data-testid="position-cell" data-unit={unit.to_string()} data-cell={format!("{row} {column}")}
            data-position={column.to_string()} data-state={match score {
                None => "waiting",
                Some(score) if score.delta.is_none() => "undefined",
                Some(_) => "scored",
            }}
            data-value={score.and_then(|s| s.value).map(|v| v.to_string())}
            data-delta={score.and_then(|s| s.delta).map(|d| d.to_string())}
            data-normalised={share.map(|n| n.to_string())} />
    }
}

fn cell_of(element: &Element) -> Option<(usize, usize)> {
    let place = element.get_attribute("data-cell")?;
    let (row, column) = place.split_once(' ')?;
    Some((row.parse().ok()?, column.parse().ok()?))
}

/// Where an arrow, Home or End leads; with Ctrl, Home and End lead to the grid's corners.
fn moved(
    (row, column): (usize, usize),
    event: &KeyboardEvent,
    (rows, columns): (usize, usize),
) -> Option<(usize, usize)> {
    let (bottom, right) = (rows.saturating_sub(1), columns.saturating_sub(1));
    Some(match (event.key().as_str(), event.ctrl_key()) {
        ("ArrowUp", _) => (row.saturating_sub(1), column),
        ("ArrowDown", _) => ((row + 1).min(bottom), column),
        ("ArrowLeft", _) => (row, column.saturating_sub(1)),
        ("ArrowRight", _) => (row, (column + 1).min(right)),
        ("Home", false) => (row, 0),
        ("End", false) => (row, right),
        ("Home", true) => (0, 0),
        ("End", true) => (bottom, right),
        ("PageUp", _) => (0, column),
        ("PageDown", _) => (bottom, column),
        _ => return None,
    })
}

fn focus(holder: &NodeRef, (row, column): (usize, usize)) {
    use wasm_bindgen::JsCast;
    let cell = holder
        .cast::<Element>()
        .and_then(|grid| grid.query_selector(&format!("[data-cell=\"{row} {column}\"]")).ok()?);
    if let Some(cell) = cell.as_ref().and_then(|cell| cell.dyn_ref::<HtmlElement>()) {
        // A cell that has gone in the meantime need not be focused.
        let _ = cell.focus();
    }
}
