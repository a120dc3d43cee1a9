//! What a load allocates is bounded by what it really read, and for a good file by the model and its largest tensor.
//!
//! One test alone, since the counter is the whole process's.

#[path = "../reading/common.rs"]
mod common;

use common::{File, load, tiny};
use peak_alloc::PeakAlloc;
use peek_model::{
    Gpt2Config,
    checkpoint::{Names, StoredDtype, synth},
};
use proptest::{prelude::*, sample::Index, test_runner::RngSeed, test_runner::TestRunner};
use serde_json::{Value, json};

#[global_allocator]
static COUNTER: PeakAlloc = PeakAlloc;

/// Bytes that are allocated whatever is read: the chunk, and the engine's own.
const CONSTANT: usize = 512 * 1024;

/// Peak of memory while loading, beyond what was there before. The result is dropped.
fn peak(bytes: &[u8], config: Option<&Gpt2Config>) -> usize {
    let before = COUNTER.current_usage();
    COUNTER.reset_peak_usage();
    drop(load(bytes, config));
    COUNTER.peak_usage() - before
}

fn assert_bounded(bytes: &[u8]) {
    for config in [Some(&tiny()), None] {
        let peak = peak(bytes, config);
        let most = 8 * bytes.len() + CONSTANT;
        assert!(peak <= most, "{peak} bytes for an input of {}", bytes.len());
    }
}

#[test]
fn memory_follows_the_input() {
    // The first load starts the engine's threads and tables.
    let file = File::synth(&tiny(), StoredDtype::F16);
    load(&file.bytes(), Some(&tiny())).expect("a valid checkpoint");
    assert_bounded(&file.bytes());

    good_files_cost_the_model_and_its_largest_tensor();
    claims_cost_nothing(&file);
    other_names_cost_no_more();
    crowded_headers_stay_linear();

    let config = ProptestConfig {
        cases: 200,
        rng_seed: RngSeed::Fixed(3),
        failure_persistence: None,
        ..Default::default()
    };
    let flips = prop::collection::vec((any::<Index>(), 0..8_u32), 1..6);
    let ran = TestRunner::new(config).run(&flips, |flips| {
        let mut bytes = file.bytes();
        for (at, bit) in flips {
            let at = at.index(bytes.len());
            bytes[at] ^= 1 << bit;
        }
        assert_bounded(&bytes);
        Ok(())
    });
    ran.expect("flipped bits buy no memory");
}

fn good_files_cost_the_model_and_its_largest_tensor() {
    // GPT-2 small's proportions: the token embedding is a third of everything.
    let config = Gpt2Config {
        layers: 4,
        heads: 4,
        d_model: 128,
        d_mlp: 512,
        vocab: 5000,
        context: 256,
        layer_norm_epsilon: 1e-5,
    };
    let mut bytes = Vec::new();
    synth::write(&config, 1, &mut bytes).expect("memory takes everything");
    let model = 4 * usize::try_from(config.parameters()).expect("small");
    let largest = 4 * config.vocab * config.d_model;
    let peak = peak(&bytes, Some(&config));
    println!("model {model}, largest tensor {largest}, peak {peak}");
    assert!(peak >= model, "the counter counts");
    assert!(peak <= model + largest + CONSTANT, "{peak} for a model of {model} and a tensor of {largest}");
}

/// TransformerLens's names: thirds that are put together, and an output embedding that is turned.
fn other_names_cost_no_more() {
    let form = synth::Form { names: Names::TransformerLens, untied: true };
    let config = Gpt2Config {
        layers: 4,
        heads: 4,
        d_model: 128,
        d_mlp: 0,
        vocab: 5000,
        context: 256,
        layer_norm_epsilon: 1e-5,
    };
    let mut bytes = Vec::new();
    synth::write_as(&config, form, 1, &mut bytes).expect("memory takes everything");
    let output = config.vocab * (config.d_model + 1);
    let model = 4 * (usize::try_from(config.parameters()).expect("small") + output);
    let largest = 4 * config.vocab * config.d_model;
    let peak = peak(&bytes, Some(&config));
    println!("model {model}, largest tensor {largest}, peak {peak}");
    assert!(peak <= model + largest + CONSTANT, "{peak} for a model of {model} and a tensor of {largest}");

    // Announced consistently, and none of it arrives.
    let small = File::in_form(&tiny(), form);
    let tera = 1_u64 << 40;
    for (name, shape) in [("unembed.W_U", vec![8, tera]), ("blocks.0.attn.W_Q", vec![2, tera, 4])] {
        let mut file = small.clone();
        file.tensors.retain(|tensor| tensor.name != name);
        let end: u64 = file.tensors.iter().map(|tensor| tensor.bytes.len() as u64).sum();
        let size = 4 * shape.iter().product::<u64>();
        file.push(name, "F32", &shape, vec![]);
        let mut header = file.header();
        header[name]["data_offsets"] = json!([end, end + size]);
        assert_bounded(&file.with_header(&Value::Object(header).to_string()));
    }
    // Shapes that agree with each other in every tensor, of a vocabulary that is only announced.
    let mut file = small.clone();
    file.tensors.sort_by_key(|tensor| tensor.name != "unembed.W_U");
    let vocab = 1_u64 << 30;
    let grown = |shape: &[u64]| shape.iter().map(|&n| if n == 11 { vocab } else { n }).collect::<Vec<u64>>();
    let mut end = 0;
    let entries = file.tensors.iter().map(|tensor| {
        let (shape, begin) = (grown(&tensor.shape), end);
        let each = if tensor.dtype == "BOOL" { 1 } else { 4 };
        end += each * shape.iter().product::<u64>();
        (tensor.name.clone(), json!({ "dtype": tensor.dtype, "shape": shape, "data_offsets": [begin, end] }))
    });
    let header: Value = entries.collect();
    let mut bytes = File { tensors: vec![] }.with_header(&header.to_string());
    bytes.resize(bytes.len() + 700_000, 0);
    let refused = load(&bytes, None).expect_err("most of it is missing").to_string();
    assert!(refused.starts_with("tensor `unembed.W_U`: expected its "), "{refused}");
    assert_bounded(&bytes);
    assert_bounded(&small.bytes());
}

