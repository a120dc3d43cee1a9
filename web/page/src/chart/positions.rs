use std::rc::Rc;

use peek_charts::{ChartError, Frame, PositionGrid, PositionGridLayout, Rect, Surface};

use super::{Drawing, Picture, Values};

/// Scores by position.
#[derive(Clone, PartialEq)]
pub(crate) struct PositionPicture {
    pub(crate) rows: Rc<[String]>,
    pub(crate) columns: Rc<[String]>,
    /// `[rows, columns]`.
    pub(crate) values: Values,
    pub(crate) range: Option<f32>,
    pub(crate) turned: bool,
    pub(crate) whole: bool,
    pub(crate) caption: &'static str,
    pub(crate) legend: bool,
    pub(crate) hovered: Option<(usize, usize)>,
    pub(crate) marked: Vec<usize>,
    pub(crate) stale: bool,
}

impl PositionPicture {
    pub(crate) fn spec(&self) -> PositionGrid<'_> {
        PositionGrid {
            rows: &self.rows,
            columns: &self.columns,
            values: &self.values,
            range: self.range,
            turned: self.turned,
            whole: self.whole,
            caption: self.caption,
            legend: self.legend,
            hovered: self.hovered,
            marked: &self.marked,
            stale: self.stale,
        }
    }
}

impl Picture for PositionPicture {
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

    fn spot(&self, frame: &Frame, x: f64, y: f64) -> Option<(usize, usize)> {
        PositionGridLayout::new(&self.spec(), frame).cell_at(x, y)
    }

    fn place(&self, frame: &Frame, (row, column): (usize, usize)) -> Option<Rect> {
        Some(PositionGridLayout::new(&self.spec(), frame).cell_rect(row, column))
    }
}
