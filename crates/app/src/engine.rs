use peek_protocol::{BackendKind, Delivery, LoadStage, ModelChoice, ModelInfo, Note, RemoteModel, RequestId};

use crate::{AdapterReport, BackendChoice, Decision};

/// Under which name the shell keeps files that were picked: the state holds no browser objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PickId(pub u32);

/// Which model.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ModelPick {
    /// The one that ships with the page.
    #[default]
    Demo,
    /// Files of the user's.
    Local {
        /// Where the shell keeps them.
        pick: PickId,
        /// Name and size in bytes of each.
        files: Vec<(String, u64)>,
    },
    /// Files at addresses, or what the browser keeps of them.
    Remote(RemoteModel),
}

impl ModelPick {
    /// The picked files, where there are any.
    #[must_use]
    pub fn files(&self) -> Option<PickId> {
        match self {
            Self::Demo | Self::Remote(_) => None,
            Self::Local { pick, .. } => Some(*pick),
        }
    }

    /// The choice as the engine is told of it.
    #[must_use]
    pub fn choice(&self) -> ModelChoice {
        match self {
            Self::Demo => ModelChoice::Demo,
            Self::Local { files, .. } => ModelChoice::Local { files: files.clone() },
            Self::Remote(model) => ModelChoice::Remote(model.clone()),
        }
    }

    /// What the page calls it before it is loaded.
    #[must_use]
    pub fn label(&self) -> String {
        match self {
            Self::Demo => "Demo".to_owned(),
            Self::Remote(model) => model.label.clone(),
            Self::Local { files, .. } => files
                .iter()
                .map(|(name, _)| name)
                .find(|name| name.contains(".safetensors"))
                .or_else(|| files.first().map(|(name, _)| name))
                .map_or_else(|| "Local file".to_owned(), Clone::clone),
        }
    }
}

/// A model that is on its device.
#[derive(Clone, Debug, PartialEq)]
pub struct LoadedModel {
    /// What was picked.
    pub pick: ModelPick,
    /// What the engine found.
    pub info: ModelInfo,
    /// Where it runs.
    pub backend: BackendKind,
    /// Counts loads: results of another load are out of date.
    pub serial: u64,
}

/// Where the engine is in its life.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Life {
    /// The browser is being asked about WebGPU.
    #[default]
    Probing,
    /// The engine's file is being fetched and compiled.
    Starting,
    /// A model is being loaded.
    Loading {
        /// What is being done.
        stage: LoadStage,
        /// Bytes of weights read.
        done: u64,
        /// Bytes of weights in all, 0 while unknown.
        total: u64,
    },
    /// A model is on its device.
    Ready,
    /// The engine lives but has no model.
    NoModel {
        /// Why, and what to do.
        message: String,
    },
    /// The engine has ended: only a restart helps.
    Stopped {
        /// Why, in one sentence.
        message: String,
    },
}

/// The engine as the page sees it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EngineState {
    /// The user's choice of backend.
    pub choice: BackendChoice,
    /// What the browser said about WebGPU.
    pub report: Option<AdapterReport>,
    /// Where the model runs, and why.
    pub decision: Option<Decision>,
    /// What went wrong when WebGPU was tried.
    pub webgpu_broken: Option<String>,
    /// Where the engine is in its life.
    pub life: Life,
    /// Which engine this is: messages of another are dropped.
    pub generation: u64,
    /// The model that is wanted.
    pub pick: ModelPick,
    /// The model that is there.
    pub loaded: Option<LoadedModel>,
    /// The newest load.
    pub newest: Option<RequestId>,
    /// How far the bytes of the model that is being loaded are, where they come from addresses.
    pub delivery: Option<Delivery>,
    /// What is wrong with the choice of model or backend, and what is to be known of the loaded model.
    pub notes: Vec<Note>,
}

impl EngineState {
    /// Whether requests can be sent.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.life == Life::Ready && self.loaded.is_some()
    }
}
