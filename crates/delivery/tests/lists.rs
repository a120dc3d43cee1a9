//! Lists of models: the shipped ones, and hostile ones.

use std::{fs, path::PathBuf};

use peek_delivery::{ModelList, address};
use peek_protocol::FileRole;
use proptest::prelude::*;
use rand::{Rng, SeedableRng, rngs::StdRng, seq::IndexedRandom};
use sha2::{Digest, Sha256};

const AT: &str = "https://host.test/peek/models.json";

fn assets() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../assets")
}

fn shipped() -> String {
    fs::read_to_string(assets().join("models.json")).expect("it is shipped")
}

#[test]
fn the_shipped_list_is_whole_and_its_own_files_are_as_it_says() {
    let list = ModelList::parse(&shipped(), AT).expect("it is a list");
    assert!(list.refused.is_empty(), "{:?}", list.refused);
    let ids: Vec<&str> = list.entries.iter().map(|entry| &*entry.model.id).collect();
    assert_eq!(ids, ["demo", "gpt2", "distilgpt2", "gpt2-medium"]);
    let mut own = 0;
    for entry in &list.entries {
        let mut weights = entry.model.files.iter().filter(|file| file.role == FileRole::Weights);
        let is_verifiable = weights.all(|file| file.sha256.is_some());
        assert_eq!(is_verifiable, entry.model.id != "gpt2-medium", "{}", entry.model.id);
        for file in &entry.model.files {
            let Some(path) = file.address.strip_prefix("https://host.test/peek/") else {
                assert!(file.address.starts_with("https://huggingface.co/"), "{}", file.address);
                continue;
            };
            let bytes = fs::read(assets().join(path)).expect(path);
            let hash: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(file.bytes, Some(bytes.len() as u64), "{path}");
            assert_eq!(file.sha256.as_deref(), Some(&*hash), "{path}");
            own += 1;
        }
    }
    assert_eq!(own, 6, "the demo's three, and GPT-2's merges for each of the others");
    let small = &list.entries[1];
    assert_eq!(small.model.files[0].role, FileRole::Weights);
    assert_eq!(small.model.files[0].bytes, Some(548_105_171));
    let hosts = fs::read_to_string(assets().join("models/models.json")).expect("it is shipped");
    assert!(ModelList::parse(&hosts, AT).expect("it is a list").entries.is_empty());
}

#[test]
fn an_error_is_short_whatever_it_quotes() {
    let long = "\u{200d}".repeat(50_000);
    let list = ModelList::parse(&format!("\"{long}\""), AT).expect_err("no list").to_string();
    assert!(list.chars().count() < 400, "{list}");
    let read = ModelList::parse(&format!("{{\"models\":[{{\"id\":1}},\"{long}\"]}}"), AT).expect("a list");
    assert!(read.refused.iter().all(|(_, error)| error.to_string().chars().count() < 400));
    assert_eq!(read.refused.len(), 2);
}

#[test]
fn a_bad_entry_is_left_out_with_its_reason_and_the_others_stay() {
    let good = r#"{"id":"a","label":"A","files":[{"role":"weights","address":"a.safetensors","bytes":5,"sha256":null}]}"#;
    for (bad, reason) in [
        (good.to_owned(), "another entry"),
        (good.replace("\"a\"", "\"b\"").replace("a.safetensors", "javascript:alert(1)"), "cannot be used"),
        (good.replace("\"a\"", "\"b\"").replace("null", "\"xyz\""), "hexadecimal"),
        (good.replace("\"a\"", "\"b\"").replace(":5", ":0"), "length 0"),
        (good.replace("\"a\"", "\"b\"").replace(":5", ":-1"), "cannot be read"),
        (good.replace("\"a\"", "\"b\"").replace("weights", "config"), "weights"),
        (good.replace("\"a\"", "\"\""), "\"id\""),
        (good.replace("\"a\",", "\"b\",\"dtype\":\"i8\","), "dtype"),
        (good.replace("\"a\",", "\"b\",\"logit_error\":-1,"), "logit_error"),
        ("7".to_owned(), "cannot be read"),
    ] {
        let list = ModelList::parse(&format!(r#"{{"models":[{good},{bad}]}}"#), AT).expect("it is a list");
        assert_eq!(list.entries.len(), 1, "{bad}");
        assert_eq!(list.entries[0].model.files[0].address, "https://host.test/peek/a.safetensors");
        assert_eq!(list.refused.len(), 1);
        assert!(list.refused[0].1.to_string().contains(reason), "{bad}: {}", list.refused[0].1);
    }
}

#[test]
fn what_is_no_list_is_refused() {
    for text in ["", "[]", "{}", "null", "<html>", r#"{"models":{}}"#, "\u{feff}{\"models\":[]}"] {
        assert!(ModelList::parse(text, AT).is_err(), "{text}");
    }
    assert!(ModelList::parse(&" ".repeat(2 << 20), AT).is_err());
    let many = vec!["0"; 201].join(",");
    assert!(ModelList::parse(&format!(r#"{{"models":[{many}]}}"#), AT).is_err());
    let deep = "[".repeat(100_000);
    assert!(ModelList::parse(&deep, AT).is_err());
}

#[test]
fn no_damaged_list_panics_or_lets_another_scheme_through() {
    let (mut rng, text) = (StdRng::seed_from_u64(7), shipped().into_bytes());
    let scraps: [&[u8]; 8] = [b"\"", b"}", b"-1", b"1e999", b"null", b"file:///", b"\xff", b"\"models\":"];
    for _ in 0..5000 {
        let mut damaged = text.clone();
        for _ in 0..rng.random_range(1..4) {
            let at = rng.random_range(0..damaged.len());
            let until = (at + rng.random_range(0..12)).min(damaged.len());
            let scrap = scraps.choose(&mut rng).expect("there are some");
            damaged.splice(at..until, scrap.iter().copied());
        }
        let Ok(list) = ModelList::parse(&String::from_utf8_lossy(&damaged), AT) else { continue };
        for file in list.entries.iter().flat_map(|entry| &entry.model.files) {
            assert!(file.address.starts_with("http://") || file.address.starts_with("https://"));
        }
    }
}

proptest! {
    #[test]
    fn addresses_come_out_absolute_or_not_at_all(text in "\\PC{0,60}", path in "[a-z./?#:@\\[\\]%]{0,40}") {
        for address in [text, path] {
            if let Ok(resolved) = address::resolve(&address, AT) {
                prop_assert!(resolved.starts_with("http://") || resolved.starts_with("https://"));
                prop_assert_eq!(address::parse(&resolved), Ok(resolved.clone()), "resolving is done once and for all");
                let path = resolved.split("://").nth(1).and_then(|rest| rest.split_once('/')).map_or("", |(_, p)| p);
                let path = path.split('?').next().unwrap_or_default();
                prop_assert!(!path.split('/').any(|part| part == ".." || part == "."), "{}", resolved);
            }
            let _ = peek_delivery::from_address(&address);
        }
    }
}
