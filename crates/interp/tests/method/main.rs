//! Interventions, metrics and analyses of random small models, held to full runs with hooks and to what must hold of any.

#[path = "../common/mod.rs"]
mod random;

mod analyses;
mod common;
mod interventions;
