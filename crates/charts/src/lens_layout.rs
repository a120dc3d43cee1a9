use crate::{
    Frame, LensCurves, LensQuantity, Rect,
    axis::Axis,
    measure::{Family, label_step},
};

pub(crate) const SIZE: f64 = 11.0;
pub(crate) const TOP: f64 = 26.0;
pub(crate) const BOTTOM: f64 = 24.0;
pub(crate) const LEGEND_ROW: f64 = 20.0;
/// Room for a legend entry's line and marker.
pub(crate) const LEGEND_KEY: f64 = 34.0;
/// Room for the value that an entry shows while the pointer is in the plot.
pub(crate) const LEGEND_VALUE: f64 = 48.0;
/// Between the columns of the legend, and between a label and its value.
pub(crate) const LEGEND_GAP: f64 = 16.0;
const RIGHT: f64 = 14.0;
/// Points that stand on the edge of the plot must not be cut.
const INSET: f64 = 8.0;

/// Where the curves of [`LensCurves`] run, in CSS pixels of its frame.
#[derive(Clone, Debug, PartialEq)]
pub struct LensCurvesLayout {
    pub(crate) plot: Rect,
    pub(crate) axis: Axis,
    /// Number of x positions.
    pub(crate) points: usize,
    pub(crate) legend_columns: usize,
    /// `[series][point]`: where a value is drawn; `None` where it is undefined.
    pub(crate) places: Vec<Vec<Option<(f64, f64)>>>,
}

impl LensCurvesLayout {
    /// The layout that [`LensCurves::draw`] uses for this frame.
    #[must_use]
    pub fn new(spec: &LensCurves<'_>, frame: &Frame) -> Self {
        let legend_columns = legend_columns(spec, frame.width);
        let legend = legend_height(spec, frame.width);
        let height = (frame.height - TOP - BOTTOM - legend).max(0.0);
        let values = || spec.series.iter().flat_map(|s| s.values.iter().copied());
        let count = ((height / 44.0).round() as usize).clamp(2, 6);
        let axis = match spec.quantity {
            LensQuantity::Logit => Axis::logit(values(), count),
            LensQuantity::Probability => Axis::probability(values(), count),
            LensQuantity::Rank => Axis::rank(values()),
        };
        let widest = axis.ticks.iter().map(|(_, label)| Family::Text.width(label, SIZE)).fold(0.0, f64::max);
        let left = widest.ceil() + 8.0;
        let plot = Rect::new(left, TOP, frame.width - left - RIGHT, height);
        let mut layout = Self { plot, axis, points: spec.points.len(), legend_columns, places: Vec::new() };
        layout.places = spec
            .series
            .iter()
            .map(|series| {
                let place = |(point, &value): (usize, &f32)| {
                    Some((layout.x(point), layout.y(layout.axis.height(value)?)))
                };
                series.values.iter().take(layout.points).enumerate().map(place).collect()
            })
            .collect();
        layout
    }

    /// The plot's rectangle, without labels and legend.
    #[must_use]
    pub fn plot(&self) -> Rect {
        self.plot
    }

    /// The x of a lens point.
    #[must_use]
    pub fn x(&self, point: usize) -> f64 {
        let steps = self.points.saturating_sub(1).max(1) as f64;
        self.plot.x + INSET + (self.plot.width - 2.0 * INSET).max(0.0) * point as f64 / steps
    }

    /// Where a value is drawn; `None` where there is no such value, or it is undefined.
    #[must_use]
    pub fn place(&self, series: usize, point: usize) -> Option<(f64, f64)> {
        *self.places.get(series)?.get(point)?
    }

    /// The `(series, point)` nearest to a place in the plot (a margin around it included): first the nearest
    /// x position, then among its values the nearest curve.
    #[must_use]
    pub fn nearest(&self, x: f64, y: f64) -> Option<(usize, usize)> {
        if self.points == 0 || !self.plot.grow(12.0).contains(x, y) {
            return None;
        }
        let near = |a: &usize, b: &usize| (self.x(*a) - x).abs().total_cmp(&(self.x(*b) - x).abs());
        let point = (0..self.points).min_by(near)?;
        let away = |series: usize| self.place(series, point).map(|(_, at)| ((at - y).abs(), series));
        let nearest = (0..self.places.len()).filter_map(away).min_by(|a, b| a.0.total_cmp(&b.0))?;
        Some((nearest.1, point))
    }

    fn y(&self, height: f64) -> f64 {
        self.plot.bottom() - height * self.plot.height
    }

    pub(crate) fn tick_y(&self, tick: f64) -> f64 {
        self.y(self.axis.tick_height(tick))
    }

    /// Which x labels there is room for; the last one always, the others where they leave it free.
    pub(crate) fn labelled(&self, labels: &[String]) -> Vec<usize> {
        let Some(last) = labels.len().checked_sub(1) else { return Vec::new() };
        let width = |label: &String| Family::Mono.width(label, SIZE);
        let widest = labels[..last].iter().map(width).fold(0.0, f64::max) + 8.0;
        let step = label_step(widest, self.x(1) - self.x(0));
        let free =
            |&point: &usize| self.x(last) - self.x(point) >= (widest + width(&labels[last])) / 2.0 + 4.0;
        (0..last).step_by(step).filter(free).chain([last]).collect()
    }
}

pub(crate) fn legend_columns(spec: &LensCurves<'_>, width: f64) -> usize {
    let longest = spec.series.iter().map(|s| Family::Text.width(s.label, SIZE)).fold(0.0, f64::max);
    // Two columns where no prompt has to be cut for it, and where one column would be taller than the plot's labels
    // are worth.
    let whole = longest <= width / 2.0 - LEGEND_KEY - LEGEND_VALUE - LEGEND_GAP;
    if width >= 480.0 && spec.series.len() > 1 && (whole || spec.series.len() > 6) { 2 } else { 1 }
}

pub(crate) fn legend_height(spec: &LensCurves<'_>, width: f64) -> f64 {
    match spec.series.len() {
        0 => 0.0,
        entries => entries.div_ceil(legend_columns(spec, width)) as f64 * LEGEND_ROW + 8.0,
    }
}
