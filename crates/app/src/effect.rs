use peek_protocol::{BackendKind, Request};

use crate::{PickId, ThemeChoice};

/// What the shell has to do after an action.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Asks the browser about WebGPU; answered by [`crate::Action::AdapterProbed`].
    ProbeAdapter,
    /// Ends the engine that runs, if one does, and starts another.
    SpawnEngine {
        /// Which engine file.
        kind: BackendKind,
        /// To be carried back by its messages.
        generation: u64,
    },
    /// Starts one more engine, beside the page's own, to check the device with.
    SpawnChecker {
        /// Which engine file.
        kind: BackendKind,
        /// To be carried back by its messages.
        generation: u64,
    },
    /// Posts a request to that engine.
    SendChecker(Request),
    /// Ends that engine.
    EndChecker,
    /// Posts a request to the engine.
    Send {
        /// The request.
        request: Request,
        /// The picked files that travel beside it.
        files: Option<PickId>,
    },
    /// Starts a timer anew; answered by [`crate::Action::TimerFired`].
    StartTimer {
        /// Which: a timer that is still running is replaced.
        timer: Timer,
        /// How long, in ms.
        ms: u32,
        /// To be carried back.
        token: u64,
    },
    /// Fetches the site's lists of models; each is answered by [`crate::Action::ListRead`].
    FetchLists,
    /// Fetches a file of the site's lessons; answered by [`crate::LessonAction::Read`].
    FetchLesson(String),
    /// Takes the address of a lesson, or of a presentation that goes by itself, out of the address bar, if it is there.
    ForgetAddress,
    /// Keeps this for the tab, until [`crate::KeepAction::Resume`] brings it back: what the reader typed and chose.
    KeepSession(String),
    /// Fetches a file of published numbers; answered by [`crate::Action::ReferenceRead`].
    FetchReference(&'static str),
    /// Asks the browser about the device; answered by [`crate::Action::DeviceDescribed`].
    DescribeDevice,
    /// Remembers the id of the kept model that the next visit opens with, or that it opens with the demo.
    RememberModel(Option<String>),
    /// Remembers that the browser has been here.
    RememberVisit,
    /// Asks the browser not to clear the site's storage when it is short of room: a large model is about to be kept.
    KeepStorage,
    /// Says something to a screen reader.
    Announce(String),
    /// Puts a choice of theme into force and remembers it.
    ApplyTheme(ThemeChoice),
}

/// What is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Timer {
    /// A pause in typing the pair.
    Patch,
    /// A pause in typing lens prompts.
    Lens,
    /// A pause in typing the foil.
    Setup,
    /// The pointer resting on a head.
    Hover,
    /// A part that is presented by itself.
    Slide,
}
