//! wasm-bindgen: from cargo's wasm file to the pair of JavaScript and wasm that a browser loads.

use std::{
    fs,
    path::{Path, PathBuf},
    time::UNIX_EPOCH,
};

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

use crate::{wasm::Product, workspace::Workspace};

/// Makes `dist/<product>/<stem>.js` and `<stem>_bg.wasm`, unless they already come from this very `wasm` file.
///
/// Gives the files' paths below `dist/`.
///
/// # Errors
/// When `wasm` cannot be read or wasm-bindgen refuses it.
pub(crate) fn bind(workspace: &Workspace, product: &Product, wasm: &Path) -> Result<Vec<PathBuf>> {
    let folder = workspace.dist().join(product.name);
    let note = workspace.notes().join(format!("{}.bound", product.name));
    let stamp = stamp(wasm)?;
    let main = [format!("{}.js", product.stem), format!("{}_bg.wasm", product.stem)];
    let complete = main.iter().all(|file| folder.join(file).is_file());
    if !complete || fs::read_to_string(&note).is_ok_and(|noted| noted != stamp) || !note.is_file() {
        println!("wasm-bindgen: {}", product.name);
        // Snippets of an earlier build would otherwise stay.
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        let mut bindgen = Bindgen::new();
        bindgen.input_path(wasm).out_name(product.stem).typescript(false).web(true)?;
        bindgen.generate(&folder).with_context(|| format!("wasm-bindgen could not bind {}", wasm.display()))?;
        fs::create_dir_all(workspace.notes())?;
        fs::write(&note, stamp)?;
    }
    files_below(&folder, &workspace.dist())
}

/// Changes when cargo has written the file anew, and when this program (and with it wasm-bindgen) has changed.
fn stamp(wasm: &Path) -> Result<String> {
    let mut stamp = String::new();
    for path in [wasm, &std::env::current_exe()?] {
        let metadata = fs::metadata(path).with_context(|| format!("{} is not there", path.display()))?;
        let written = metadata.modified()?.duration_since(UNIX_EPOCH)?.as_nanos();
        stamp += &format!("{} {} {written}\n", path.display(), metadata.len());
    }
    Ok(stamp)
}

/// Every file in `folder` and below, by its path relative to `base`.
///
/// # Errors
/// When a folder cannot be read.
pub(crate) fn files_below(folder: &Path, base: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(files_below(&path, base)?);
        } else {
            files.push(path.strip_prefix(base)?.to_owned());
        }
    }
    Ok(files)
}
