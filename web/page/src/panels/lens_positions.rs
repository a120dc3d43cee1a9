use std::rc::Rc;

use peek_app::{
    Action, CellColor, LensGridResult, LensSpot, Phase, Run, Shared, State, ViewAction, percent, rank,
};
use peek_charts::{
    ChartError, Frame, LensGrid, LensGridCell, LensGridLayout, Rect, Surface,
    text::{format_value, visible_token},
};
use peek_names::LensConvention;
use yew::prelude::*;

use super::{PanelProps, lens_positions_cell::pinned_cell, lens_positions_table::PositionsTable, phase_name};
use crate::{
    chart::{Canvas, Drawing, Picture, Screen, Tip, token_label},
    parts::{CellLook, Cells, Choice, ExportMenu, failed, segmented},
};

/// The lens at every position, on a canvas.
#[derive(Clone, PartialEq)]
struct PositionsPicture {
    result: Shared<LensGridResult>,
    color: CellColor,
    vocab: usize,
    first: usize,
    hovered: Option<(usize, usize)>,
    stale: bool,
}

impl PositionsPicture {
    /// The output's depth is on top.
    fn depth(&self, row: usize) -> usize {
        self.result.depths.len().saturating_sub(row + 1)
    }

    fn cell(&self, row: usize, position: usize) -> Option<LensGridCell> {
        let cell = self.result.cell(self.depth(row), position)?;
        // A rank and a vocabulary are small enough for an `f32`.
        let most = (self.vocab.max(2) as f32).ln();
        let share = match self.color {
            CellColor::Probability => cell.followed.map(|f| f.probability),
            CellColor::Rank => cell.followed.map(|f| 1.0 - (f.rank.max(1) as f32).ln() / most),
            CellColor::Entropy => cell.entropy.map(|e| e / most),
        };
        let top = cell.top.first();
        Some(LensGridCell {
            text: top.map_or_else(String::new, |t| visible_token(&t.text)),
            share: share.filter(|s| s.is_finite()),
            is_followed: top.zip(self.result.followed.as_ref()).is_some_and(|(t, f)| t.id == f.id),
        })
    }

    fn with<T>(&self, use_it: impl FnOnce(&LensGrid<'_>) -> T) -> T {
        let depths: Vec<String> = self.result.depths.iter().rev().cloned().collect();
        let tokens: Vec<String> = self.result.tokens.iter().map(token_label).collect();
        let followed = self.result.followed.as_ref().map(token_label).unwrap_or_default();
        let (low, high, caption) = match self.color {
            CellColor::Probability => {
                ("0 %".to_owned(), "100 %".to_owned(), format!("probability of {followed}"))
            }
            CellColor::Rank => (format!("#{}", self.vocab), "#1".to_owned(), format!("rank of {followed}")),
            CellColor::Entropy => {
                ("0".to_owned(), format_value((self.vocab.max(2) as f32).ln()), "entropy, nats".to_owned())
            }
        };
        let cell = |row, position| self.cell(row, position);
        let (first, hovered, stale) = (self.first, self.hovered, self.stale);
        let legend = [(0.0, low), (1.0, high)];
        use_it(&LensGrid {
            depths: &depths,
            tokens: &tokens,
            first,
            cell: &cell,
            legend: &legend,
            caption: &caption,
            hovered,
            stale,
        })
    }

    /// How many columns fit.
    fn room(&self, frame: &Frame) -> usize {
        LensGridLayout::new(&self.result.depths, usize::MAX, frame).seen
    }

    fn layout(&self, frame: &Frame) -> LensGridLayout {
        let depths: Vec<String> = self.result.depths.iter().rev().cloned().collect();
        LensGridLayout::new(&depths, self.result.tokens.len(), frame)
    }
}

impl Picture for PositionsPicture {
    fn height(&self, width: f64) -> f64 {
        LensGridLayout::preferred_height(&self.result.depths, self.result.tokens.len(), width)
    }

    fn draw(&self, surface: &dyn Surface, frame: &Frame) -> Result<(), ChartError> {
        self.with(|spec| spec.draw(surface, frame))
    }

    fn still(&self) -> Option<Drawing> {
        Some(Drawing::new(Self { hovered: None, ..self.clone() }))
    }

    fn draw_hovered(&self, surface: &dyn Surface, frame: &Frame) -> Result<(), ChartError> {
        self.with(|spec| spec.draw_hovered(surface, frame))
    }

