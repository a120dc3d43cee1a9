//! A session in this process: files from a folder or from the program itself, responses into a list.

use std::{
    cell::RefCell,
    path::{Path, PathBuf},
    time::Instant,
};

use peek_engine::{Host, ModelFiles, Session, TokenizerFile};
use peek_interp::{Pace, Stopped};
use peek_model::{
    Gpt2, Tokenizer,
    checkpoint::{self, HfConfig},
};
use peek_protocol::{
    BackendKind, LoadRequest, ModelChoice, ModelInfo, NoteLevel, Request, RequestId, Response,
};

use crate::{error::CliError, folder::Folder};

const DEMO_WEIGHTS: &[u8] = include_bytes!("../../../assets/demo/model.safetensors");
const DEMO_CONFIG: &[u8] = include_bytes!("../../../assets/demo/config.json");
const DEMO_TOKENIZER: &[u8] = include_bytes!("../../../assets/demo/tokenizer.json");

/// Carries out `request` on the model of `folder`, or on the demo, and returns its responses. Warnings go to
/// standard error.
///
/// # Errors
/// Where the engine refuses the input, or fails.
pub(crate) fn ask(folder: Option<&Path>, request: Request) -> Result<Vec<Response>, CliError> {
    ask_of(folder, |_| Ok(request))
}

/// The same with a request that depends on what was loaded.
///
/// # Errors
/// Those of [`ask`], and of making the request.
pub(crate) fn ask_of(
    folder: Option<&Path>,
    request: impl FnOnce(&ModelInfo) -> Result<Request, CliError>,
) -> Result<Vec<Response>, CliError> {
    Ok(ask_each(folder, |info| Ok(vec![request(info)?]))?.1)
}

/// Several requests to one session, with what was loaded.
///
/// # Errors
/// Those of [`ask`].
pub(crate) fn ask_all(
    folder: Option<&Path>,
    requests: Vec<Request>,
) -> Result<(ModelInfo, Vec<Response>), CliError> {
    ask_each(folder, |_| Ok(requests))
}

fn ask_each(
    folder: Option<&Path>,
    requests: impl FnOnce(&ModelInfo) -> Result<Vec<Request>, CliError>,
) -> Result<(ModelInfo, Vec<Response>), CliError> {
    let host =
        Terminal { folder: folder.map(Path::to_owned), responses: RefCell::default(), start: Instant::now() };
    let load = Request::Load(LoadRequest {
        id: RequestId(0),
        // The host knows which folder is meant.
        model: ModelChoice::Demo,
        backend: BackendKind::Cpu,
    });
    let mut session = Session::new();
    let mut carry_out = |request| {
        // Nothing stops a session in a terminal but the end of the process.
        let _ = pollster::block_on(session.handle(request, &host));
        check(&host.responses.borrow())
    };
    carry_out(load)?;
    let loaded = host.responses.borrow().iter().find_map(|response| match response {
        Response::Loaded { model, .. } => Some(model.clone()),
        _ => None,
    });
    let info = loaded.ok_or_else(|| CliError::Failed("the engine loaded no model".into()))?;
    for request in requests(&info)? {
        carry_out(request)?;
    }
    Ok((info, host.responses.into_inner()))
}

/// The model of `folder`, or the demo, with its tokenizer, for what no request asks for.
///
/// # Errors
/// Where its files cannot be read, or are not a GPT-2 with its tokenizer.
pub(crate) fn load(folder: Option<&Path>) -> Result<(Gpt2, Tokenizer), CliError> {
    let host =
        Terminal { folder: folder.map(Path::to_owned), responses: RefCell::default(), start: Instant::now() };
    let files = pollster::block_on(host.open(&ModelChoice::Demo)).map_err(CliError::Failed)?;
    let config = files.config.as_deref().map(HfConfig::parse).transpose()?;
    let tokenizer = tokenizer(folder)?;
    let device = peek_model::cpu();
    let loaded = checkpoint::load(files.weights, config.as_ref(), &device, |_, _| {});
    let model = pollster::block_on(loaded)?.model;
    let (known, vocab) = (tokenizer.vocab_size(), model.config.vocab);
    if known > vocab {
        return Err(CliError::Failed(format!(
            "the tokenizer has {known} tokens and the weights have {vocab} rows: add the tokenizer.json that belongs to \
             this checkpoint"
        )));
    }
    Ok((model, tokenizer))
}

/// The tokenizer of `folder`, or the demo's, without loading any weights.
///
/// # Errors
/// Where its file cannot be read.
pub(crate) fn tokenizer(folder: Option<&Path>) -> Result<Tokenizer, CliError> {
    match folder {
        Some(folder) => parse(&Folder::open(folder)?.tokenizer()?),
        None => parse(&TokenizerFile::Json(DEMO_TOKENIZER.to_vec())),
    }
}

/// A tokenizer out of its file.
///
/// # Errors
/// Where it is none.
pub(crate) fn parse(file: &TokenizerFile) -> Result<Tokenizer, CliError> {
    Ok(match file {
        TokenizerFile::Json(json) => Tokenizer::from_json(json)?,
        TokenizerFile::Merges(merges) => Tokenizer::from_merges(merges)?,
    })
}

fn check(responses: &[Response]) -> Result<(), CliError> {
    for response in responses {
        match response {
            Response::Refused { notes, .. } => {
                let errors = notes.iter().filter(|note| note.level == NoteLevel::Error);
                let text: Vec<String> =
                    errors.map(|note| format!("{:?}: {}", note.place, note.message)).collect();
                return Err(CliError::Refused(text.join("\n")));
            }
            Response::Failed { failure, .. } => return Err(CliError::Failed(failure.message.clone())),
            _ => {}
        }
    }
    Ok(())
}

struct Terminal {
    folder: Option<PathBuf>,
    responses: RefCell<Vec<Response>>,
    start: Instant,
}

impl Pace for Terminal {
    async fn pause(&self) -> Result<(), Stopped> {
        Ok(())
    }
}

impl Host for Terminal {
    fn send(&self, response: Response) {
        if let Response::Tokens { notes, .. } = &response {
            for note in notes {
                eprintln!("peek: {:?}: {}", note.place, note.message);
            }
        }
        self.responses.borrow_mut().push(response);
    }

    async fn open(&self, _: &ModelChoice) -> Result<ModelFiles, String> {
        let Some(path) = &self.folder else {
            return Ok(ModelFiles {
                label: "Demo".into(),
                weights: Box::new(DEMO_WEIGHTS),
                config: Some(DEMO_CONFIG.to_vec()),
                tokenizer: TokenizerFile::Json(DEMO_TOKENIZER.to_vec()),
            });
        };
        let open = || -> Result<ModelFiles, CliError> {
            let folder = Folder::open(path)?;
            Ok(ModelFiles {
                label: path.display().to_string(),
                weights: Box::new(folder.weights()),
                config: folder.config()?,
                tokenizer: folder.tokenizer()?,
            })
        };
        open().map_err(|error| error.to_string())
    }

    fn now_ms(&self) -> f64 {
        self.start.elapsed().as_secs_f64() * 1e3
    }
}
