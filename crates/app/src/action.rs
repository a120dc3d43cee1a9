use peek_names::{HeadId, Unit};
use peek_protocol::{LogitScale, RemoteModel, Response, Setup};

use crate::{
    AdapterReport, AttentionRun, BackendChoice, Device, LensQuantity, Medium, PickId, Preset, RowKey, Run,
    ThemeChoice, Timer, TopOrder,
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
    /// The last change of the user's is taken back.
    Undo,
    /// What was taken back last is done again.
    Redo,
    /// One more prompt for the lens.
    AddLensRow,
    /// A prompt of the lens is taken away.
    RemoveLensRow(RowKey),
    /// The pair's two prompts, with its answer, become prompts of the lens.
    LensFromPair,
    /// Puts each prompt of the pair in the other's place.
    SwapPrompts,
    /// A ready-made set of inputs.
    UsePreset(&'static Preset),
    /// A next token was clicked: its exact text becomes the answer.
    UseAsAnswer(String),
    /// A next token was clicked to go on with: its exact text goes to the end of this run's prompt.
    Continue(Run, String),
    /// Whether `<|endoftext|>` goes in front.
    SetBos(bool),
    /// Centred or raw logits.
    SetScale(LogitScale),
    /// What is put where, and what is read.
    SetUp(Setup),
    /// Whether cells show shares of the gap instead of changes.
    ShowShares(bool),
    /// Whether the alignment's strip is open.
    ShowAlignment(bool),
    /// A position of the changed prompt takes from this one of the other, or from none.
    Meet {
        /// In the prompt that is changed.
        base: usize,
        /// In the prompt that lends.
        donor: Option<usize>,
    },
    /// Puts a head or a layer into the set, or takes it out.
    ToggleUnit(Unit),
    /// Empties the set.
    ClearUnits,
    /// Whether a click on a head collects it.
    SelectUnits(bool),
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
    /// Files that cannot be opened as a model, and why.
    FilesRefused(String),
    /// The kept model that was used last, by its id, read before [`Action::Start`].
    Remembered(String),
    /// A list of models was read, or is not there (`None`), or could not be read.
    ListRead {
        /// Where it came from, absolute.
        address: String,
        /// Its text.
        text: Result<Option<String>, String>,
    },
    /// The models are being looked at: what the browser keeps is asked anew.
    LookAtModels,
    /// A model of the list, or of the browser's storage.
    ChooseModel(RemoteModel),
    /// A model at an address that was typed.
    LoadAddress(String),
    /// Deletes the model of this id from the browser's storage.
    ForgetModel(String),
    /// Compares the loaded model's numbers with published ones.
    RunSelfTest,
    /// A file of published numbers was read, or why it could not be.
    ReferenceRead {
        /// Its address, as [`crate::Effect::FetchReference`] named it.
        file: String,
        /// Its text.
        text: Result<String, String>,
    },
    /// Compares numbers where some are published, then times the loaded model.
    CheckDevice,
    /// What the browser tells of the device.
    DeviceDescribed(Device),
    /// Ends the self-test, or the check of the device, where it stands.
    CancelSelfTest,
    /// Ends the load where it stands.
    CancelLoad,
    /// Files are dragged over the page, or no longer.
    DragFiles(bool),
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
    /// The close button of a pinned head.
    Unpin,
    /// The browser has not been here before, or what is said to newcomers has been read.
    Greet(bool),
    /// Escape, wherever nothing nearer takes it.
    Escape,
    /// One part of the page alone, by its place in [`crate::SLIDES`], or the page as it is.
    Present(Option<usize>),
    /// While presenting: the next part, or the one before.
    Turn(bool),
    /// A presentation that goes by itself: lets it go on, beginning one where there is none, or holds it.
    Play(bool),
    /// Somebody points, scrolls or presses a key: what goes by itself stays a while longer.
    Linger,
    /// While presenting: how many times larger everything is from now on.
    Magnify(f64),
    /// Something of the lessons.
    Lessons(crate::LessonAction),
    /// Which run's attention is shown.
    ShowRun(AttentionRun),
    /// The query whose row of attention the table shows.
    SelectQuery(Option<usize>),
    /// A whole state comes from an address or a file.
    Keep(crate::KeepAction),
    /// Something about many prompts.
    Sets(crate::SetsAction),
    /// Something of the further views.
    View(crate::ViewAction),
    /// Ends the head scores where they stand.
    Cancel,
    /// Runs everything again, as it is.
    RunAgain,
    /// Asks once more for every view that failed.
    AskAgain,
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
    /// On a small screen: this chart.
    ShowTab(crate::Tab),
    /// On a small screen: unfolds the prompts, or folds them to a line.
    UnfoldPrompts(bool),
    /// Light, dark, or as the system has it.
    SetTheme(ThemeChoice),
    /// The system's own preference.
    SystemDark(bool),
    /// What the page is laid out for now.
    LaidOut(Medium),
    /// Device pixels to a CSS pixel.
    SetPixelRatio(f64),
}

impl Action {
    /// Whether it tells what the engine or a file said, which nobody did by hand. Such come in quick succession, so the page
    /// may take in several before it shows them.
    #[must_use]
    pub fn is_heard(&self) -> bool {
        matches!(
            self,
            Self::Engine { .. }
                | Self::ListRead { .. }
                | Self::ReferenceRead { .. }
                | Self::Lessons(crate::LessonAction::Read { .. })
        )
    }
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
    /// What the answer is held against.
    Foil,
    /// A prompt of the lens.
    LensPrompt(RowKey),
    /// The answer of a prompt of the lens.
    LensAnswer(RowKey),
}
