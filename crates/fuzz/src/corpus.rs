//! Inputs that are kept in the repository: those that once broke a reader, and one for each outcome worth keeping.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

/// The folder of a target's inputs.
#[must_use]
pub fn folder(target: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target)
}

/// A target's inputs with their names, in the order of these; none where there is no folder.
#[must_use]
pub fn inputs(target: &str) -> Vec<(String, Vec<u8>)> {
    let Ok(files) = fs::read_dir(folder(target)) else { return Vec::new() };
    let mut inputs: Vec<(String, Vec<u8>)> = files
        .flatten()
        .filter_map(|file| Some((file.file_name().into_string().ok()?, fs::read(file.path()).ok()?)))
        .collect();
    inputs.sort();
    inputs
}

/// Keeps an input under a name that follows from its bytes, such as `broken-0123456789ab`.
///
/// # Errors
/// Where it cannot be written.
pub fn save(target: &str, why: &str, bytes: &[u8]) -> io::Result<PathBuf> {
    let digest = Sha256::digest(bytes);
    let name: String = digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    let folder = folder(target);
    fs::create_dir_all(&folder)?;
    let path = folder.join(format!("{why}-{name}"));
    fs::write(&path, bytes)?;
    Ok(path)
}
