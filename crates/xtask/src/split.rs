//! Cuts a program in two at the marks in its source: a file that starts, and one that it fetches when it runs.

use std::{
    convert::Infallible,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, anyhow, ensure};
use wasm_encoder::reencode::{self, Reencode};
use wasm_split_cli_support::{Options, transform};
use wasmparser::{CustomSectionReader, Parser};

use crate::digest;

/// How much of the digest is in a name, in hexadecimal digits.
const DIGITS: usize = 16;

/// Cuts `wasm`, as the linker made it, into files in `folder`, and gives the path of the first, which is still to be bound
/// under the name `stem`.
///
/// The others, `<stem>_rest-<digest>.js` and the file that it fetches, are named by what they were cut from: parts of two
/// builds, from a cache or from a site that is being replaced, would share a memory that each lays out in its own way. So
/// they never meet.
///
/// # Errors
/// When `wasm` cannot be read, was linked without its relocations, or the files cannot be written.
pub(crate) fn split(wasm: &Path, stem: &str, folder: &Path) -> Result<PathBuf> {
    let program = fs::read(wasm).with_context(|| format!("cargo did not make {}", wasm.display()))?;
    let digest = &digest::hex(&program)[..DIGITS];
    let first = folder.join("first.wasm");
    let script = format!("./{stem}_rest-{digest}.js");
    let glue = format!("./{stem}.js");
    let mut options = Options::new(&program);
    options.output_dir = folder;
    options.main_out_path = &first;
    options.link_name = &script;
    options.main_module = &glue;
    // Its reports come with an error type of their own.
    let parts = transform(options)
        .map_err(|error| anyhow!("{} could not be cut in two: {error:#}", wasm.display()))?;
    let [rest] = &parts.split_modules[..] else {
        return Err(anyhow!("{} was cut into {} parts", wasm.display(), parts.split_modules.len() + 1));
    };
    let named = format!("{stem}_rest-{digest}.wasm");
    let script = folder.join(script);
    let text = fs::read_to_string(&script)?;
    fs::write(&script, renamed(&text, rest, &named)?)?;
    let program = fs::read(rest)?;
    fs::write(folder.join(named), without_slack(&program)?)?;
    fs::remove_file(rest)?;
    Ok(first)
}

/// The program without the names of its functions and other notes, which help nobody in the browser, and with its numbers in
/// as few bytes as they need: the linker leaves room in each for what it may still become. Together they are half the file.
fn without_slack(program: &[u8]) -> Result<Vec<u8>> {
    let mut module = wasm_encoder::Module::new();
    WithoutNotes.parse_core_module(&mut module, Parser::new(0), program)?;
    Ok(module.finish())
}

struct WithoutNotes;

impl Reencode for WithoutNotes {
    type Error = Infallible;

    fn parse_custom_section(
        &mut self,
        _: &mut wasm_encoder::Module,
        _: CustomSectionReader<'_>,
    ) -> Result<(), reencode::Error<Infallible>> {
        Ok(())
    }
}

/// The script with the file's new name.
fn renamed(script: &str, rest: &Path, named: &str) -> Result<String> {
    let old = rest.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    ensure!(script.matches(old).count() == 1, "the script names {old} {} times", script.matches(old).count());
    Ok(script.replace(old, named))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_is_given_the_new_name() -> Result<()> {
        let script = "const src = fetch(new URL(\"./split_rest.wasm\", import.meta.url));";
        let made = renamed(script, Path::new("/somewhere/split_rest.wasm"), "page_rest-12.wasm")?;
        assert_eq!(made, "const src = fetch(new URL(\"./page_rest-12.wasm\", import.meta.url));");
        assert!(renamed(script, Path::new("other.wasm"), "page_rest-12.wasm").is_err());
        Ok(())
    }

    #[test]
    fn custom_sections_go_and_the_others_stay_as_they_are() -> Result<()> {
        use wasm_encoder::{CustomSection, MemorySection, MemoryType, Module};
        let mut memory = MemorySection::new();
        memory.memory(MemoryType {
            minimum: 1,
            maximum: None,
            memory64: false,
            shared: false,
            page_size_log2: None,
        });
        let with = |notes: bool| {
            let mut module = Module::new();
            if notes {
                module.section(&CustomSection { name: "note".into(), data: b"before".as_slice().into() });
            }
            module.section(&memory);
            if notes {
                module.section(&CustomSection { name: "name".into(), data: b"after".as_slice().into() });
            }
            module.finish()
        };
        assert_eq!(without_slack(&with(true))?, with(false));
        Ok(())
    }
}
