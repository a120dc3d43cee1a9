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

/// Long campaigns of hostile inputs, in the profile of the tests: what computes is optimised in it, and sums that overflow
/// are still caught.
pub(super) fn fuzz_long(workspace: &Workspace) -> Result<()> {
    process::run(process::cargo(workspace).args(["run", "--package", "peek-fuzz"]))
}
