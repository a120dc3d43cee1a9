//! `dist/`: the finished site. Every address in it is relative, so it works under any path of any server.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    time::Instant,
};

use anyhow::{Context, Result};

use crate::{
    BuildOptions,
    bindgen::{self, files_below},
    toolchain::WasmToolchain,
    wasm,
    workspace::Workspace,
};

/// Folders of `assets/` that only builds read.
const BUILD_ONLY: [&str; 1] = ["gpt2"];

/// Brings `dist/` up to date.
///
/// `index.html` and what is in `web/static` come to lie at its top, `assets/` keeps its name, and each wasm product has
/// a folder. What is no longer part of the site is deleted.
///
/// # Errors
/// When no wasm compiler can be had, a build fails, or files cannot be written.
pub(crate) fn build(workspace: &Workspace, options: BuildOptions) -> Result<()> {
    let began = Instant::now();
    let toolchain = WasmToolchain::find(workspace, options.toolchain)?;
    println!("Building for the browser with {}.", toolchain.name());
    let mut site = BTreeSet::new();
    for product in wasm::products(options.no_webgpu) {
        let built = product.build(workspace, &toolchain)?;
        site.extend(bindgen::bind(workspace, product, &built)?);
    }
    for (source, place) in static_sources(workspace)? {
        copy_if_changed(&source, &workspace.dist().join(&place))?;
        site.insert(place);
    }
    prune(&workspace.dist(), &site)?;
    println!("dist/ is up to date ({} files, {:.1} s).", site.len(), began.elapsed().as_secs_f32());
    Ok(())
}

/// Every file that is copied as it is, with its place in `dist/`.
fn static_sources(workspace: &Workspace) -> Result<Vec<(PathBuf, PathBuf)>> {
    let mut sources = Vec::new();
    let index = workspace.root.join("index.html");
    if index.is_file() {
        sources.push((index, PathBuf::from("index.html")));
    }
    for (folder, place) in [("web/static", ""), ("assets", "assets")] {
        let folder = workspace.root.join(folder);
        if !folder.is_dir() {
            continue;
        }
        for file in files_below(&folder, &folder)? {
            let build_only = place == "assets" && BUILD_ONLY.iter().any(|name| file.starts_with(name));
            let hidden = file.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
            if !build_only && !hidden {
                sources.push((folder.join(&file), Path::new(place).join(&file)));
            }
        }
    }
    Ok(sources)
}

fn copy_if_changed(source: &Path, place: &Path) -> Result<()> {
    let content = fs::read(source).with_context(|| format!("{} cannot be read", source.display()))?;
    if fs::read(place).is_ok_and(|present| present == content) {
        return Ok(());
    }
    if let Some(folder) = place.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(place, content).with_context(|| format!("{} cannot be written", place.display()))
}

/// Deletes every file below `dist` that is not in `site`, and folders that this leaves empty.
fn prune(dist: &Path, site: &BTreeSet<PathBuf>) -> Result<()> {
    for file in files_below(dist, dist)? {
        if !site.contains(&file) {
            fs::remove_file(dist.join(&file))?;
            let mut folder = file.parent();
            // remove_dir refuses a folder with anything in it, which ends the walk upwards.
            while let Some(empty) = folder.filter(|path| !path.as_os_str().is_empty()) {
                if fs::remove_dir(dist.join(empty)).is_err() {
                    break;
                }
                folder = empty.parent();
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pruning_keeps_the_site_and_nothing_else() -> Result<()> {
        let dist = std::env::temp_dir().join(format!("peek-prune-{}", std::process::id()));
        for file in ["index.html", "assets/old/deep/a.json", "assets/b.css"] {
            fs::create_dir_all(dist.join(file).parent().context("every file has a folder")?)?;
            fs::write(dist.join(file), file)?;
        }
        prune(&dist, &BTreeSet::from(["index.html".into(), "assets/b.css".into()]))?;
        let left: BTreeSet<_> = files_below(&dist, &dist)?.into_iter().collect();
        assert_eq!(left, BTreeSet::from(["index.html".into(), "assets/b.css".into()]));
        assert!(!dist.join("assets/old").exists(), "folders without a file go too");
        fs::remove_dir_all(&dist)?;
        Ok(())
    }

    #[test]
    fn a_copy_replaces_only_what_differs() -> Result<()> {
        let folder = std::env::temp_dir().join(format!("peek-copy-{}", std::process::id()));
        fs::create_dir_all(&folder)?;
        let (source, place) = (folder.join("source"), folder.join("deep/place"));
        fs::write(&source, "one")?;
        copy_if_changed(&source, &place)?;
        let written = fs::metadata(&place)?.modified()?;
        copy_if_changed(&source, &place)?;
        assert_eq!(fs::metadata(&place)?.modified()?, written, "an equal file is left alone");
        fs::write(&source, "two")?;
        copy_if_changed(&source, &place)?;
        assert_eq!(fs::read(&place)?, b"two");
        fs::remove_dir_all(&folder)?;
        Ok(())
    }
}
