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
