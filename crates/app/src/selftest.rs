use peek_protocol::{BackendKind, ModelInfo, RequestId, SelfTestRow};

use crate::{Phase, Shared, State};

/// A file of published numbers that the site has, and the checkpoint that they are of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reference {
    /// The file's address, relative to the page.
    pub file: &'static str,
    /// What the checkpoint is called.
    pub label: &'static str,
    /// SHA-256 of its weights' file.
    pub sha256: &'static str,
    /// Blocks, heads in each, and rows of the vocabulary.
    pub shape: (usize, usize, usize),
}

/// Every file of `assets/selftest`.
pub const REFERENCES: [Reference; 2] = [
    Reference {
        file: "./selftest/demo.json",
        label: "the demo model",
        sha256: "3a7670adb387567680cb9cc159edcef28167dd0dbb45f910515d79a9750f1a48",
        shape: (4, 8, 2587),
    },
    Reference {
        file: "./selftest/gpt2-small.json",
        label: "GPT-2 small",
        sha256: "248dfc3911869ec493c76e65bf2fcf7f615828b0254c12b473182f0f81d3a707",
        shape: (12, 12, 50257),
    },
];

/// What the loaded model can be compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// The numbers that are published for it, or for the checkpoint that it was converted from.
    Own(&'static Reference),
    /// Those of another checkpoint of the same shape.
    Other(&'static Reference),
    /// None.
    Nothing,
}

impl Comparison {
    /// With whose numbers.
    #[must_use]
    pub fn reference(self) -> Option<&'static Reference> {
        match self {
            Self::Own(reference) | Self::Other(reference) => Some(reference),
            Self::Nothing => None,
        }
    }

    fn of(info: &ModelInfo) -> Self {
        let is_of = |sha256: &str| info.sha256 == sha256 || info.derived_from.as_deref() == Some(sha256);
        let shape = (info.layers, info.heads, info.vocab);
        let own = REFERENCES.iter().find(|reference| is_of(reference.sha256)).map(Self::Own);
        let other = || REFERENCES.iter().find(|reference| reference.shape == shape).map(Self::Other);
        own.or_else(other).unwrap_or(Self::Nothing)
    }
}

/// What a self-test is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tested {
    /// What the model is called.
    pub label: String,
    /// The load that it came from.
    pub model: u64,
    /// Where it ran.
    pub backend: BackendKind,
    /// Whose numbers it was compared with.
    pub reference: &'static Reference,
}

/// The self-test's panel.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SelfTestPanel {
    /// The newest request.
    pub newest: Option<RequestId>,
    /// Where it is; [`Phase::Waiting`] while the file is fetched.
    pub phase: Phase,
    /// What the rows are of.
    pub tested: Option<Shared<Tested>>,
    /// The numbers that were measured.
    pub rows: Shared<Vec<SelfTestRow>>,
    /// Numbers in all.
    pub total: usize,
}

impl SelfTestPanel {
    /// How many of the rows are not the published numbers.
    #[must_use]
    pub fn failed(&self) -> usize {
        self.rows.iter().filter(|row| !row.passed).count()
    }

    /// The result in a sentence; `None` until every number is there.
    #[must_use]
    pub fn verdict(&self) -> Option<String> {
        let tested = self.tested.as_ref().filter(|_| self.phase == Phase::Done)?;
        let (total, failed) = (self.rows.len(), self.failed());
        let place = match tested.backend {
            BackendKind::WebGpu => "WebGPU",
            BackendKind::Cpu => "the CPU",
        };
        let of = tested.reference.label;
        let label = &tested.label;
        Some(if failed == 0 {
            format!("Passed: {label} on {place} gives all {total} published numbers of {of}.")
        } else {
            format!(
                "Failed: {label} on {place} gives {failed} of {total} numbers that are not those of {of}."
            )
        })
    }
}

impl State {
    /// What the loaded model can be compared with; `None` while none is loaded.
    #[must_use]
    pub fn comparison(&self) -> Option<Comparison> {
        self.engine.loaded.as_ref().map(|loaded| Comparison::of(&loaded.info))
    }

    /// Whether the self-test on the screen is of another model than the one that is loaded.
    #[must_use]
    pub fn self_test_is_stale(&self) -> bool {
        self.self_test.tested.as_ref().is_some_and(|tested| tested.model != self.model_serial())
    }
}
