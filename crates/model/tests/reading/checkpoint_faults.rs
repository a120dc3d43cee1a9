//! Every malformed checkpoint is refused with the tensor, what was expected, what was found, and what to do.

use crate::common::{File, refusal, stored, tiny};
use peek_model::{
    Device, Gpt2Config, ModelError,
    checkpoint::{self, HfConfig, StoredDtype},
};
use serde_json::{Value, json};

const AGAIN: &str = "the file is damaged, fetch it again";
const MISMATCH: &str = "open the config.json that belongs to these weights";
const FOREIGN: &str = "choose a GPT-2 checkpoint with f32, f16 or bf16 weights";

fn file() -> File {
    File::synth(&tiny(), StoredDtype::F32)
}

fn refused(bytes: &[u8]) -> String {
    refusal(bytes, Some(&tiny()))
}

fn no_checkpoint(expected: &str, found: &str) -> String {
    format!(
        "this is no safetensors checkpoint: expected {expected}, found {found}: choose the model.safetensors of a \
         GPT-2"
    )
}

fn tensor(name: &str, expected: &str, found: &str, advice: &str) -> String {
    format!("tensor `{name}`: expected {expected}, found {found}: {advice}")
}

#[test]
fn files_that_are_something_else() {
    let cases: [(&[u8], String); 6] = [
        (b"", no_checkpoint("the 8 bytes of the header's length", "the end of the file after 0")),
        (b"1234567", no_checkpoint("the 8 bytes of the header's length", "the end of the file after 7")),
        (
            b"version https://git-lfs.github.com/spec/v1",
            no_checkpoint("a safetensors header", "a Git LFS pointer, which stands for the real file"),
        ),
        (
            b"PK\x03\x04\0\0\0\0\0\0",
            no_checkpoint("a safetensors header", "a zip archive, perhaps a pytorch_model.bin"),
        ),
        (
            b"<!doctype html>",
            no_checkpoint("a header of 2 to 100000000 bytes", "a length of 8104636974849335612"),
        ),
        (b"\x01\0\0\0\0\0\0\0{", no_checkpoint("a header of 2 to 100000000 bytes", "a length of 1")),
    ];
    for (bytes, sentence) in cases {
        assert_eq!(refused(bytes), sentence);
    }
}

#[test]
fn headers_that_lie_about_their_length() {
    let mut bytes = file().bytes();
    bytes.truncate(108);
    let length = u64::from_le_bytes(bytes[..8].try_into().expect("8 bytes"));
    let expected = format!("a header of {length} bytes");
    assert_eq!(refused(&bytes), no_checkpoint(&expected, "the end of the file after 100 of them"));

    bytes[..8].copy_from_slice(&100_000_001_u64.to_le_bytes());
    let found = "a length of 100000001";
    assert_eq!(refused(&bytes), no_checkpoint("a header of 2 to 100000000 bytes", found));
    bytes[..8].copy_from_slice(&u64::MAX.to_le_bytes());
    let found = "a length of 18446744073709551615";
    assert_eq!(refused(&bytes), no_checkpoint("a header of 2 to 100000000 bytes", found));
}

#[test]
fn headers_that_are_no_map_of_tensors() {
    let json = "a JSON header that names tensors";
    let cases = [
        ("[]", "invalid type: sequence, expected a map of tensors at line 1 column 0"),
        ("{} x", "trailing characters at line 1 column 4"),
        ("{\\\"", "key must be a string at line 1 column 2"),
        ("{\"a\":", "EOF while parsing a value at line 1 column 5"),
    ];
    for (header, found) in cases {
        let sentence = refused(&file().with_header(&header.replace('\\', "")));
        if header == "{\"a\":" {
            assert!(sentence.contains(found) && sentence.starts_with("tensor `a`:"), "{sentence}");
        } else if header.contains('\\') {
            assert!(sentence.contains(json), "{sentence}");
        } else {
            assert_eq!(sentence, no_checkpoint(json, found));
        }
    }
    let missing = tensor("wte.weight", "a tensor of that name", "none among the file's 0", FOREIGN);
    assert_eq!(refused(&File { tensors: vec![] }.bytes()), missing);
}

