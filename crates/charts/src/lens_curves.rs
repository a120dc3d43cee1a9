use plotters::style::text_anchor::HPos;

use crate::{
    ChartError, Frame, LensCurvesLayout, Rgb, Surface, Theme,
    lens_layout::{BOTTOM, LEGEND_GAP, LEGEND_KEY, LEGEND_ROW, LEGEND_VALUE, SIZE, TOP, legend_height},
    marker::{Marker, dash_of_series, dashed},
    measure::Family,
    pen::{Label, Pen},
    text::{format_percent, format_value},
};

/// Height of what the axes enclose, at least: where curves can still be told apart, and where there is room for more.
const LEAST_PLOT: f64 = 110.0;
const GOOD_PLOT: f64 = 150.0;

/// What the curves show of the target token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LensQuantity {
    /// Its logit.
    Logit,
    /// Its probability, 0 to 1.
    Probability,
    /// Its rank in the vocabulary, 1 on top, on a logarithmic axis.
    Rank,
}

impl LensQuantity {
    /// A value as the chart's legend writes it: `12.34`, `83 %`, `#3`.
    #[must_use]
    pub fn format(self, value: f32) -> String {
        match self {
            Self::Logit => format_value(value),
            Self::Probability => format_percent(value),
            Self::Rank if value.is_finite() => format!("#{value:.0}"),
            Self::Rank => format_value(value),
        }
    }
}

/// One prompt's curve.
#[derive(Clone, Copy, Debug)]
pub struct LensSeries<'a> {
    /// The prompt, as the legend shows it; shortened where it does not fit.
    pub label: &'a str,
    /// One value for each lens point; not finite: undefined, the line has a gap there.
    pub values: &'a [f32],
}

/// The logit lens: one line for each prompt over the points of the residual stream.
#[derive(Clone, Debug)]
pub struct LensCurves<'a> {
    /// What the vertical axis shows, in words: `logit of the answer`.
    pub title: &'a str,
    /// Which axis and number format.
    pub quantity: LensQuantity,
    /// The lens points' names; see [`lens_point_labels`].
    pub points: &'a [String],
    /// The curves, in the order of the legend.
    pub series: &'a [LensSeries<'a>],
    /// The `(series, point)` under the pointer.
    pub hovered: Option<(usize, usize)>,
    /// The values belong to inputs that have since changed: drawn paler.
    pub stale: bool,
}

/// The names of a model's lens points: `0_pre` .. and `final`, one more than it has layers.
#[must_use]
pub fn lens_point_labels(layers: usize) -> Vec<String> {
    (0..layers).map(|layer| format!("{layer}_pre")).chain(["final".to_owned()]).collect()
}

