//! A session: the loaded model, the runs it keeps, and one entry, [`Session::handle`], for every request.
//!
//! Runs in the browser's worker and natively (the terminal, tests). What differs between the two is behind
//! [`Host`]: where files come from, where responses go, how to give the event loop a turn. [`Mailbox`] decides
//! which request is next and which ones nobody wants any more.
//!
//! ```text
//! Request -> Mailbox -> Session::handle -> validate -> RunCache -> interp -> Response ..
//! ```
//!
//! A request's file says what it does: `intervene` and `sets` change runs, `views` look at them, and the small ones lie
//! beside this file. All of them read their texts first (`pair`, `texts`), refuse what cannot be run before anything has
//! been, take runs from the cache, which also keeps the last sweep, changed runs and mean, and pause between layers, so
//! that a newer request can supersede them. What was kept before stays as it was.

mod attention;
mod backend;
mod benchmark;
mod cache;
mod convert;
mod error;
mod files;
mod host;
mod intervene;
mod lens;
mod loading;
mod mailbox;
mod pair;
mod patch;
mod selftest;
mod session;
mod sets;
mod texts;
mod views;

pub use cache::Computed;
pub use error::{EngineError, Refusal};
pub use files::{Sorted, TokenizerName, sort_files};
pub use host::{FileFault, Host, ModelFiles, TokenizerFile};
pub use mailbox::{Mailbox, Turn, serve};
pub use selftest::{Expectations, Subject};
pub use session::Session;
