//! What Peek draws: the head grid, scores by position, the top heads, the logit lens as curves and at every position, attention
//! patterns large, small and as lines, what every part writes towards a logit, and two numbers of every head against each other.
//!
//! Each chart is a plain struct of numbers and labels with
//! - `draw`, onto the area of any `plotters` backend ([`Surface`]): a canvas in the page, SVG for export and for golden tests;
//! - a layout (`HeadGridLayout`, ..), pure geometry in CSS pixels that both `draw` and the page's hover code use,
//!   so that what lights up is always what is under the pointer;
//! - `preferred_height`, so that the page can size its canvas before drawing.
//!
//! Nothing here knows the engine or the browser. Colours are decided in [`Theme`] and [`color`]; how numbers and
//! tokens are written is decided in [`text`], which the page's tables and the command line use too.

mod attention_lines;
mod attention_lines_layout;
mod axis;
mod colorbar;
mod error;
mod frame;
mod geometry;
mod head_bars;
mod head_grid;
mod head_grid_labels;
mod head_grid_layout;
mod heatmap;
mod heatmap_labels;
mod heatmap_layout;
mod lens_curves;
mod lens_grid;
mod lens_grid_layout;
mod lens_layout;
mod marker;
mod measure;
mod pen;
mod pool;
mod position_grid;
mod position_grid_labels;
mod position_grid_layout;
mod scatter;
mod scatter_names;
mod sheet;
mod side_labels;
mod surface;
mod svg;
mod theme;
mod thumbnails;
mod waterfall;

pub mod color;
pub mod text;

pub use attention_lines::{AttentionLines, AttentionSide};
pub use attention_lines_layout::AttentionLinesLayout;
pub use color::Rgb;
pub use error::ChartError;
pub use frame::Frame;
pub use geometry::Rect;
pub use head_bars::{HeadBar, HeadBars, HeadBarsLayout};
pub use head_grid::{HeadGrid, shared_range};
pub use head_grid_layout::HeadGridLayout;
pub use heatmap::Heatmap;
pub use heatmap_layout::HeatmapLayout;
pub use lens_curves::{LensCurves, LensQuantity, LensSeries, lens_point_labels};
pub use lens_grid::{LensGrid, LensGridCell};
pub use lens_grid_layout::LensGridLayout;
pub use lens_layout::LensCurvesLayout;
pub use position_grid::PositionGrid;
pub use position_grid_layout::PositionGridLayout;
pub use scatter::{Scatter, ScatterLayout};
pub use sheet::{draw_sheet, sheet_size};
pub use surface::Surface;
pub use svg::to_svg;
pub use theme::Theme;
pub use thumbnails::{Thumbnail, Thumbnails, ThumbnailsLayout};
pub use waterfall::{Waterfall, WaterfallLayout};
