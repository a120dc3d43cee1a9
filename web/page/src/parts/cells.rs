use peek_charts::Rect;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

use super::Placed;
use crate::chart::unless_by_finger;

/// What a cell is called, and the number that it stands for.
#[derive(Clone, PartialEq)]
pub(crate) struct CellLook {
    pub(crate) label: String,
    pub(crate) name: String,
    pub(crate) is_chosen: bool,
}

#[derive(Properties, PartialEq)]
pub(crate) struct CellsProps {
    /// Where they lie over the chart.
    pub(crate) rect: Rect,
    pub(crate) label: AttrValue,
    pub(crate) testid: AttrValue,
    pub(crate) rows: usize,
    /// Columns in all, the first that is seen, and how many are.
    pub(crate) columns: (usize, usize, usize),
    pub(crate) cell: Callback<(usize, usize), Option<CellLook>>,
    #[prop_or_default]
    pub(crate) on_enter: Callback<Option<(usize, usize)>>,
    #[prop_or_default]
    pub(crate) on_pick: Callback<(usize, usize)>,
    /// The keyboard goes to a column out of sight.
    #[prop_or_default]
    pub(crate) on_reach: Callback<usize>,
}

/// A chart's cells for keyboard, pointer and screen reader: an ARIA grid of transparent cells over the painted ones. One
/// is in the tab order; arrows, Home and End move from there.
#[component(Cells)]
pub(crate) fn cells(props: &CellsProps) -> Html {
    let (columns, first, seen) = props.columns;
    let cursor = use_state_eq(|| (0_usize, 0_usize));
    let goes_to = use_mut_ref(|| None::<(usize, usize)>);
    let holder = use_node_ref();
    {
        // A cell that came into sight just now takes the focus once it is there.
        let (goes_to, holder) = (goes_to.clone(), holder.clone());
        use_effect(move || {
            let to = *goes_to.borrow();
            if let Some((row, column)) = to {
                let found = holder
                    .cast::<Element>()
                    .and_then(|grid| grid.query_selector(&format!("[data-at=\"{row},{column}\"]")).ok()?)
                    .and_then(|cell| cell.dyn_into::<HtmlElement>().ok());
                if let Some(cell) = found {
                    *goes_to.borrow_mut() = None;
                    // It is there, so it can be focused.
                    let _ = cell.focus();
                }
            }
        });
    }
    let onkeydown = {
        let (rows, cursor, pick, reach) =
            (props.rows, cursor.clone(), props.on_pick.clone(), props.on_reach.clone());
        Callback::from(move |event: KeyboardEvent| {
            let Some((row, column)) = at(&event.target_unchecked_into()) else { return };
            let (last_row, last) = (rows.saturating_sub(1), columns.saturating_sub(1));
            let to = match event.key().as_str() {
                "ArrowUp" => (row.saturating_sub(1), column),
                "ArrowDown" => ((row + 1).min(last_row), column),
                "ArrowLeft" => (row, column.saturating_sub(1)),
                "ArrowRight" => (row, (column + 1).min(last)),
                "Home" => (row, 0),
                "End" => (row, last),
                "Enter" | " " => {
                    event.prevent_default();
                    pick.emit((row, column));
                    return;
                }
                _ => return,
            };
            event.prevent_default();
            *goes_to.borrow_mut() = Some(to);
            reach.emit(to.1);
            cursor.set(to);
        })
    };
    let enter = props.on_enter.reform(|target: Option<web_sys::EventTarget>| {
        target.and_then(|t| t.dyn_into::<Element>().ok()).and_then(|element| at(&element))
    });
    // A finger leaves as soon as it is lifted: what it taps is entered by its click, and left with the focus.
    let onpointerover = unless_by_finger(&enter, |event| event.target());
    let onfocusin = enter.reform(|event: FocusEvent| event.target());
    let onpointerout = unless_by_finger(&enter, |event| event.related_target());
    let onfocusout = enter.reform(|event: FocusEvent| event.related_target());
    let onclick = {
        let pick = props.on_pick.clone();
        Callback::from(move |event: MouseEvent| {
            if let Some(spot) = at(&event.target_unchecked_into()) {
                enter.emit(event.target());
                pick.emit(spot);
            }
        })
    };
    let shown = first..(first + seen).min(columns);
    let in_order =
        (cursor.0.min(props.rows.saturating_sub(1)), cursor.1.clamp(first, shown.end.max(first + 1) - 1));
    html! {
        <Placed rect={props.rect} class="cells-place">
            <div class="cells" role="grid" ref={holder} aria-label={props.label.clone()} data-testid={props.testid.clone()}
                aria-rowcount={props.rows.to_string()} aria-colcount={columns.to_string()}
                {onkeydown} {onclick} {onpointerover} {onpointerout} {onfocusin} {onfocusout}>
                { for (0..props.rows).map(|row| html! {
                    <div class="cells-row" role="row" aria-rowindex={(row + 1).to_string()} key={row}>
                        { for shown.clone().map(|column| {
                            let Some(look) = props.cell.emit((row, column)) else {
                                return html! { <div role="gridcell" key={column} /> };
                            };
                            html! {
                                <div class="cell" role="gridcell" key={column} aria-colindex={(column + 1).to_string()}
                                    tabindex={if in_order == (row, column) { "0" } else { "-1" }}
                                    aria-selected={look.is_chosen.to_string()} aria-label={look.label}
                                    data-at={format!("{row},{column}")} data-name={look.name} />
                            }
                        }) }
                    </div>
                }) }
            </div>
        </Placed>
    }
}

fn at(element: &Element) -> Option<(usize, usize)> {
    let at = element.get_attribute("data-at")?;
    let (row, column) = at.split_once(',')?;
    Some((row.parse().ok()?, column.parse().ok()?))
}
