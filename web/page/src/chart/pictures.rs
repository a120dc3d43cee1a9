use peek_app::Shared;
use peek_charts::{
    ChartError, Frame, HeadBar, HeadBars, HeadBarsLayout, HeadGrid, HeadGridLayout, Heatmap, HeatmapLayout,
    LensCurves, LensCurvesLayout, LensQuantity, LensSeries, Rect, Surface, text::visible_token,
};
use peek_names::HeadId;
use peek_protocol::Pattern;

use super::{Drawing, Picture, Spot, Values, head_spot, spot_head};

/// The head grid.
#[derive(Clone, Default, PartialEq)]
pub(crate) struct GridPicture {
    pub(crate) layers: usize,
    pub(crate) heads: usize,
    pub(crate) deltas: Values,
    pub(crate) range: Option<f32>,
    pub(crate) turned: bool,
    pub(crate) whole: bool,
    pub(crate) caption: &'static str,
    pub(crate) hovered: Option<HeadId>,
    pub(crate) pinned: Option<HeadId>,
    pub(crate) marks: Vec<Option<char>>,
    pub(crate) stale: bool,
}

impl GridPicture {
    pub(crate) fn spec(&self) -> HeadGrid<'_> {
        HeadGrid {
            layers: self.layers,
            heads: self.heads,
            deltas: &self.deltas,
            range: self.range,
            turned: self.turned,
            whole: self.whole,
            caption: self.caption,
            hovered: self.hovered,
            pinned: self.pinned,
            marks: &self.marks,
            stale: self.stale,
        }
    }
}

impl Picture for GridPicture {
    fn height(&self, width: f64) -> f64 {
        self.spec().preferred_height(width)
    }

    fn draw(&self, surface: &dyn Surface, frame: &Frame) -> Result<(), ChartError> {
        self.spec().draw(surface, frame)
    }

    fn still(&self) -> Option<Drawing> {
        Some(Drawing::new(Self { hovered: None, ..self.clone() }))
    }

    fn draw_hovered(&self, surface: &dyn Surface, frame: &Frame) -> Result<(), ChartError> {
        self.spec().draw_hovered(surface, frame)
    }

    fn spot(&self, frame: &Frame, x: f64, y: f64) -> Option<Spot> {
        HeadGridLayout::new(&self.spec(), frame).cell_at(x, y).map(head_spot)
    }

    fn place(&self, frame: &Frame, spot: Spot) -> Option<Rect> {
        Some(HeadGridLayout::new(&self.spec(), frame).cell_rect(spot_head(spot)))
    }
}

/// The top heads.
#[derive(Clone, PartialEq)]
pub(crate) struct BarsPicture {
    pub(crate) bars: Vec<HeadBar>,
    pub(crate) range: Option<f32>,
    pub(crate) turned: bool,
    pub(crate) whole: bool,
    pub(crate) hovered: Option<HeadId>,
    pub(crate) pinned: Option<HeadId>,
    pub(crate) stale: bool,
}

impl BarsPicture {
    fn spec(&self) -> HeadBars<'_> {
        HeadBars {
            bars: &self.bars,
            range: self.range,
            turned: self.turned,
            whole: self.whole,
            hovered: self.hovered,
            pinned: self.pinned,
            stale: self.stale,
        }
    }
}

impl Picture for BarsPicture {
    fn height(&self, width: f64) -> f64 {
        self.spec().preferred_height(width)
    }

    fn draw(&self, surface: &dyn Surface, frame: &Frame) -> Result<(), ChartError> {
        self.spec().draw(surface, frame)
    }

    fn spot(&self, frame: &Frame, x: f64, y: f64) -> Option<Spot> {
        HeadBarsLayout::new(&self.spec(), frame).row_at(x, y).map(head_spot)
    }

    fn place(&self, frame: &Frame, spot: Spot) -> Option<Rect> {
        HeadBarsLayout::new(&self.spec(), frame).row_rect(spot_head(spot))
    }
}

/// The lens' curves.
#[derive(Clone, PartialEq)]
pub(crate) struct LensPicture {
    pub(crate) title: &'static str,
    pub(crate) quantity: LensQuantity,
    pub(crate) points: Vec<String>,
    pub(crate) series: Vec<(String, Values<f32>)>,
    pub(crate) hovered: Option<(usize, usize)>,
    pub(crate) stale: bool,
}

impl LensPicture {
    fn with<T>(&self, use_it: impl FnOnce(&LensCurves<'_>) -> T) -> T {
        let series: Vec<_> = self.series.iter().map(|(label, values)| LensSeries { label, values }).collect();
        use_it(&LensCurves {
            title: self.title,
            quantity: self.quantity,
            points: &self.points,
            series: &series,
            hovered: self.hovered,
            stale: self.stale,
        })
    }
}

impl Picture for LensPicture {
    fn height(&self, width: f64) -> f64 {
        // Wide, the legend takes two columns and the chart shares the first screen with the grid; narrow, the page
        // scrolls anyway.
        self.with(|spec| if width < 500.0 { spec.preferred_height(width) } else { spec.least_height(width) })
    }

    fn draw(&self, surface: &dyn Surface, frame: &Frame) -> Result<(), ChartError> {
        self.with(|spec| spec.draw(surface, frame))
    }

    fn spot(&self, frame: &Frame, x: f64, y: f64) -> Option<Spot> {
        self.with(|spec| LensCurvesLayout::new(spec, frame).nearest(x, y))
    }

    fn place(&self, frame: &Frame, (series, point): (usize, usize)) -> Option<Rect> {
        let (x, y) = self.with(|spec| LensCurvesLayout::new(spec, frame).place(series, point))?;
        Some(Rect::new(x - 4.0, y - 4.0, 8.0, 8.0))
    }
}

/// A head's pattern in one run.
#[derive(Clone, PartialEq)]
pub(crate) struct HeatPicture {
    pub(crate) pattern: Shared<Pattern>,
    /// The value that gets the strongest colour; 1 where `None`.
    pub(crate) range: Option<f32>,
    pub(crate) hovered: Option<(usize, usize)>,
    pub(crate) stale: bool,
}

impl HeatPicture {
    fn with<T>(&self, use_it: impl FnOnce(&Heatmap<'_>) -> T) -> T {
        let pattern = &self.pattern;
        let tokens: Vec<String> = pattern.tokens.iter().map(token_label).collect();
        use_it(&Heatmap {
            tokens: &tokens,
            pattern: &pattern.weights,
            range: self.range,
            hovered: self.hovered,
            stale: self.stale,
        })
    }
}

/// A token as axes and chips show it.
pub(crate) fn token_label(token: &peek_protocol::Token) -> String {
    if token.is_bos {
        "BOS".to_owned()
    } else if token.text.is_empty() {
        // The rest of a character that the token before it shows whole.
        "…".to_owned()
    } else {
        visible_token(&token.text)
    }
}

impl Picture for HeatPicture {
    fn height(&self, width: f64) -> f64 {
        self.with(|spec| spec.preferred_height(width))
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

    fn spot(&self, frame: &Frame, x: f64, y: f64) -> Option<Spot> {
        self.with(|spec| HeatmapLayout::new(spec, frame).cell_at(x, y))
    }

    fn place(&self, frame: &Frame, (query, key): (usize, usize)) -> Option<Rect> {
        self.with(|spec| Some(HeatmapLayout::new(spec, frame).cell_rect(query, key)))
    }
}