    fn spot(&self, _: &Frame, _: f64, _: f64) -> Option<(usize, usize)> {
        // The cells laid over it know.
        None
    }

    fn place(&self, frame: &Frame, (row, position): (usize, usize)) -> Option<Rect> {
        let layout = self.layout(frame);
        layout.cell_rect(row, position, layout.clamped(self.first))
    }
}

/// The logit lens at every depth and position.
pub(crate) fn lens_positions(props: &PanelProps) -> Html {
    let PanelProps { state, dispatch } = props;
    let (views, send) = (&state.views, dispatch.reform(Action::View));
    let stale = views.lens.is_stale(state.wanted_lens_grid().as_ref());
    let is_final = views.convention == LensConvention::Final;
    let check = |testid: &'static str, label: &'static str, on: bool, make: fn(bool) -> ViewAction| {
        let onchange = send.reform(move |_: Event| make(!on));
        html! { <label class="check"><input type="checkbox" data-testid={testid} checked={on} {onchange} /><span>{ label }</span></label> }
    };
    html! {
        <div data-testid="lens-positions" data-phase={phase_name(&views.lens.phase)} data-stale={stale.to_string()}>
            <div class="switches">
                { segmented("Which prompt", "lens-run", &views.lens_run, &[Choice::new(Run::Clean, "clean", "Clean"), Choice::new(Run::Corrupt, "corrupt", "Corrupt")], &send.reform(ViewAction::LensRun)) }
                { segmented("Colour of the cells", "lens-color", &views.color, &[
                        Choice::new(CellColor::Probability, "probability", "Probability"),
                        Choice::new(CellColor::Rank, "rank", "Rank"),
                        Choice::new(CellColor::Entropy, "entropy", "Entropy"),
                    ], &send.reform(ViewAction::LensColor)) }
                { check("lens-mid", "Between attention and MLP", views.with_mid, ViewAction::LensMid) }
                { check("lens-final", "Scale of the last layer", is_final, |on| {
                    ViewAction::LensConvention(if on { LensConvention::Final } else { LensConvention::Own })
                }) }
            </div>
            <p class="help">{ if is_final {
                "The output is on top. Each residual is scaled as the last one at its position is: what the model would say if later layers wrote nothing."
            } else {
                "The output is on top. Each residual is normalised by its own mean and variance, as if it were the last one."
            } }</p>
            { progress(props) }
            { views.lens.result().map_or_else(
                || html! { if views.lens.phase.fault().is_none() { <div class="heat-waiting" aria-hidden="true" /> } },
                |result| html! { <Positions state={state.clone()} dispatch={dispatch.clone()} result={result.clone()} {stale} /> },
            ) }
            { pinned_cell(props) }
        </div>
    }
}

fn progress(props: &PanelProps) -> Html {
    let lens = &props.state.views.lens;
    match &lens.phase {
        Phase::Failed(message) => failed(message, "lens-positions-error", &props.dispatch),
        Phase::Running => {
            let (done, total) = lens.result().map_or((0, 0), |r| (r.done(), r.depths.len()));
            html! { <p class="aside">{ format!("{done} of {total} depths") }</p> }
        }
        _ => html! {},
    }
}

#[derive(Clone, Properties)]
struct PositionsProps {
    state: Rc<State>,
    dispatch: Callback<Action>,
    result: Shared<LensGridResult>,
    stale: bool,
}

impl PartialEq for PositionsProps {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.state, &other.state)
    }
}

