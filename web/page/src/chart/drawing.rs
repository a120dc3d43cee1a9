use std::{any::Any, rc::Rc};

use peek_charts::{ChartError, Frame, Rect, Surface};
use peek_names::HeadId;

/// What the pointer can be on: a cell's row and column, a head's layer and number, a row and nothing, a curve and its
/// point.
pub(crate) type Spot = (usize, usize);

/// The spot of a head.
pub(crate) fn head_spot(head: HeadId) -> Spot {
    (head.layer.index(), head.head_index())
}

/// The head of a spot.
pub(crate) fn spot_head((layer, head): Spot) -> HeadId {
    peek_app::head_at(layer, head)
}

/// A chart with the numbers that it shows.
pub(crate) trait Picture: Same {
    /// CSS pixels at which it looks best in `width` CSS pixels.
    fn height(&self, width: f64) -> f64;

    /// Draws it over the frame.
    fn draw(&self, surface: &dyn Surface, frame: &Frame) -> Result<(), ChartError>;

    /// It with nothing under the pointer, where that is drawn on a layer of its own.
    fn still(&self) -> Option<Drawing> {
        None
    }

    /// Draws what is under the pointer alone, over [`Picture::still`].
    fn draw_hovered(&self, _: &dyn Surface, _: &Frame) -> Result<(), ChartError> {
        Ok(())
    }

    /// What is at a point, in CSS pixels.
    fn spot(&self, frame: &Frame, x: f64, y: f64) -> Option<Spot>;

    /// Where a spot is, in CSS pixels.
    fn place(&self, frame: &Frame, spot: Spot) -> Option<Rect>;
}

/// Equality of things whose types are not known.
pub(crate) trait Same: Any {
    /// Whether the other is of this type, and equal.
    fn same(&self, other: &dyn Any) -> bool;
}

impl<T: Any + PartialEq> Same for T {
    fn same(&self, other: &dyn Any) -> bool {
        other.downcast_ref::<Self>().is_some_and(|other| self == other)
    }
}

/// Any picture. It can be compared, so that a canvas is drawn again only when it must be.
#[derive(Clone)]
pub(crate) struct Drawing(Rc<dyn Picture>);

impl Drawing {
    pub(crate) fn new(picture: impl Picture) -> Self {
        Self(Rc::new(picture))
    }
}

impl std::ops::Deref for Drawing {
    type Target = dyn Picture;

    fn deref(&self) -> &Self::Target {
        &*self.0
    }
}

impl PartialEq for Drawing {
    fn eq(&self, other: &Self) -> bool {
        let other: &dyn Any = &*other.0;
        self.0.same(other)
    }
}