#[test]
fn entries_that_are_no_tensors() {
    let whole = "`dtype`, `shape` (at most 8 sizes) and two `data_offsets` in the header";
    let cases = [
        ("dtype", json!(32), "invalid type: integer `32`, expected a string"),
        ("shape", json!([-1]), "invalid value: integer `-1`, expected u64"),
        ("shape", json!([1, 2, 3, 4, 5, 6, 7, 8, 9]), "invalid length 9, expected at most 8 sizes"),
        ("shape", json!([8.5]), "invalid type: floating point `8.5`, expected u64"),
        ("data_offsets", json!([0]), "invalid length 1, expected a tuple of size 2"),
        ("data_offsets", json!([0, 1e30]), "invalid type: floating point `1e+30`, expected u64"),
    ];
    for (field, value, found) in cases {
        let sentence = refused(&file().bent("h.1.ln_2.bias", field, value));
        let start = format!("tensor `h.1.ln_2.bias`: expected {whole}, found {found} at line 1 column ");
        assert!(sentence.starts_with(&start) && sentence.ends_with(AGAIN), "{sentence}\n{start}");
    }
    let mut header = file().header();
    header["wpe.weight"].as_object_mut().expect("an entry").remove("shape");
    let sentence = refused(&file().with_header(&Value::Object(header).to_string()));
    assert!(
        sentence.starts_with(&format!("tensor `wpe.weight`: expected {whole}, found missing field `shape`"))
    );
}

#[test]
fn names_that_come_twice() {
    let mut file = file();
    let twice = file.tensor("wpe.weight").clone();
    file.push("transformer.wpe.weight", "F32", &twice.shape, twice.bytes.clone());
    let sentence = tensor("wpe.weight", "one tensor of that name", "the name twice in the header", AGAIN);
    assert_eq!(refused(&file.bytes()), sentence);

    let text = Value::Object(file.header()).to_string().replace("transformer.wpe", "wpe");
    assert_eq!(refused(&file.with_header(&text)), sentence);
}

#[test]
fn offsets_that_contradict_each_other() {
    // wte lies at 0..352, wpe at 352..512, h.0.ln_1.weight at 512..544.
    let cases = [
        (json!([352, 100]), "offsets whose end is not before their beginning", "bytes 352..100".into()),
        (
            json!([320, 480]),
            "data from byte 352 on, where `wte.weight` ends",
            "bytes 320..480, which overlap it".to_owned(),
        ),
        (
            json!([356, 516]),
            "data from byte 352 on, where `wte.weight` ends",
            "bytes 356..516, which leave a gap after it".into(),
        ),
        (json!([352, 508]), "data from byte 508 on, where `wpe.weight` ends", String::new()),
        (json!([352, 516]), "data from byte 516 on, where `wpe.weight` ends", String::new()),
    ];
    for (offsets, expected, found) in cases {
        let sentence = refused(&file().bent("wpe.weight", "data_offsets", offsets));
        let sentence_of_next = tensor("h.0.ln_1.weight", expected, "bytes 512..544", AGAIN);
        if found.is_empty() {
            let fault = if expected.contains("508") { "leave a gap after it" } else { "overlap it" };
            let next = sentence_of_next.replace("512..544", &format!("512..544, which {fault}"));
            assert_eq!(sentence, next);
        } else {
            assert_eq!(sentence, tensor("wpe.weight", expected, &found, AGAIN));
        }
    }
    let first = file().bent("wte.weight", "data_offsets", json!([4, 352]));
    let found = "bytes 4..352, which leave a gap after it";
    assert_eq!(
        refused(&first),
        tensor("wte.weight", "data from byte 0 on, where the header ends", found, AGAIN)
    );
}