impl LensCurves<'_> {
    /// The height in CSS pixels at which the curves look their best in `width` CSS pixels.
    #[must_use]
    pub fn preferred_height(&self, width: f64) -> f64 {
        self.height_around(width, (width * 0.42).clamp(GOOD_PLOT, 280.0).round())
    }

    /// The least height in CSS pixels at which the curves can still be told apart in `width` CSS pixels.
    #[must_use]
    pub fn least_height(&self, width: f64) -> f64 {
        self.height_around(width, LEAST_PLOT)
    }

    fn height_around(&self, width: f64, plot: f64) -> f64 {
        TOP + plot + BOTTOM + legend_height(self, width)
    }

    /// Draws the curves over the whole frame.
    ///
    /// # Errors
    /// A series with another number of values than there are points, a frame without an area, or a backend that fails.
    pub fn draw(&self, surface: &dyn Surface, frame: &Frame) -> Result<(), ChartError> {
        let expected = self.points.len();
        if let Some(wrong) = self.series.iter().find(|s| s.values.len() != expected) {
            return Err(ChartError::Shape { chart: "lens curves", expected, found: wrong.values.len() });
        }
        let pen = Pen::on(surface, frame)?;
        let layout = LensCurvesLayout::new(self, frame);
        self.draw_axes(&pen, &layout, &frame.theme)?;
        // The curve under the pointer comes last, so that nothing covers it.
        let hovered = self.hovered.map(|(series, _)| series).filter(|&s| s < self.series.len());
        let order = (0..self.series.len()).filter(|&s| Some(s) != hovered).chain(hovered);
        for series in order {
            self.draw_curve(&pen, &layout, &frame.theme, series)?;
        }
        self.draw_legend(&pen, &layout, frame)
    }

    fn hovered_point(&self) -> Option<usize> {
        self.hovered.map(|(_, point)| point).filter(|&p| p < self.points.len())
    }

    fn color(&self, theme: &Theme, series: usize) -> Rgb {
        let color = theme.series[series % theme.series.len()];
        let away = self.hovered.is_some_and(|(s, _)| s != series && s < self.series.len());
        match (self.stale, away) {
            (true, _) => color.mix(theme.surface, 0.6),
            (_, true) => color.mix(theme.surface, 0.45),
            _ => color,
        }
    }

    fn draw_axes(&self, pen: &Pen<'_>, layout: &LensCurvesLayout, theme: &Theme) -> Result<(), ChartError> {
        let plot = layout.plot;
        let label = Label::new(Family::Text, SIZE, theme.muted);
        pen.text(self.title, 0.0, 8.0, label)?;
        for (tick, text) in &layout.axis.ticks {
            let y = layout.tick_y(*tick);
            pen.hline(plot.x, plot.right(), y, theme.line)?;
            pen.text(text, plot.x - 8.0, y, label.at(HPos::Right))?;
        }
        pen.hline(plot.x, plot.right(), plot.bottom(), theme.line)?;
        let below = plot.bottom() + 14.0;
        let label = Label::new(Family::Mono, SIZE, theme.muted).at(HPos::Center);
        let labelled = layout.labelled(self.points);
        let hovered = self.hovered_point();
        let room = 1.2 * self.points.iter().map(|p| Family::Mono.width(p, SIZE)).fold(0.0, f64::max);
        for &point in &labelled {
            let x = layout.x(point);
            pen.vline(x, plot.bottom(), plot.bottom() + 4.0, theme.line)?;
            if hovered.is_none_or(|h| h != point && (layout.x(h) - x).abs() >= room) {
                pen.text(&self.points[point], x, below, label)?;
            }
        }
        if let Some(point) = hovered {
            let x = layout.x(point);
            pen.vline(x, plot.y, plot.bottom() + 4.0, theme.line.mix(theme.muted, 0.5))?;
            pen.text(&self.points[point], x, below, label.color(theme.ink).bold(true))?;
        }
        Ok(())
    }

    fn draw_curve(
        &self,
        pen: &Pen<'_>,
        layout: &LensCurvesLayout,
        theme: &Theme,
        series: usize,
    ) -> Result<(), ChartError> {
        let color = self.color(theme, series);
        let foremost = self.hovered.is_some_and(|(s, _)| s == series);
        let width = if foremost { 3.0 } else { 2.0 };
        let places = &layout.places[series];
        for piece in places.split(Option::is_none) {
            let points: Vec<(f64, f64)> = piece.iter().flatten().copied().collect();
            for stroke in dashed(&points, dash_of_series(series)) {
                pen.path(&stroke, width, color)?;
            }
        }
        let marker = Marker::of_series(series);
        for (point, place) in places.iter().enumerate() {
            let Some(place) = *place else { continue };
            let marked = self.hovered_point() == Some(point);
            let radius = if marked { 5.0 } else { 3.0 };
            if marked {
                // A halo of the surface lifts the point off the lines that cross it.
                marker.draw(pen, place, radius + 2.0, theme.surface)?;
            }
            marker.draw(pen, place, radius, color)?;
        }
        Ok(())
    }

    fn draw_legend(&self, pen: &Pen<'_>, layout: &LensCurvesLayout, frame: &Frame) -> Result<(), ChartError> {
        let theme = &frame.theme;
        let column = frame.width / layout.legend_columns as f64;
        let top = frame.height - legend_height(self, frame.width) + 8.0;
        for (index, series) in self.series.iter().enumerate() {
            let x = (index % layout.legend_columns) as f64 * column;
            let y = top + ((index / layout.legend_columns) as f64 + 0.5) * LEGEND_ROW;
            let color = self.color(theme, index);
            for stroke in dashed(&[(x, y), (x + 26.0, y)], dash_of_series(index)) {
                pen.path(&stroke, 2.0, color)?;
            }
            Marker::of_series(index).draw(pen, (x + 13.0, y), 3.5, color)?;
            let foremost = self.hovered.is_some_and(|(s, _)| s == index);
            let label = Label::new(Family::Text, SIZE, if foremost { theme.ink } else { theme.muted });
            // With the pointer in the plot the legend is the read-out: values stand in one column.
            let value = self.hovered_point().map(|point| self.quantity.format(series.values[point]));
            // Room for the value is kept while there is none: labels do not change under the pointer.
            let taken = value.as_ref().map_or(0.0, |v| Family::Text.width(v, SIZE)).max(LEGEND_VALUE);
            pen.text(
                &Family::Text.fit(series.label, SIZE, column - LEGEND_KEY - LEGEND_GAP - taken),
                x + LEGEND_KEY,
                y,
                label,
            )?;
            if let Some(value) = value {
                pen.text(&value, x + column - 14.0, y, label.at(HPos::Right).bold(foremost))?;
            }
        }
        Ok(())
    }
}
