use peek_delivery::Entry;
use peek_protocol::{
    Delivery, DeliverySource, FileRole, Note, RemoteModel, RequestId, StoreKind, StoredModel,
};

use crate::{ModelPick, Shared, State, words};

/// The name of the shipped model in the site's list.
pub(crate) const DEMO_ID: &str = "demo";

/// Up to this many bytes a model is loaded without its size on the button.
const SMALL: u64 = 8_000_000;

/// What lies in the browser's storage, as the engine last told it.
#[derive(Clone, Debug, PartialEq)]
pub struct Storage {
    /// What keeps it.
    pub place: StoreKind,
    /// Every model that is there, the newest first.
    pub models: Vec<StoredModel>,
    /// Bytes that the site takes and may take, where the browser says.
    pub quota: Option<(u64, u64)>,
}

/// How much of a model the browser keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// None of it.
    Nothing,
    /// So many bytes, and more are missing.
    Part(u64),
    /// All of it.
    Whole,
}

/// What a click on a model's button does. It says its cost before it is clicked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offer {
    /// Loads what is kept, or is small.
    Load,
    /// Downloads so many bytes; `None` where the size is not known.
    Download(Option<u64>),
    /// Goes on with a download.
    Continue {
        /// Bytes that are there.
        have: u64,
        /// Bytes in all, where that is known.
        total: Option<u64>,
    },
}

impl Offer {
    /// The button's label.
    #[must_use]
    pub fn label(self) -> String {
        match self {
            Self::Load => "Load".to_owned(),
            Self::Download(Some(bytes)) => format!("Download {}", words::bytes(bytes)),
            Self::Download(None) => "Download, size unknown".to_owned(),
            Self::Continue { have, total } => format!("Continue download ({})", words::bytes_of(have, total)),
        }
    }
}

/// The models that can be chosen, and what the browser keeps of them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ModelsPanel {
    /// The models of the site's lists.
    pub listed: Vec<Shared<Entry>>,
    /// What is wrong with the lists or with entries of them.
    pub list_notes: Vec<String>,
    /// What the browser keeps; `None` until the engine has said so.
    pub stored: Option<Shared<Storage>>,
    /// Why the address that was typed names no model.
    pub address_error: Option<String>,
    /// Whether files are being dragged over the page.
    pub is_dropping: bool,
    /// The newest question about storage.
    pub(crate) asked: Option<RequestId>,
    /// Id of the kept model that the next visit opens with.
    pub(crate) last: Option<String>,
    /// Whether the first load waits to hear if `last` is still kept.
    pub(crate) is_restoring: bool,
    /// What is to be said once the model that stands in for another has loaded.
    pub(crate) lost: Option<Note>,
}

/// Bytes of all of a model's files, where each length is known.
#[must_use]
pub fn total_bytes(model: &RemoteModel) -> Option<u64> {
    model.files.iter().try_fold(0_u64, |sum, file| sum.checked_add(file.bytes?))
}

/// Whether the SHA-256 of each file of the weights is known beforehand: what arrives is then held to it.
#[must_use]
pub fn is_verifiable(model: &RemoteModel) -> bool {
    let mut weights = model.files.iter().filter(|file| file.role == FileRole::Weights);
    weights.all(|file| file.sha256.is_some())
}

impl State {
    /// How much of the model the browser keeps. One of the same id and other files is another model.
    #[must_use]
    pub fn kept(&self, model: &RemoteModel) -> Kept {
        let Some(stored) = &self.models.stored else { return Kept::Nothing };
        match stored
            .models
            .iter()
            .find(|stored| stored.model.id == model.id && stored.model.files == model.files)
        {
            Some(stored) if stored.is_complete => Kept::Whole,
            Some(stored) if stored.bytes > 0 => Kept::Part(stored.bytes),
            _ => Kept::Nothing,
        }
    }

    /// What a click on the model's button does.
    #[must_use]
    pub fn offer(&self, model: &RemoteModel) -> Offer {
        let total = total_bytes(model);
        match self.kept(model) {
            Kept::Whole => Offer::Load,
            Kept::Part(have) => Offer::Continue { have, total },
            Kept::Nothing if total.is_some_and(|bytes| bytes <= SMALL) => Offer::Load,
            Kept::Nothing => Offer::Download(total),
        }
    }

    /// What the model line says of where the loaded weights come from; `None` for the shipped model.
    #[must_use]
    pub fn verification(&self) -> Option<String> {
        let loaded = self.engine.loaded.as_ref()?;
        match &loaded.pick {
            ModelPick::Demo => None,
            ModelPick::Remote(model) if is_verifiable(model) => {
                Some("checked against its published SHA-256".to_owned())
            }
            ModelPick::Remote(_) | ModelPick::Local { .. } => {
                Some(match self.listed_with_hash(&loaded.info.sha256) {
                    Some(entry) => format!("by its SHA-256 it is {}", entry.model.label),
                    None => "not verified".to_owned(),
                })
            }
        }
    }

    /// The listed model whose weights are one file with this SHA-256.
    fn listed_with_hash(&self, sha256: &str) -> Option<&Entry> {
        self.models.listed.iter().map(|entry| &**entry).find(|entry| {
            let mut weights = entry.model.files.iter().filter(|file| file.role == FileRole::Weights);
            let only = weights.next().filter(|_| weights.next().is_none());
            only.is_some_and(|file| file.sha256.as_deref() == Some(sha256))
        })
    }
}

/// How far a download is, in words: `212 of 548 MB (39 %), 4.1 MB/s, 1 min 22 s left`.
#[must_use]
pub fn delivery_words(delivery: &Delivery) -> String {
    let mut said = words::bytes_of(delivery.done, delivery.total);
    if let Some(total) = delivery.total.filter(|total| *total > 0) {
        // Cut, not rounded: 100 % is all of it.
        said += &format!(" ({}\u{a0}%)", u128::from(delivery.done) * 100 / u128::from(total));
    }
    match delivery.source {
        DeliverySource::Kept => format!("Reading what this browser keeps: {said}"),
        DeliverySource::Network => {
            if let Some(rate) = delivery.rate.filter(|rate| rate.is_finite() && *rate > 0.0) {
                said += &format!(", {}/s", words::bytes(rate as u64));
            }
            if let Some(left) = delivery.left_s.filter(|left| left.is_finite() && *left >= 0.0) {
                said += &format!(", {} left", words::duration(left));
            }
            format!("Downloading: {said}")
        }
        DeliverySource::Waiting { ms, attempt, attempts } => format!(
            "The connection was cut; trying again in {}\u{a0}s (try {attempt} of {attempts}). So far: {said}",
            ms.div_ceil(1000)
        ),
    }
}
