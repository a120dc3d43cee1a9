use peek_charts::{ChartError, Frame, Rect, Scatter, ScatterLayout, Surface, Waterfall};
use peek_names::HeadId;

use crate::chart::{Picture, Spot, head_spot, spot_head};

/// The parts of a logit, one upon the other.
#[derive(Clone, PartialEq)]
pub(super) struct SumPicture {
    pub(super) parts: Vec<(String, f32)>,
    pub(super) stale: bool,
}

impl SumPicture {
    fn spec(&self) -> Waterfall<'_> {
        Waterfall { parts: &self.parts, total: "sum", hovered: None, stale: self.stale }
    }
}

impl Picture for SumPicture {
    fn height(&self, _: f64) -> f64 {
        self.spec().preferred_height()
    }

    fn draw(&self, surface: &dyn Surface, frame: &Frame) -> Result<(), ChartError> {
        self.spec().draw(surface, frame)
    }

    fn spot(&self, _: &Frame, _: f64, _: f64) -> Option<Spot> {
        None
    }

    fn place(&self, _: &Frame, _: Spot) -> Option<Rect> {
        None
    }
}

/// Every head's two effects.
#[derive(Clone, PartialEq)]
pub(super) struct ScatterPicture {
    pub(super) points: Vec<(HeadId, f32, f32)>,
    pub(super) hovered: Option<HeadId>,
    pub(super) pinned: Option<HeadId>,
    pub(super) stale: bool,
}

impl ScatterPicture {
    fn spec(&self) -> Scatter<'_> {
        Scatter {
            points: &self.points,
            x_label: "patching effect of z, last position, logits",
            y_label: "direct effect, logits",
            hovered: self.hovered,
            pinned: self.pinned,
            stale: self.stale,
        }
    }
}

impl Picture for ScatterPicture {
    fn height(&self, width: f64) -> f64 {
        self.spec().preferred_height(width)
    }

    fn draw(&self, surface: &dyn Surface, frame: &Frame) -> Result<(), ChartError> {
        self.spec().draw(surface, frame)
    }

    fn spot(&self, frame: &Frame, x: f64, y: f64) -> Option<Spot> {
        ScatterLayout::new(&self.spec(), frame).nearest(x, y).map(head_spot)
    }

    fn place(&self, frame: &Frame, spot: Spot) -> Option<Rect> {
        let (x, y) = ScatterLayout::new(&self.spec(), frame).place(spot_head(spot))?;
        Some(Rect::new(x - 5.0, y - 5.0, 10.0, 10.0))
    }
}
