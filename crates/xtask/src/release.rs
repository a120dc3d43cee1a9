//! The release: one archive that needs neither Rust nor a network.

use std::{
    env::consts::{ARCH, EXE_EXTENSION, OS},
    fs,
    io::{Seek, Write},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use zip::{CompressionMethod, ZipWriter, write::FileOptions};

use crate::{BuildOptions, dist, process, service_worker, single_file, workspace::Workspace};

/// The page for teachers, below the workspace's root.
const GUIDE: &str = "web/release/guide.html";

/// Builds everything and packs it.
///
/// # Errors
/// When a build fails or the archive cannot be written.
pub(crate) fn run(workspace: &Workspace, options: BuildOptions) -> Result<()> {
    single_file::build(workspace, options)?;
    process::run(process::cargo(workspace).args([
        "build",
        "--release",
        "--package",
        "peek-cli",
        "--bin",
        "peek",
    ]))?;
    let folder = workspace.target.join("release-archive");
    let archive = pack(workspace, &program(workspace, "release"), &folder)?;
    process::say(format_args!("{} is ready.", archive.display()));
    Ok(())
}

/// The terminal's program as a profile's build leaves it.
pub(crate) fn program(workspace: &Workspace, profile: &str) -> PathBuf {
    workspace.target.join(profile).join("peek").with_extension(EXE_EXTENSION)
}

/// Packs `dist/` and `program` into an archive in `folder`, and gives its path.
///
/// In it is one folder: `guide.html`, `peek.html`, the site in `site/`, the program, and the licence.
///
/// # Errors
/// When a file cannot be read, or the archive cannot be written.
pub(crate) fn pack(workspace: &Workspace, program: &Path, folder: &Path) -> Result<PathBuf> {
    let name = format!("peek-{}-{OS}-{ARCH}", env!("CARGO_PKG_VERSION"));
    let dist = workspace.dist();
    let mut files = vec![
        (format!("{name}/guide.html"), workspace.root.join(GUIDE)),
        (format!("{name}/LICENSE"), workspace.root.join("LICENSE")),
    ];
    let mut paths = dist::files_below(&dist, &dist)?;
    paths.sort();
    for path in paths {
        let address = service_worker::address(&path)?;
        let place = if address == single_file::NAME { address } else { format!("site/{address}") };
        files.push((format!("{name}/{place}"), dist.join(path)));
    }

    fs::create_dir_all(folder)?;
    let archive = folder.join(format!("{name}.zip"));
    let file =
        fs::File::create(&archive).with_context(|| format!("{} cannot be written", archive.display()))?;
    let mut zip = ZipWriter::new(file);
    for (place, source) in &files {
        add(&mut zip, place, source, 0o644)?;
    }
    let program_name = program.file_name().and_then(|name| name.to_str()).unwrap_or("peek");
    add(&mut zip, &format!("{name}/{program_name}"), program, 0o755)?;
    zip.finish()?;
    Ok(archive)
}

fn add(zip: &mut ZipWriter<impl Write + Seek>, place: &str, source: &Path, mode: u32) -> Result<()> {
    let content = fs::read(source).with_context(|| format!("{} cannot be read", source.display()))?;
    let options =
        FileOptions::default().compression_method(CompressionMethod::Deflated).unix_permissions(mode);
    zip.start_file(place, options)?;
    zip.write_all(&content)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn the_archive_holds_one_folder_with_everything_in_its_place() -> Result<()> {
        let root = std::env::temp_dir().join(format!("peek-archive-{}", std::process::id()));
        let files = [
            "web/release/guide.html",
            "LICENSE",
            "dist/index.html",
            "dist/demo/config.json",
            "dist/peek.html",
            "peek",
        ];
        for file in files {
            fs::create_dir_all(root.join(file).parent().context("every file has a folder")?)?;
            fs::write(root.join(file), file)?;
        }
        let workspace = Workspace { root: root.clone(), target: root.join("target"), rust_version: (1, 95) };
        let archive = pack(&workspace, &root.join("peek"), &root.join("out"))?;

        let name = archive.file_stem().and_then(|name| name.to_str()).context("it has a name")?.to_owned();
        let mut zip = zip::ZipArchive::new(fs::File::open(&archive)?)?;
        let mut found: Vec<_> = zip.file_names().map(str::to_owned).collect();
        found.sort();
        let expected =
            ["LICENSE", "guide.html", "peek", "peek.html", "site/demo/config.json", "site/index.html"];
        assert_eq!(found, expected.map(|file| format!("{name}/{file}")));
        let mut text = String::new();
        zip.by_name(&format!("{name}/site/index.html"))?.read_to_string(&mut text)?;
        assert_eq!(text, "dist/index.html");
        let mode = zip.by_name(&format!("{name}/peek"))?.unix_mode().context("modes are kept")?;
        assert_eq!(mode & 0o777, 0o755, "the program may be run");
        fs::remove_dir_all(&root)?;
        Ok(())
    }
}
