//! Every number against TransformerLens's, from the fixtures in `tests/parity`.

use std::path::{Path, PathBuf};

use peek_interp::{
    FullSpeed, LogitRows, Run, Sweep, attention_pattern, final_logits, groups_of, lens_logits, naive,
};
use peek_model::{
    Gpt2, Gpt2Config, Tokenizer,
    checkpoint::{self, HfConfig, Names, synth},
};
use peek_names::{HeadId, LogitScale, TokenId};
use pollster::block_on;
use serde::Deserialize;

/// TransformerLens itself calls differences from here on suspicious.
const TOLERANCE: f32 = 1e-4;

#[derive(Deserialize)]
struct Fixtures {
    shape: Shape,
    prompts: Vec<Prompt>,
    pairs: Vec<Pair>,
}

#[derive(Deserialize)]
struct Shape {
    layers: usize,
    heads: usize,
    vocab: usize,
}

#[derive(Deserialize)]
struct Prompt {
    prompt: String,
    answer: String,
    bos: bool,
    ids: Vec<TokenId>,
    answer_id: TokenId,
    top: Vec<TokenId>,
    logits: Logits,
    lens: Vec<Point>,
    patterns: Vec<Pattern>,
}

#[derive(Deserialize)]
struct Logits {
    ids: Vec<TokenId>,
    centred: Vec<f32>,
    raw: Vec<f32>,
}

#[derive(Deserialize)]
struct Point {
    logit: f32,
    probability: f32,
    rank: u32,
}

#[derive(Deserialize)]
struct Pattern {
    head: String,
    weights: Vec<Vec<f32>>,
}

#[derive(Deserialize)]
struct Pair {
    clean: String,
    corrupt: String,
    answer: String,
    bos: bool,
    answer_id: TokenId,
    clean_metric: f32,
    corrupt_metric: f32,
    deltas: Vec<Vec<f32>>,
}

