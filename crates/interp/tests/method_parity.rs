//! Sites, positions, edits, metrics and analyses against TransformerLens, from the fixtures in `tests/parity` that
//! `make_method_fixtures.py` writes.

mod method_fixtures;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use method_fixtures::{
    Fixtures, Lens, Means as MeansOf, Pair, Scores, Sweep, Weighted, Worst, read, text_ids,
};
use peek_interp::{
    Attribution, DirectScale, Donor, FullSpeed, Intervention, Judge, LensConvention, LensDepth, MeanOver,
    Means, Metric, Patched, PositionMap, Positions, Run, Site, Unit, attention_pattern, attribute,
    direct_effects, lens_grid, value_weighted_pattern,
};
use peek_model::{
    Gpt2, Gpt2Config, Tokenizer,
    checkpoint::{self, HfConfig, synth},
};
use peek_names::{HeadId, LogitScale, TokenId};
use pollster::block_on;

/// What is compared, and the largest difference of each kind.
struct Bench {
    model: Gpt2,
    tokenizer: Tokenizer,
    worst: BTreeMap<String, Worst>,
}

impl Bench {
    fn see(&mut self, kind: &str, ours: f32, theirs: f32) {
        self.worst.entry(kind.to_owned()).or_default().see(kind, ours, theirs);
    }

    /// Number by number; a list that is too short would otherwise hide what is missing.
    fn see_all(&mut self, kind: &str, ours: &[f32], theirs: &[f32]) {
        assert_eq!(ours.len(), theirs.len(), "{kind}");
        ours.iter().zip(theirs).for_each(|(&ours, &theirs)| self.see(kind, ours, theirs));
    }

    fn ids(&self, text: &str) -> Vec<TokenId> {
        text_ids(&self.tokenizer, text)
    }

    fn run(&self, text: &str) -> Run {
        block_on(Run::new(&self.model, &self.ids(text), &FullSpeed)).expect("runs")
    }

    /// One score against all of TransformerLens's metrics of the same run.
    fn scores(
        &mut self,
        (edit, site): (&str, Site),
        asked: (TokenId, TokenId),
        clean: &Run,
        patched: &Patched,
        (base, theirs): (&Scores, &[Scores]),
    ) {
        for metric in Metric::ALL {
            let Some(base) = base.get(metric) else { continue };
            let judge =
                block_on(Judge::new(&self.model, metric, asked.0, Some(asked.1), clean)).expect("judges");
            let ours = block_on(judge.scores(&self.model, patched, &FullSpeed)).expect("reads").concat();
            assert_eq!(ours.len(), theirs.len(), "{edit} {site}");
            for (ours, theirs) in ours.iter().zip(theirs) {
                let theirs = theirs.get(metric).expect("all or none");
                let value = ours.value.expect("defined");
                if metric == Metric::Rank {
                    // Logits that differ by rounding may change places far down the list.
                    assert!(
                        (value - theirs).abs() <= theirs / 200.0 + 0.1,
                        "{edit} {site}: {value} {theirs}"
                    );
                    continue;
                }
                self.see(&format!("{edit} {site} {metric}"), value, theirs);
                self.see(&format!("{edit} {site} {metric}"), ours.delta.expect("defined"), theirs - base);
            }
        }
    }

    fn sweep(&mut self, pair: &Pair, sweep: &Sweep) {
        let (clean, corrupt) = (self.run(&pair.clean), self.run(&pair.corrupt));
        let noise = sweep.edit == "noise";
        let (base, donor) = if noise { (&clean, &corrupt) } else { (&corrupt, &clean) };
        let map = PositionMap::align(base.tokens(), donor.tokens());
        let donor = if sweep.edit == "zero" { Donor::Zero } else { Donor::Run { run: donor, map: &map } };
        let (site, units) = (sweep.site(), sweep.units());
        let met = matches!(donor, Donor::Run { .. }).then_some(&map);
        let spots = positions(&sweep.positions).spots(base.tokens().len(), met).expect("defined");
        let intervention = Intervention { site, units: &units, spots: &spots, donor };
        let patched =
            block_on(Patched::replay(&self.model, base, intervention, &FullSpeed)).expect("replays");
        let base = if noise { &pair.clean_metrics } else { &pair.corrupt_metrics };
        let asked = (pair.answer_id, pair.foil_id);
        let edit = format!("{} {}", sweep.edit, sweep.positions);
        self.scores((&edit, site), asked, &clean, &patched, (base, &sweep.scores));
    }

