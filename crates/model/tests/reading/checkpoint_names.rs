//! TransformerLens's names, blocks without MLP, and output embeddings of their own.

use crate::common::{File, flat, inferable, load, refusal, sha256, tiny, unembedding, weights};
use peek_model::{
    Device, EmbeddingRows, Gpt2, Gpt2Config, ModelError, TapSet,
    checkpoint::{self, HfConfig, LoadedCheckpoint, Names, StoredDtype, synth::Form},
};
use peek_names::TokenId;
use serde_json::json;

const LENS: Form = Form { names: Names::TransformerLens, untied: false };
const LENS_UNTIED: Form = Form { names: Names::TransformerLens, untied: true };
const GPT2_UNTIED: Form = Form { names: Names::Gpt2, untied: true };

fn attention_only() -> Gpt2Config {
    Gpt2Config { d_mlp: 0, ..tiny() }
}

fn load_json(bytes: &[u8], config: &serde_json::Value) -> Result<LoadedCheckpoint, ModelError> {
    let config = HfConfig::parse(config.to_string().as_bytes()).expect("a config");
    pollster::block_on(checkpoint::load(bytes, Some(&config), &Device::flex(), |_, _| {}))
}

/// A GPT-2 config of [`tiny`], as Hugging Face writes one.
fn config_of_tiny() -> serde_json::Value {
    json!({ "n_layer": 2, "n_head": 2, "n_embd": 8, "n_inner": 12, "n_positions": 5, "vocab_size": 11 })
}

/// Raw logits of a prompt at all its positions.
fn logits(model: &Gpt2) -> Vec<f32> {
    let tokens = [3, 1, 4, 10].map(TokenId);
    let pass = peek_model::Forward::new(model, &tokens, TapSet::none()).expect("a prompt that fits");
    flat(&model.unembed(pass.finish().resid_final))
}

fn near(a: &[f32], b: &[f32]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-5)
}

#[test]
fn both_families_of_names_give_the_same_model() {
    for config in [tiny(), attention_only(), inferable()] {
        let plain =
            load(&File::in_form(&config, Form::default()).bytes(), Some(&config)).expect("GPT-2's names");
        // Heads have an axis of their own, so no config is needed whatever their width.
        for given in [None, Some(&config)] {
            let bytes = File::in_form(&config, LENS).bytes();
            let lens = load(&bytes, given).expect("TransformerLens's names");
            assert_eq!(lens.model.config, config);
            assert_eq!(lens.sha256, sha256(&bytes));
            assert_eq!(weights(&lens.model), weights(&plain.model));
            assert!(!lens.model.unembedding.is_tied() && plain.model.unembedding.is_tied());
            assert_eq!(unembedding(&lens.model), weights(&plain.model)[0], "W_U is wte, turned");
            let bias = lens.model.unembedding.bias().expect("b_U");
            assert!(flat(&bias).iter().all(|&b| b == 0.0));
            assert!(near(&logits(&lens.model), &logits(&plain.model)));
        }
    }
}

#[test]
fn an_output_embedding_of_its_own_is_used_for_logits_alone() {
    for config in [tiny(), attention_only()] {
        let lens = load(&File::in_form(&config, LENS_UNTIED).bytes(), None).expect("loads").model;
        let tied = load(&File::in_form(&config, LENS).bytes(), None).expect("loads").model;
        assert_eq!(weights(&lens), weights(&tied), "all else is the same");
        assert_ne!(unembedding(&lens), unembedding(&tied));
        let vocab = config.vocab as u64;
        assert_eq!(lens.parameters(), config.parameters() + vocab * 8 + vocab);

        // By the definition, number by number.
        let tokens = [3, 1, 4, 10].map(TokenId);
        let pass = peek_model::Forward::new(&lens, &tokens, TapSet::none()).expect("fits");
        let rows = flat(&lens.ln_f.apply(pass.finish().resid_final));
        let (columns, bias) = (unembedding(&lens), flat(&lens.unembedding.bias().expect("b_U")));
        let by_hand: Vec<f32> = rows
            .chunks(8)
            .flat_map(|row| {
                columns
                    .chunks(8)
                    .zip(&bias)
                    .map(|(column, bias)| row.iter().zip(column).map(|(a, b)| a * b).sum::<f32>() + bias)
            })
            .collect();
        assert!(near(&logits(&lens), &by_hand));
    }
}

