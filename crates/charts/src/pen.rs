use plotters::{
    element::{Circle, PathElement, Polygon, Rectangle},
    style::{
        Color, FontDesc, FontFamily, FontStyle, FontTransform, RGBColor, TextStyle,
        text_anchor::{HPos, Pos, VPos},
    },
};

use crate::{ChartError, Frame, Rect, Rgb, Surface, frame::TextUnit, measure::Family};

/// Draws in CSS pixels on a surface of device pixels.
pub(crate) struct Pen<'a> {
    surface: &'a dyn Surface,
    frame: &'a Frame,
}

/// How a piece of text looks and which of its points stands at the given place.
#[derive(Clone, Copy)]
pub(crate) struct Label {
    pub(crate) family: Family,
    pub(crate) size: f64,
    pub(crate) color: Rgb,
    pub(crate) bold: bool,
    pub(crate) h: HPos,
    pub(crate) v: VPos,
    /// Reads upwards.
    pub(crate) upright: bool,
}

impl Label {
    pub(crate) fn new(family: Family, size: f64, color: Rgb) -> Self {
        Self { family, size, color, bold: false, h: HPos::Left, v: VPos::Center, upright: false }
    }

    pub(crate) fn at(self, h: HPos) -> Self {
        Self { h, ..self }
    }

    pub(crate) fn bold(self, bold: bool) -> Self {
        Self { bold, ..self }
    }

    pub(crate) fn color(self, color: Rgb) -> Self {
        Self { color, ..self }
    }

    pub(crate) fn upright(self, upright: bool) -> Self {
        Self { upright, ..self }
    }
}

impl<'a> Pen<'a> {
    /// A pen for the whole frame, which is painted with the theme's surface.
    pub(crate) fn on(surface: &'a dyn Surface, frame: &'a Frame) -> Result<Self, ChartError> {
        frame.check()?;
        let pen = Self { surface, frame };
        pen.fill(Rect::new(0.0, 0.0, frame.width, frame.height), frame.theme.surface)?;
        Ok(pen)
    }

    /// A pen for a layer over a drawing of the same frame, which it leaves as it is.
    pub(crate) fn over(surface: &'a dyn Surface, frame: &'a Frame) -> Result<Self, ChartError> {
        frame.check()?;
        Ok(Self { surface, frame })
    }

    fn px(&self, length: f64) -> i32 {
        // The nudge makes edges that are equal but for rounding errors fall on the same pixel: no seams between cells.
        (length * self.frame.scale + 1e-6).round() as i32
    }

    fn stroke(&self, width: f64) -> u32 {
        self.px(width).max(1).unsigned_abs()
    }

    pub(crate) fn fill(&self, rect: Rect, color: Rgb) -> Result<(), ChartError> {
        let (x0, y0, x1, y1) =
            (self.px(rect.x), self.px(rect.y), self.px(rect.right()), self.px(rect.bottom()));
        if x1 <= x0 || y1 <= y0 {
            return Ok(());
        }
        self.surface.rectangle(&Rectangle::new([(x0, y0), (x1, y1)], RGBColor::from(color).filled()))
    }

    /// A frame just inside `rect`. Four filled strips: sharp on every backend, where strokes straddle pixels.
    pub(crate) fn outline(&self, rect: Rect, width: f64, color: Rgb) -> Result<(), ChartError> {
        let width = (self.stroke(width) as f64 / self.frame.scale).min(rect.width).min(rect.height);
        let Rect { x, y, .. } = rect;
        self.fill(Rect::new(x, y, rect.width, width), color)?;
        self.fill(Rect::new(x, rect.bottom() - width, rect.width, width), color)?;
        self.fill(Rect::new(x, y + width, width, rect.height - 2.0 * width), color)?;
        self.fill(Rect::new(rect.right() - width, y + width, width, rect.height - 2.0 * width), color)
    }

    /// A horizontal hairline (one CSS pixel) whose top is at `y`.
    pub(crate) fn hline(&self, x0: f64, x1: f64, y: f64, color: Rgb) -> Result<(), ChartError> {
        let y = self.frame.floor_to_device(y);
        self.fill(Rect::new(x0, y, x1 - x0, f64::from(self.stroke(1.0)) / self.frame.scale), color)
    }

    /// A vertical hairline (one CSS pixel) whose left is at `x`.
    pub(crate) fn vline(&self, x: f64, y0: f64, y1: f64, color: Rgb) -> Result<(), ChartError> {
        let x = self.frame.floor_to_device(x);
        self.fill(Rect::new(x, y0, f64::from(self.stroke(1.0)) / self.frame.scale, y1 - y0), color)
    }

    pub(crate) fn path(&self, points: &[(f64, f64)], width: f64, color: Rgb) -> Result<(), ChartError> {
        if points.len() < 2 {
            return Ok(());
        }
        let style = RGBColor::from(color).stroke_width(self.stroke(width));
        self.surface.path(&PathElement::new(self.points(points), style))
    }

    pub(crate) fn polygon(&self, points: &[(f64, f64)], color: Rgb) -> Result<(), ChartError> {
        self.surface.polygon(&Polygon::new(self.points(points), RGBColor::from(color).filled()))
    }

    pub(crate) fn circle(&self, (x, y): (f64, f64), radius: f64, color: Rgb) -> Result<(), ChartError> {
        let circle =
            Circle::new((self.px(x), self.px(y)), self.stroke(radius), RGBColor::from(color).filled());
        self.surface.circle(&circle)
    }

    pub(crate) fn text(&self, text: &str, x: f64, y: f64, label: Label) -> Result<(), ChartError> {
        let size = label.size * self.frame.scale;
        let (size, drop) = match self.frame.text {
            TextUnit::Canvas => (size, 0.0),
            // Middle here means the middle of lower-case letters; capitals and digits then stand too high.
            TextUnit::Svg => {
                (size * 1.24, if matches!(label.v, VPos::Center) { 0.09 * label.size } else { 0.0 })
            }
        };
        let (x, y) = if label.upright { (x + drop, y) } else { (x, y + drop) };
        let weight = if label.bold { FontStyle::Bold } else { FontStyle::Normal };
        let turn = if label.upright { FontTransform::Rotate270 } else { FontTransform::None };
        let font = FontDesc::new(FontFamily::Name(label.family.css()), size, weight).transform(turn);
        let color = RGBColor::from(label.color);
        let style = TextStyle::from(font).color(&color).pos(Pos::new(label.h, label.v));
        self.surface.text(&writable(text), &style, (self.px(x), self.px(y)))
    }

    fn points(&self, points: &[(f64, f64)]) -> Vec<(i32, i32)> {
        points.iter().map(|&(x, y)| (self.px(x), self.px(y))).collect()
    }
}

/// `text` without the characters that XML cannot hold, escaped or not; the backend escapes `<` and `&`.
fn writable(text: &str) -> String {
    let forbidden = |c: char| c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}');
    text.replace(forbidden, "\u{fffd}")
}
