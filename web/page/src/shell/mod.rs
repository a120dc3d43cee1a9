//! What outlives a frame: the state, and the browser's side of its effects.

mod adapter;
mod address;
mod app;
mod boot;
mod clipboard;
mod device;
mod drop;
mod files;
mod host;
mod lists;
mod root;
mod screen;
mod session;
mod worker;

pub(crate) use address::{show as show_address, whole as whole_address};
pub(crate) use app::{Root, start};
pub(crate) use clipboard::copy;
pub(crate) use files::{give, give_blob, read};
pub(crate) use host::Picks;
pub(crate) use root::{settle, take};
pub(crate) use screen::{Watcher, bring_into_sight, is_modified};