#[test]
fn an_untied_head_needs_the_configs_word() {
    let bytes = File::in_form(&tiny(), GPT2_UNTIED).bytes();
    assert!(refusal(&bytes, Some(&tiny())).contains("`tie_word_embeddings` is false"));
    let mut config = config_of_tiny();
    config["tie_word_embeddings"] = json!(false);
    let untied = load_json(&bytes, &config).expect("its own head").model;
    let lens = load(&File::in_form(&tiny(), LENS_UNTIED).bytes(), None).expect("loads").model;
    assert_eq!(unembedding(&untied), unembedding(&lens));
    assert!(untied.unembedding.bias().is_none());

    let without = File::in_form(&tiny(), Form::default()).bytes();
    let missing = load_json(&without, &config).expect_err("no head").to_string();
    assert!(missing.starts_with("tensor `lm_head.weight`: expected a tensor of that name"), "{missing}");
}

#[test]
fn blocks_without_mlp_are_seen_from_the_weights() {
    // Hugging Face's names with a config that keeps silent about it, and without any config.
    let file = File::in_form(&attention_only(), Form::default());
    assert!(file.tensors.iter().all(|tensor| !tensor.name.contains("mlp") && !tensor.name.contains("ln_2")));
    let loaded = load_json(&file.bytes(), &config_of_tiny()).expect("attention alone");
    assert_eq!(loaded.model.config, attention_only());
    let wide = Gpt2Config { d_mlp: 0, ..inferable() };
    let loaded = load(&File::in_form(&wide, Form::default()).bytes(), None).expect("heads of width 64");
    assert_eq!(loaded.model.config, wide);

    // A normalisation that stands before nothing does not matter; half an MLP does.
    let mut file = file;
    file.push("h.0.ln_2.weight", "F32", &[8], vec![0; 32]);
    load(&file.bytes(), Some(&attention_only())).expect("read past");
    file.push("h.1.mlp.c_proj.bias", "F32", &[8], vec![0; 32]);
    assert!(refusal(&file.bytes(), Some(&tiny())).starts_with("tensor `h.0.ln_2.bias`: expected a tensor"));
    assert_eq!(
        refusal(&file.bytes(), Some(&attention_only())),
        "tensor `h.1.mlp.c_proj.bias`: expected no MLP, since config.json has `attn_only`, found one: open the \
         config.json that belongs to these weights"
    );
}

#[test]
fn folded_norms_only_normalise() {
    let mut file = File::in_form(&tiny(), LENS_UNTIED);
    file.tensors.retain(|tensor| !tensor.name.contains("ln"));
    let model = load(&file.bytes(), None).expect("LNPre").model;
    for norm in [&model.ln_f, &model.blocks[1].ln_1, &model.blocks[1].mlp.as_ref().expect("an MLP").ln_2] {
        assert_eq!((flat(&norm.gain), flat(&norm.bias)), (vec![1.0; 8], vec![0.0; 8]));
    }
    // One that is left of them means that the others are missing.
    let whole = File::in_form(&tiny(), LENS_UNTIED);
    file.tensors.extend(whole.tensors.into_iter().filter(|tensor| tensor.name == "blocks.1.ln2.w"));
    assert!(
        refusal(&file.bytes(), None).starts_with("tensor `blocks.0.ln1.w`: expected a tensor of that name")
    );
}

#[test]
fn masks_of_either_family_are_read_past() {
    let mut file = File::in_form(&tiny(), LENS);
    assert_eq!(file.tensor("blocks.1.attn.mask").dtype, "BOOL");
    file.push("blocks.0.attn.IGNORE", "F32", &[], f32::NEG_INFINITY.to_le_bytes().into());
    file.push("blocks.7.attn.mask", "BOOL", &[0, 0], vec![]);
    assert_eq!(load(&file.bytes(), None).expect("loads").model.config.layers, 2, "a mask makes no layer");
}

