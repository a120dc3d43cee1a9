//! The model's numbers beside published ones.

use std::fmt::Write;

use peek_engine::Expectations;
use peek_protocol::{ModelInfo, Request, RequestId, Response, SelfTestRequest, SelfTestRow};
use serde::Serialize;

use crate::{
    args::{Format, SelfTestArgs},
    engine,
    error::CliError,
};

/// What the program itself brings.
const SHIPPED: [&str; 2] = [
    include_str!("../../../assets/selftest/demo.json"),
    include_str!("../../../assets/selftest/gpt2-small.json"),
];

/// A self-test from end to end.
#[derive(Serialize)]
pub(crate) struct SelfTest {
    model: String,
    sha256: String,
    expected_of: String,
    source: String,
    passed: bool,
    failed: usize,
    rows: Vec<SelfTestRow>,
}

impl SelfTest {
    /// An error where some number is not the published one.
    pub(crate) fn verdict(&self) -> Result<(), CliError> {
        if self.passed {
            return Ok(());
        }
        Err(CliError::SelfTest { failed: self.failed, total: self.rows.len() })
    }

    /// As it is printed.
    pub(crate) fn written(&self, format: Format) -> Result<String, CliError> {
        match format {
            Format::Text => Ok(self.text()),
            Format::Json => Ok(serde_json::to_string(self)? + "\n"),
            Format::Csv => Ok(self.csv()),
            Format::Svg => Err(CliError::Format { format: "SVG", has: "text, json, csv" }),
        }
    }

    fn text(&self) -> String {
        let mut out =
            format!("{}, beside the numbers of {}\n{}\n\n", self.model, self.expected_of, self.source);
        let _ = writeln!(out, "{:>12}  {:>12}  {:>10}  {:>9}", "ours", "published", "difference", "allowed");
        for row in &self.rows {
            let _ = writeln!(
                out,
                "{:>12.5}  {:>12.5}  {:>10.2e}  {:>9.2e}  {:<6}  {}",
                row.ours,
                row.published,
                row.difference,
                row.tolerance,
                verdict(row),
                row.name
            );
        }
        let same = self.rows.len() - self.failed;
        let _ = writeln!(out, "\n{same} of {} numbers are the published ones", self.rows.len());
        out
    }

    fn csv(&self) -> String {
        let mut out = "name,ours,published,difference,tolerance,verdict\n".to_owned();
        for row in &self.rows {
            let name = row.name.replace('"', "\"\"");
            let SelfTestRow { ours, published, difference, tolerance, .. } = row;
            let verdict = verdict(row);
            let _ = writeln!(out, "\"{name}\",{ours},{published},{difference},{tolerance},{verdict}");
        }
        out
    }
}

fn verdict(row: &SelfTestRow) -> &'static str {
    if row.passed { "ok" } else { "FAILED" }
}

/// Runs the self-test that was asked for, or the one that belongs to the model.
///
/// # Errors
/// Where there is none for this model, or something cannot be read.
pub(crate) fn self_test(args: &SelfTestArgs) -> Result<SelfTest, CliError> {
    let given = match &args.expect {
        Some(path) => Some(std::fs::read_to_string(path).map_err(|error| CliError::file(path, error))?),
        None => None,
    };
    let mut found = None;
    let responses = engine::ask_of(args.model.as_deref(), |info| {
        let text = match given {
            Some(text) => text,
            None => shipped_for(info)?.to_owned(),
        };
        found = Some(Expectations::parse(&text)?);
        Ok(Request::SelfTest(SelfTestRequest { id: RequestId(1), expectations: text }))
    })?;
    let mut rows = Vec::new();
    let mut model = None;
    for response in responses {
        match response {
            Response::Loaded { model: info, .. } => model = Some(info),
            Response::SelfTestRows { rows: more, .. } => rows.extend(more),
            _ => {}
        }
    }
    let (Some(model), Some(expected)) = (model, found) else {
        return Err(CliError::Failed("the engine gave no result".into()));
    };
    let total = expected.total();
    let failed = rows.iter().filter(|row| !row.passed).count();
    Ok(SelfTest {
        model: model.label,
        sha256: model.sha256,
        expected_of: expected.subject.label,
        source: expected.source,
        passed: failed == 0 && rows.len() == total,
        failed,
        rows,
    })
}

/// The shipped numbers for a checkpoint, or for the one that it was converted from.
fn shipped_for(info: &ModelInfo) -> Result<&'static str, CliError> {
    for text in SHIPPED {
        let sha256 = Expectations::parse(text)?.subject.sha256;
        if info.sha256 == sha256 || info.derived_from.as_ref() == Some(&sha256) {
            return Ok(text);
        }
    }
    Err(CliError::Refused(format!(
        "no published numbers are known for this checkpoint (SHA-256 {}): name a file of expected numbers with --expect",
        info.sha256
    )))
}
