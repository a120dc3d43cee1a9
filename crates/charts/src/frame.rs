use crate::{ChartError, Theme};

/// Where a chart is drawn: its size, how dense the screen is, and its colours.
///
/// Charts compute in CSS pixels; everything that reaches the backend (coordinates, fonts, strokes) is multiplied by
/// `scale`, so a canvas of `width * scale` by `height * scale` device pixels is filled and sharp.
#[derive(Clone, Debug, PartialEq)]
pub struct Frame {
    /// CSS pixels.
    pub width: f64,
    /// CSS pixels.
    pub height: f64,
    /// Device pixels per CSS pixel (`devicePixelRatio`); 1 for SVG.
    pub scale: f64,
    /// The colours.
    pub theme: Theme,
    /// How this backend treats text.
    pub(crate) text: TextUnit,
}

/// What a font size of 12 means to the backend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TextUnit {
    /// 12 pixels, middle anchors at the middle of the em box: the canvas.
    Canvas,
    /// 12 / 1.24 pixels, middle anchors at half the height of an `x`: plotters' SVG.
    Svg,
}

impl Frame {
    /// A frame for a canvas (or any backend that takes font sizes in pixels). Sizes in CSS pixels.
    #[must_use]
    pub fn new(width: f64, height: f64, scale: f64, theme: Theme) -> Self {
        Self { width, height, scale, theme, text: TextUnit::Canvas }
    }

    /// A frame for plotters' SVG backend, which shrinks fonts by 1.24. [`crate::to_svg`] makes one for you.
    #[must_use]
    pub fn svg(width: f64, height: f64, theme: Theme) -> Self {
        Self { width, height, scale: 1.0, theme, text: TextUnit::Svg }
    }

    pub(crate) fn check(&self) -> Result<(), ChartError> {
        let &Self { width, height, scale, .. } = self;
        // Beyond these a backend coordinate would no longer be exact.
        let usable = |v: f64| v.is_finite() && v > 0.0 && v <= 32_768.0;
        if usable(width) && usable(height) && usable(scale) && usable(width * scale) && usable(height * scale)
        {
            Ok(())
        } else {
            Err(ChartError::Frame { width, height, scale })
        }
    }

    /// The largest length of whole device pixels that is not longer than `length`: equal cells stay equal on screen.
    pub(crate) fn floor_to_device(&self, length: f64) -> f64 {
        let whole = (length * self.scale).floor() / self.scale;
        if whole.is_finite() { whole.max(0.0) } else { 0.0 }
    }
}
