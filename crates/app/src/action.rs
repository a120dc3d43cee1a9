use peek_names::HeadId;
use peek_protocol::{LogitScale, Response};

use crate::{
    AdapterReport, BackendChoice, LensQuantity, PickId, Preset, RowKey, Run, ThemeChoice, Timer, TopOrder,
};

/// Everything that can happen to the page.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// The page is up: look at the adapter, then start the engine.
    Start,
    /// What the browser says about WebGPU.
    AdapterProbed(AdapterReport),
    /// A text was typed into a field.
    Edit(Field, String),
    /// One more prompt for the lens.
    AddLensRow,
    /// A prompt of the lens is taken away.
    RemoveLensRow(RowKey),
    /// The pair's two prompts, with its answer, become prompts of the lens.
    LensFromPair,
    /// A ready-made set of inputs.
    UsePreset(&'static Preset),
    /// A next token was clicked: its exact text becomes the answer.
    UseAsAnswer(String),
    /// Whether `<|endoftext|>` goes in front.
    SetBos(bool),
    /// Centred or raw logits.
    SetScale(LogitScale),
    /// What the lens' vertical axis shows.
    SetQuantity(LensQuantity),
    /// How the top heads are ordered.
    SetTopOrder(TopOrder),
    /// The user's choice of backend.
    SetBackend(BackendChoice),
    /// The model that ships with the page.
    ChooseDemo,
    /// Files were picked as a model: name and size of each.
    FilesPicked {
        /// Under which name the shell keeps the files themselves.
        pick: PickId,
        /// Name and size in bytes.
        files: Vec<(String, u64)>,
    },
    /// A timer that [`crate::Effect::StartTimer`] asked for has run out.
    TimerFired {
        /// Which.
        timer: Timer,
        /// The token that it was started with: an older one means that it was started again since.
        token: u64,
    },
    /// The pointer, or the focus, is on a head, or on none.
    Hover(Option<HeadId>),
    /// A head was clicked.
    Pin(HeadId),
    /// Escape, or the close button.
    Unpin,
    /// Which run's attention is shown.
    ShowRun(Run),
    /// The query whose row of attention the table shows.
    SelectQuery(Option<usize>),
    /// Ends the head scores where they stand.
    Cancel,
    /// Runs everything again, as it is.
    RunAgain,
    /// A message of the engine that was started as `generation`.
    Engine {
        /// Which engine: messages of one that was replaced are nobody's business.
        generation: u64,
        /// The message.
        response: Response,
    },
    /// The engine that was started as `generation` ended by itself.
    EngineDied {
        /// Which engine.
        generation: u64,
        /// What is known of the reason, in one sentence.
        message: String,
    },
    /// The button that appears when the engine has ended.
    RestartEngine,
    /// Light, dark, or as the system has it.
    SetTheme(ThemeChoice),
    /// The system's own preference.
    SystemDark(bool),
    /// Device pixels to a CSS pixel.
    SetPixelRatio(f64),
}

/// A text that can be typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// The clean prompt.
    Clean,
    /// The corrupt prompt.
    Corrupt,
    /// The answer of the pair.
    Answer,
    /// A prompt of the lens.
    LensPrompt(RowKey),
    /// The answer of a prompt of the lens.
    LensAnswer(RowKey),
}
