//! Safetensors, bent: the header as JSON or as bytes, its length mostly right; now and then all offsets are made to agree
//! with the bent shapes, so that what comes after them is reached.

use rand::{Rng, rngs::StdRng};
use serde_json::{Map, Value, json};

use super::{json, plain};

/// Most bytes of data that a bent shape gets.
const MOST_DATA: usize = 60_000;

/// Bends a file; `false` where it has no header.
pub(super) fn bend(bytes: &mut Vec<u8>, words: &[&str], random: &mut StdRng) -> bool {
    let Some((length, rest)) = bytes.split_first_chunk::<8>() else { return false };
    let length = usize::try_from(u64::from_le_bytes(*length)).unwrap_or(usize::MAX);
    if length > rest.len() {
        return false;
    }
    let (header, data) = rest.split_at(length);
    let (mut header, mut data) = (header.to_vec(), data.to_vec());
    match random.random_range(0..4) {
        0 => plain::bend(&mut header, &[], words, random),
        1 => {
            json::bend(&mut header, random);
        }
        2 => agree(&mut header, &mut data, random),
        _ => plain::bend(&mut data, &header, words, random),
    }
    let mut new = (header.len() as u64).to_le_bytes().to_vec();
    new.append(&mut header);
    new.append(&mut data);
    *bytes = new;
    true
}

/// Bends shapes, dtypes and names, and lays the data out anew for them.
fn agree(header: &mut Vec<u8>, data: &mut Vec<u8>, random: &mut StdRng) {
    let Ok(Value::Object(mut tensors)) = serde_json::from_slice::<Value>(header) else { return };
    let names: Vec<String> = tensors.keys().filter(|name| *name != "__metadata__").cloned().collect();
    if names.is_empty() {
        return;
    }
    for _ in 0..random.random_range(1..=2) {
        let name = &names[random.random_range(0..names.len())];
        match random.random_range(0..6) {
            0 => drop(tensors.remove(name)),
            1 => {
                let dtype =
                    ["F32", "F16", "BF16", "BOOL", "U8", "I64", "F8_E4M3", "F4"][random.random_range(0..8)];
                set(&mut tensors, name, "dtype", json!(dtype));
            }
            2 => {
                let other = &names[random.random_range(0..names.len())];
                let shape = tensors.get(other).and_then(|entry| entry.get("shape")).cloned();
                set(&mut tensors, name, "shape", shape.unwrap_or_default());
            }
            3 => {
                let other = names[random.random_range(0..names.len())].clone();
                if let Some(entry) = tensors.remove(name) {
                    tensors.insert(format!("{other}{}", random.random_range(0..3)), entry);
                }
            }
            _ => {
                let mut shape =
                    tensors.get(name).and_then(|entry| entry.get("shape")).cloned().unwrap_or_default();
                json::bend_value(&mut shape, random);
                set(&mut tensors, name, "shape", shape);
            }
        }
    }
    let mut end = 0_usize;
    for (name, entry) in &mut tensors {
        if name == "__metadata__" {
            continue;
        }
        let size = size(entry).min(MOST_DATA.saturating_sub(end));
        if let Value::Object(entry) = entry {
            entry.insert("data_offsets".into(), json!([end, end + size]));
        }
        end += size;
    }
    data.resize(end, 0);
    *header = Value::Object(tensors).to_string().into_bytes();
}

fn set(tensors: &mut Map<String, Value>, name: &str, field: &str, value: Value) {
    if let Some(Value::Object(entry)) = tensors.get_mut(name) {
        entry.insert(field.into(), value);
    }
}

/// The bytes of a tensor of its shape and dtype.
fn size(entry: &Value) -> usize {
    let axes = entry["shape"].as_array().map(Vec::as_slice).unwrap_or_default();
    let sizes = axes.iter().map(|axis| axis.as_u64().unwrap_or_default());
    let elements = sizes.fold(1_u64, u64::saturating_mul);
    let bits = match entry["dtype"].as_str() {
        Some("F32") => 32,
        Some("F16" | "BF16") => 16,
        Some("I64") => 64,
        Some("F4") => 4,
        _ => 8,
    };
    usize::try_from(elements.saturating_mul(bits).div_ceil(8)).unwrap_or(usize::MAX)
}
