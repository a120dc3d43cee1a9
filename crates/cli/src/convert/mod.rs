//! Stores a checkpoint anew: smaller, in pieces that static hosts take, with hashes and the entry for a list of models.
//!
//! The source is read twice: once into a model, for its hash and the logits of some prompts; once tensor by tensor into the
//! new files, which are then read into a model whose logits say what the rounding cost.

mod manifest;
mod measure;
mod pieces;

use std::path::{Path, PathBuf};

use futures_util::io::AsyncRead;
use peek_model::{
    Tokenizer,
    checkpoint::{self, HfConfig, LoadedCheckpoint, Rewrite, StoredDtype, logit_error_text},
};
use peek_protocol::FileRole;
use pollster::block_on;

use crate::{
    args::{ConvertArgs, Dtype},
    engine,
    error::CliError,
    folder::Folder,
};
use manifest::{Entry, FileEntry, List, Shape};
use pieces::Pieces;

/// Converts and says what came of it.
///
/// # Errors
/// Where the source is no checkpoint, the output cannot be written, or a number is beyond the new dtype's range. What was
/// written by then is deleted.
pub(crate) fn convert(args: &ConvertArgs) -> Result<(), CliError> {
    let source = Folder::open(&args.model)?;
    let config = source.config()?.as_deref().map(HfConfig::parse).transpose()?;
    let tokenizer = engine::parse(&source.tokenizer()?)?;
    let list = List::find(args)?;
    std::fs::create_dir_all(&args.out).map_err(|error| CliError::file(&args.out, error))?;
    if pieces::any_in(&args.out)? {
        return Err(CliError::Occupied(args.out.clone()));
    }

    eprintln!("peek: reading {}", args.model.display());
    let before = measure::logits(load(source.weights(), config.as_ref())?, &tokenizer)?;
    let mut pieces = Pieces::new(&args.out, u64::from(args.shard_mb) * 1_000_000);
    let written = write(args, &source, config.as_ref(), &tokenizer, &before, &mut pieces, list);
    if written.is_err() {
        pieces.delete();
    }
    written
}

fn load(reader: impl AsyncRead + Unpin, config: Option<&HfConfig>) -> Result<LoadedCheckpoint, CliError> {
    Ok(block_on(checkpoint::load(reader, config, &peek_model::cpu(), |_, _| {}))?)
}

fn write(
    args: &ConvertArgs,
    source: &Folder,
    config: Option<&HfConfig>,
    tokenizer: &Tokenizer,
    before: &measure::Measured,
    pieces: &mut Pieces,
    list: Option<List>,
) -> Result<(), CliError> {
    let dtype = match args.dtype {
        Dtype::F16 => StoredDtype::F16,
        Dtype::F32 => StoredDtype::F32,
    };
    let rewrite = block_on(Rewrite::open(source.weights(), config, dtype, &before.sha256))?;
    let (bytes, error_at, shape) = (rewrite.bytes(), rewrite.logit_error_at(), Shape::of(rewrite.config()));
    pieces.expect(bytes);
    eprintln!("peek: writing {} MB as {dtype}", megabytes(bytes));
    if block_on(rewrite.write(pieces))? != before.sha256 {
        return Err(CliError::Changed(args.model.clone()));
    }

    eprintln!("peek: measuring what the rounding costs");
    let after = measure::logits(load(pieces.reader(), config)?, tokenizer)?;
    let logit_error = before.largest_difference(&after);
    pieces.patch(error_at, logit_error_text(logit_error).as_bytes())?;

    let mut files = pieces.files()?;
    files.extend(companions(args, source, pieces)?);
    let id = args.id.clone().unwrap_or_else(|| default_id(&args.out, dtype));
    let entry = Entry {
        label: args.label.clone().unwrap_or_else(|| id.clone()),
        id,
        about: args.about.clone(),
        dtype: dtype.to_string(),
        shape,
        licence: args.licence.clone(),
        derived_from: before.sha256.clone(),
        logit_error: logit_error.to_string().parse().unwrap_or_else(|_| f64::from(logit_error)),
        files,
    };
    pieces.write_beside("model.json", (serde_json::to_string_pretty(&entry)? + "\n").as_bytes())?;
    if let Some(list) = list {
        list.add(entry.clone())?;
        eprintln!("peek: {} is now in {}", entry.id, list.path().display());
    }
    let weights = entry.files.iter().filter(|file| file.role == FileRole::Weights).count();
    println!(
        "{}: {bytes} bytes in {weights} file(s), stored as {dtype}, largest difference of a logit {logit_error:.3e}",
        args.out.display()
    );
    Ok(())
}

/// The other files of the model, copied as they are.
fn companions(args: &ConvertArgs, source: &Folder, pieces: &mut Pieces) -> Result<Vec<FileEntry>, CliError> {
    let tokenizer = source.tokenizer.as_ref().map(|(kind, path)| match kind {
        peek_engine::TokenizerName::Json => (FileRole::Tokenizer, "tokenizer.json", path),
        peek_engine::TokenizerName::Merges => (FileRole::Merges, "merges.txt", path),
    });
    let config = source.config.as_ref().map(|path| (FileRole::Config, "config.json", path));
    let mut files = Vec::new();
    for (role, name, path) in config.into_iter().chain(tokenizer) {
        let bytes = std::fs::read(path).map_err(|error| CliError::file(path, error))?;
        pieces.write_beside(name, &bytes)?;
        files.push(FileEntry::of(role, &args.out.join(name))?);
    }
    Ok(files)
}

/// The folder's name with the dtype, such as `gpt2-f16`.
fn default_id(out: &Path, dtype: StoredDtype) -> String {
    let full: PathBuf = std::fs::canonicalize(out).unwrap_or_else(|_| out.to_owned());
    let name = full.file_name().map_or_else(|| "model".into(), |name| name.to_string_lossy().into_owned());
    let ending = format!("-{dtype}");
    if name.ends_with(&ending) { name } else { name + &ending }
}

fn megabytes(bytes: u64) -> u64 {
    bytes.div_ceil(1_000_000)
}
