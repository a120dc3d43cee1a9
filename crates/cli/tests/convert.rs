//! `peek convert`: what it writes is the same model, what it says of it is measured, and what goes wrong leaves nothing
//! behind.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use peek_model::{
    Gpt2, Tokenizer,
    checkpoint::{self, HfConfig, StoredDtype, synth},
};
use peek_names::TokenId;
use pollster::block_on;
use safetensors::SafeTensors;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const SHAPE: [&str; 12] = [
    "synth",
    "--seed",
    "9",
    "--layers",
    "2",
    "--heads",
    "2",
    "--d-model",
    "32",
    "--vocab",
    "2587",
    "--context",
];

fn peek(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_peek")).args(args).output().expect("peek starts")
}

fn done(args: &[&str]) -> String {
    let output = peek(args);
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// The exit code and the message.
fn fails(args: &[&str]) -> (Option<i32>, String) {
    let output = peek(args);
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

/// An empty folder.
fn fresh(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("convert").join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).expect("ours to delete");
    }
    fs::create_dir_all(&folder).expect("the target directory can be written");
    folder
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a UTF-8 path")
}

/// A small checkpoint with the demo's tokenizer.
fn source(folder: &Path, form: &[&str]) {
    done(&[&SHAPE[..], &["64", "--out", text(folder)], form].concat());
    let tokenizer = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/demo/tokenizer.json");
    fs::copy(tokenizer, folder.join("tokenizer.json")).expect("part of the project");
}

fn names(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).expect("a folder");
    entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
}

fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn json_of(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).expect("written")).expect("JSON")
}

/// A folder's weights, pieces put together as any shell would.
fn weights(folder: &Path) -> Vec<u8> {
    let pieces = names(folder).into_iter().filter(|name| name.contains(".safetensors"));
    pieces.flat_map(|name| fs::read(folder.join(name)).expect("there")).collect()
}

fn load(bytes: &[u8], folder: &Path) -> checkpoint::LoadedCheckpoint {
    let config = HfConfig::parse(&fs::read(folder.join("config.json")).expect("copied")).expect("a config");
    block_on(checkpoint::load(bytes, Some(&config), &peek_model::cpu(), |_, _| {})).expect("loads")
}

#[test]
fn pieces_hold_the_model_in_half_the_size() {
    let top = fresh("pieces");
    let (from, out) = (top.join("from"), top.join("out"));
    source(&from, &[]);
    // Room for a cut: the vocabulary alone has 2,587 x 64 numbers, and --shard-mb counts in whole MB.
    let wide = top.join("wide");
    done(&[
        "synth",
        "--seed",
        "9",
        "--layers",
        "2",
        "--heads",
        "4",
        "--d-model",
        "256",
        "--vocab",
        "2587",
        "--context",
        "128",
        "--out",
        text(&wide),
    ]);
    fs::copy(from.join("tokenizer.json"), wide.join("tokenizer.json")).expect("copied");
    let told = done(&["convert", "--model", text(&wide), "--out", text(&out), "--shard-mb", "1"]);

    let entry = json_of(&out.join("model.json"));
    let files = entry["files"].as_array().expect("a list");
    let pieces: Vec<&Value> = files.iter().filter(|file| file["role"] == "weights").collect();
    assert!(pieces.len() > 3, "{entry:#}");
    let mut expected: BTreeSet<String> =
        ["model.json", "config.json", "tokenizer.json"].map(str::to_owned).into();
    for (at, piece) in pieces.iter().enumerate() {
        assert_eq!(piece["address"], format!("model.safetensors.{:03}", at + 1).as_str());
        let is_last = at + 1 == pieces.len();
        let bytes = piece["bytes"].as_u64().expect("a size");
        assert!(if is_last { bytes <= 1_000_000 } else { bytes == 1_000_000 }, "{bytes}");
        expected.insert(piece["address"].as_str().expect("a name").to_owned());
    }
    assert_eq!(names(&out), expected);
    for file in files {
        let bytes = fs::read(out.join(file["address"].as_str().expect("a name"))).expect("there");
        assert_eq!(
            (file["bytes"].as_u64(), file["sha256"].as_str()),
            (Some(bytes.len() as u64), Some(&*hash(&bytes)))
        );
    }

    let old = fs::read(wide.join("model.safetensors")).expect("there");
    let new = weights(&out);
    assert!(new.len() < old.len() / 2, "masks are gone too: {} of {}", new.len(), old.len());
    let read = SafeTensors::deserialize(&new).expect("the format's own reader takes it");
    let before = SafeTensors::deserialize(&old).expect("ours");
    assert_eq!(read.len(), before.len() - 2);
    for (name, tensor) in read.iter() {
        let halves = before.tensor(name).expect("the same names").data().as_chunks().0.iter();
        let halves = halves.flat_map(|&four| half::f16::from_f32(f32::from_le_bytes(four)).to_le_bytes());
        assert!(tensor.data().iter().copied().eq(halves), "{name}");
    }
    let loaded = load(&new, &out);
    assert_eq!(loaded.dtype, StoredDtype::F16);
    assert_eq!(loaded.origin.derived_from.as_deref(), Some(&*hash(&old)));
    assert_eq!(entry["derived_from"], hash(&old).as_str());
    assert_eq!((&entry["id"], &entry["dtype"]), (&json!("out-f16"), &json!("f16")));
    let shape = json!({ "layers": 2, "heads": 4, "d_model": 256, "vocab": 2587, "context": 128 });
    assert_eq!(entry["shape"], shape);
    assert!(
        told.contains(&format!("{} bytes in {} file(s), stored as f16", new.len(), pieces.len())),
        "{told}"
    );

    // The same engine reads the pieces, and a missing one is named.
    let prompt = ["lens", "--prompt", "Who wrote Emma?", "--answer", " Jane", "--format", "json", "--model"];
    done(&[&prompt[..], &[text(&out)]].concat());
    fs::remove_file(out.join("model.safetensors.002")).expect("ours to delete");
    let (code, message) = fails(&[&prompt[..], &[text(&out)]].concat());
    assert_eq!(code, Some(1));
    assert!(message.contains("number 2 is missing"), "{message}");
}

