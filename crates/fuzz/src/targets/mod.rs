//! Every reader of what strangers send.

mod checkpoints;
mod configs;
mod experiments;
mod lessons;
mod links;
mod manifests;
mod page;
mod sets;
mod tokenizers;

use crate::Target;

/// All targets.
pub const TARGETS: [Target; 8] = [
    links::TARGET,
    experiments::TARGET,
    sets::TARGET,
    manifests::TARGET,
    lessons::TARGET,
    configs::TARGET,
    checkpoints::TARGET,
    tokenizers::TARGET,
];

/// Memory of readers of texts: their own state, and some copies of the text, each byte of which may be a value of JSON.
const TEXT_MEMORY: (usize, usize) = (1 << 20, 100);

/// Inputs of a long campaign for readers of texts.
const LONG: u64 = 100_000;
/// The same for what is fetched and large.
const LONGER: u64 = 1_000_000;
