//! A model's files in a folder on the disk.

use std::{
    fs::File,
    io::{self, BufReader, Read},
    path::{Path, PathBuf},
    vec,
};

use futures_util::io::AllowStdIo;
use peek_engine::{Sorted, TokenizerFile, TokenizerName, sort_files};

use crate::error::CliError;

/// GPT-2's own vocabulary, for a folder without a tokenizer of its own.
const GPT2_MERGES: &str = include_str!("../../../assets/gpt2/merges.txt");

/// The files of one model, found and not yet read.
pub(crate) struct Folder {
    /// The checkpoint, or its pieces in their order.
    pub(crate) weights: Vec<PathBuf>,
    pub(crate) config: Option<PathBuf>,
    pub(crate) tokenizer: Option<(TokenizerName, PathBuf)>,
}

impl Folder {
    /// Looks into `folder`. Files whose names are no text are left aside.
    ///
    /// # Errors
    /// Where the folder cannot be read, or has no checkpoint.
    pub(crate) fn open(folder: &Path) -> Result<Self, CliError> {
        let list = || -> io::Result<Vec<String>> {
            let mut names = Vec::new();
            for entry in std::fs::read_dir(folder)? {
                let entry = entry?;
                if entry.path().is_file() {
                    names.extend(entry.file_name().into_string().ok());
                }
            }
            names.sort_unstable();
            Ok(names)
        };
        let names = list().map_err(|error| CliError::file(folder, error))?;
        let Sorted { weights, config, tokenizer } = sort_files(&names)
            .map_err(|problem| CliError::Failed(format!("{}: {problem}", folder.display())))?;
        let path = |at: usize| folder.join(&names[at]);
        Ok(Self {
            weights: weights.into_iter().map(path).collect(),
            config: config.map(path),
            tokenizer: tokenizer.map(|(kind, at)| (kind, path(at))),
        })
    }

    /// The checkpoint's bytes, its pieces one behind the other.
    pub(crate) fn weights(&self) -> AllowStdIo<BufReader<Chain>> {
        AllowStdIo::new(BufReader::with_capacity(1 << 20, Chain::of(self.weights.clone())))
    }

    /// `config.json`'s bytes.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub(crate) fn config(&self) -> Result<Option<Vec<u8>>, CliError> {
        self.config.as_deref().map(read).transpose()
    }

    /// How text becomes tokens: by GPT-2's own vocabulary where nothing else is said.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub(crate) fn tokenizer(&self) -> Result<TokenizerFile, CliError> {
        match &self.tokenizer {
            None => Ok(TokenizerFile::Merges(GPT2_MERGES.to_owned())),
            Some((TokenizerName::Json, path)) => Ok(TokenizerFile::Json(read(path)?)),
            Some((TokenizerName::Merges, path)) => String::from_utf8(read(path)?)
                .map(TokenizerFile::Merges)
                .map_err(|_| CliError::Failed(format!("{}: not UTF-8 text", path.display()))),
        }
    }
}

fn read(path: &Path) -> Result<Vec<u8>, CliError> {
    std::fs::read(path).map_err(|error| CliError::file(path, error))
}

/// Files one behind the other, each opened when its turn comes.
pub(crate) struct Chain {
    rest: vec::IntoIter<PathBuf>,
    now: Option<File>,
}

impl Chain {
    pub(crate) fn of(paths: Vec<PathBuf>) -> Self {
        Self { rest: paths.into_iter(), now: None }
    }
}

impl Read for Chain {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            let file = match &mut self.now {
                Some(file) => file,
                None => match self.rest.next() {
                    None => return Ok(0),
                    Some(path) => {
                        let named = |error: io::Error| {
                            io::Error::new(error.kind(), format!("{}: {error}", path.display()))
                        };
                        self.now.insert(File::open(&path).map_err(named)?)
                    }
                },
            };
            match file.read(buffer)? {
                0 => self.now = None,
                n => return Ok(n),
            }
        }
    }
}