#[test]
fn offsets_beyond_the_file() {
    let mut file = file();
    let end: usize = file.tensors.iter().map(|tensor| tensor.bytes.len()).sum();
    file.push("extra", "U8", &[1_000_000_000_000], vec![]);
    let far = file.bent("extra", "data_offsets", json!([end, end + 1_000_000_000_000]));
    let found = "the end of the file after 0 of them";
    let advice = "the file is incomplete, fetch it again";
    assert_eq!(refused(&far), tensor("extra", "its 1000000000000 bytes", found, advice));

    let most = file.bent("extra", "shape", json!([u64::MAX - end as u64]));
    let most = String::from_utf8_lossy(&most[8..]).into_owned();
    assert!(most.contains(&(u64::MAX - end as u64).to_string()));
    let mut header = file.header();
    header["extra"] = json!({ "dtype": "F99", "shape": [], "data_offsets": [end, u64::MAX] });
    let sentence = refused(&file.with_header(&Value::Object(header).to_string()));
    let found = format!("an end at {}", u64::MAX);
    assert_eq!(sentence, no_checkpoint("offsets that fit into 64 bits", &found));
}

#[test]
fn files_that_are_cut_short_or_too_long() {
    let mut bytes = file().bytes();
    let whole = bytes.len();
    bytes.push(0);
    let expected = format!("the end of the file after its last tensor, at byte {whole}");
    assert_eq!(refused(&bytes), no_checkpoint(&expected, "more bytes, which no tensor claims"));
    bytes.truncate(whole - 3);
    let found = "the end of the file after 29 of them";
    let advice = "the file is incomplete, fetch it again";
    assert_eq!(refused(&bytes), tensor("ln_f.bias", "its 32 bytes", found, advice));
}

#[test]
fn shapes_and_sizes_that_do_not_agree() {
    let long = file().bent("wpe.weight", "shape", json!([5, 9]));
    assert_eq!(refused(&long), tensor("wpe.weight", "180 bytes for shape [5, 9] of F32", "160 bytes", AGAIN));
    for huge in [json!([1_u64 << 40, 1_u64 << 40]), json!([1_u64 << 61, 3]), json!([u64::MAX])] {
        let sentence = refused(&file().bent("wpe.weight", "shape", huge.clone()));
        let found = huge.to_string().replace(',', ", ");
        let expected = "a shape whose size in bytes fits into 64 bits";
        assert_eq!(sentence, tensor("wpe.weight", expected, &found, AGAIN));
    }
    // As many bytes, in another shape: only the config can tell.
    let turned = file().bent("wpe.weight", "shape", json!([8, 5]));
    assert_eq!(refused(&turned), tensor("wpe.weight", "shape [5, 8]", "[8, 5]", MISMATCH));
    let flat = file().bent("h.0.attn.c_attn.weight", "shape", json!([192]));
    assert_eq!(refused(&flat), tensor("h.0.attn.c_attn.weight", "shape [8, 24]", "[192]", MISMATCH));
    let flat = file().bent("wte.weight", "shape", json!([88]));
    let expected = "shape [vocabulary, d_model], nothing 0";
    assert_eq!(refusal(&flat, None), tensor("wte.weight", expected, "[88]", FOREIGN));
}

#[test]
fn dtypes_that_are_no_weights() {
    let unknown = file().bent("h.0.ln_1.bias", "dtype", json!("F8_E9\n"));
    let expected = "dtype F32, F16 or BF16";
    assert_eq!(refused(&unknown), tensor("h.0.ln_1.bias", expected, "`F8_E9\\n`", FOREIGN));
    let integers = file().bent("h.0.ln_1.bias", "dtype", json!("I32"));
    assert_eq!(refused(&integers), tensor("h.0.ln_1.bias", expected, "`I32`", FOREIGN));
}

