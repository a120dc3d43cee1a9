//! Every form in which a GPT-2 checkpoint may come gives the same model.

use std::{collections::HashMap, io::Cursor};

use crate::common::{File, Stutter, inferable, load, refusal, rounded, sha256, tiny, weights};
use futures_util::io::AllowStdIo;
use peek_model::{
    Device, Forward, Gpt2Config, Groups, Site, TapSet,
    checkpoint::{self, HfConfig, Origin, StoredDtype, synth},
    pattern,
};
use peek_names::TokenId;
use safetensors::{Dtype, SafeTensors, tensor::TensorView};

#[test]
fn every_dtype_loads_to_its_own_rounding() {
    for dtype in [StoredDtype::F32, StoredDtype::F16, StoredDtype::BF16] {
        let bytes = File::synth(&tiny(), dtype).bytes();
        let loaded = load(&bytes, Some(&tiny())).expect("a valid checkpoint");
        assert_eq!(loaded.dtype, dtype);
        assert_eq!(loaded.bytes, bytes.len() as u64);
        assert_eq!(loaded.sha256, sha256(&bytes));
        assert_eq!(loaded.origin, Origin::default());
        assert_eq!(loaded.model.config, tiny());
        assert_eq!(weights(&loaded.model), rounded(&tiny(), dtype), "{dtype}");
    }
}

#[test]
fn a_random_model_is_what_its_file_holds() {
    let model = synth::random_model(&tiny(), 7, &Device::flex()).expect("a tiny model");
    assert_eq!(weights(&model), rounded(&tiny(), StoredDtype::F32));
    let other = synth::random_model(&tiny(), 8, &Device::flex()).expect("a tiny model");
    assert_ne!(weights(&other), weights(&model), "the seed matters");
}

#[test]
fn keys_may_have_the_prefix() {
    let mut file = File::synth(&tiny(), StoredDtype::F32);
    for tensor in &mut file.tensors {
        tensor.name.insert_str(0, "transformer.");
    }
    let loaded = load(&file.bytes(), Some(&tiny())).expect("a prefixed checkpoint");
    assert_eq!(weights(&loaded.model), rounded(&tiny(), StoredDtype::F32));
}

#[test]
fn masks_and_strangers_are_read_past() {
    let mut file = File::synth(&tiny(), StoredDtype::F32);
    file.push("h.0.attn.bias", "U8", &[1, 1, 5, 5], vec![1; 25]);
    file.push("h.1.attn.bias", "BOOL", &[1, 1, 5, 5], vec![1; 25]);
    file.push("h.0.attn.masked_bias", "F32", &[], f32::NEG_INFINITY.to_le_bytes().into());
    file.push("h.1.attn.masked_bias", "F99", &[3], vec![9; 7]);
    file.push("h.01.ln_1.weight", "F64", &[1], vec![255; 8]);
    file.push("score.weight", "F32", &[2], vec![255; 8]);
    file.push("empty", "F32", &[3, 0], vec![]);
    file.tensors.reverse();
    let loaded = load(&file.bytes(), Some(&tiny())).expect("what is not needed does not matter");
    assert_eq!(weights(&loaded.model), rounded(&tiny(), StoredDtype::F32));
}

#[test]
fn shapes_tell_the_config_where_there_is_none() {
    // Eleven layers: keys sorted as text put layer 10 before layer 2.
    let file = File::synth(&inferable(), StoredDtype::F16);
    let loaded = load(&file.bytes(), None).expect("heads of width 64");
    assert_eq!(loaded.model.config, inferable());
    let refused = refusal(&File::synth(&tiny(), StoredDtype::F32).bytes(), None);
    assert_eq!(
        refused,
        "the number of heads cannot be told from the weights alone when d_model is 8: open the checkpoint \
         together with its config.json"
    );
}

#[test]
fn a_tied_head_is_accepted_and_another_is_not() {
    let mut file = File::synth(&tiny(), StoredDtype::F32);
    let wte = file.tensor("wte.weight").bytes.clone();
    file.push("lm_head.weight", "F32", &[11, 8], wte);
    load(&file.bytes(), Some(&tiny())).expect("wte stored twice");
    file.tensors.rotate_right(1);
    load(&file.bytes(), Some(&tiny())).expect("the same with the head in front");

    file.tensor("lm_head.weight").bytes[5] ^= 1;
    assert_eq!(
        refusal(&file.bytes(), Some(&tiny())),
        "tensor `lm_head.weight`: expected the values of `wte.weight`: GPT-2's output is tied to its token \
         embedding, found other values: open its config.json too, where `tie_word_embeddings` is false if the output \
         was trained apart"
    );
}

