//! `peek` as a test runs it.
#![allow(dead_code, reason = "each test program uses some of it")]

use std::process::{Command, Output};

use serde_json::Value;

pub(crate) fn peek(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_peek")).args(args).output().expect("peek starts")
}

/// What it prints; it must not fail.
pub(crate) fn out(args: &[&str]) -> String {
    let output = peek(args);
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

pub(crate) fn json(args: &[&str]) -> Value {
    serde_json::from_str(&out(&[args, &["--format", "json"]].concat())).expect("one JSON object")
}

/// The exit code and the message.
pub(crate) fn fails(args: &[&str]) -> (i32, String) {
    let output = peek(args);
    assert!(output.stdout.is_empty(), "a failure prints no result");
    let code = output.status.code().expect("an exit code");
    (code, String::from_utf8(output.stderr).expect("UTF-8"))
}
