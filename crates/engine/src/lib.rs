//! A session: the loaded model, the runs it keeps, and one entry, [`Session::handle`], for every request.
//!
//! Runs in the browser's worker and natively (the terminal, tests). What differs between the two is behind
//! [`Host`]: where files come from, where responses go, how to give the event loop a turn. [`Mailbox`] decides
//! which request is next and which ones nobody wants any more.
//!
//! ```text
//! Request -> Mailbox -> Session::handle -> validate -> RunCache -> interp -> Response ..
//! ```

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
