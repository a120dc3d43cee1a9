//! Tests that run on this machine.

use anyhow::Result;

use super::tools;
use crate::{process, workspace::Workspace};

/// Every native test through nextest, and the examples in the documentation, which nextest does not run.
pub(super) fn test(workspace: &Workspace) -> Result<()> {
    tools::cargo_nextest(workspace)?;
    let mut nextest = tools::cargo_with_tools(workspace)?;
    process::run(nextest.args(["nextest", "run"]))?;
    process::run(process::cargo(workspace).args(["test", "--doc"]))
}