/// Tensors and headers of a terabyte, in files of a few kilobytes.
fn claims_cost_nothing(file: &File) {
    let tera = 1_000_000_000_000_u64;
    let mut claims = vec![
        [&99_999_999_u64.to_le_bytes()[..], b"{"].concat(),
        [&u64::MAX.to_le_bytes()[..], b"{}"].concat(),
    ];
    for name in ["wte.weight", "h.1.mlp.c_fc.weight", "stranger"] {
        let entry = json!({ "dtype": "F16", "shape": [tera / 128, 64], "data_offsets": [0, tera] });
        let header: Value = [(name.to_owned(), entry)].into_iter().collect();
        claims.push(file.with_header(&header.to_string()));
    }
    for bytes in claims {
        assert_bounded(&bytes);
    }
    // Whole models, announced consistently, of which only the first three chunks arrive: too little to earn the rest.
    for vocab in [1 << 18, 1 << 30] {
        let huge = Gpt2Config { vocab, d_model: 1 << 10, heads: 1 << 4, ..tiny() };
        let mut end = 0;
        let entries = synth_shapes(&huge).into_iter().map(|(name, shape)| {
            let begin = end;
            end += 2 * shape.iter().product::<u64>();
            (name, json!({ "dtype": "F16", "shape": shape, "data_offsets": [begin, end] }))
        });
        let header: Value = entries.collect();
        let mut bytes = File { tensors: vec![] }.with_header(&header.to_string());
        bytes.resize(bytes.len() + 700_000, 0);
        let refused = load(&bytes, Some(&huge)).expect_err("most of it is missing").to_string();
        assert!(refused.starts_with("tensor `wte.weight`: expected its "), "{refused}");
        assert!(refused.contains("the end of the file after 700000 of them"), "{refused}");
        let peak = peak(&bytes, Some(&huge));
        assert!(peak <= 8 * bytes.len() + CONSTANT, "{peak} bytes for an input of {}", bytes.len());
    }
}

/// Names and shapes of a model that is too large to generate, from those of a small one.
fn synth_shapes(huge: &Gpt2Config) -> Vec<(String, Vec<u64>)> {
    let small = tiny();
    let grown = |n: usize| match n {
        n if n == small.vocab => huge.vocab,
        n if n == small.d_model => huge.d_model,
        n if n == 3 * small.d_model => 3 * huge.d_model,
        n => n,
    };
    synth::generate(&small, 0)
        .map(|(name, shape, _)| (name, shape.into_iter().map(|n| grown(n) as u64).collect()))
        .collect()
}

/// Headers that are nothing but entries, as short as entries can be.
fn crowded_headers_stay_linear() {
    let entries =
        (0..20_000).map(|n| (format!("{n:x}"), json!({ "dtype": "", "shape": [], "data_offsets": [0, 0] })));
    let header: Value = entries.collect();
    assert_bounded(&File { tensors: vec![] }.with_header(&header.to_string()));

    let sizes = vec!["0"; 200_000].join(",");
    let crowded = format!("{{\"a\":{{\"dtype\":\"\",\"shape\":[{sizes}],\"data_offsets\":[0,0]}}}}");
    assert_bounded(&File { tensors: vec![] }.with_header(&crowded));
    let nested = format!("{{\"__metadata__\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    assert_bounded(&File { tensors: vec![] }.with_header(&nested));
}
