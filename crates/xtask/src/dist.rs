//! `dist/`: the finished site. Every address in it is relative, so it works under any path of any server.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    time::Instant,
};

use anyhow::{Context, Result, bail};

use crate::{
    BuildOptions,
    bindgen::{self, Glue},
    process, service_worker,
    toolchain::WasmToolchain,
    wasm,
    workspace::Workspace,
};

/// Brings `dist/` up to date.
///
/// `index.html` and what is in `web/static` and `assets` come to lie at its top, as does the page's program; each engine
/// has a folder of its own. The service worker is given the list of what it keeps. What is no longer part of the site is
/// deleted, a single file from an older build too.
///
/// # Errors
/// When no wasm compiler can be had, a build fails, or files cannot be written.
pub(crate) fn build(workspace: &Workspace, options: BuildOptions) -> Result<()> {
    let began = Instant::now();
    let toolchain = WasmToolchain::find(workspace, options.toolchain)?;
    process::say(format_args!("Building for the browser with {}.", toolchain.name()));
    let mut sources = Vec::new();
    for product in wasm::products(options.no_webgpu) {
        let built = product.build(workspace, &toolchain)?;
        add_folder(&mut sources, &bindgen::bind(workspace, product, &built, Glue::Module)?, product.place)?;
    }
    add_folder(&mut sources, &workspace.root.join("web/static"), "")?;
    add_folder(&mut sources, &workspace.root.join("assets"), "")?;
    sources.push((workspace.root.join("index.html"), PathBuf::from("index.html")));

    let mut site = BTreeSet::new();
    for (source, place) in sources {
        copy_if_changed(&source, &workspace.dist().join(&place))?;
        if let Some(twice) = site.replace(place) {
            bail!("two files want to be dist/{}: rename one of them", twice.display());
        }
    }
    let template = fs::read_to_string(workspace.root.join(service_worker::TEMPLATE))
        .with_context(|| format!("{} cannot be read", service_worker::TEMPLATE))?;
    let script = service_worker::script(&template, &workspace.dist(), &site)?;
    write_if_changed(script.as_bytes(), &workspace.dist().join(service_worker::NAME))?;
    site.insert(service_worker::NAME.into());
    prune(&workspace.dist(), &site)?;
    process::say(format_args!(
        "dist/ is up to date ({} files, {:.1} s).",
        site.len(),
        began.elapsed().as_secs_f32()
    ));
    Ok(())
}

/// Adds every file below `folder`, with the place in `dist/` that it is copied to. Hidden files are left out.
fn add_folder(sources: &mut Vec<(PathBuf, PathBuf)>, folder: &Path, place: &str) -> Result<()> {
    for file in files_below(folder, folder)? {
        if file.file_name().is_some_and(|name| !name.as_encoded_bytes().starts_with(b".")) {
            sources.push((folder.join(&file), Path::new(place).join(&file)));
        }
    }
    Ok(())
}

/// Every file in `folder` and below, by its path relative to `base`.
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

fn copy_if_changed(source: &Path, place: &Path) -> Result<()> {
    let content = fs::read(source).with_context(|| format!("{} cannot be read", source.display()))?;
    write_if_changed(&content, place)
}

fn write_if_changed(content: &[u8], place: &Path) -> Result<()> {
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
