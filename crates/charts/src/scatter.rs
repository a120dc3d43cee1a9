use peek_names::HeadId;
use plotters::style::text_anchor::HPos;

use crate::{
    ChartError, Frame, Rect, Surface,
    axis::Axis,
    marker::{Marker, dashed},
    measure::Family,
    pen::{Label, Pen},
    scatter_names::names,
};

pub(crate) const SIZE: f64 = 11.0;
const TOP: f64 = 22.0;
const RIGHT: f64 = 12.0;
const BOTTOM: f64 = 38.0;
/// How far from a point the pointer may be, in CSS pixels.
const REACH: f64 = 14.0;

/// Two numbers of every head against each other, on axes of one scale, with the diagonal where both are equal.
#[derive(Clone, Debug)]
pub struct Scatter<'a> {
    /// Head, x and y.
    pub points: &'a [(HeadId, f32, f32)],
    /// What x is.
    pub x_label: &'a str,
    /// What y is.
    pub y_label: &'a str,
    /// The head under the pointer, here or in another chart.
    pub hovered: Option<HeadId>,
    /// The head that the user chose.
    pub pinned: Option<HeadId>,
    /// The values belong to inputs that have since changed: drawn paler.
    pub stale: bool,
}

/// Where the points of a [`Scatter`] are, in CSS pixels of its frame.
#[derive(Clone, Debug, PartialEq)]
pub struct ScatterLayout {
    pub(crate) plot: Rect,
    axis: Axis,
    pub(crate) places: Vec<(HeadId, (f64, f64))>,
}

impl ScatterLayout {
    /// The layout that [`Scatter::draw`] uses for this frame.
    #[must_use]
    pub fn new(spec: &Scatter<'_>, frame: &Frame) -> Self {
        // Both axes have one range, zero in it, so that the diagonal is one.
        let values = spec.points.iter().flat_map(|&(_, x, y)| [x, y]).chain([0.0]);
        let axis = Axis::logit(values, 4);
        let widest = axis.ticks.iter().map(|(_, t)| Family::Text.width(t, SIZE)).fold(0.0, f64::max);
        let left = widest.ceil() + 8.0;
        let plot = Rect::new(left, TOP, frame.width - left - RIGHT, (frame.height - TOP - BOTTOM).max(0.0));
        let mut layout = Self { plot, axis, places: Vec::new() };
        let place = |&(head, x, y): &(HeadId, f32, f32)| Some((head, (layout.x(x)?, layout.y(y)?)));
        layout.places = spec.points.iter().filter_map(place).collect();
        layout
    }

    fn x(&self, value: f32) -> Option<f64> {
        Some(self.plot.x + self.axis.height(value)? * self.plot.width)
    }

    fn y(&self, value: f32) -> Option<f64> {
        Some(self.plot.bottom() - self.axis.height(value)? * self.plot.height)
    }

    /// The head whose point is nearest, if it is near.
    #[must_use]
    pub fn nearest(&self, x: f64, y: f64) -> Option<HeadId> {
        let distance = |(px, py): (f64, f64)| (px - x).hypot(py - y);
        let near = self.places.iter().filter(|(_, place)| distance(*place) <= REACH);
        near.min_by(|a, b| distance(a.1).total_cmp(&distance(b.1))).map(|(head, _)| *head)
    }

    /// Where a head's point is; `None` where one of its numbers is undefined.
    #[must_use]
    pub fn place(&self, head: HeadId) -> Option<(f64, f64)> {
        self.places.iter().find(|(of, _)| *of == head).map(|(_, place)| *place)
    }
}

impl Scatter<'_> {
    /// The height in CSS pixels at which it looks its best in `width` CSS pixels.
    #[must_use]
    pub fn preferred_height(&self, width: f64) -> f64 {
        (width * 0.9).clamp(220.0, 340.0).round()
    }

    /// Draws the points over the whole frame.
    ///
    /// # Errors
    /// A frame without an area, or a backend that fails.
    pub fn draw(&self, surface: &dyn Surface, frame: &Frame) -> Result<(), ChartError> {
        let pen = Pen::on(surface, frame)?;
        let layout = ScatterLayout::new(self, frame);
        let (plot, theme) = (layout.plot, &frame.theme);
        let label = Label::new(Family::Text, SIZE, theme.muted);
        for (tick, text) in &layout.axis.ticks {
            let up = layout.axis.tick_height(*tick);
            let color = if *tick == 0.0 { theme.muted } else { theme.line };
            let (x, y) = (plot.x + up * plot.width, plot.bottom() - up * plot.height);
            pen.hline(plot.x, plot.right(), y, color)?;
            pen.vline(x, plot.y, plot.bottom(), color)?;
            pen.text(text, plot.x - 6.0, y, label.at(HPos::Right))?;
            pen.text(text, x, plot.bottom() + 11.0, label.at(HPos::Center))?;
        }
        pen.text(self.y_label, 0.0, 8.0, label)?;
        pen.text(self.x_label, plot.right(), plot.bottom() + 28.0, label.at(HPos::Right))?;
        for stroke in dashed(&[(plot.x, plot.bottom()), (plot.right(), plot.y)], Some((5.0, 4.0))) {
            pen.path(&stroke, 1.0, theme.muted)?;
        }
        // No line goes through a name, and no name's ground over a point.
        let names = names(self, &layout);
        for name in &names {
            pen.fill(name.room, theme.surface)?;
        }
        let color = theme.series[0];
        let color = if self.stale { color.mix(theme.surface, 0.6) } else { color };
        for (head, place) in &layout.places {
            if self.pinned == Some(*head) || self.hovered == Some(*head) {
                pen.circle(*place, 7.0, theme.ink)?;
                pen.circle(*place, 5.5, theme.surface)?;
            }
            Marker::Circle.draw(&pen, *place, 3.5, color)?;
        }
        for name in &names {
            let label = Label::new(Family::Mono, SIZE, theme.ink).bold(name.is_marked);
            pen.text(&name.head.to_string(), name.room.x, name.room.center().1, label)?;
        }
        Ok(())
    }
}
