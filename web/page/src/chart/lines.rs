use peek_app::Shared;
use peek_charts::{AttentionLines, AttentionLinesLayout, AttentionSide, ChartError, Frame, Rect, Surface};
use peek_protocol::Pattern;

use super::{Drawing, Picture, Spot, token_label};

/// A head's pattern in one run, as lines. A spot is a token and its column.
#[derive(Clone, PartialEq)]
pub(crate) struct LinesPicture {
    pub(crate) pattern: Shared<Pattern>,
    /// The value that gets the strongest line; 1 where `None`.
    pub(crate) range: Option<f32>,
    pub(crate) hovered: Option<Spot>,
    pub(crate) lit: Option<usize>,
    pub(crate) kept: Option<usize>,
    pub(crate) stale: bool,
}

impl LinesPicture {
    fn with<T>(&self, use_it: impl FnOnce(&AttentionLines<'_>) -> T) -> T {
        let pattern = &self.pattern;
        let tokens: Vec<String> = pattern.tokens.iter().map(token_label).collect();
        use_it(&AttentionLines {
            tokens: &tokens,
            pattern: &pattern.weights,
            range: self.range,
            hovered: self.hovered.map(|(token, side)| (token, side_of(side))),
            lit: self.lit,
            kept: self.kept,
            stale: self.stale,
        })
    }
}

/// The column of a spot.
pub(crate) fn side_of(side: usize) -> AttentionSide {
    if side == 0 { AttentionSide::Query } else { AttentionSide::Key }
}

impl Picture for LinesPicture {
    fn height(&self, _: f64) -> f64 {
        self.with(|spec| spec.preferred_height())
    }

    fn draw(&self, surface: &dyn Surface, frame: &Frame) -> Result<(), ChartError> {
        self.with(|spec| spec.draw(surface, frame))
    }

    fn still(&self) -> Option<Drawing> {
        Some(Drawing::new(Self { hovered: None, lit: None, ..self.clone() }))
    }

    fn draw_hovered(&self, surface: &dyn Surface, frame: &Frame) -> Result<(), ChartError> {
        self.with(|spec| spec.draw_hovered(surface, frame))
    }

    fn spot(&self, frame: &Frame, x: f64, y: f64) -> Option<Spot> {
        let (token, side) = self.with(|spec| AttentionLinesLayout::new(spec, frame).token_at(x, y))?;
        Some((token, usize::from(side == AttentionSide::Key)))
    }

    fn place(&self, frame: &Frame, (token, side): Spot) -> Option<Rect> {
        self.with(|spec| Some(AttentionLinesLayout::new(spec, frame).place(token, side_of(side))))
    }
}
