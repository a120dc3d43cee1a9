//! The entry that tells a page of a model, and the list that it stands in.

use std::{
    fs::File,
    io::{self, Read},
    path::{Component, Path, PathBuf},
};

use peek_model::Gpt2Config;
use peek_protocol::FileRole;
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::{args::ConvertArgs, error::CliError};

/// One model of a list.
#[derive(Clone, Serialize)]
pub(crate) struct Entry {
    pub(crate) id: String,
    pub(crate) label: String,
    pub(crate) about: String,
    pub(crate) dtype: String,
    pub(crate) shape: Shape,
    pub(crate) licence: String,
    pub(crate) derived_from: String,
    /// As few digits as tell the f32 from its neighbours, wherever it is written.
    pub(crate) logit_error: f64,
    pub(crate) files: Vec<FileEntry>,
}

#[derive(Clone, Serialize)]
pub(crate) struct Shape {
    layers: usize,
    heads: usize,
    d_model: usize,
    vocab: usize,
    context: usize,
}

impl Shape {
    pub(crate) fn of(config: &Gpt2Config) -> Self {
        let &Gpt2Config { layers, heads, d_model, vocab, context, .. } = config;
        Self { layers, heads, d_model, vocab, context }
    }
}

/// One file of a model.
#[derive(Clone, Serialize)]
pub(crate) struct FileEntry {
    pub(crate) role: FileRole,
    /// Relative to where the entry is read.
    pub(crate) address: String,
    pub(crate) bytes: u64,
    pub(crate) sha256: String,
}

impl FileEntry {
    /// Measures a file; its address is its name.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub(crate) fn of(role: FileRole, path: &Path) -> Result<Self, CliError> {
        let hash = || -> io::Result<(u64, String)> {
            let (mut file, mut hash, mut bytes) = (File::open(path)?, Sha256::new(), 0);
            let mut chunk = vec![0; 1 << 20];
            loop {
                match file.read(&mut chunk)? {
                    0 => break,
                    n => {
                        hash.update(&chunk[..n]);
                        bytes += n as u64;
                    }
                }
            }
            Ok((bytes, hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()))
        };
        let (bytes, sha256) = hash().map_err(|error| CliError::file(path, error))?;
        let name = path.file_name().map_or_else(String::new, |name| escaped(&name.to_string_lossy()));
        Ok(Self { role, address: name, bytes, sha256 })
    }
}

/// A list of models, read and found to be one before the long work begins.
pub(crate) struct List {
    path: PathBuf,
    json: Value,
    /// The way from the list's folder to the output's, as an address; ends with a slash unless it is empty.
    way: String,
}

impl List {
    /// The list that was named, or the one beside the output folder.
    ///
    /// # Errors
    /// Where the named one cannot be read, it is no list, or the output is not below its folder.
    pub(crate) fn find(args: &ConvertArgs) -> Result<Option<Self>, CliError> {
        let path = match &args.list {
            Some(path) => path.clone(),
            None => {
                // The folder may not be there yet; its name may end with `..`.
                let parent = absolute(&args.out)?.parent().map(Path::to_owned);
                match parent.map(|parent| parent.join("models.json")).filter(|path| path.is_file()) {
                    Some(path) => path,
                    None => return Ok(None),
                }
            }
        };
        let wrong = |problem: String| CliError::List { path: path.clone(), problem };
        let text = std::fs::read_to_string(&path).map_err(|error| CliError::file(&path, error))?;
        let json: Value = serde_json::from_str(&text).map_err(|error| {
            wrong(format!("no list of models ({error}): mend it, or name another with --list"))
        })?;
        if !json["models"].is_array() {
            return Err(wrong(
                "no list of models, which is an object with a list `models`: name another with --list".into(),
            ));
        }
        let list = absolute(&path)?;
        let out = absolute(&args.out)?;
        let below = list.parent().and_then(|folder| out.strip_prefix(folder).ok());
        let below = below.ok_or_else(|| {
            wrong(
                "this list is not in a folder above the output, so it cannot point there: move one of them"
                    .into(),
            )
        })?;
        let way = below.components().map(|part| escaped(&part.as_os_str().to_string_lossy()) + "/").collect();
        Ok(Some(Self { path, json, way }))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Adds an entry, in place of one with the same id where there is one. Everything else in the list stays as it is.
    ///
    /// # Errors
    /// Where the file cannot be written; then the old one is still there.
    pub(crate) fn add(&self, mut entry: Entry) -> Result<(), CliError> {
        for file in &mut entry.files {
            file.address.insert_str(0, &self.way);
        }
        let (mut json, id) = (self.json.clone(), entry.id.clone());
        let entry = serde_json::to_value(entry)?;
        if let Some(models) = json["models"].as_array_mut() {
            match models.iter_mut().find(|model| model["id"] == id.as_str()) {
                Some(old) => *old = entry,
                None => models.push(entry),
            }
        }
        let mut partial = self.path.clone().into_os_string();
        partial.push(".partial");
        let partial = PathBuf::from(partial);
        let write = || -> io::Result<()> {
            std::fs::write(&partial, format!("{json:#}\n"))?;
            std::fs::rename(&partial, &self.path)
        };
        write().map_err(|error| CliError::file(&self.path, error))
    }
}

/// A path from the root on without `.` and `..`, whether or not anything is there.
fn absolute(path: &Path) -> Result<PathBuf, CliError> {
    let full = std::path::absolute(path).map_err(|error| CliError::file(path, error))?;
    let mut plain = PathBuf::new();
    for part in full.components() {
        match part {
            Component::ParentDir => {
                plain.pop();
            }
            Component::CurDir => {}
            part => plain.push(part),
        }
    }
    Ok(plain)
}

/// A file's name as a part of an address: what has a meaning there is written as `%XX`.
fn escaped(name: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    name.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}
