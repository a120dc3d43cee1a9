//! `peek self-test`: published numbers beside the model's, and weights that are damaged.

use std::{path::PathBuf, process::Command};

use serde_json::Value;

fn top() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Exit code, output, messages.
fn self_test(args: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_peek")).arg("self-test").args(args).output();
    let output = output.expect("peek starts");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (output.status.code(), text(output.stdout), text(output.stderr))
}

/// A copy of the demo model with the first weight of `h.1.attn.c_proj.weight` changed by 1.
fn damaged() -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("self-test-damaged");
    std::fs::create_dir_all(&folder).expect("the target directory can be written");
    let from = top().join("assets/demo");
    for name in ["config.json", "tokenizer.json"] {
        std::fs::copy(from.join(name), folder.join(name)).expect("copies");
    }
    let mut bytes = std::fs::read(from.join("model.safetensors")).expect("the demo model");
    let length = u64::from_le_bytes(bytes[..8].try_into().expect("8 bytes")) as usize;
    let header: Value = serde_json::from_slice(&bytes[8..8 + length]).expect("a header");
    let names = ["h.1.attn.c_proj.weight", "transformer.h.1.attn.c_proj.weight"];
    let tensor = names.iter().find_map(|name| header.get(name)).expect("the tensor");
    let at = 8 + length + tensor["data_offsets"][0].as_u64().expect("an offset") as usize;
    match tensor["dtype"].as_str() {
        Some("F16") => bytes[at..at + 2].copy_from_slice(&half::f16::from_f32(1.0).to_le_bytes()),
        Some("F32") => bytes[at..at + 4].copy_from_slice(&1_f32.to_le_bytes()),
        other => panic!("{other:?}"),
    }
    std::fs::write(folder.join("model.safetensors"), bytes).expect("writes");
    folder
}

#[test]
fn the_demo_model_has_its_published_numbers() {
    let (code, out, err) = self_test(&["--format", "json"]);
    assert_eq!(code, Some(0), "{err}");
    let report: Value = serde_json::from_str(&out).expect("one JSON object");
    assert_eq!(report["passed"], true);
    let rows = report["rows"].as_array().expect("rows");
    // 8 prompts with a token, 5 points and a probability; 6 pairs with 2 metrics and 32 heads.
    assert_eq!(rows.len(), 8 * 7 + 6 * 34);
    let worst = rows.iter().filter_map(|row| row["difference"].as_f64()).fold(0.0, f64::max);
    assert!(worst < 1e-4, "{worst}");
    let (code, text, _) = self_test(&[]);
    assert_eq!(code, Some(0));
    assert!(text.contains("260 of 260 numbers are the published ones"), "{text}");
    let (_, csv, _) = self_test(&["--format", "csv"]);
    assert_eq!(csv.lines().count(), 261);
}

#[test]
fn one_damaged_weight_fails_it() {
    let folder = damaged();
    let folder = folder.to_str().expect("UTF-8");
    let (code, out, err) = self_test(&["--model", folder]);
    assert_eq!((code, &*out), (Some(2), ""), "its hash is nobody's, so nothing is compared unasked");
    assert!(err.contains("--expect"), "{err}");

    let expect = top().join("assets/selftest/demo.json");
    let (code, out, err) = self_test(&["--model", folder, "--expect", expect.to_str().expect("UTF-8")]);
    assert_eq!(code, Some(1), "{err}");
    assert!(err.contains("are not the published ones"), "{err}");
    assert!(out.contains("FAILED") && out.contains("L1H0"), "the table is printed all the same: {out}");
}

#[test]
fn numbers_of_another_model_are_refused() {
    let expect = top().join("assets/selftest/gpt2-small.json");
    let (code, out, err) = self_test(&["--expect", expect.to_str().expect("UTF-8")]);
    assert_eq!((code, &*out), (Some(1), ""));
    assert!(err.contains("GPT-2 small") && err.contains("12 layers"), "{err}");
    let (code, _, err) = self_test(&["--expect", top().join("README.md").to_str().expect("UTF-8")]);
    assert_eq!(code, Some(1));
    assert!(err.contains("cannot be used"), "{err}");
}
