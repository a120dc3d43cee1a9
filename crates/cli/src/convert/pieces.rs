use std::{
    fs::{File, OpenOptions},
    io::{self, BufReader, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use futures_util::io::AllowStdIo;
use peek_protocol::FileRole;

use super::manifest::FileEntry;
use crate::{error::CliError, folder::Chain};

const NAME: &str = "model.safetensors";

/// A checkpoint that is written to pieces of bounded size, or to one file where it is small enough; and the files beside
/// it. Knows all that it has made, so that a failed conversion leaves nothing behind.
pub(crate) struct Pieces {
    folder: PathBuf,
    /// Most bytes of a piece; 0 for no limit.
    most: u64,
    is_cut: bool,
    weights: Vec<PathBuf>,
    others: Vec<PathBuf>,
    now: Option<File>,
    /// Bytes that the present piece still takes.
    room: u64,
}

impl Pieces {
    pub(crate) fn new(folder: &Path, most: u64) -> Self {
        let (weights, others) = (Vec::new(), Vec::new());
        Self { folder: folder.to_owned(), most, is_cut: false, weights, others, now: None, room: 0 }
    }

    /// How many bytes will come: whether there is a cut at all depends on it.
    pub(crate) fn expect(&mut self, bytes: u64) {
        self.is_cut = self.most > 0 && bytes > self.most;
    }

    fn next(&mut self) -> io::Result<&mut File> {
        let name =
            if self.is_cut { format!("{NAME}.{:03}", self.weights.len() + 1) } else { NAME.to_owned() };
        let path = self.folder.join(name);
        let file = File::create_new(&path)?;
        self.weights.push(path);
        self.room = if self.is_cut { self.most } else { u64::MAX };
        Ok(self.now.insert(file))
    }

    /// All that was written, from the first byte on.
    pub(crate) fn reader(&self) -> AllowStdIo<BufReader<Chain>> {
        AllowStdIo::new(BufReader::with_capacity(1 << 20, Chain::of(self.weights.clone())))
    }

    /// Puts bytes into their place in the first piece.
    ///
    /// # Errors
    /// Where the disk fails.
    pub(crate) fn patch(&mut self, at: u64, bytes: &[u8]) -> Result<(), CliError> {
        self.now = None;
        let Some(path) = self.weights.first() else { return Ok(()) };
        let write = || -> io::Result<()> {
            let mut file = OpenOptions::new().write(true).open(path)?;
            file.seek(SeekFrom::Start(at))?;
            file.write_all(bytes)?;
            file.sync_all()
        };
        write().map_err(|error| CliError::file(path, error))
    }

    /// The pieces with their sizes and hashes.
    ///
    /// # Errors
    /// Where the disk fails.
    pub(crate) fn files(&self) -> Result<Vec<FileEntry>, CliError> {
        self.weights.iter().map(|path| FileEntry::of(FileRole::Weights, path)).collect()
    }

    /// Writes a file of its own beside the checkpoint.
    ///
    /// # Errors
    /// Where there is one already, or the disk fails.
    pub(crate) fn write_beside(&mut self, name: &str, bytes: &[u8]) -> Result<(), CliError> {
        let path = self.folder.join(name);
        let write = || -> io::Result<()> { File::create_new(&path)?.write_all(bytes) };
        write().map_err(|error| CliError::file(&path, error))?;
        self.others.push(path);
        Ok(())
    }

    /// Deletes what was made. What cannot be deleted stays: the error that led here is the one to be told.
    pub(crate) fn delete(&mut self) {
        self.now = None;
        for path in self.weights.drain(..).chain(self.others.drain(..)) {
            let _ = std::fs::remove_file(path);
        }
    }
}

impl Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.now.is_none() || self.room == 0 {
            self.next()?;
        }
        let most = usize::try_from(self.room).unwrap_or(usize::MAX).min(bytes.len());
        let Some(file) = &mut self.now else { return Err(io::Error::other("no piece is open")) };
        let written = file.write(&bytes[..most])?;
        self.room -= written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.now.as_mut().map_or(Ok(()), File::flush)
    }
}

/// Whether a folder has anything that this conversion would write or that would be taken for a part of it.
///
/// # Errors
/// Where the folder cannot be read.
pub(crate) fn any_in(folder: &Path) -> Result<bool, CliError> {
    let list = || -> io::Result<Vec<String>> {
        let names =
            std::fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()));
        names.collect()
    };
    let names = list().map_err(|error| CliError::file(folder, error))?;
    let ours = |name: &String| {
        name.contains(".safetensors")
            || ["model.json", "config.json", "tokenizer.json", "merges.txt"].contains(&name.as_str())
    };
    Ok(names.iter().any(ours))
}
