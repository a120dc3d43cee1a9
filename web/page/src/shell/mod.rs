//! What outlives a frame: the state, and the browser's side of its effects.

mod adapter;
mod app;
mod boot;
mod clipboard;
mod device;
mod drop;
mod host;
mod lists;
mod screen;
mod worker;

pub(crate) use app::App;
pub(crate) use clipboard::copy;
pub(crate) use host::Picks;
