//! The parts of the page, in the order in which they are read: what was asked, what changed, which heads, what one
//! head does, how the answer grows.

mod attention;
mod attention_table;
mod bars;
mod device_check;
mod engine_line;
mod grid;
mod grid_cells;
mod header;
mod lens;
mod lens_positions;
mod lens_positions_table;
mod lens_rows;
mod lens_table;
mod load_progress;
mod models;
mod next_tokens;
mod page;
mod pair;
mod parts_panel;
mod presets;
mod props;
mod self_test;
mod self_test_rows;
mod sentence;
mod thumbs;

pub(crate) use page::Page;
pub(crate) use props::{PanelProps, head_label, head_tip, owned, phase_name};
