use peek_protocol::{LensPrompt, LensRequest, LogitScale, PatchRequest, RequestId, Setup};

use crate::{NOTEBOOK_PAIR, NOTEBOOK_PROBES, PRESETS, Pair};

/// Names a row of the lens' list for as long as it is there, whatever is added or removed around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowKey(pub u64);

/// What a head score depends on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatchInputs {
    /// The prompt whose heads' outputs are borrowed.
    pub clean: String,
    /// The prompt whose run is patched.
    pub corrupt: String,
    /// The text whose first token is followed.
    pub answer: String,
    /// Whether `<|endoftext|>` goes in front.
    pub prepend_bos: bool,
    /// Which logits the scores are measured in.
    pub scale: LogitScale,
}

impl PatchInputs {
    /// The request for these inputs.
    #[must_use]
    pub fn request(&self, id: RequestId) -> PatchRequest {
        PatchRequest {
            id,
            clean: self.clean.clone(),
            corrupt: self.corrupt.clone(),
            answer: self.answer.clone(),
            prepend_bos: self.prepend_bos,
            scale: self.scale,
        }
    }
}

/// A prompt of the lens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LensRow {
    /// Its name in the list.
    pub key: RowKey,
    /// The text to run.
    pub prompt: String,
    /// The text whose first token is followed.
    pub answer: String,
}

impl LensRow {
    /// Whether nothing has been typed yet: such a row is not run, and not complained about.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.prompt.is_empty() && self.answer.is_empty()
    }
}

/// What was typed and switched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inputs {
    /// The pair, its answer and its switches.
    pub patch: PatchInputs,
    /// The text whose first token the answer is held against; empty for none.
    pub foil: String,
    /// What is put where, and what is read.
    pub setup: Setup,
    /// The prompts of the lens.
    pub lens: Vec<LensRow>,
    next_key: u64,
}

impl Inputs {
    /// The notebook's pair and its five probes: what the page opens with.
    #[must_use]
    pub fn notebook() -> Self {
        let mut inputs = Self {
            patch: PatchInputs {
                clean: String::new(),
                corrupt: String::new(),
                answer: String::new(),
                prepend_bos: true,
                scale: LogitScale::Centred,
            },
            foil: String::new(),
            setup: Setup::default(),
            lens: Vec::new(),
            next_key: 0,
        };
        inputs.set_pair(&NOTEBOOK_PAIR);
        inputs.set_lens(NOTEBOOK_PROBES);
        inputs
    }

    pub(crate) fn set_pair(&mut self, pair: &Pair) {
        pair.clean.clone_into(&mut self.patch.clean);
        pair.corrupt.clone_into(&mut self.patch.corrupt);
        pair.answer.clone_into(&mut self.patch.answer);
        // They were of the pair that went.
        self.foil.clear();
        self.setup.alignment = None;
    }

    pub(crate) fn set_lens(&mut self, rows: &[(&str, &str)]) {
        self.lens.clear();
        for (prompt, answer) in rows {
            self.add_lens_row((*prompt).to_owned(), (*answer).to_owned());
        }
    }

    /// Whether nobody has written a prompt of the lens: there is none, or they are a preset's.
    pub(crate) fn has_ready_made_lens(&self) -> bool {
        let rows = || self.lens.iter().filter(|row| !row.is_blank()).map(|row| (&*row.prompt, &*row.answer));
        rows().next().is_none() || PRESETS.iter().any(|preset| rows().eq(preset.lens.iter().copied()))
    }

    /// Whether both prompts of the pair are among the lens', with its answer.
    #[must_use]
    pub fn pair_is_in_lens(&self) -> bool {
        let pair = &self.patch;
        [&pair.clean, &pair.corrupt]
            .into_iter()
            .all(|prompt| self.lens.iter().any(|row| row.prompt == *prompt && row.answer == pair.answer))
    }

    pub(crate) fn add_lens_row(&mut self, prompt: String, answer: String) {
        let key = RowKey(self.next_key);
        self.next_key += 1;
        self.lens.push(LensRow { key, prompt, answer });
    }

    /// Puts back what was there before. Names of rows are never given twice, so those given since stay spent.
    pub(crate) fn give_back(&mut self, earlier: Self) {
        let next_key = self.next_key.max(earlier.next_key);
        *self = Self { next_key, ..earlier };
    }

    /// A row of the lens by its name.
    #[must_use]
    pub fn lens_row(&self, key: RowKey) -> Option<&LensRow> {
        self.lens.iter().find(|row| row.key == key)
    }

    pub(crate) fn lens_row_mut(&mut self, key: RowKey) -> Option<&mut LensRow> {
        self.lens.iter_mut().find(|row| row.key == key)
    }

    /// The request for the rows in which something was typed, and their names in its order.
    #[must_use]
    pub fn lens_request(&self, id: RequestId) -> (LensRequest, Vec<RowKey>) {
        let (keys, prompts) = self
            .lens
            .iter()
            .filter(|row| !row.is_blank())
            .map(|row| (row.key, LensPrompt { prompt: row.prompt.clone(), answer: row.answer.clone() }))
            .unzip();
        (LensRequest { id, prompts, prepend_bos: self.patch.prepend_bos }, keys)
    }
}
