//! wasm-bindgen: from cargo's wasm file to the pair of JavaScript and wasm that a browser loads.

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::UNIX_EPOCH,
};

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

use crate::{process, split, wasm::Product, workspace::Workspace};

/// What kind of JavaScript goes with the wasm file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Glue {
    /// A module, for files beside each other.
    Module,
    /// A classic script that defines one global, named as the product's stem: where no module can be loaded.
    Classic,
}

/// Makes `<stem>.js` and `<stem>_bg.wasm` in a folder of the target directory, unless they already come from this very
/// `wasm` file, and gives that folder.
///
/// # Errors
/// When `wasm` cannot be read or wasm-bindgen refuses it.
pub(crate) fn bind(workspace: &Workspace, product: &Product, wasm: &Path, glue: Glue) -> Result<PathBuf> {
    let name = match glue {
        Glue::Module => product.name.to_owned(),
        Glue::Classic => format!("{}-classic", product.name),
    };
    let folder = workspace.notes().join("bound").join(&name);
    let note = workspace.notes().join("bound").join(format!("{name}.stamp"));
    let stamp = stamp(wasm)?;
    let whole = folder.join(format!("{}_bg.wasm", product.stem)).is_file();
    if whole && fs::read_to_string(&note).is_ok_and(|noted| noted == stamp) {
        return Ok(folder);
    }
    process::say(format_args!("wasm-bindgen: {name}"));
    // Snippets of an earlier build would otherwise stay.
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    let first = match glue {
        Glue::Module if product.is_split => split::split(wasm, product.stem, &folder)?,
        _ => wasm.to_owned(),
    };
    let mut bindgen = Bindgen::new();
    // Function names help nobody in the browser, and are a good part of the file.
    bindgen.input_path(&first).out_name(product.stem).typescript(false).remove_name_section(true);
    // The parts of one program share its memory, its table and its stack.
    bindgen.keep_lld_exports(first != wasm);
    match glue {
        Glue::Module => bindgen.web(true)?,
        Glue::Classic => bindgen.no_modules(true)?.no_modules_global(product.stem)?,
    };
    bindgen.generate(&folder).with_context(|| format!("wasm-bindgen could not bind {}", wasm.display()))?;
    if first != wasm {
        // Bound, it has another name.
        fs::remove_file(&first)?;
    }
    fs::write(&note, stamp)?;
    Ok(folder)
}

/// Changes when cargo has written the file anew, and when this program (and with it wasm-bindgen) has changed.
fn stamp(wasm: &Path) -> Result<String> {
    let made = written(wasm).with_context(|| format!("cargo did not make {}", wasm.display()))?;
    // Beside a running program cargo may put a newer one, which is then no longer found by its path.
    let program = std::env::current_exe().and_then(|path| written(&path)).unwrap_or_default();
    Ok(format!("{} {made} {program}", wasm.display()))
}

/// A file's length and time of writing.
fn written(file: &Path) -> io::Result<String> {
    let metadata = fs::metadata(file)?;
    let time = metadata.modified()?.duration_since(UNIX_EPOCH).map_err(io::Error::other)?;
    Ok(format!("{} {}", metadata.len(), time.as_nanos()))
}