/// The largest difference seen of one kind of number.
struct Worst(&'static str, f32);

impl Worst {
    fn see(&mut self, ours: f32, theirs: f32, what: &str) {
        let difference = (ours - theirs).abs();
        assert!(difference < TOLERANCE, "{what}, {}: {ours} against {theirs}", self.0);
        self.1 = self.1.max(difference);
    }
}

fn top() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn fixtures(name: &str) -> Fixtures {
    let path = top().join("tests/parity/fixtures").join(name);
    let text = std::fs::read_to_string(&path).expect("the fixtures are part of the project");
    serde_json::from_str(&text).expect("the fixtures are what make_fixtures.py writes")
}

fn hold(model: &Gpt2, tokenizer: &Tokenizer, fixtures: &Fixtures, with_naive: bool) {
    let Shape { layers, heads, vocab } = fixtures.shape;
    let config = &model.config;
    assert_eq!((config.layers, config.heads, config.vocab), (layers, heads, vocab));
    let mut worst = [Worst("logits", 0.0), Worst("lens", 0.0), Worst("patterns", 0.0), Worst("deltas", 0.0)];
    let [logits, lens, patterns, deltas] = &mut worst;
    let ids = |text: &str, bos: bool| -> Vec<TokenId> {
        let front = tokenizer.bos().filter(|_| bos);
        let text = tokenizer.encode(text).expect("encodes").into_iter().map(|piece| piece.id);
        front.into_iter().chain(text).collect()
    };
    let run = |tokens: &[TokenId]| block_on(Run::new(model, tokens, &FullSpeed)).expect("runs");

    for case in &fixtures.prompts {
        let what = &case.prompt;
        assert_eq!(ids(what, case.bos), case.ids, "{what}");
        assert_eq!(ids(&case.answer, false)[0], case.answer_id, "{what}");
        let run = run(&case.ids);
        let last = block_on(final_logits(model, &run)).expect("reads");
        assert_eq!(
            (case.logits.centred.len(), case.logits.raw.len()),
            (case.logits.ids.len(), case.logits.ids.len())
        );
        for ((&id, &centred), &raw) in case.logits.ids.iter().zip(&case.logits.centred).zip(&case.logits.raw)
        {
            let reading = last.reading(0, id).expect("in the vocabulary");
            logits.see(reading.logit, centred, what);
            logits.see(reading.raw_logit, raw, what);
        }
        let listed: Vec<TokenId> = last.top(0, 10).into_iter().map(|(id, _)| id).collect();
        assert_eq!(listed, case.top, "{what}: the ten likeliest");
        hold_lens(&block_on(lens_logits(model, &run)).expect("reads"), case, lens);
        for pattern in &case.patterns {
            let head: HeadId = pattern.head.parse().expect("a head");
            let ours = block_on(attention_pattern(model, &run, head)).expect("reads");
            let theirs = pattern.weights.concat();
            assert_eq!(ours.len(), theirs.len(), "{what}");
            ours.iter().zip(theirs).for_each(|(&ours, theirs)| patterns.see(ours, theirs, what));
        }
    }

    for case in &fixtures.pairs {
        let what = &case.corrupt;
        let (clean_ids, corrupt_ids) = (ids(&case.clean, case.bos), ids(what, case.bos));
        assert_eq!(ids(&case.answer, false)[0], case.answer_id, "{what}");
        let (clean, corrupt) = (run(&clean_ids), run(&corrupt_ids));
        for (run, metric) in [(&clean, case.clean_metric), (&corrupt, case.corrupt_metric)] {
            let rows = block_on(final_logits(model, run)).expect("reads");
            logits.see(rows.reading(0, case.answer_id).expect("in the vocabulary").logit, metric, what);
        }
        let scale = LogitScale::Centred;
        for group in groups_of(layers, 4) {
            let sweep = block_on(Sweep::replay(model, &clean, &corrupt, group, &FullSpeed)).expect("replays");
            for (layer, row) in block_on(sweep.deltas(model, case.answer_id, scale)).expect("reads") {
                assert_eq!((row.len(), case.deltas[layer.index()].len()), (heads, heads));
                row.iter()
                    .zip(&case.deltas[layer.index()])
                    .for_each(|(&ours, &theirs)| deltas.see(ours, theirs, what));
            }
        }
        if with_naive {
            let slow = naive::head_scores(model, &clean_ids, &corrupt_ids, case.answer_id, scale);
            let slow = block_on(slow).expect("runs").concat();
            assert_eq!(slow.len(), layers * heads, "{what}");
            slow.iter().zip(case.deltas.concat()).for_each(|(&ours, theirs)| deltas.see(ours, theirs, what));
        }
    }
    for Worst(kind, difference) in worst {
        println!("{kind}: largest difference {difference:e}");
    }
}

fn hold_lens(rows: &LogitRows, case: &Prompt, worst: &mut Worst) {
    assert_eq!(rows.rows(), case.lens.len(), "{}", case.prompt);
    for (index, theirs) in case.lens.iter().enumerate() {
        let ours = rows.reading(index, case.answer_id).expect("in the vocabulary");
        worst.see(ours.logit, theirs.logit, &case.prompt);
        worst.see(ours.probability, theirs.probability, &case.prompt);
        // Logits that differ by rounding may change places far down the list.
        let slack = theirs.rank / 200;
        assert!(ours.rank.abs_diff(theirs.rank) <= slack, "{}: {} {}", case.prompt, ours.rank, theirs.rank);
    }
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
    hold(&loaded.expect("loads").model, &tokenizer, &fixtures("demo.json"), true);
}

/// Blocks without MLP: in Hugging Face's names, tied, and in TransformerLens's, with `W_U` and `b_U` of their own.
#[test]
fn attention_only_models_equal_transformer_lens() {
    let tokenizer = std::fs::read(top().join("assets/demo/tokenizer.json")).expect("part of the project");
    let tokenizer = Tokenizer::from_json(&tokenizer).expect("a tokenizer");
    let config = Gpt2Config {
        layers: 2,
        heads: 8,
        d_model: 64,
        d_mlp: 0,
        vocab: 2587,
        context: 64,
        layer_norm_epsilon: 1e-5,
    };
    for (names, untied, file) in
        [(Names::Gpt2, false, "attention.json"), (Names::TransformerLens, true, "attention-lens.json")]
    {
        let mut bytes = Vec::new();
        synth::write_as(&config, synth::Form { names, untied }, 5, &mut bytes)
            .expect("memory takes everything");
        let hf = HfConfig::from(config.clone());
        let hf = (names == Names::Gpt2).then_some(&hf);
        let device = peek_model::cpu();
        let loaded = block_on(checkpoint::load(bytes.as_slice(), hf, &device, |_, _| {})).expect("loads");
        assert_eq!(loaded.model.config, config);
        hold(&loaded.model, &tokenizer, &fixtures(file), true);
    }
}

#[test]
fn gpt2_smalls_shape_equals_transformer_lens() {
    let merges = std::fs::read_to_string(top().join("assets/gpt2/merges.txt")).expect("GPT-2's merges");
    let tokenizer = Tokenizer::from_merges(&merges).expect("a tokenizer");
    let config = Gpt2Config::gpt2_small();
    let model = synth::random_model(&config, 1, &peek_model::cpu()).expect("a model");
    // 144 full runs on 124 M parameters belong to the long tests; the demo model's are above.
    hold(&model, &tokenizer, &fixtures("synth.json"), false);
}
