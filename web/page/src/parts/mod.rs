//! What panels are made of.

mod cells;
mod export_menu;
mod failed;
mod field;
mod file_picker;
mod focus;
mod menu;
mod more;
mod notes;
mod on_click;
mod opened;
mod placed;
mod save_table;
mod segmented;
mod select;
mod strip;

pub(crate) use cells::{CellLook, Cells};
pub(crate) use export_menu::ExportMenu;
pub(crate) use failed::failed;
pub(crate) use field::TextField;
pub(crate) use file_picker::use_file_picker;
pub(crate) use focus::focus_beside;
pub(crate) use menu::{Menu, use_menu};
pub(crate) use more::more;
pub(crate) use notes::note_list;
pub(crate) use on_click::on_click;
pub(crate) use opened::use_opened;
pub(crate) use placed::Placed;
pub(crate) use save_table::save_table;
pub(crate) use segmented::{Choice, segmented};
pub(crate) use select::Select;
pub(crate) use strip::{Chip, chip, strip};
