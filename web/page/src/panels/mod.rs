//! The parts of the page, in the order in which they are read: what was asked, what changed, which heads, what one
//! head does, how the answer grows.

mod alignment;
mod attention;
mod attention_locked;
mod attention_table;
mod bars;
mod device_check;
mod engine_line;
mod grid;
mod grid_cells;
mod header;
mod heads;
mod heat;
mod history;
mod keep;
mod keys;
mod lens;
mod lens_positions;
mod lens_positions_cell;
mod lens_positions_table;
mod lens_rows;
mod lens_table;
mod lessons;
mod load_progress;
mod models;
mod next_tokens;
mod page;
mod pair;
mod parts_panel;
mod position_cells;
mod positions;
mod present;
mod presets;
mod props;
mod self_test;
mod self_test_rows;
mod sentence;
mod set_lens;
mod sets;
mod setup_row;
mod thumbs;
mod unit_set;

pub(crate) use keys::open_keys;
pub(crate) use lens::lens_value;
pub(crate) use page::Page;
pub(crate) use props::{PanelProps, owned, phase_name, unit_caption, unit_label, unit_tip};
