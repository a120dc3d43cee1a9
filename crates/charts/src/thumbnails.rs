use peek_names::HeadId;
use plotters::style::text_anchor::HPos;

use crate::{
    ChartError, Frame, Rect, Surface,
    color::sequential,
    geometry::cell_index,
    measure::{Family, label_step},
    pen::{Label, Pen},
    pool::Pooled,
};

const SIZE: f64 = 11.0;
const GUTTER: f64 = 28.0;
const TOP: f64 = 18.0;
const GAP: f64 = 3.0;
/// What the frame of the head that was chosen needs outside of its tile.
const EDGE: f64 = 3.0;
const MAX_TILE: f64 = 120.0;
/// Steps of the map: finer ones cannot be told apart in a thumbnail, and cost a rectangle each.
const STEPS: f32 = 24.0;

/// A head's pattern, small.
#[derive(Clone, Copy, Debug)]
pub struct Thumbnail<'a> {
    /// Whose.
    pub head: HeadId,
    /// Rows and columns of the pattern.
    pub size: usize,
    /// `[size, size]`, query down, key across.
    pub weights: &'a [f32],
}

/// Patterns of many heads: a grid of small heatmaps, read like a page.
#[derive(Clone, Debug)]
pub struct Thumbnails<'a> {
    /// Row by row; `None` for one that has not arrived.
    pub tiles: &'a [Option<Thumbnail<'a>>],
    /// Tiles in a row.
    pub columns: usize,
    /// What stands before each row; empty for tiles that are labelled themselves, below.
    pub rows: &'a [String],
    /// The weight that gets the strongest colour.
    pub range: f32,
    /// The head that the user chose.
    pub pinned: Option<HeadId>,
    /// The values belong to inputs that have since changed: drawn paler.
    pub stale: bool,
}

/// Where the tiles of [`Thumbnails`] are, in CSS pixels of its frame.
#[derive(Clone, Debug, PartialEq)]
pub struct ThumbnailsLayout {
    columns: usize,
    count: usize,
    origin: (f64, f64),
    tile: f64,
    /// From one tile to the one below it.
    down: f64,
}

impl ThumbnailsLayout {
    /// The layout that [`Thumbnails::draw`] uses for this frame.
    #[must_use]
    pub fn new(spec: &Thumbnails<'_>, frame: &Frame) -> Self {
        let (x, y, own) = if spec.rows.is_empty() { (EDGE, EDGE, TOP) } else { (GUTTER, TOP, 0.0) };
        let columns = spec.columns.max(1);
        let tile = ((frame.width - x) / columns as f64).min(MAX_TILE);
        let tile = frame.floor_to_device(tile).max(GAP + 1.0);
        Self { columns, count: spec.tiles.len(), origin: (x, y), tile, down: tile + own }
    }

    /// All tiles together.
    #[must_use]
    pub fn grid(&self) -> Rect {
        let rows = self.count.div_ceil(self.columns) as f64;
        Rect::new(self.origin.0, self.origin.1, self.tile * self.columns as f64, self.down * rows)
    }

    /// The tile that holds the point, by its place.
    #[must_use]
    pub fn tile_at(&self, x: f64, y: f64) -> Option<usize> {
        let column = cell_index(x, self.origin.0, self.tile, self.columns)?;
        let row = cell_index(y, self.origin.1, self.down, self.count.div_ceil(self.columns))?;
        Some(row * self.columns + column).filter(|&place| place < self.count)
    }

    /// The tile at a place, without its label.
    #[must_use]
    pub fn tile_rect(&self, place: usize) -> Rect {
        let (row, column) = (place / self.columns, place % self.columns);
        let (x, y) = (self.origin.0 + column as f64 * self.tile, self.origin.1 + row as f64 * self.down);
        Rect::new(x, y, self.tile - GAP, self.tile - GAP)
    }
}

impl Thumbnails<'_> {
    /// The height in CSS pixels that all tiles take in `width` CSS pixels.
    #[must_use]
    pub fn preferred_height(&self, width: f64) -> f64 {
        // Dense, so that tiles on no screen are larger.
        let frame = Frame::new(width.max(1.0), 1.0, 64.0, crate::Theme::light());
        ThumbnailsLayout::new(self, &frame).grid().bottom() + GAP
    }

    /// Draws the tiles over the whole frame.
    ///
    /// # Errors
    /// A tile with another number of weights than its size squared, a frame without an area, or a backend that fails.
    pub fn draw(&self, surface: &dyn Surface, frame: &Frame) -> Result<(), ChartError> {
        let pen = Pen::on(surface, frame)?;
        let layout = ThumbnailsLayout::new(self, frame);
        let theme = &frame.theme;
        let muted = Label::new(Family::Text, SIZE, theme.muted);
        for (row, label) in self.rows.iter().enumerate() {
            let (_, y) = layout.tile_rect(row * layout.columns).center();
            pen.text(label, layout.origin.0 - 6.0, y, muted.at(HPos::Right))?;
        }
        if !self.rows.is_empty() {
            let step = label_step(24.0, layout.tile);
            for column in (0..layout.columns).step_by(step) {
                let (x, _) = layout.tile_rect(column).center();
                pen.text(&format!("H{column}"), x, TOP - 9.0, muted.at(HPos::Center))?;
            }
        }
        for (place, tile) in self.tiles.iter().enumerate() {
            let rect = layout.tile_rect(place);
            pen.fill(rect, theme.quiet)?;
            let Some(tile) = tile else { continue };
            self.draw_tile(&pen, frame, rect, tile)?;
            let is_pinned = self.pinned == Some(tile.head);
            if self.rows.is_empty() {
                let ink = if is_pinned { theme.ink } else { theme.muted };
                let label = Label::new(Family::Mono, SIZE, ink).bold(is_pinned).at(HPos::Center);
                pen.text(&tile.head.to_string(), rect.center().0, rect.bottom() + 9.0, label)?;
            }
            if is_pinned {
                pen.outline(rect.grow(2.0), 2.0, theme.ink)?;
            }
        }
        Ok(())
    }

    fn draw_tile(
        &self,
        pen: &Pen<'_>,
        frame: &Frame,
        rect: Rect,
        tile: &Thumbnail<'_>,
    ) -> Result<(), ChartError> {
        let expected = tile.size * tile.size;
        if tile.weights.len() != expected {
            let found = tile.weights.len();
            return Err(ChartError::Shape { chart: "thumbnail", expected, found });
        }
        let pooled =
            Pooled::new(tile.weights, tile.size, (rect.width * frame.scale).floor().max(1.0) as usize);
        let part = rect.width / pooled.bins as f64;
        let shade = |value: f32| {
            // Casts of floats saturate, and NaN becomes 0.
            (value / self.range * STEPS).round().clamp(0.0, STEPS) as u8
        };
        for query in 0..pooled.bins {
            let row = pooled.row(query);
            let mut start = 0;
            while let Some(value) = row.get(start).copied().flatten() {
                let look = shade(value);
                let run = row[start..].iter().take_while(|v| v.map(shade) == Some(look)).count();
                let mut color = sequential(f32::from(look) / STEPS, &frame.theme);
                if self.stale {
                    color = color.mix(frame.theme.surface, 0.6);
                }
                let (x, y) = (rect.x + start as f64 * part, rect.y + query as f64 * part);
                pen.fill(Rect::new(x, y, part * run as f64, part), color)?;
                start += run;
            }
        }
        Ok(())
    }
}
