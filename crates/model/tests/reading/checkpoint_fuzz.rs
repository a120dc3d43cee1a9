//! No bytes at all make the loader panic, and what it refuses it refuses by name.

use crate::common::{File, inferable, load, tiny};
use peek_model::{Gpt2Config, ModelError, checkpoint::HfConfig, checkpoint::StoredDtype};
use proptest::{prelude::*, sample::Index, test_runner::RngSeed};
use serde_json::{Value, json};

fn config() -> ProptestConfig {
    ProptestConfig {
        cases: 300,
        rng_seed: RngSeed::Fixed(20),
        failure_persistence: None,
        ..Default::default()
    }
}

/// Loads with and without a config; a panic fails the test by itself.
fn survives(bytes: &[u8]) {
    for config in [Some(&tiny()), None] {
        match load(bytes, config) {
            Ok(loaded) => assert_eq!(loaded.bytes, bytes.len() as u64),
            Err(error) => {
                let named = matches!(
                    error,
                    ModelError::NotSafetensors { .. }
                        | ModelError::Tensor { .. }
                        | ModelError::UnknownHeads { .. }
                );
                assert!(named, "{error:?}");
                assert!(error.to_string().len() < 600, "{error}");
            }
        }
    }
}

fn valid(dtype: StoredDtype) -> File {
    let mut file = File::synth(&tiny(), dtype);
    file.push("h.0.attn.bias", "U8", &[1, 1, 5, 5], vec![1; 25]);
    file
}

fn dtype() -> impl Strategy<Value = StoredDtype> {
    prop_oneof![Just(StoredDtype::F32), Just(StoredDtype::F16), Just(StoredDtype::BF16)]
}

/// What a field of the header may turn into.
fn oddity() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        Just(json!({})),
        Just(json!([])),
        Just(json!("F16")),
        Just(json!("\u{0}")),
        Just(json!([0, 0])),
        any::<i64>().prop_map(|n| json!(n)),
        any::<f64>().prop_map(|n| json!(n)),
        prop::collection::vec(0_u64..600, 0..10).prop_map(|sizes| json!(sizes)),
        prop::collection::vec(any::<u64>(), 0..4).prop_map(|sizes| json!(sizes)),
        (0_u64..5000, 0_u64..5000).prop_map(|(a, b)| json!([a, b])),
    ]
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn flipped_bits(dtype in dtype(), flips in prop::collection::vec((any::<Index>(), 0..8_u32), 1..6)) {
        let mut bytes = valid(dtype).bytes();
        for (at, bit) in flips {
            let at = at.index(bytes.len());
            bytes[at] ^= 1 << bit;
        }
        survives(&bytes);
    }

    #[test]
    fn flipped_bits_of_the_header(flips in prop::collection::vec((0_usize..2200, 0..8_u32), 1..6)) {
        let mut bytes = valid(StoredDtype::F32).bytes();
        for (at, bit) in flips {
            bytes[at] ^= 1 << bit;
        }
        survives(&bytes);
    }

    #[test]
    fn cut_and_padded(dtype in dtype(), at in any::<Index>(), tail in prop::collection::vec(any::<u8>(), 0..40)) {
        let mut bytes = valid(dtype).bytes();
        bytes.truncate(at.index(bytes.len()));
        bytes.extend(tail);
        survives(&bytes);
    }

    #[test]
    fn spliced(from in any::<Index>(), to in any::<Index>(), length in 0_usize..200) {
        let mut bytes = valid(StoredDtype::F32).bytes();
        let from = from.index(bytes.len() - length);
        let part = bytes[from..from + length].to_vec();
        let to = to.index(bytes.len());
        bytes.splice(to..to, part);
        survives(&bytes);
    }

    #[test]
    fn bent_headers(edits in prop::collection::vec((any::<Index>(), 0..5_usize, oddity()), 1..3)) {
        let file = valid(StoredDtype::F32);
        let mut header = file.header();
        for (which, field, value) in edits {
            let keys: Vec<String> = header.keys().cloned().collect();
            let key = which.get(&keys);
            match field {
                3 => header[key] = value,
                4 => {
                    let moved = header.remove(key).expect("the key was just listed");
                    header.insert(value.to_string(), moved);
                }
                _ => if let Some(entry) = header[key].as_object_mut() {
                    entry.insert(["dtype", "shape", "data_offsets"][field].into(), value);
                },
            }
        }
        survives(&file.with_header(&Value::Object(header).to_string()));
    }

    #[test]
    fn consistent_files_of_the_wrong_shape(
        which in any::<Index>(),
        shape in prop::collection::vec(0_u64..20, 0..4),
        name in prop::option::of("(transformer\\.)?(h\\.[0-9]{1,20}\\.ln_1\\.weight|lm_head\\.weight|[a-z.]{0,9})"),
        inferred in any::<bool>(),
    ) {
        let mut file = if inferred {
            File::synth(&Gpt2Config { layers: 1, ..inferable() }, StoredDtype::BF16)
        } else {
            valid(StoredDtype::BF16)
        };
        let size = shape.iter().product::<u64>() * 2;
        let at = which.index(file.tensors.len());
        let tensor = &mut file.tensors[at];
        tensor.bytes = vec![0; usize::try_from(size).expect("small")];
        tensor.dtype = "BF16".into();
        tensor.shape = shape;
        if let Some(name) = name {
            tensor.name = name;
        }
        survives(&file.bytes());
    }

    #[test]
    fn noise(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        survives(&bytes);
    }

    #[test]
    fn noise_behind_a_plausible_length(
        json in "[\\[\\]{}:,\"0-9a-z\\\\ .-]{2,200}",
        tail in prop::collection::vec(any::<u8>(), 0..40),
    ) {
        let mut bytes = (json.len() as u64).to_le_bytes().to_vec();
        bytes.extend(json.bytes());
        bytes.extend(tail);
        survives(&bytes);
    }

    #[test]
    fn configs(field in any::<Index>(), value in oddity(), noise in prop::collection::vec(any::<u8>(), 0..60)) {
        let mut fields: serde_json::Map<String, Value> =
            serde_json::from_str(&HfConfig::write(&tiny())).expect("our own JSON");
        let keys: Vec<String> = fields.keys().cloned().collect();
        fields[field.get(&keys)] = value;
        for bytes in [Value::Object(fields).to_string().into_bytes(), noise] {
            if let Ok(config) = HfConfig::parse(&bytes) {
                // Whatever a config may ask for, it is compared with the weights and not believed.
                let _ = load(&valid(StoredDtype::F32).bytes(), Some(config.shape()));
            }
        }
    }
}
