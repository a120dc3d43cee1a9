//! Tests in real browsers over the site as it is served: Playwright drives the system's Chromium, puppeteer Debian's Firefox.

use std::{fs, path::PathBuf};

use anyhow::{Context, Result, bail};

use crate::{BuildOptions, debian, dist, process, release, serve, single_file, workspace::Workspace};

/// The oldest Node that Playwright runs on.
const NODE: u32 = 20;

/// Names under which systems install Chromium; the first is Debian's package.
const CHROMIUM: [&str; 4] = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];

/// Names under which systems install Firefox; the first is Debian's package.
const FIREFOX: [&str; 2] = ["firefox-esr", "firefox"];

/// Where the tests in Firefox are.
const FIREFOX_TESTS: &str = "tests/firefox";

/// Serves `dist/` on a port of its own for as long as the tests run.
///
/// They find its address in `PEEK_URL`, its files in `PEEK_DIST`, the browser in `PEEK_CHROMIUM`, and in `PEEK_CLI` the
/// terminal's program, whose numbers the page must show too. `PEEK_ARCHIVE` is the release's archive, with that same
/// program in it: the release's own would take minutes to build. `PEEK_REQUIRE_WEBGPU` forbids to skip what needs WebGPU,
/// `PEEK_LONG` asks for the long form of tests that have one.
pub(super) fn test(workspace: &Workspace, build: BuildOptions, long: bool) -> Result<()> {
    check_node()?;
    let chromium = find()?;
    install_packages(workspace)?;
    let program = terminal(workspace)?;
    single_file::build(workspace, build)?;
    let archive = release::pack(workspace, &program, &workspace.notes())?;
    let address = serve::start(&workspace.dist(), 0)?;
    let mut playwright = process::native("node");
    playwright.current_dir(&workspace.root).args(["node_modules/@playwright/test/cli.js", "test"]);
    playwright.args(["--config", "tests/e2e/playwright.config.ts"]);
    playwright.env("PEEK_URL", format!("http://{address}/")).env("PEEK_DIST", workspace.dist());
    playwright.env("PEEK_CHROMIUM", chromium);
    playwright.env("PEEK_CLI", program).env("PEEK_ARCHIVE", archive);
    if !build.no_webgpu {
        playwright.env("PEEK_REQUIRE_WEBGPU", "1");
    }
    if long {
        playwright.env("PEEK_LONG", "1");
    }
    process::run(&mut playwright)
}

/// The main job in Firefox, which Playwright drives only in a build of its own: Node's test runner, with the same variables.
///
/// Its last lines say how many tests passed and failed.
pub(super) fn test_in_firefox(workspace: &Workspace, build: BuildOptions) -> Result<()> {
    check_node()?;
    let firefox = installed(&FIREFOX)?;
    install_packages(workspace)?;
    let program = terminal(workspace)?;
    dist::build(workspace, build)?;
    let address = serve::start(&workspace.dist(), 0)?;
    let mut node = process::native("node");
    node.current_dir(&workspace.root).args(["--test", "--test-reporter=spec", "--test-timeout=80000"]);
    // By name: versions of Node differ in what they find in a folder.
    for file in dist::files_below(&workspace.root.join(FIREFOX_TESTS), &workspace.root)? {
        if file.to_string_lossy().ends_with(".test.mjs") {
            node.arg(file);
        }
    }
    node.env("PEEK_URL", format!("http://{address}/")).env("PEEK_FIREFOX", firefox).env("PEEK_CLI", program);
    process::run(&mut node)
}

/// Brings the terminal's program up to date and gives its place.
fn terminal(workspace: &Workspace) -> Result<PathBuf> {
    // All default members are chosen, so that the native tests' build of the dependencies serves here too.
    process::run(process::cargo(workspace).args(["build", "--bin", "peek"]))?;
    Ok(release::program(workspace, "debug"))
}

fn check_node() -> Result<()> {
    let version = process::output(process::native("node").arg("--version"))?;
    let major =
        version.trim().trim_start_matches('v').split('.').next().and_then(|part| part.parse::<u32>().ok());
    if major.is_none_or(|major| major < NODE) {
        bail!("node is {}, but the browser tests need Node {NODE} or newer", version.trim());
    }
    Ok(())
}

/// The system's Chromium, installed where it is missing and that is allowed.
pub(crate) fn find() -> Result<PathBuf> {
    installed(&CHROMIUM)
}

/// The browser that has one of these names, its Debian package first; installed where it is missing and that is allowed.
fn installed(names: &[&str]) -> Result<PathBuf> {
    let found = || names.iter().find_map(|name| process::find_on_path(name));
    if let Some(found) = found() {
        return Ok(found);
    }
    let package = names.first().context("a browser has a name")?;
    debian::install(&[package], "the tests in a browser")?;
    found().with_context(|| format!("{package} was installed, but is not in PATH"))
}

/// `npm ci`, unless the packages of this very lock file are there.
pub(crate) fn install_packages(workspace: &Workspace) -> Result<()> {
    let lock =
        fs::read(workspace.root.join("package-lock.json")).context("package-lock.json cannot be read")?;
    let note = workspace.root.join("node_modules/.peek-installed-lock");
    if fs::read(&note).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    process::say(format_args!("Installing the test packages of package-lock.json into node_modules/."));
    let mut npm = process::native("npm");
    npm.current_dir(&workspace.root).args(["ci", "--no-audit", "--no-fund"]);
    // The system's Chromium is used.
    npm.env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
    process::run(&mut npm)?;
    fs::write(note, lock)?;
    Ok(())
}
