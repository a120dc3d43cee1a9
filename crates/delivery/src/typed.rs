//! An address that the user typed.

use peek_protocol::{FileRole, RemoteFile, RemoteModel};

use crate::address::{self, AddressError};

/// Servers whose pages of models are known.
const HUBS: [&str; 3] = ["huggingface.co", "www.huggingface.co", "hf.co"];

/// Why a typed address names no model.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TypedError {
    /// It is no address.
    #[error(
        "{0}: type the address of a .safetensors file, or of a model's page such as \
         https://huggingface.co/openai-community/gpt2"
    )]
    Address(#[from] AddressError),
    /// It is one of something else.
    #[error(
        "there is no checkpoint at this address: it must end in .safetensors, or be a model's page such as \
         https://huggingface.co/openai-community/gpt2"
    )]
    NoModel,
}

/// The model at an address that was typed: of a `.safetensors` file, or of a model's page on the hub.
///
/// Nothing is known of it beforehand. Its `config.json` and `tokenizer.json` are looked for beside the weights, and may
/// be missing there.
///
/// # Errors
/// Where the address cannot be one of a checkpoint.
pub fn from_address(typed: &str) -> Result<RemoteModel, TypedError> {
    let typed = typed.trim();
    let absolute = match address::parse(typed) {
        // As a browser's own field has it: a server's name may stand without its scheme.
        Err(AddressError::Scheme) if begins_with_a_server(typed) => {
            address::parse(&format!("https://{typed}"))?
        }
        other => other?,
    };
    let weights = weights(&absolute).ok_or(TypedError::NoModel)?;
    let (path, query) = weights.split_at(weights.find('?').unwrap_or(weights.len()));
    let folder = path.rfind('/').map_or("", |slash| &path[..=slash]);
    let file = |role, address| RemoteFile { role, address, bytes: None, sha256: None };
    let files = vec![
        file(FileRole::Config, format!("{folder}config.json{query}")),
        file(FileRole::Tokenizer, format!("{folder}tokenizer.json{query}")),
        file(FileRole::Weights, weights.clone()),
    ];
    Ok(RemoteModel { id: absolute.clone(), label: label(&absolute), files })
}

fn begins_with_a_server(typed: &str) -> bool {
    let server = typed.split('/').next().unwrap_or_default();
    let host = server.split(':').next().unwrap_or_default();
    typed.contains('/') && (host == "localhost" || host.contains('.')) && !host.starts_with('.')
}

/// The address of the weights that an absolute address means.
fn weights(address: &str) -> Option<String> {
    let (scheme, rest) = address.split_once("://")?;
    let (server, path) = rest.split_once('/')?;
    let is_hub = HUBS.contains(&server);
    if address::file_name(address).to_ascii_lowercase().ends_with(".safetensors") {
        // The hub's page about a file is no file.
        let path = if is_hub { path.replacen("/blob/", "/resolve/", 1) } else { path.to_owned() };
        return Some(format!("{scheme}://{server}/{path}"));
    }
    if !is_hub {
        return None;
    }
    let path = path.split('?').next().unwrap_or_default();
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let (owner, name, revision) = match *parts.as_slice() {
        [owner, name] => (owner, name, "main"),
        [owner, name, "tree", revision] => (owner, name, revision),
        _ => return None,
    };
    let is_no_model = ["datasets", "spaces", "docs", "blog", "papers", "collections", "learn", "api"];
    (!is_no_model.contains(&owner))
        .then(|| format!("https://huggingface.co/{owner}/{name}/resolve/{revision}/model.safetensors"))
}

/// What the page calls it: the repository on a hub, otherwise the file.
fn label(address: &str) -> String {
    let path =
        address.split_once("://").and_then(|(_, rest)| rest.split_once('/')).map_or("", |(_, path)| path);
    let is_hub = HUBS.iter().any(|hub| address.contains(&format!("://{hub}/")));
    let parts: Vec<&str> = path.split('/').collect();
    match parts.as_slice() {
        [owner, name, ..] if is_hub => format!("{owner}/{name}"),
        _ => address::file_name(address).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses(typed: &str) -> Vec<String> {
        let model = from_address(typed).expect(typed);
        assert!(model.files.iter().all(|file| file.bytes.is_none() && file.sha256.is_none()));
        model.files.into_iter().map(|file| file.address).collect()
    }

    #[test]
    fn a_models_page_and_its_file_are_the_same_model() {
        let at = "https://huggingface.co/openai-community/gpt2/resolve/main/";
        let expected =
            ["config.json", "tokenizer.json", "model.safetensors"].map(|name| format!("{at}{name}"));
        for typed in [
            "https://huggingface.co/openai-community/gpt2",
            "  https://huggingface.co/openai-community/gpt2/ ",
            "huggingface.co/openai-community/gpt2",
            "https://hf.co/openai-community/gpt2/tree/main",
            "https://huggingface.co/openai-community/gpt2/blob/main/model.safetensors",
            "https://huggingface.co/openai-community/gpt2/resolve/main/model.safetensors",
        ] {
            assert_eq!(addresses(typed), expected, "{typed}");
            assert_eq!(from_address(typed).expect(typed).label, "openai-community/gpt2");
        }
    }

    #[test]
    fn any_servers_file_will_do() {
        let expected = ["config.json?v=1", "tokenizer.json?v=1", "small.safetensors?v=1"]
            .map(|name| format!("http://192.168.1.5:8000/m/{name}"));
        assert_eq!(addresses("http://192.168.1.5:8000/m/small.safetensors?v=1"), expected);
        assert_eq!(from_address("localhost:8000/a.safetensors").expect("a server").label, "a.safetensors");
    }

    #[test]
    fn what_is_no_model_is_refused_with_an_example() {
        for typed in [
            "",
            "gpt2",
            "ftp://a/model.safetensors",
            "https://example.test/",
            "https://example.test/model.bin",
            "https://huggingface.co/",
            "https://huggingface.co/datasets/glue",
            "https://huggingface.co/a/b/c/d/e",
            "javascript:alert(1)//x.safetensors",
        ] {
            let error = from_address(typed).expect_err(typed);
            assert!(error.to_string().contains("huggingface.co/openai-community/gpt2"), "{typed}: {error}");
        }
    }
}