    fn pair(&mut self, pair: &Pair) {
        assert_eq!(self.ids(&pair.answer)[1], pair.answer_id);
        let (clean, corrupt) = (self.run(&pair.clean), self.run(&pair.corrupt));
        for metric in Metric::ALL {
            let judge = Judge::new(&self.model, metric, pair.answer_id, Some(pair.foil_id), &clean);
            let judge = block_on(judge).expect("judges");
            for (run, theirs) in [(&clean, &pair.clean_metrics), (&corrupt, &pair.corrupt_metrics)] {
                let ours = block_on(judge.of_run(&self.model, run)).expect("reads").expect("defined");
                match theirs.get(metric) {
                    Some(theirs) if metric == Metric::Rank => {
                        assert!((ours - theirs).abs() <= theirs / 200.0);
                    }
                    Some(theirs) => self.see(&format!("metric {metric}"), ours, theirs),
                    None => {}
                }
            }
        }
        pair.sweeps.iter().for_each(|sweep| self.sweep(pair, sweep));
        if let Some(joint) = &pair.joint {
            let map = PositionMap::align(corrupt.tokens(), clean.tokens());
            let spot = Positions::All.spots(corrupt.tokens().len(), Some(&map)).expect("defined").remove(0);
            let units: Vec<Unit> = joint.units.iter().map(|unit| method_fixtures::unit(unit)).collect();
            let donor = Donor::Run { run: &clean, map: &map };
            let run = block_on(corrupt.patched(&self.model, (Site::Z, &units), &spot, donor, &FullSpeed));
            let run = run.expect("runs");
            for metric in Metric::ALL {
                let judge = Judge::new(&self.model, metric, pair.answer_id, Some(pair.foil_id), &clean);
                let ours =
                    block_on(block_on(judge).expect("judges").of_run(&self.model, &run)).expect("reads");
                let (ours, theirs) = (ours.expect("defined"), joint.score.get(metric));
                if let (Some(theirs), true) = (theirs, metric != Metric::Rank) {
                    self.see(&format!("together z {metric}"), ours, theirs);
                }
            }
        }
        self.attribution(pair, &clean);
        let asked = (pair.answer_id, None);
        let ours = direct_effects(
            &self.model,
            (&clean, &corrupt),
            asked,
            LogitScale::Centred,
            DirectScale::Difference,
        );
        let ours = block_on(ours).expect("reads");
        self.see_all("direct effect", &ours.concat(), &pair.direct.concat());
    }

    fn attribution(&mut self, pair: &Pair, clean: &Run) {
        let last = clean.tokens().len() - 1;
        for (foil, theirs, logit) in [
            (None, &pair.attribution.of_logit, pair.attribution.logit),
            (Some(pair.foil_id), &pair.attribution.of_difference, pair.attribution.difference),
        ] {
            let ours = attribute(&self.model, clean, last, (pair.answer_id, foil), LogitScale::Centred);
            let ours = block_on(ours).expect("reads");
            self.see("attribution, logit", ours.logit, logit);
            assert!((ours.sum() - ours.logit).abs() < 1e-3, "the parts sum to the logit");
            assert_eq!(named(&ours).len(), theirs.len(), "every part");
            for (name, share) in named(&ours) {
                self.see("attribution, parts", share, theirs[&name]);
            }
        }
    }

    fn lens(&mut self, lens: &Lens) {
        let run = self.run(&lens.prompt);
        let depths = LensDepth::all(&self.model, true);
        for (convention, rows, kind) in
            [(LensConvention::Own, &lens.own, "own"), (LensConvention::Final, &lens.last, "final")]
        {
            let grid =
                lens_grid(&self.model, &run, &depths, convention, (Some(lens.followed_id), 10), &FullSpeed);
            let grid = block_on(grid).expect("reads");
            assert_eq!((grid.depths.len(), grid.cells.len()), (rows.len(), rows.len()));
            for ((depth, cells), theirs) in grid.depths.iter().zip(&grid.cells).zip(rows) {
                assert_eq!(depth.label(), theirs.depth);
                assert_eq!(cells.len(), theirs.top.len(), "{}", theirs.depth);
                for (at, cell) in cells.iter().enumerate() {
                    let followed = cell.followed.expect("followed");
                    assert_eq!(cell.top[0].0, theirs.top[at], "{} {at}", theirs.depth);
                    self.see(
                        &format!("lens {kind} entropy"),
                        cell.entropy.expect("finite"),
                        theirs.entropy[at],
                    );
                    self.see(&format!("lens {kind} logit"), followed.logit, theirs.logit[at]);
                    self.see(
                        &format!("lens {kind} probability"),
                        followed.probability,
                        theirs.probability[at],
                    );
                }
            }
        }
    }

    fn weighted(&mut self, weighted: &Weighted) {
        let run = self.run(&weighted.prompt);
        for pattern in &weighted.patterns {
            let head: HeadId = pattern.head.parse().expect("a head");
            let ours = block_on(value_weighted_pattern(&self.model, &run, head)).expect("reads");
            self.see_all("value-weighted", &ours, &pattern.weights.concat());
        }
    }