/// Logits after every token, on the host.
fn logits(model: &Gpt2, ids: &[TokenId]) -> Vec<f32> {
    let pass = peek_model::Forward::new(model, ids, peek_model::TapSet::none()).expect("fits");
    model.unembed(pass.finish().resid_final).into_data().try_into_vec().expect("f32")
}

#[test]
fn the_error_is_that_of_the_two_models() {
    let top = fresh("error");
    let (from, out) = (top.join("from"), top.join("gpt"));
    source(&from, &[]);
    let told = done(&[
        "convert",
        "--model",
        text(&from),
        "--out",
        text(&out),
        "--id",
        "small",
        "--label",
        "A small one",
    ]);
    let entry = json_of(&out.join("model.json"));
    assert_eq!((&entry["id"], &entry["label"]), (&json!("small"), &json!("A small one")));
    assert_eq!(entry["files"][0]["address"], "model.safetensors", "no cut where it fits");
    let said = entry["logit_error"].as_f64().expect("a number") as f32;

    // The original out of its seed, and what convert wrote.
    let config = HfConfig::parse(&fs::read(from.join("config.json")).expect("there")).expect("a config");
    let mut form = Vec::new();
    synth::write(config.shape(), 9, &mut form).expect("memory");
    let before = load(&form, &out).model;
    let after = load(&weights(&out), &out);
    let tokenizer = fs::read(out.join("tokenizer.json")).expect("copied");
    let tokenizer = Tokenizer::from_json(&tokenizer).expect("a tokenizer");
    let prompts = [
        "Who wrote Pride and Prejudice?",
        "Who wrote Pride and Prejudice? Some say Emily Brontë.",
        "When Mary and John went to the store, John gave a drink to",
        "The capital of France is",
        "It was the best of times, it was the worst of times, it was the age of wisdom,",
        "def add(a, b):\n    return a +",
        "1, 2, 3, 4, 5, 6,",
        "日本語と русский язык 🙂",
    ];
    let (mut raw, mut centred) = (0.0_f32, 0.0_f32);
    for prompt in prompts {
        let ids: Vec<TokenId> = tokenizer
            .bos()
            .into_iter()
            .chain(tokenizer.encode(prompt).expect("encodes").into_iter().map(|piece| piece.id))
            .take(64)
            .collect();
        let (a, b) = (logits(&before, &ids), logits(&after.model, &ids));
        for (a, b) in a.chunks(2587).zip(b.chunks(2587)) {
            let mean = |row: &[f32]| row.iter().map(|&x| f64::from(x)).sum::<f64>() / 2587.0;
            let (mean_a, mean_b) = (mean(a), mean(b));
            for (&a, &b) in a.iter().zip(b) {
                raw = raw.max((a - b).abs());
                centred = centred.max(((f64::from(a) - mean_a) - (f64::from(b) - mean_b)).abs() as f32);
            }
        }
    }
    let measured = raw.max(centred);
    assert!(measured > 1e-5, "rounding costs something: {measured}");
    assert!((measured - said).abs() < 2e-6 + 1e-3 * measured, "{measured} against {said}");
    let written = after.origin.logit_error.expect("in the header");
    assert!((written - said).abs() <= 1e-6 * said, "{written} and {said}");
    assert!(told.contains(&format!("largest difference of a logit {said:.3e}")), "{told}");

    // Stored as f32 nothing is rounded.
    let exact = top.join("exact");
    done(&["convert", "--model", text(&from), "--out", text(&exact), "--dtype", "f32", "--shard-mb", "0"]);
    assert_eq!(json_of(&exact.join("model.json"))["logit_error"], 0.0);
    assert_eq!(load(&weights(&exact), &exact).origin.logit_error, Some(0.0));
}

