//! A checkpoint that is stored anew is the same model, rounded, and says where it comes from.

use crate::common::{File, load, rounded, sha256, tiny, unembedding, weights};
use peek_model::{
    ModelError,
    checkpoint::{HfConfig, Names, Origin, Rewrite, StoredDtype, logit_error_text, synth::Form},
};

fn rewrite(bytes: &[u8], dtype: StoredDtype) -> Result<Vec<u8>, ModelError> {
    let config = HfConfig::from(tiny());
    let hash = sha256(bytes);
    let open = pollster::block_on(Rewrite::open(bytes, Some(&config), dtype, &hash))?;
    let (length, error_at) = (open.bytes(), open.logit_error_at());
    let mut out = Vec::new();
    assert_eq!(pollster::block_on(open.write(&mut out))?, hash, "what was read");
    assert_eq!(out.len() as u64, length, "the length is known beforehand");
    let at = usize::try_from(error_at).expect("small");
    assert_eq!(&out[at..at + 14], logit_error_text(0.0).as_bytes());
    Ok(out)
}

#[test]
fn what_is_kept_is_rounded_and_what_is_not_learnt_is_dropped() {
    let mut file = File::in_form(&tiny(), Form::default());
    let wte = file.tensor("wte.weight").bytes.clone();
    file.push("lm_head.weight", "F32", &[11, 8], wte);
    file.push("h.0.attn.masked_bias", "F32", &[], vec![0; 4]);
    file.push("score.weight", "F32", &[1], vec![0; 4]);
    for dtype in [StoredDtype::F16, StoredDtype::F32] {
        let new = rewrite(&file.bytes(), dtype).expect("stored anew");
        let loaded = load(&new, Some(&tiny())).expect("a checkpoint");
        assert_eq!((loaded.dtype, weights(&loaded.model)), (dtype, rounded(&tiny(), dtype)));
        assert_eq!(
            loaded.origin,
            Origin { derived_from: Some(sha256(&file.bytes())), logit_error: Some(0.0) }
        );
        let read = File::parse(&new);
        assert_eq!(read.tensors.len(), 4 + 2 * 12);
        assert!(read.tensors.iter().all(|tensor| tensor.dtype == dtype.to_string().to_uppercase()));
        let size = if dtype == StoredDtype::F16 { 2 } else { 4 };
        let numbers = usize::try_from(tiny().parameters()).expect("small");
        let header = usize::try_from(u64::from_le_bytes(new[..8].try_into().expect("8"))).expect("small");
        assert_eq!(new.len(), 8 + header + size * numbers, "nothing but weights");
        assert_eq!(header % 8, 0);
    }
}

#[test]
fn transformer_lenss_names_stay_theirs() {
    let form = Form { names: Names::TransformerLens, untied: true };
    let file = File::in_form(&tiny(), form);
    let new = rewrite(&file.bytes(), StoredDtype::F16).expect("stored anew");
    let (old, new) = (load(&file.bytes(), None).expect("loads"), load(&new, None).expect("loads"));
    assert_eq!(new.model.config, old.model.config);
    let half = |value: &f32| half::f16::from_f32(*value).to_f32();
    assert_eq!(unembedding(&new.model), unembedding(&old.model).iter().map(half).collect::<Vec<_>>());
}

#[test]
fn a_number_beyond_the_range_is_named() {
    let mut file = File::in_form(&tiny(), Form::default());
    file.tensor("h.1.mlp.c_fc.bias").bytes[8..12].copy_from_slice(&65_520_f32.to_le_bytes());
    let refused = rewrite(&file.bytes(), StoredDtype::F16).expect_err("too large").to_string();
    assert_eq!(
        refused,
        "tensor `h.1.mlp.c_fc.bias`: expected numbers that f16 can hold, found 65520 at index 2 of shape [12]: store \
         this model as f32"
    );
    rewrite(&file.bytes(), StoredDtype::F32).expect("f32 holds it");
    file.tensor("h.1.mlp.c_fc.bias").bytes[8..12].copy_from_slice(&65_519_f32.to_le_bytes());
    rewrite(&file.bytes(), StoredDtype::F16).expect("rounds to the largest");
}

#[test]
fn damaged_files_are_refused() {
    let bytes = File::in_form(&tiny(), Form::default()).bytes();
    let short = rewrite(&bytes[..bytes.len() - 5], StoredDtype::F16).expect_err("cut short");
    assert!(short.to_string().contains("the file is incomplete"), "{short}");
    let long = [&bytes[..], b"x"].concat();
    assert!(rewrite(&long, StoredDtype::F16).is_err());
    let mut nan = File::in_form(&tiny(), Form::default());
    nan.tensor("wpe.weight").bytes[..4].copy_from_slice(&f32::NAN.to_le_bytes());
    let refused = rewrite(&nan.bytes(), StoredDtype::F16).expect_err("no number").to_string();
    assert!(refused.starts_with("tensor `wpe.weight`: expected finite numbers"), "{refused}");

    struct Full;
    impl std::io::Write for Full {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("no space left"))
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let config = HfConfig::from(tiny());
    let open = pollster::block_on(Rewrite::open(&bytes[..], Some(&config), StoredDtype::F16, ""));
    let error =
        pollster::block_on(open.expect("a checkpoint").write(&mut Full)).expect_err("the disk is full");
    assert!(error.to_string().contains("no space left: make room"), "{error}");
}

#[test]
fn an_error_of_any_size_fits_its_place() {
    for error in [0.0, 1.0, 0.001_234_567_8, 1e-45, f32::MAX, f32::MIN_POSITIVE] {
        let text = logit_error_text(error);
        assert_eq!(text.len(), 14, "{text}");
        let back: f32 = text.trim().parse().expect("a number");
        assert!((back - error).abs() <= error * 1e-6, "{text}");
    }
}
