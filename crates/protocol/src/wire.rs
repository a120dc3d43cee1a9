use serde::{Serialize, de::DeserializeOwned};

/// Bytes that are not a message, or a message that cannot be written.
#[derive(Debug, thiserror::Error)]
#[error("a message between page and engine could not be read or written ({0}): reload the page")]
pub struct WireError(#[from] postcard::Error);

/// A message as bytes.
///
/// # Errors
/// Where the message cannot be serialised, which for this crate's types means memory has run out.
pub fn encode<T: Serialize>(message: &T) -> Result<Vec<u8>, WireError> {
    Ok(postcard::to_stdvec(message)?)
}

/// A message from its bytes.
///
/// # Errors
/// Where the bytes are no such message.
pub fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, WireError> {
    Ok(postcard::from_bytes(bytes)?)
}

#[cfg(test)]
mod tests {
    use peek_names::{HeadId, Layer, TokenId};
    use proptest::prelude::*;

    use super::*;
    use crate::*;

    #[test]
    fn a_message_survives_the_wire() {
        let request = Request::Attention(AttentionRequest {
            id: RequestId(7),
            head: HeadId::new(9, 7),
            clean: "Who?\n".into(),
            corrupt: "Emily Brontë".into(),
            prepend_bos: true,
        });
        let bytes = encode(&request).expect("encodes");
        assert_eq!(decode::<Request>(&bytes).expect("decodes"), request);

        let token = Token { id: TokenId(50256), text: "<|endoftext|>".into(), is_bos: true };
        let pattern = Pattern { tokens: vec![token], weights: vec![1.0] };
        let response = Response::Attention(AttentionResult {
            id: RequestId(7),
            head: HeadId { layer: Layer(9), head: 7 },
            clean: pattern.clone(),
            corrupt: pattern,
        });
        let bytes = encode(&response).expect("encodes");
        assert_eq!(decode::<Response>(&bytes).expect("decodes"), response);
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = decode::<Request>(&bytes);
            let _ = decode::<Response>(&bytes);
        }
    }
}
