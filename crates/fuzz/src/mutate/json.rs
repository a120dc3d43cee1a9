//! JSON, bent where it is still JSON: other values, other kinds, other places.

use rand::{Rng, rngs::StdRng, seq::IndexedRandom};
use serde_json::{Value, json};

use super::odd;

/// Bends a JSON text in one place or more; `false` where it is none.
pub(super) fn bend(bytes: &mut Vec<u8>, random: &mut StdRng) -> bool {
    let Ok(mut value) = serde_json::from_slice::<Value>(bytes) else { return false };
    bend_value(&mut value, random);
    while random.random_bool(0.5) {
        bend_value(&mut value, random);
    }
    *bytes = value.to_string().into_bytes();
    true
}

/// Bends one value somewhere in another.
pub(super) fn bend_value(root: &mut Value, random: &mut StdRng) {
    let count = count(root);
    let other = nth(root, &mut random.random_range(0..count)).map_or(Value::Null, |value| value.clone());
    let Some(value) = nth(root, &mut random.random_range(0..count)) else { return };
    match random.random_range(0..8) {
        0 | 1 => *value = oddity(random),
        2 => *value = other,
        3 => nudge(value, random),
        4 => shorten(value, random),
        5 => match value {
            Value::Array(all) => all.extend(vec![other; random.random_range(1..9)]),
            Value::Object(map) => drop(map.insert(text(random), other)),
            Value::String(text) => text.push_str(odd::TEXTS.choose(random).unwrap_or(&"")),
            _ => {}
        },
        6 => {
            let inner = value.take();
            *value = if random.random_bool(0.5) { json!([inner]) } else { json!({ "a": inner }) };
        }
        _ => {
            if let Value::Array(all) = value
                && all.len() > 1
            {
                let last = all.len() - 1;
                all.swap(random.random_range(0..=last), random.random_range(0..=last));
            } else if let Value::Object(map) = value
                && let Some(key) = map.keys().nth(random.random_range(0..map.len().max(1))).cloned()
                && let Some(moved) = map.remove(&key)
            {
                map.insert(format!("{key}{}", text(random)), moved);
            }
        }
    }
}

fn count(value: &Value) -> usize {
    1 + match value {
        Value::Array(all) => all.iter().map(count).sum(),
        Value::Object(map) => map.values().map(count).sum(),
        _ => 0,
    }
}

/// The value that is met after so many others.
fn nth<'v>(value: &'v mut Value, before: &mut usize) -> Option<&'v mut Value> {
    if *before == 0 {
        return Some(value);
    }
    *before -= 1;
    match value {
        Value::Array(all) => all.iter_mut().find_map(|value| nth(value, before)),
        Value::Object(map) => map.values_mut().find_map(|value| nth(value, before)),
        _ => None,
    }
}

fn text(random: &mut StdRng) -> String {
    (*odd::TEXTS.choose(random).unwrap_or(&"")).to_owned()
}

fn oddity(random: &mut StdRng) -> Value {
    match random.random_range(0..9) {
        0 => Value::Null,
        1 => json!(random.random_bool(0.5)),
        2 => json!([]),
        3 => json!({}),
        4 => json!(text(random)),
        5 => json!(odd::LENGTHS.choose(random)),
        6 => json!(random.random_range(0..20)),
        7 => json!(text(random).repeat(random.random_range(1..3000))),
        _ => odd::NUMBERS
            .choose(random)
            .and_then(|number| serde_json::from_str(number).ok())
            .unwrap_or_default(),
    }
}

/// A number next to it; another kind's empty value for the rest.
fn nudge(value: &mut Value, random: &mut StdRng) {
    let by = random.random_range(-2..=2_i64);
    *value = match &*value {
        Value::Number(n) if n.is_u64() => json!(n.as_u64().unwrap_or_default().wrapping_add_signed(by)),
        Value::Number(n) => json!(n.as_f64().unwrap_or_default() * by as f64),
        Value::Bool(is) => json!(!is),
        Value::String(text) => json!(text.chars().rev().collect::<String>()),
        _ => Value::Null,
    };
}

fn shorten(value: &mut Value, random: &mut StdRng) {
    match value {
        Value::Array(all) if !all.is_empty() => drop(all.remove(random.random_range(0..all.len()))),
        Value::Object(map) => {
            if let Some(key) = map.keys().nth(random.random_range(0..map.len().max(1))).cloned() {
                map.remove(&key);
            }
        }
        Value::String(text) => drop(text.pop()),
        _ => {}
    }
}
