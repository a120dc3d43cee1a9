//! What the service worker keeps: the list of the site's files with their hashes, written into its script.
//!
//! The list makes the version: it changes when, and only when, a file of the site does.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};
use serde::Serialize;

use crate::digest;

/// The script without its list, below the workspace's root.
pub(crate) const TEMPLATE: &str = "web/service-worker/sw.js";

/// The script's place in `dist/`: at the top, since it is in charge of what lies beside and below it.
pub(crate) const NAME: &str = "sw.js";

/// What the list takes the place of.
const MARK: &str = "\"{{site}}\"";

/// A file's fate.
#[derive(Debug, PartialEq, Eq)]
enum Keeping {
    /// Kept as soon as the page is ready: the site works without a network from then on.
    Always,
    /// Kept once it is used: 22 MB that a visitor without WebGPU never needs.
    Later,
    /// A list that a host may edit after the build: the network's if there is one, otherwise what was kept.
    Fresh,
    /// Not needed by the page.
    Never,
}

fn keeping(file: &str) -> Keeping {
    if file == "models.json" || file == "models/models.json" {
        Keeping::Fresh
    } else if file == NAME
        || file.ends_with(".md")
        || ["readme/", "models/"].iter().any(|folder| file.starts_with(folder))
    {
        Keeping::Never
    } else if file.starts_with("engine-webgpu/") {
        Keeping::Later
    } else {
        Keeping::Always
    }
}

/// As the script reads it.
#[derive(Serialize, Default)]
struct Site {
    version: String,
    /// Hashes in hexadecimal.
    files: BTreeMap<String, String>,
    later: BTreeMap<String, String>,
    fresh: BTreeSet<String>,
}

/// The script for the `site`'s files, which are read below `dist`.
///
/// # Errors
/// When a file cannot be read, or `template` has no place for the list.
pub(crate) fn script(template: &str, dist: &Path, site: &BTreeSet<PathBuf>) -> Result<String> {
    let mut list = Site::default();
    for path in site {
        let file = address(path)?;
        let hash = || -> Result<String> {
            let place = dist.join(path);
            let content = fs::read(&place).with_context(|| format!("{} cannot be read", place.display()))?;
            Ok(digest::hex(&content))
        };
        match keeping(&file) {
            Keeping::Always => drop(list.files.insert(file, hash()?)),
            Keeping::Later => drop(list.later.insert(file, hash()?)),
            Keeping::Fresh => drop(list.fresh.insert(file)),
            Keeping::Never => {}
        }
    }
    let mut version = digest::hex(serde_json::to_string(&list)?.as_bytes());
    version.truncate(16);
    list.version = version;
    ensure!(template.matches(MARK).count() == 1, "{TEMPLATE} must have {MARK} in one place");
    Ok(template.replace(MARK, &serde_json::to_string(&list)?))
}

/// A file's address relative to the page.
pub(crate) fn address(path: &Path) -> Result<String> {
    let parts: Option<Vec<&str>> = path.iter().map(|part| part.to_str()).collect();
    parts.map(|parts| parts.join("/")).with_context(|| format!("{} is no address", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(name: &str, style: &str) -> Result<serde_json::Value> {
        let dist = std::env::temp_dir().join(format!("peek-list-{name}-{}", std::process::id()));
        let files = [
            ("index.html", "page"),
            ("style/base.css", style),
            ("engine-cpu/peek_worker.js", "cpu"),
            ("engine-webgpu/peek_worker.js", "gpu"),
            ("models.json", "[]"),
            ("models/models.json", "[]"),
            ("models/x/model.safetensors", "w"),
            ("demo/README.md", "read"),
        ];
        for (file, text) in files {
            fs::create_dir_all(dist.join(file).parent().context("every file has a folder")?)?;
            fs::write(dist.join(file), text)?;
        }
        let site = files.iter().map(|(file, _)| PathBuf::from(file)).collect();
        let text = script("const SITE = \"{{site}}\";\n", &dist, &site)?;
        fs::remove_dir_all(&dist)?;
        let json = text.trim().strip_prefix("const SITE = ").and_then(|text| text.strip_suffix(';'));
        Ok(serde_json::from_str(json.context("the list is where the mark was")?)?)
    }

    #[test]
    fn the_page_is_kept_at_once_and_the_large_engine_once_it_is_used() -> Result<()> {
        let list = list("kinds", "a")?;
        let names = |key: &str| -> Vec<String> {
            list[key].as_object().map(|map| map.keys().cloned().collect()).unwrap_or_default()
        };
        assert_eq!(names("files"), ["engine-cpu/peek_worker.js", "index.html", "style/base.css"]);
        assert_eq!(names("later"), ["engine-webgpu/peek_worker.js"]);
        assert_eq!(list["fresh"], serde_json::json!(["models.json", "models/models.json"]));
        assert_eq!(list["files"]["index.html"], digest::hex(b"page"));
        Ok(())
    }

    #[test]
    fn the_version_changes_with_a_file_and_only_then() -> Result<()> {
        let version =
            |name: &str, style: &str| -> Result<String> { Ok(list(name, style)?["version"].to_string()) };
        assert_eq!(version("same", "a")?, version("again", "a")?);
        assert_ne!(version("one", "a")?, version("other", "b")?);
        Ok(())
    }

    #[test]
    fn a_script_without_a_place_for_the_list_is_refused() {
        assert!(script("const SITE = {};", Path::new("."), &BTreeSet::new()).is_err());
    }
}
