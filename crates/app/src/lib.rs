//! What the page knows, without a browser: the state, what can happen to it, and what then has to be done.
//!
//! [`State::apply`] takes an [`Action`] (a keystroke, a timer, a message of the engine), changes the state and
//! returns the [`Effect`]s that the shell (the yew page) has to carry out. Nothing here waits, draws or
//! touches the browser, so every rule of the page - which results are out of date, what is said in words, which
//! backend runs - is tested natively.
//!
//! ```text
//! browser event -> Action -> State::apply -> Effects -> worker, timers, live region
//!                                 |
//!                              State -> components -> screen
//! ```

mod action;
mod backend;
mod device;
mod effect;
mod engine;
mod inputs;
mod models;
mod panels;
mod presets;
mod ranking;
mod reduce;
mod selftest;
mod sentence;
mod shared;
mod state;
mod view;
mod view_results;
mod views;
mod words;

pub use action::{Action, Field};
pub use backend::{Adapter, AdapterReport, BackendChoice, Decision, decide};
pub use device::{Device, DeviceCheck, DeviceResult};
pub use effect::{Effect, Timer};
pub use engine::{EngineState, Life, LoadedModel, ModelPick, PickId};
pub use inputs::{Inputs, LensRow, PatchInputs, RowKey};
pub use models::{Kept, ModelsPanel, Offer, Storage, delivery_words, is_verifiable, total_bytes};
pub use panels::{
    AttentionPanel, LensPanel, LensRowResult, PatchPanel, PatchResult, PatchTokens, Phase, ShownAttention,
    ShownCurve,
};
pub use presets::{NOTEBOOK_PAIR, NOTEBOOK_PROBES, PRESETS, Pair, Preset};
pub use ranking::{Gap, RankedHead, SMALLEST_GAP, SMALLEST_RANGE, TopOrder, color_range, top_heads};
pub use selftest::{Comparison, REFERENCES, Reference, SelfTestPanel, Tested};
pub use sentence::{Part, Sentence};
pub use shared::Shared;
pub use state::{DEBOUNCE_MS, HOVER_MS, State};
pub use view::{LensQuantity, Run, ThemeChoice, View};
pub use view_results::{LensGridResult, PatternsResult};
pub use views::{Asked, AttentionMode, CellColor, Lit, ViewAction, ViewPanel, Views};
pub use words::{bytes, bytes_of, delta, duration, logit, ordinal, percent, rank, share, visible};
