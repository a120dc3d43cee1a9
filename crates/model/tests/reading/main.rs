//! What is read from files: checkpoints, their configs, tokenizers. One program, since each links the whole engine.

mod checkpoint_faults;
mod checkpoint_forms;
mod checkpoint_fuzz;
mod checkpoint_names;
mod checkpoint_rewrite;
mod common;
mod hf_config;
mod tokenizer_faults;
mod tokenizer_golden;
