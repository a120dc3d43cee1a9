//! Starting other programs: shown before they run, with errors that say what is missing.

use std::{
    ffi::OsString,
    fmt, io,
    path::PathBuf,
    process::{Command, ExitStatus, Stdio},
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

use crate::workspace::Workspace;

/// Variables that cargo sets for the program it runs. A cargo started from here would take them for the user's and
/// rebuild what watches them.
const CARGO_RUN_PREFIXES: [&str; 6] =
    ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_NAME", "CARGO_PRIMARY_PACKAGE", "OUT_DIR"];

/// The cargo that started this program, otherwise the one on the path.
pub(crate) fn cargo_program() -> OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// `cargo` in the workspace's root, with nothing in its environment that belongs to this program's own package.
pub(crate) fn cargo(workspace: &Workspace) -> Command {
    let mut command = native(cargo_program());
    command.current_dir(&workspace.root);
    command
}

/// A program with the user's environment, less what cargo added for this one.
pub(crate) fn native(program: impl Into<OsString>) -> Command {
    let mut command = Command::new(program.into());
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if CARGO_RUN_PREFIXES.iter().any(|prefix| text.starts_with(prefix)) {
            command.env_remove(&name);
        }
    }
    command.stdin(Stdio::null());
    command
}

/// Runs the command to its end, its output going to the terminal.
///
/// # Errors
/// When it cannot be started, or ends with anything but success.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let shown = announce(command);
    check(&shown, start(command)?)
}

/// Says what is about to run, and where its output goes.
fn announce(command: &mut Command) -> String {
    let shown = show(command);
    say(format_args!("$ {shown}"));
    if LOG_TO_STDERR.load(Ordering::Relaxed) {
        command.stdout(io::stderr());
    }
    shown
}

/// Tells the user what is going on.
pub(crate) fn say(what: fmt::Arguments<'_>) {
    if LOG_TO_STDERR.load(Ordering::Relaxed) {
        eprintln!("{what}");
    } else {
        println!("{what}");
    }
}

/// From now on [`say`] and what [`run`] starts write to standard error, so that standard output is this program's alone.
pub(crate) fn log_to_stderr() {
    LOG_TO_STDERR.store(true, Ordering::Relaxed);
}

static LOG_TO_STDERR: AtomicBool = AtomicBool::new(false);

/// Gives what the command wrote to standard output, its standard error going to the terminal.
///
/// # Errors
/// When it cannot be started, or fails.
pub(crate) fn output_logged(command: &mut Command) -> Result<String> {
    let shown = show(command);
    eprintln!("$ {shown}");
    let result = command.stderr(Stdio::inherit()).output().with_context(|| not_started(command))?;
    check(&shown, result.status)?;
    String::from_utf8(result.stdout).with_context(|| format!("`{shown}` printed something that is not text"))
}

/// Runs the command quietly and gives what it wrote to standard output.
///
/// # Errors
/// When it cannot be started, or fails: the error then holds what it wrote to standard error.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let shown = show(command);
    let result = command.output().with_context(|| not_started(command))?;
    if !result.status.success() {
        bail!("`{shown}` failed ({}):\n{}", result.status, String::from_utf8_lossy(&result.stderr).trim());
    }
    String::from_utf8(result.stdout).with_context(|| format!("`{shown}` printed something that is not text"))
}

/// Runs the command as [`run`] does, but ends it when it takes longer than `limit`.
///
/// # Errors
/// As [`run`], and when the limit is reached.
pub(crate) fn run_within(command: &mut Command, limit: Duration) -> Result<()> {
    let shown = announce(command);
    let mut child = command.spawn().with_context(|| not_started(command))?;
    let began = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return check(&shown, status);
        }
        if began.elapsed() > limit {
            child.kill()?;
            child.wait()?;
            bail!("`{shown}` had not finished after {} s and was stopped", limit.as_secs());
        }
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// Looks a program up in `PATH`.
pub(crate) fn find_on_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(program)).find(|candidate| candidate.is_file())
}

fn start(command: &mut Command) -> Result<ExitStatus> {
    command.status().with_context(|| not_started(command))
}

fn check(shown: &str, status: ExitStatus) -> Result<()> {
    if status.success() { Ok(()) } else { bail!("`{shown}` failed ({status})") }
}

fn not_started(command: &Command) -> String {
    let program = command.get_program().to_string_lossy().into_owned();
    let advice = match program.as_str() {
        "node" | "npm" => "Install Node 20 or newer (on Debian: apt-get install nodejs npm).",
        "cargo" | "rustc" => "Install Rust from https://rustup.rs.",
        "apt-get" => "This is done by Debian's package manager only; install it in your system's own way.",
        _ => "Is it installed, and in PATH?",
    };
    format!("{program} could not be started. {advice}")
}

fn show(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_program_is_named_with_advice() {
        let error = run(&mut native("peek-no-such-program")).expect_err("the program does not exist");
        assert!(error.to_string().contains("peek-no-such-program could not be started"), "{error}");
    }

    #[test]
    fn a_failure_carries_what_the_program_said() {
        let mut command = native("sh");
        command.args(["-c", "echo reason >&2; exit 3"]);
        let error = output(&mut command).expect_err("the shell exits with 3").to_string();
        assert!(error.contains("reason") && error.contains('3'), "{error}");
    }

    #[test]
    fn a_program_that_hangs_is_stopped() {
        let began = Instant::now();
        let mut command = native("sleep");
        command.arg("30");
        let error =
            run_within(&mut command, Duration::from_millis(300)).expect_err("30 s are over the limit");
        assert!(began.elapsed() < Duration::from_secs(10));
        assert!(error.to_string().contains("was stopped"), "{error}");
    }
}