#[test]
fn any_reader_will_do_and_progress_is_told() {
    let bytes = File::synth(&tiny(), StoredDtype::F32).bytes();
    let config = HfConfig::from(tiny());
    let device = Device::flex();
    let mut heard = Vec::new();
    let stutter = Stutter { bytes: &bytes, turn: 0 };
    let progress = |done, total| heard.push((done, total));
    let slow = pollster::block_on(checkpoint::load(stutter, Some(&config), &device, progress));
    let slow = slow.expect("a slow network is no error");
    assert_eq!(slow.sha256, sha256(&bytes), "however the bytes arrive");
    assert_eq!(weights(&slow.model), rounded(&tiny(), StoredDtype::F32));

    let total = bytes.len() as u64;
    assert!(heard.is_sorted() && heard.iter().all(|&(_, of)| of == total), "{heard:?}");
    assert_eq!(heard.last(), Some(&(total, total)));
    assert!(heard.len() >= 28, "after each of 28 tensors: {heard:?}");

    let file = AllowStdIo::new(Cursor::new(&bytes));
    let read = pollster::block_on(checkpoint::load(file, Some(&config), &device, |_, _| {}));
    assert_eq!(weights(&read.expect("a file").model), weights(&slow.model));
}

#[test]
fn the_formats_own_writer_is_read() {
    let tensors: Vec<_> = synth::generate(&tiny(), 7)
        .map(|(name, shape, values)| {
            (name, shape, values.iter().flat_map(|value| value.to_le_bytes()).collect::<Vec<u8>>())
        })
        .collect();
    let views = tensors.iter().map(|(name, shape, bytes)| {
        (name.as_str(), TensorView::new(Dtype::F32, shape.clone(), bytes).expect("bytes fit the shape"))
    });
    let metadata = HashMap::from([("format".to_owned(), "pt".to_owned())]);
    let bytes = safetensors::serialize(views, Some(metadata)).expect("a checkpoint");
    let loaded = load(&bytes, Some(&tiny())).expect("the same checkpoint");
    assert_eq!(weights(&loaded.model), rounded(&tiny(), StoredDtype::F32));
}

#[test]
fn the_synthetic_file_is_read_by_the_formats_own_reader_and_by_ours() {
    let config = Gpt2Config { layers: 11, ..tiny() };
    let mut bytes = Vec::new();
    synth::write(&config, 7, &mut bytes).expect("memory takes everything");
    let loaded = load(&bytes, Some(&config)).expect("a checkpoint");
    assert_eq!(weights(&loaded.model), rounded(&config, StoredDtype::F32));

    let theirs = SafeTensors::deserialize(&bytes).expect("a safetensors file");
    assert_eq!(theirs.len(), 4 + 11 * 13);
    let mask = theirs.tensor("h.10.attn.bias").expect("masks as in the published file");
    assert_eq!((mask.dtype(), mask.shape()), (Dtype::F32, &[1, 1, 5, 5][..]));
    let ones = mask.data().chunks(4).filter(|value| *value == 1_f32.to_le_bytes());
    assert_eq!(ones.count(), 15, "a triangle of 5");
}

#[test]
fn synthetic_numbers_are_the_same_on_every_machine() {
    let config = Gpt2Config { vocab: 5000, ..tiny() };
    let wte = synth::generate(&config, 7).next().expect("the first tensor").2;
    // Computed apart, in Python with numpy's f32.
    let known = [0x3e2a_5120, 0x3e44_a73c, 0x3e79_af9b, 0x3e34_6fdb].map(f32::from_bits);
    assert_eq!(wte[..4], known);
    let n = wte.len() as f64;
    let (sum, squares) = wte.iter().fold((0.0, 0.0), |(sum, squares), &value| {
        (sum + f64::from(value), squares + f64::from(value) * f64::from(value))
    });
    assert!((sum / n).abs() < 0.002, "mean {}", sum / n);
    assert!(((squares / n).sqrt() - 0.14).abs() < 0.002, "spread {}", (squares / n).sqrt());
}

#[test]
fn a_random_model_attends_neither_to_everything_nor_to_one_thing() {
    for d_model in [32, 256] {
        let config = Gpt2Config { layers: 3, heads: 4, d_model, d_mlp: 4 * d_model, context: 16, ..tiny() };
        let model = synth::random_model(&config, 3, &Device::flex()).expect("a small model");
        let tokens: Vec<TokenId> = (0..16).map(|n| TokenId(n * 7 % 11)).collect();
        let keep = TapSet::none().and(Site::Qkv, model.layers());
        let taps = Forward::new(&model, &tokens, keep).expect("a prompt that fits").finish();
        let mut entropies = Vec::new();
        for layer in model.layers() {
            let qkv = taps.get(Site::Qkv, layer).expect("it was asked for");
            let groups = Groups { heads: config.heads, size: qkv.dims()[0] };
            let pattern = pattern(qkv, None, groups).into_data();
            let pattern: Vec<f32> = pattern.try_to_vec().expect("patterns are f32");
            // The last query of each head sees all 16 keys.
            let last = pattern.chunks(16).skip(15).step_by(16);
            entropies.extend(last.map(|row| row.iter().map(|p| -p * p.max(1e-30).ln()).sum::<f32>()));
        }
        let mean = entropies.iter().sum::<f32>() / entropies.len() as f32;
        let uniform = 16_f32.ln();
        assert!((0.4 * uniform..0.9 * uniform).contains(&mean), "d {d_model}: {mean} of {uniform}");
    }
}