#[test]
fn other_families_are_converted_too() {
    let top = fresh("families");
    for (name, form) in [
        ("lens", &["--names", "transformer-lens", "--untied", "--attention-only"][..]),
        ("head", &["--untied"][..]),
        ("alone", &["--attention-only"][..]),
    ] {
        let (from, out) = (top.join(name).join("from"), top.join(name).join("out"));
        source(&from, form);
        done(&["convert", "--model", text(&from), "--out", text(&out)]);
        let model = load(&weights(&out), &out).model;
        let original = load(&weights(&from), &from).model;
        assert_eq!(model.config, original.config);
        assert_eq!(model.unembedding.is_tied(), name == "alone");
        let ids = [1, 2, 3].map(TokenId);
        let (new, old) = (logits(&model, &ids), logits(&original, &ids));
        let largest = new.iter().zip(old).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(largest > 0.0 && largest < 0.02, "{name}: {largest}");
    }
    let file = fs::read(top.join("lens/out/model.safetensors")).expect("written");
    let read = SafeTensors::deserialize(&file).expect("a checkpoint");
    assert!(read.tensor("blocks.1.attn.W_K").is_ok() && read.tensor("blocks.0.attn.mask").is_err());
}

#[test]
fn a_list_of_models_gets_the_entry() {
    let top = fresh("list");
    let from = top.join("from");
    source(&from, &["--attention-only"]);
    let list = top.join("site/models.json");
    fs::create_dir_all(top.join("site/models")).expect("made");
    let other = json!({ "id": "other", "anything": [1, 2] });
    let old = json!({ "id": "a b-f16", "label": "old" });
    fs::write(&list, json!({ "models": [other, old], "note": "kept" }).to_string()).expect("written");

    // Beside the output folder, without being named; a name with a space is escaped in addresses.
    let out = top.join("site/a b");
    done(&["convert", "--model", text(&from), "--out", text(&out), "--licence", "MIT", "--about", "Small."]);
    let read = json_of(&list);
    assert_eq!((&read["note"], &read["models"][0]), (&json!("kept"), &other));
    assert_eq!(read["models"].as_array().map(Vec::len), Some(2), "the old entry is replaced");
    let entry = &read["models"][1];
    assert_eq!((&entry["licence"], &entry["about"]), (&json!("MIT"), &json!("Small.")));
    assert_eq!(entry["files"][0]["address"], "a%20b/model.safetensors");
    let mut alone = json_of(&out.join("model.json"));
    alone["files"] = entry["files"].clone();
    assert_eq!(&alone, entry, "the same but for its addresses");

    // Named, further up.
    let deep = top.join("site/models/deep");
    done(&["convert", "--model", text(&from), "--out", text(&deep), "--list", text(&list)]);
    let read = json_of(&list);
    assert_eq!(read["models"][2]["files"][0]["address"], "models/deep/model.safetensors");

    // A list that cannot point to the output, or that is none, stops it before any work.
    let aside = top.join("aside");
    let (code, message) =
        fails(&["convert", "--model", text(&from), "--out", text(&aside), "--list", text(&list)]);
    assert!(code == Some(2) && message.contains("not in a folder above"), "{message}");
    fs::write(&list, "[]").expect("written");
    let (code, message) = fails(&["convert", "--model", text(&from), "--out", text(&top.join("site/x"))]);
    assert!(code == Some(2) && message.contains("list `models`"), "{message}");
    assert!(!aside.exists() && !top.join("site/x").exists(), "nothing was begun");
}

#[test]
fn what_fails_leaves_nothing_behind() {
    let top = fresh("faults");
    let (from, out) = (top.join("from"), top.join("out"));
    source(&from, &[]);
    let path = from.join("model.safetensors");
    let whole = fs::read(&path).expect("there");
    let convert = ["convert", "--model", text(&from), "--out", text(&out)];

    fs::write(&path, &whole[..whole.len() - 1]).expect("written");
    let (code, message) = fails(&convert);
    assert!(code == Some(1) && message.contains("the file is incomplete"), "{message}");
    assert!(names(&out).is_empty());

    // Beyond f16's range: found while it is written, so pieces were there by then.
    let mut large = whole.clone();
    let at = large.len() - 4;
    large[at..].copy_from_slice(&70_000_f32.to_le_bytes());
    fs::write(&path, &large).expect("written");
    let (code, message) = fails(&convert);
    assert!(code == Some(1), "{message}");
    assert!(message.contains("tensor `wte.weight`") && message.contains("70000"), "{message}");
    assert!(message.contains("store this model as f32"), "{message}");
    assert!(names(&out).is_empty(), "{:?}", names(&out));

    // What the user has is never written over.
    fs::write(&path, &whole).expect("written");
    fs::write(out.join("model.safetensors.001"), "something of value").expect("written");
    let (code, message) = fails(&convert);
    assert!(code == Some(2) && message.contains("choose another folder"), "{message}");
    assert_eq!(names(&out).len(), 1);
    assert_eq!(fails(&["convert", "--model", text(&from), "--out", text(&from)]).0, Some(2));
    assert_eq!(fs::read(&path).expect("there"), whole);

    // A tokenizer of another model.
    fs::remove_file(out.join("model.safetensors.001")).expect("ours");
    fs::remove_file(from.join("tokenizer.json")).expect("ours");
    let (code, message) = fails(&convert);
    assert!(code == Some(1) && message.contains("tokenizer.json that belongs"), "{message}");
}