#[test]
fn missing_and_surplus_tensors() {
    for gone in ["wte.weight", "wpe.weight", "h.1.mlp.c_proj.bias", "ln_f.weight"] {
        let mut file = file();
        file.tensors.retain(|tensor| tensor.name != gone);
        let sentence = tensor(gone, "a tensor of that name", "none among the file's 27", FOREIGN);
        assert_eq!(refused(&file.bytes()), sentence);
    }
    let deeper = Gpt2Config { layers: 3, ..tiny() };
    let sentence = tensor("h.2.ln_1.weight", "a tensor of that name", "none among the file's 28", FOREIGN);
    assert_eq!(refusal(&file().bytes(), Some(&deeper)), sentence);

    let shallower = Gpt2Config { layers: 1, ..tiny() };
    let expected = "layers below 1";
    let sentence = tensor("h.1.mlp.c_proj.weight", expected, "a tensor of a further one", MISMATCH);
    assert_eq!(refusal(&file().bytes(), Some(&shallower)), sentence);
}

#[test]
fn layers_that_no_model_has() {
    let mut file = File::synth(&crate::common::inferable(), StoredDtype::F32);
    let name = "h.18446744073709551615.ln_1.weight";
    file.push(name, "F32", &[], vec![0; 4]);
    let found = "a tensor of a further one";
    let sentence = tensor(name, "layers below 65535", found, MISMATCH);
    assert_eq!(refusal(&file.bytes(), None), sentence);
}

#[test]
fn numbers_that_are_none() {
    let faults = [(f32::NAN, "NaN"), (f32::INFINITY, "inf"), (f32::NEG_INFINITY, "-inf")];
    let advice = "the weights are damaged or their training diverged, choose another file";
    for dtype in [StoredDtype::F32, StoredDtype::F16, StoredDtype::BF16] {
        for (value, shown) in faults {
            let mut file = File::synth(&tiny(), dtype);
            let bytes = stored(value, dtype);
            let at = 13 * bytes.len();
            file.tensor("h.1.mlp.c_fc.weight").bytes.splice(at..at + bytes.len(), bytes);
            let found = format!("{shown} at index 13 of shape [8, 12]");
            let sentence = tensor("h.1.mlp.c_fc.weight", "finite numbers", &found, advice);
            assert_eq!(refused(&file.bytes()), sentence);
        }
    }
}

#[test]
fn a_head_of_another_shape() {
    let mut file = file();
    file.push("lm_head.weight", "F32", &[1, 8], vec![0; 32]);
    assert_eq!(refused(&file.bytes()), tensor("lm_head.weight", "shape [11, 8]", "[1, 8]", FOREIGN));
}

#[test]
fn messages_stay_short_and_printable() {
    let name = format!("a\u{1b}[31m{}", "x".repeat(100_000));
    let mut file = file();
    file.push(&name, "F32", &[2], vec![0; 4]);
    let sentence = refused(&file.bytes());
    assert!(sentence.len() < 300, "{} bytes", sentence.len());
    assert!(sentence.starts_with("tensor `a\\u{1b}[31mxxx") && sentence.contains("x…`: "), "{sentence}");
}

#[test]
fn a_reader_that_fails_is_quoted() {
    struct Broken;
    impl futures_util::io::AsyncRead for Broken {
        fn poll_read(
            self: std::pin::Pin<&mut Self>,
            _: &mut std::task::Context<'_>,
            _: &mut [u8],
        ) -> std::task::Poll<std::io::Result<usize>> {
            std::task::Poll::Ready(Err(std::io::Error::other("the network is down")))
        }
    }
    let bytes = file().bytes();
    let reader = futures_util::io::AsyncReadExt::chain(&bytes[..bytes.len() - 40], Broken);
    let config = HfConfig::from(tiny());
    let error = pollster::block_on(checkpoint::load(reader, Some(&config), &Device::flex(), |_, _| {}))
        .expect_err("the reader failed");
    assert!(matches!(error, ModelError::Read { .. }));
    assert_eq!(
        error.to_string(),
        format!(
            "the checkpoint could not be read past byte {}, within tensor `ln_f.weight`: the network is down: open \
             it again",
            bytes.len() - 40
        )
    );
}
