use std::rc::Rc;

use peek_app::{Action, AttentionMode, PatternsResult, Run, Shared, ViewAction};
use peek_charts::{ChartError, Frame, Rect, Surface, Thumbnail, Thumbnails, ThumbnailsLayout};
use peek_names::HeadId;
use yew::prelude::*;

use super::PanelProps;
use crate::{
    chart::{Canvas, Drawing, Picture, Screen, Spot},
    parts::{CellLook, Cells, ExportMenu},
};

/// Tiles in a row where only one layer is shown.
const OF_LAYER: usize = 4;

#[derive(Clone, PartialEq)]
struct ThumbsPicture {
    result: Shared<PatternsResult>,
    run: Run,
    heads: usize,
    is_layer: bool,
    pinned: Option<HeadId>,
    stale: bool,
}

impl ThumbsPicture {
    fn columns(&self) -> usize {
        if self.is_layer { OF_LAYER.min(self.heads) } else { self.heads }
    }

    fn layers(&self) -> usize {
        if self.is_layer { 1 } else { self.result.total }
    }

    /// The head at a place, read like a page.
    fn head(&self, place: usize) -> Option<HeadId> {
        let (layer, head) = if self.is_layer {
            (self.result.layers.first()?.layer.0, place)
        } else {
            (u16::try_from(place / self.heads.max(1)).ok()?, place % self.heads.max(1))
        };
        (head < self.heads).then_some(HeadId::new(layer, u16::try_from(head).ok()?))
    }

    fn with<T>(&self, use_it: impl FnOnce(&Thumbnails<'_>) -> T) -> T {
        let tile = |place| {
            let head = self.head(place)?;
            let layer = self.result.layers.iter().find(|l| l.layer == head.layer)?;
            let patterns = match self.run {
                Run::Clean => &layer.clean,
                Run::Corrupt => &layer.corrupt,
            };
            let weights = patterns.heads.get(head.head_index())?;
            Some(Thumbnail { head, size: patterns.size, weights })
        };
        let tiles: Vec<_> = (0..self.layers() * self.heads).map(tile).collect();
        let rows: Vec<String> =
            if self.is_layer { Vec::new() } else { (0..self.layers()).map(|l| format!("L{l}")).collect() };
        let weights = tiles.iter().flatten().flat_map(|t| t.weights).copied();
        let largest = weights.filter(|w| w.is_finite()).fold(1.0, f32::max);
        let (columns, pinned, stale) = (self.columns(), self.pinned, self.stale);
        use_it(&Thumbnails { tiles: &tiles, columns, rows: &rows, range: largest, pinned, stale })
    }
}

impl Picture for ThumbsPicture {
    fn height(&self, width: f64) -> f64 {
        self.with(|spec| spec.preferred_height(width))
    }

    fn draw(&self, surface: &dyn Surface, frame: &Frame) -> Result<(), ChartError> {
        self.with(|spec| spec.draw(surface, frame))
    }

    fn spot(&self, frame: &Frame, x: f64, y: f64) -> Option<Spot> {
        self.with(|spec| ThumbnailsLayout::new(spec, frame).tile_at(x, y)).map(|place| (place, 0))
    }

    fn place(&self, frame: &Frame, (place, _): Spot) -> Option<Rect> {
        Some(self.with(|spec| ThumbnailsLayout::new(spec, frame).tile_rect(place)))
    }
}

/// Small patterns of a layer's heads, or of all: a click pins the head.
pub(crate) fn thumbs(props: &PanelProps) -> Html {
    let PanelProps { state, dispatch } = props;
    let views = &state.views;
    let is_layer = views.mode == AttentionMode::Layer;
    if views.patterns.phase.fault().is_some() {
        return html! {};
    }
    let heads = state.engine.loaded.as_ref().map_or(0, |l| l.info.heads);
    let shown = views.patterns.shown.as_ref();
    let fits = shown
        .filter(|((_, asked), _)| asked.layer.is_some() == is_layer && asked.most.is_some() && heads > 0);
    let Some((_, result)) = fits else {
        return html! { <div class="heat-waiting" aria-hidden="true" /> };
    };
    let stale = views.patterns.is_stale(state.wanted_patterns().as_ref());
    let picture = ThumbsPicture {
        result: result.clone(),
        run: state.unpatched_run(),
        heads,
        is_layer,
        pinned: state.view.pinned,
        stale,
    };
    let csv = {
        let state = state.clone();
        Callback::from(move |()| state.patterns_csv())
    };
    let overlay = {
        let (picture, dispatch) = (picture.clone(), dispatch.clone());
        Callback::from(move |frame: Frame| {
            let picture = Rc::new(picture.clone());
            let columns = picture.columns();
            let count = picture.layers() * picture.heads;
            let rect = picture.with(|spec| ThumbnailsLayout::new(spec, &frame).grid());
            let head_at = {
                let picture = picture.clone();
                move |(row, column): (usize, usize)| picture.head(row * columns + column)
            };
            let cell = {
                let (head_at, pinned) = (head_at.clone(), picture.pinned);
                Callback::from(move |at| {
                    head_at(at).map(|head| CellLook {
                        label: format!("Pattern of {head}"),
                        name: head.to_string(),
                        is_chosen: pinned == Some(head),
                    })
                })
            };
            let on_pick = {
                let dispatch = dispatch.clone();
                Callback::from(move |at| {
                    if let Some(head) = head_at(at) {
                        dispatch.emit(Action::Pin(head));
                    }
                })
            };
            html! {
                <Cells {rect} label="Patterns of heads" testid="thumbnails" rows={count.div_ceil(columns.max(1))}
                    columns={(columns, 0, columns)} {cell} {on_pick} />
            }
        })
    };
    let range = picture.with(|spec| spec.range);
    html! {
        <div data-testid="thumbs" data-stale={stale.to_string()} data-layers={result.layers.len().to_string()}>
            <ExportMenu name="patterns" picture={Drawing::new(picture.clone())} screen={Screen::of(state)} canvas="thumbnails-canvas" {csv} />
            <Canvas picture={Drawing::new(picture)} screen={Screen::of(state)} testid="thumbnails-canvas" {overlay} />
            <p class="help" data-testid="thumbs-range">{ format!("Colours go from 0 to {range:.2}.") }</p>
        </div>
    }
}

/// How many heads the attention panel shows.
pub(crate) fn modes(props: &PanelProps) -> Html {
    use crate::parts::{Choice, segmented};
    let choices = vec![
        Choice::new(AttentionMode::One, "one", "One head"),
        Choice::new(AttentionMode::Layer, "layer", "Layer"),
        Choice::new(AttentionMode::All, "all", "All heads"),
    ];
    html! {
        { segmented("How many heads", "attention-mode", &props.state.views.mode, &choices, &props.dispatch.reform(|mode| Action::View(ViewAction::Attention(mode)))) }
    }
}