#[test]
fn what_transformer_lens_would_not_write_is_refused_by_name() {
    for (gone, expected) in [
        ("blocks.1.attn.W_K", "tensor `blocks.1.attn.W_K`: expected a tensor of that name"),
        ("blocks.0.attn.b_V", "tensor `blocks.0.attn.b_V`: expected a tensor of that name"),
        ("blocks.1.mlp.b_in", "tensor `blocks.1.mlp.b_in`: expected a tensor of that name"),
        ("unembed.W_U", "tensor `unembed.W_U`: expected a tensor of that name"),
        ("pos_embed.W_pos", "tensor `pos_embed.W_pos`: expected a tensor of that name"),
        ("ln_final.b", "tensor `ln_final.b`: expected a tensor of that name"),
    ] {
        let mut file = File::in_form(&tiny(), LENS);
        file.tensors.retain(|tensor| tensor.name != gone);
        let refused = refusal(&file.bytes(), None);
        assert!(refused.starts_with(expected), "{refused}");
    }
    let file = File::in_form(&tiny(), LENS);
    let turned = refusal(&file.bent("unembed.W_U", "shape", json!([11, 8])), None);
    assert!(turned.starts_with("tensor `unembed.W_U`: expected shape [8, 11], found [11, 8]"), "{turned}");
    // Heads whose widths do not add up to the residual stream's.
    let mut file = file;
    file.tensor("blocks.0.attn.W_Q").shape = vec![2, 8, 2];
    file.tensor("blocks.0.attn.W_Q").bytes.truncate(2 * 8 * 2 * 4);
    let narrow = refusal(&file.bytes(), None);
    assert!(narrow.contains("heads times d_head to be d_model, which is 8, found 2 heads of 2"), "{narrow}");
    let damaged = File::in_form(&tiny(), LENS);
    let mut bytes = damaged.bytes();
    bytes.truncate(bytes.len() - 1);
    assert!(refusal(&bytes, None).contains("the file is incomplete, fetch it again"));
}

/// What a GPU with small bindings gets: embeddings in uploads and blocks of a few rows, and an output embedding turned
/// strip by strip.
#[test]
fn embeddings_in_blocks_are_the_embeddings_in_one() {
    for (form, config) in [(LENS_UNTIED, tiny()), (LENS, attention_only()), (Form::default(), tiny())] {
        let bytes = File::in_form(&config, form).bytes();
        let whole = load(&bytes, Some(&config)).expect("loads").model;
        for (upload, block) in [(1, 1), (1, 3), (2, 4), (4, 8), (5, 5), (11, 11), (3, 30)] {
            let config = HfConfig::from(config.clone());
            let device = Device::flex();
            let rows = |_: &Gpt2Config| EmbeddingRows { upload, block };
            let load = checkpoint::load_in_rows(bytes.as_slice(), Some(&config), &device, rows, |_, _| {});
            let parts = pollster::block_on(load).expect("loads").model;
            let blocks = parts.unembedding.embedding().blocks();
            assert!(blocks.iter().all(|part| part.dims()[0] <= block), "a block fits its binding");
            assert_eq!(blocks.len(), 11_usize.div_ceil(block / upload * upload));
            assert_eq!(unembedding(&parts), unembedding(&whole));
            assert_eq!(weights(&parts), weights(&whole));
            assert!(near(&logits(&parts), &logits(&whole)));
            assert!(near(&flat(&parts.unembedding.mean()), &flat(&whole.unembedding.mean())));
            let tokens = [10, 0, 7, 7].map(TokenId);
            assert_eq!(
                flat(&parts.unembedding.rows(&tokens, &device)),
                flat(&whole.unembedding.rows(&tokens, &device))
            );
        }
    }
}

#[test]
fn half_precision_has_these_names_too() {
    let mut file = File::in_form(&tiny(), LENS_UNTIED);
    let mut expected = Vec::new();
    for tensor in file.tensors.iter_mut().filter(|tensor| tensor.dtype == "F32") {
        let values = tensor.bytes.as_chunks().0.iter().map(|&b| half::f16::from_f32(f32::from_le_bytes(b)));
        let halves: Vec<half::f16> = values.collect();
        if tensor.name == "unembed.b_U" {
            expected = halves.iter().map(|half| half.to_f32()).collect();
        }
        tensor.dtype = "F16".into();
        tensor.bytes = halves.iter().flat_map(|half| half.to_le_bytes()).collect();
    }
    let loaded = load(&file.bytes(), None).expect("loads");
    assert_eq!(loaded.dtype, StoredDtype::F16);
    assert_eq!(flat(&loaded.model.unembedding.bias().expect("b_U")), expected);
}
