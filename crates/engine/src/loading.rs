use peek_interp::{FullSpeed, Run, final_logits};
use peek_model::{
    Device, Gpt2, Tokenizer,
    checkpoint::{self, HfConfig, LoadedCheckpoint},
};
use peek_names::TokenId;
use peek_protocol::{BackendKind, LoadRequest, LoadStage, ModelChoice, ModelInfo, RequestId, Response};

use crate::{EngineError, FileFault, Host, Session, TokenizerFile, cache::RunCache, session::Loaded};

impl Session {
    /// Loads a model in place of the present one, which stays usable until the new one is ready.
    pub(crate) async fn load(&mut self, request: LoadRequest, host: &impl Host) -> Result<(), EngineError> {
        let LoadRequest { id, model: choice, backend } = request;
        let report = |stage, done, total| host.send(Response::Loading { id, stage, done, total });

        report(LoadStage::Backend, 0, 0);
        let device = self.device(backend).await?;
        report(LoadStage::Tokenizer, 0, 0);
        let mut may_open_again = true;
        let (label, tokenizer, loaded) = loop {
            let error = match read(id, &choice, &device, host).await {
                Ok(read) => break read,
                Err(error) => error,
            };
            match host.fault(error.is_of_content()).await {
                Some(FileFault::OpenAgain) if may_open_again => may_open_again = false,
                Some(FileFault::DidNotCome(why)) => return Err(EngineError::Files(why)),
                Some(FileFault::OpenAgain) | None => return Err(error),
            }
        };
        if backend == BackendKind::WebGpu {
            report(LoadStage::Warmup, loaded.bytes, loaded.bytes);
            warm_up(&loaded.model).await?;
        }

        let info = info(label, &loaded);
        let logit_error = info.logit_error;
        self.loaded =
            Some(Loaded { model: loaded.model, tokenizer, cache: RunCache::default(), logit_error });
        // The model before it is gone, its weights' buffers are not: a GPU's pools keep them for whatever comes next.
        for (_, device) in &self.devices {
            device.memory_cleanup();
        }
        host.send(Response::Loaded { id, model: info, backend, notes: host.notes() });
        Ok(())
    }

    async fn device(&mut self, kind: BackendKind) -> Result<Device, EngineError> {
        if let Some((_, device)) = self.devices.iter().find(|(known, _)| *known == kind) {
            return Ok(device.clone());
        }
        let device = crate::backend::open(kind).await?;
        self.devices.push((kind, device.clone()));
        Ok(device)
    }
}

/// Opens a model's files and reads them to their end.
async fn read(
    id: RequestId,
    choice: &ModelChoice,
    device: &Device,
    host: &impl Host,
) -> Result<(String, Tokenizer, LoadedCheckpoint), EngineError> {
    let files = host.open(choice).await.map_err(EngineError::Files)?;
    let tokenizer = match files.tokenizer {
        TokenizerFile::Json(json) => Tokenizer::from_json(&json)?,
        TokenizerFile::Merges(merges) => Tokenizer::from_merges(&merges)?,
    };
    let config = files.config.as_deref().map(HfConfig::parse).transpose()?;
    let loaded = checkpoint::load(files.weights, config.as_ref(), device, |done, total| {
        host.send(Response::Loading { id, stage: LoadStage::Weights, done, total });
    })
    .await?;
    if tokenizer.vocab_size() > loaded.model.config.vocab {
        let (tokenizer, weights) = (tokenizer.vocab_size(), loaded.model.config.vocab);
        return Err(EngineError::TokenizerMismatch { tokenizer, weights });
    }
    Ok((files.label, tokenizer, loaded))
}

/// A first short run, which compiles the shaders and shows whether the adapter computes at all.
async fn warm_up(model: &Gpt2) -> Result<(), EngineError> {
    let run = Run::new(model, &[TokenId(0), TokenId(0)], &FullSpeed).await?;
    let logits = final_logits(model, &run).await?;
    let finite = logits.row(0).is_some_and(|row| row.iter().all(|x| x.is_finite()));
    if finite { Ok(()) } else { Err(EngineError::NotFinite) }
}

fn info(label: String, loaded: &LoadedCheckpoint) -> ModelInfo {
    let LoadedCheckpoint { model, dtype, bytes, sha256, origin } = loaded;
    let config = &model.config;
    ModelInfo {
        label,
        layers: config.layers,
        heads: config.heads,
        d_model: config.d_model,
        vocab: config.vocab,
        context: config.context,
        parameters: model.parameters(),
        dtype: dtype.to_string(),
        bytes: *bytes,
        sha256: sha256.clone(),
        derived_from: origin.derived_from.clone(),
        logit_error: origin.logit_error,
    }
}
