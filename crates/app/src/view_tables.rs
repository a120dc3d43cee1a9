//! The views' results as tables.

use peek_experiment::{
    effects_table, lens_positions_table, next_tokens_table, parts_table, patterns_table, runs_table,
    units_table,
};
use peek_names::HeadId;
use peek_protocol::{Attribution, Patterns};

use crate::{Run, State, head_at, order::largest_first};

/// Every part by its name with what it writes, in logits, the largest first.
#[must_use]
pub fn parts_by_size(run: &Attribution) -> Vec<(String, f32)> {
    let mut parts = vec![
        ("embedding".to_owned(), run.embedding),
        ("position".to_owned(), run.position),
        ("unembedding bias".to_owned(), run.unembedding_bias),
    ];
    for (layer, heads) in run.heads.iter().enumerate() {
        parts
            .extend(heads.iter().enumerate().map(|(head, value)| (head_at(layer, head).to_string(), *value)));
    }
    parts.extend(run.mlps.iter().enumerate().map(|(layer, value)| (format!("mlp {layer}"), *value)));
    let biases = run.attention_biases.iter().enumerate();
    parts.extend(biases.map(|(layer, value)| (format!("attention bias {layer}"), *value)));
    largest_first(parts, |part| part.1.abs())
}

impl State {
    /// What comes next in both runs as a table; `None` until it is known.
    #[must_use]
    pub fn next_tokens_csv(&self) -> Option<String> {
        let shown = self.patch.shown.as_ref()?;
        Some(next_tokens_table([("clean", &*shown.clean.top), ("corrupt", &*shown.corrupt.top)]))
    }

    /// What the units of the set do, one by one and together, as a table; `None` until it is known.
    #[must_use]
    pub fn units_csv(&self) -> Option<String> {
        let result = &self.patched_run()?.result;
        Some(units_table(result.singles.iter().copied(), result.joint))
    }

    /// The lens at every position as a table; `None` until there is one.
    #[must_use]
    pub fn lens_positions_csv(&self) -> Option<String> {
        let result = self.views.lens.result()?;
        let depths = result.depths.iter().enumerate();
        let cells = depths.flat_map(|(depth, name)| {
            result.tokens.iter().enumerate().filter_map(move |(position, token)| {
                Some((name.as_str(), position, token, result.cell(depth, position)?))
            })
        });
        Some(lens_positions_table(cells))
    }

    /// What every part writes in the run on the screen as a table; `None` until it is known.
    #[must_use]
    pub fn parts_csv(&self) -> Option<String> {
        let result = self.views.parts.result()?;
        let run = match self.views.parts_run {
            Run::Clean => &result.clean,
            Run::Corrupt => &result.corrupt,
        };
        let parts = parts_by_size(run);
        Some(parts_table(parts.iter().map(|(name, value)| (name.as_str(), *value))))
    }

    /// Every head's patching and direct effect as a table; `None` until they are known.
    #[must_use]
    pub fn effects_csv(&self) -> Option<String> {
        Some(effects_table(self.effects(self.views.parts.result()?)))
    }

    /// The small patterns on the screen as a table, both runs'; `None` until there are any.
    #[must_use]
    pub fn patterns_csv(&self) -> Option<String> {
        let result = self.views.patterns.result()?;
        let all = result.layers.iter().flat_map(|layer| {
            [("clean", &layer.clean), ("corrupt", &layer.corrupt)].into_iter().flat_map(move |(run, of)| {
                heads(layer.layer.index(), of).map(move |(head, weights)| (run, head, of.size, weights))
            })
        });
        Some(patterns_table(all))
    }

    /// The lens of the clean, the corrupt and the patched run as a table; `None` without a patched run.
    #[must_use]
    pub fn patched_lens_csv(&self) -> Option<String> {
        let result = &self.patched_run()?.result;
        let runs: [(&str, &[_]); 3] = [
            ("clean", &result.clean_lens),
            ("corrupt", &result.corrupt_lens),
            ("patched", &result.patched_lens),
        ];
        Some(runs_table(runs))
    }
}

fn heads(layer: usize, of: &Patterns) -> impl Iterator<Item = (HeadId, &[f32])> {
    of.heads.iter().enumerate().map(move |(head, weights)| (head_at(layer, head), weights.as_slice()))
}
