//! What is kept and shared of an analysis, without a model and without a browser: the experiment's file, the address
//! that holds a whole state, tables for spreadsheets, the same analysis as TransformerLens code, and sets of prompts.
//!
//! Everything that is read here may come from a stranger: each reader has limits, and gives a sentence where it cannot
//! go on.

mod analysis;
mod csv;
mod file;
mod finite;
mod generate;
mod limits;
mod link;
mod prompts;
mod snippet;
mod tables;
mod template;

pub use analysis::{Analysis, LensLine};
pub use csv::Row;
pub use file::{Baseline, Experiment, FileError, Model, Results, RunOn, ScoreLine, TokenText, VERSION};
pub use generate::{indirect_objects, questions};
pub use limits::{LimitError, NAME_CHARS, PAIRS, TEXT_CHARS};
pub use link::{LinkError, read_link, read_own_link, set_part, write_link};
pub use prompts::{Import, LineError, PromptPair, read_prompts, write_prompts};
pub use snippet::{SnippetError, transformer_lens};
pub use tables::{
    attention_table, effects_table, lens_positions_table, lens_table, next_tokens_table, parts_table,
    patterns_table, runs_table, scores_table, set_table, units_table,
};
pub use template::{Filled, TemplateError, Templates, fill_templates};
