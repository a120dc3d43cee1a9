use std::fmt;

use serde::{
    Deserializer,
    de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor},
};

/// What a checkpoint says of where it comes from, in its header's `__metadata__`. Whoever wrote the file can write
/// anything there: what is no hash, or no error that a measurement can give, is taken as not said.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Origin {
    /// The SHA-256 of the bytes that it was converted from, in lower-case hexadecimal.
    pub derived_from: Option<String>,
    /// The largest difference of a logit that the conversion brought.
    pub logit_error: Option<f32>,
}

/// The keys of [`Origin`]'s fields.
pub(crate) const DERIVED_FROM: &str = "derived_from";
pub(crate) const LOGIT_ERROR: &str = "logit_error";

/// The longest value that is looked at: a hash has 64 characters.
const LONGEST: usize = 64;

impl Origin {
    fn take(&mut self, key: &str, value: &str) {
        match key {
            DERIVED_FROM => {
                let is_hash =
                    value.len() == 64 && value.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
                self.derived_from = is_hash.then(|| value.to_owned());
            }
            LOGIT_ERROR => {
                let error = value.trim().parse().ok();
                self.logit_error = error.filter(|error: &f32| error.is_finite() && *error >= 0.0);
            }
            _ => {}
        }
    }
}

/// The seed with which a header's parser reads its `__metadata__`, whatever stands there.
pub(crate) struct Metadata<'o>(pub(crate) &'o mut Origin);

impl<'de> DeserializeSeed<'de> for Metadata<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Metadata<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map of texts")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            if let Some(value) = map.next_value_seed(Short)? {
                self.0.take(&key, &value);
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<(), A::Error> {
        drain(seq)
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<(), E> {
        Ok(())
    }
}

/// A text of bounded length; nothing where it is longer, or no text.
struct Short;

impl<'de> DeserializeSeed<'de> for Short {
    type Value = Option<String>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Short {
    type Value = Option<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Self::Value, E> {
        Ok((value.len() <= LONGEST).then(|| value.to_owned()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(None)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Self::Value, A::Error> {
        drain(seq).map(|()| None)
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Self::Value, E> {
        Ok(None)
    }
}

fn drain<'de, A: SeqAccess<'de>>(mut seq: A) -> Result<(), A::Error> {
    while seq.next_element::<IgnoredAny>()?.is_some() {}
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<Origin, serde_json::Error> {
        let mut origin = Origin::default();
        Metadata(&mut origin).deserialize(&mut serde_json::Deserializer::from_str(json))?;
        Ok(origin)
    }

    #[test]
    fn a_hash_and_an_error_are_taken() {
        let hash = "0123456789abcdef".repeat(4);
        let json = format!(r#"{{"format":"pt","derived_from":"{hash}","logit_error":"  1.250000e-3"}}"#);
        let expected = Origin { derived_from: Some(hash), logit_error: Some(1.25e-3) };
        assert_eq!(read(&json).expect("JSON"), expected);
    }

    #[test]
    fn anything_else_is_not_said() {
        let long = "a".repeat(100_000);
        let values = [
            r#""ABCDEF""#,
            r#""zz""#,
            r#""-1""#,
            r#""NaN""#,
            r#""inf""#,
            r#""1e99""#,
            "null",
            "true",
            "7",
            "-7",
            "0.5",
            "{\"a\":[1]}",
            "[[],{}]",
        ];
        for value in values.into_iter().map(str::to_owned).chain([format!("\"{long}\"")]) {
            let json = format!(r#"{{"derived_from":{value},"logit_error":{value}}}"#);
            assert_eq!(read(&json).expect("JSON"), Origin::default(), "{value}");
            // Metadata of another kind was never looked at.
            assert_eq!(read(&value).expect("JSON"), Origin::default(), "{value}");
        }
        let upper = "A".repeat(64);
        assert_eq!(read(&format!(r#"{{"derived_from":"{upper}"}}"#)).expect("JSON"), Origin::default());
        assert!(read(r#"{"derived_from":"#).is_err());
    }
}
