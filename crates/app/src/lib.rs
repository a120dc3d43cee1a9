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
mod attention;
mod backend;
mod board;
mod device;
mod difference;
mod effect;
mod engine;
mod explain;
mod history;
mod inputs;
mod interventions;
mod keep;
mod keep_views;
mod legends;
mod lessons;
mod models;
mod order;
mod panels;
mod parts_words;
mod patched;
mod phone;
mod pins;
mod present;
mod presets;
mod ranking;
mod reduce;
mod scored;
mod selftest;
mod sentence;
mod session;
mod sets;
mod setup_words;
mod shared;
mod state;
mod together;
mod view;
mod view_results;
mod view_tables;
mod views;
mod welcome;
mod words;

pub use action::{Action, Field};
pub use attention::ShownPattern;
pub use backend::{Adapter, AdapterReport, BackendChoice, Decision, decide};
pub use board::{Board, head_at, is_better_low};
pub use device::{CheckStep, Device, DeviceCheck, DeviceResult};
pub use difference::changed_tokens;
pub use effect::{Effect, Timer};
pub use engine::{EngineState, Life, LoadedModel, ModelPick, PickId};
pub use explain::{
    ATTENTION, EXPLANATIONS, Explanation, GRID, LENS, NEXT, PARTS, POSITIONS, PROMPT_SETS, TOP_HEADS,
    UNIT_SET,
};
pub use history::History;
pub use inputs::{Inputs, LensRow, PatchInputs, RowKey};
pub use interventions::{Asked, InterventionPanel, InterventionResult, Meeting, meetings};
pub use keep::{KeepAction, KeepPanel};
pub use legends::legends_of;
pub use lessons::{LessonAction, LessonsPanel, OpenLesson, StepWork, Verdict};
pub use models::{Kept, ModelsPanel, Offer, Storage, delivery_words, is_verifiable, total_bytes};
pub use panels::{
    AttentionPanel, LensPanel, LensRowResult, PatchPanel, PatchResult, PatchTokens, Phase, ShownAttention,
    ShownCurve,
};
pub use parts_words::{direct_title, direct_words, patching_words};
pub use patched::AttentionRun;
pub use peek_experiment::{PromptPair, Templates};
pub use peek_lessons::{Ask, Lesson, Question, Step};
pub use phone::{Phone, Tab};
pub use pins::{LensSpot, TokenAt, Weights, reads};
pub use present::{SLIDES, Stage};
pub use presets::{NOTEBOOK_PAIR, NOTEBOOK_PROBES, PRESETS, Pair, Preset};
pub use ranking::{Gap, RankedHead, SMALLEST_GAP, SMALLEST_RANGE, TopOrder, color_range, top_heads};
pub use scored::ScoredLayer;
pub use selftest::{Comparison, REFERENCES, Reference, SelfTestPanel, Tested};
pub use sentence::{Part, Sentence};
pub use sets::{
    CellSummary, SetField, SetKind, SetOutcome, SetPositions, SetResult, SetRow, SetsAction, SetsPanel,
    Summary,
};
pub use setup_words::{
    EDITS, metric_change, metric_unit, metric_value, metric_words, nothing_moves, order_words, setup_help,
    setup_title, sign_words, site_words, unit_names,
};
pub use shared::Shared;
pub use state::{DEBOUNCE_MS, HOVER_MS, State};
pub use together::{AskedTogether, ShownTogether, TogetherPanel};
pub use view::{LensQuantity, Medium, Run, ThemeChoice, View};
pub use view_results::{LensGridResult, PatternsResult};
pub use view_tables::parts_by_size;
pub use views::{AskedFor, AttentionMode, CellColor, Lit, ViewAction, ViewPanel, Views};
pub use words::{bytes, bytes_of, delta, duration, logit, ordinal, percent, rank, share, visible};
