//! Debian's package manager, for what neither cargo nor npm can bring.

use anyhow::{Result, bail};

use crate::process;

/// Installs Debian packages, saying so, when that is possible without a question.
///
/// `purpose` completes the sentence "… is needed for".
///
/// # Errors
/// When this is no Debian, the user is not root, or `apt-get` fails. The message holds the command to run by hand.
pub(crate) fn install(packages: &[&str], purpose: &str) -> Result<()> {
    let list = packages.join(" ");
    if process::find_on_path("apt-get").is_none() {
        bail!(
            "{list} (Debian's names) is needed for {purpose}: install it in your system's own way, then run this again"
        );
    }
    if !is_root()? {
        bail!("{list} is needed for {purpose}. Run: sudo apt-get update && sudo apt-get install {list}");
    }
    process::say(format_args!("Installing system packages with apt-get, for {purpose}: {list}"));
    process::run(process::native("apt-get").arg("update"))?;
    let mut install = process::native("apt-get");
    install.args(["install", "--yes", "--no-install-recommends"]).args(packages);
    install.env("DEBIAN_FRONTEND", "noninteractive");
    process::run(&mut install)
}

fn is_root() -> Result<bool> {
    Ok(process::output(process::native("id").arg("-u"))?.trim() == "0")
}