    /// The scores' definition on given tokens; `head_kinds` draws its own.
    fn kinds(&mut self, fixtures: &Fixtures) {
        let tokens = &fixtures.kinds.tokens;
        let run = block_on(Run::new(&self.model, tokens, &FullSpeed)).expect("runs");
        let (t, half) = (tokens.len(), (tokens.len() - 1) / 2);
        let kinds = block_on(peek_interp::head_kinds_of(&self.model, std::slice::from_ref(&run), half))
            .expect("reads");
        assert_eq!(
            block_on(attention_pattern(&self.model, &run, HeadId::new(0, 0))).expect("reads").len(),
            t * t
        );
        for (ours, theirs) in [
            (kinds.induction, &fixtures.kinds.induction),
            (kinds.previous_token, &fixtures.kinds.previous_token),
            (kinds.duplicate_token, &fixtures.kinds.duplicate_token),
        ] {
            self.see_all("head kinds", &ours.concat(), &theirs.concat());
        }
    }

    fn means(&mut self, pair: &Pair, means: &MeansOf) {
        let (clean, base) = (self.run(&pair.clean), self.run(&pair.corrupt));
        let runs = |texts: &[String]| texts.iter().map(|text| self.run(text)).collect::<Vec<_>>();
        let (set, even) = (runs(&means.set), runs(&means.even));
        for sweep in &means.sweeps {
            let (site, units) = (sweep.site(), sweep.units());
            let (runs, over) = match sweep.over.as_str() {
                "prompts" => (&even, MeanOver::Prompts),
                _ => (&set, MeanOver::PromptsAndPositions),
            };
            let donor = Means::new(&self.model, runs, site, over, self.tokenizer.bos()).expect("means");
            let spots = positions(&sweep.positions).spots(base.tokens().len(), None).expect("defined");
            let donor = Donor::Mean(&donor);
            let intervention = Intervention { site, units: &units, spots: &spots, donor };
            let patched =
                block_on(Patched::replay(&self.model, &base, intervention, &FullSpeed)).expect("replays");
            let edit = format!("mean of {} {}", sweep.over, sweep.positions);
            let asked = (pair.answer_id, pair.foil_id);
            self.scores((&edit, site), asked, &clean, &patched, (&pair.corrupt_metrics, &sweep.scores));
        }
    }

    fn hold(mut self, name: &str) {
        let fixtures = read(name);
        fixtures.pairs.iter().for_each(|pair| self.pair(pair));
        self.lens(&fixtures.lens);
        self.weighted(&fixtures.value_weighted);
        self.kinds(&fixtures);
        if let Some(means) = &fixtures.means {
            self.means(&fixtures.pairs[0], means);
        }
        for (kind, worst) in &self.worst {
            println!("{kind}: largest difference {:e} of {}", worst.difference, worst.count);
        }
    }
}

/// Parts by TransformerLens's labels; attention's biases are one there.
fn named(found: &Attribution) -> Vec<(String, f32)> {
    let mut parts = vec![
        ("embed".to_owned(), found.embedding),
        ("pos_embed".to_owned(), found.position),
        ("b_U".to_owned(), found.unembedding_bias),
    ];
    parts.push(("bias".to_owned(), found.attention_biases.iter().sum()));
    for (layer, heads) in found.heads.iter().enumerate() {
        parts.extend(heads.iter().enumerate().map(|(head, &share)| (format!("L{layer}H{head}"), share)));
        parts.push((format!("{layer}_mlp_out"), found.mlps[layer]));
    }
    parts
}

fn positions(name: &str) -> Positions {
    match name {
        "last" => Positions::Last,
        "all" => Positions::All,
        _ => Positions::Grid,
    }
}

fn top() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[test]
fn the_demo_model_equals_transformer_lens() {
    let folder = top().join("assets/demo");
    let read = |name: &str| std::fs::read(folder.join(name)).expect("the demo model is part of the project");
    let config = HfConfig::parse(&read("config.json")).expect("a config");
    let tokenizer = Tokenizer::from_json(&read("tokenizer.json")).expect("a tokenizer");
    let weights = read("model.safetensors");
    let device = peek_model::cpu();
    let loaded = block_on(checkpoint::load(weights.as_slice(), Some(&config), &device, |_, _| {}));
    let model = loaded.expect("loads").model;
    Bench { model, tokenizer, worst: BTreeMap::new() }.hold("method_demo.json");
}

#[test]
fn gpt2_smalls_shape_equals_transformer_lens() {
    let merges = std::fs::read_to_string(top().join("assets/gpt2/merges.txt")).expect("GPT-2's merges");
    let tokenizer = Tokenizer::from_merges(&merges).expect("a tokenizer");
    let model = synth::random_model(&Gpt2Config::gpt2_small(), 1, &peek_model::cpu()).expect("a model");
    Bench { model, tokenizer, worst: BTreeMap::new() }.hold("method_synth.json");
}