#[component(Positions)]
fn positions(props: &PositionsProps) -> Html {
    let hovered = use_state_eq(|| None::<(usize, usize)>);
    // Of a prompt with more tokens than fit, the last: what is asked for stands there.
    let first = use_state_eq(|| usize::MAX);
    // How many columns there is room for.
    let seen = use_state_eq(|| usize::MAX);
    let result = &props.result;
    let vocab = props.state.engine.loaded.as_ref().map_or(50_257, |l| l.info.vocab);
    let color = props.state.views.color;
    let picture = PositionsPicture {
        result: result.clone(),
        color,
        vocab,
        first: *first,
        hovered: *hovered,
        stale: props.stale,
    };
    let tip = (*hovered).and_then(|spot| Some((spot, tip(&picture, spot)?)));
    let overlay = {
        let (picture, hovered, first) = (picture.clone(), hovered, first.clone());
        let (pin, dispatch) = (props.state.views.lens_pin.clone(), props.dispatch.clone());
        Callback::from(move |frame: Frame| {
            let layout = picture.layout(&frame);
            let (count, seen, from) =
                (picture.result.tokens.len(), layout.seen, layout.clamped(picture.first));
            let cell = {
                let (picture, pin) = (picture.clone(), pin.clone());
                Callback::from(move |(row, position)| look(&picture, pin.as_ref(), row, position))
            };
            let on_pick = {
                let picture = picture.clone();
                dispatch.reform(move |(row, position): (usize, usize)| {
                    let depth = picture.result.depths.get(picture.depth(row)).cloned();
                    Action::View(ViewAction::LensPin(depth.map(|depth| LensSpot { depth, position })))
                })
            };
            let on_enter = {
                let hovered = hovered.clone();
                Callback::from(move |spot| hovered.set(spot))
            };
            let on_reach = {
                let first = first.clone();
                Callback::from(move |column: usize| {
                    if column < from {
                        first.set(column);
                    } else if column >= from + seen {
                        first.set(column + 1 - seen);
                    }
                })
            };
            html! {
                <Cells rect={layout.grid()} label="Logit lens: rows are depths, the output on top; columns are positions"
                    testid="lens-cells" rows={picture.result.depths.len()} columns={(count, from, seen)}
                    {cell} {on_enter} {on_reach} {on_pick} />
            }
        })
    };
    let on_frame = {
        let (picture, seen) = (picture.clone(), seen.clone());
        Callback::from(move |frame: Frame| seen.set(picture.room(&frame)))
    };
    let export = PositionsPicture { hovered: None, ..picture.clone() };
    let csv = {
        let state = props.state.clone();
        Callback::from(move |()| state.lens_positions_csv())
    };
    let count = result.tokens.len();
    let oninput = {
        let first = first.clone();
        Callback::from(move |event: InputEvent| {
            first
                .set(event.target_unchecked_into::<web_sys::HtmlInputElement>().value().parse().unwrap_or(0));
        })
    };
    html! {
        <>
            <ExportMenu name="lens-positions" picture={Drawing::new(export)} screen={Screen::of(&props.state)} canvas="lens-grid-canvas" {csv} />
            <Canvas picture={Drawing::new(picture)} screen={Screen::of(&props.state)} testid="lens-grid-canvas" {tip} {overlay} {on_frame} />
            if count > *seen {
                <label class="select columns-range"><span>{ "From position" }</span>
                    <input type="range" min="0" max={(count - *seen).to_string()} value={(*first).min(count - *seen).to_string()} {oninput} data-testid="lens-first" />
                </label>
            }
            <PositionsTable result={result.clone()} stale={props.stale} />
        </>
    }
}

fn look(picture: &PositionsPicture, pin: Option<&LensSpot>, row: usize, position: usize) -> Option<CellLook> {
    let depth = picture.depth(row);
    let name = picture.result.depths.get(depth)?.clone();
    let token = token_label(picture.result.tokens.get(position)?);
    let said = picture.result.cell(depth, position).and_then(|c| c.top.first()).map_or_else(
        || "not read yet".to_owned(),
        |top| format!("{} {}", visible_token(&top.text), percent(top.reading.probability)),
    );
    let is_chosen = pin.is_some_and(|pin| pin.depth == name && pin.position == position);
    Some(CellLook { label: format!("{name} at {position} {token}: {said}"), name, is_chosen })
}

fn tip(picture: &PositionsPicture, (row, position): (usize, usize)) -> Option<Tip> {
    const PLACES: [&str; 10] = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10"];
    let depth = picture.depth(row);
    let cell = picture.result.cell(depth, position)?;
    let mut lines = Vec::new();
    if let Some((followed, token)) = cell.followed.zip(picture.result.followed.as_ref()) {
        lines.push(("followed", token_label(token)));
        lines.push(("probability", percent(followed.probability)));
        lines.push(("rank", rank(followed.rank)));
    }
    lines.push((
        "entropy",
        cell.entropy.map_or_else(|| "undefined".to_owned(), |e| format!("{} nats", format_value(e))),
    ));
    let top = PLACES.iter().zip(&cell.top);
    lines.extend(top.map(|(place, t)| {
        (*place, format!("{} {}", visible_token(&t.text), percent(t.reading.probability)))
    }));
    let token = token_label(picture.result.tokens.get(position)?);
    Some(Tip { title: format!("{} at {token}", picture.result.depths.get(depth)?), lines })
}
