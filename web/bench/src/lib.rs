//! The benchmark in a browser: the pieces of work of `peek-bench` in a worker, one call each, so that the worker's
//! script can time them and count what they ask of WebGPU. Not part of the site.

#![cfg(target_arch = "wasm32")]

use peek_bench::{Subject, Work, gpt2_small};
use peek_model::Gpt2;
use wasm_bindgen::prelude::{JsError, wasm_bindgen};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = console)]
    fn error(text: &str);
}

/// A generated model on a backend, and the pair that is worked on.
#[wasm_bindgen]
pub struct Bench {
    model: Gpt2,
    subject: Option<Subject>,
}

#[wasm_bindgen]
impl Bench {
    /// Generates a model of GPT-2 small's shape with so many layers on `cpu` or `webgpu`.
    ///
    /// # Errors
    /// Where the backend cannot be opened, or there is no memory.
    pub async fn open(backend: String, layers: usize) -> Result<Bench, JsError> {
        std::panic::set_hook(Box::new(|info| error(&info.to_string())));
        let device = match backend.as_str() {
            #[cfg(any(feature = "webgpu", feature = "burn"))]
            "webgpu" => peek_model::webgpu().await.map_err(|reason| JsError::new(&reason))?,
            _ => peek_model::cpu(),
        };
        Ok(Self { model: gpt2_small(layers, &device)?, subject: None })
    }

    /// Makes the pair of prompts of `tokens` tokens, and runs it once.
    ///
    /// # Errors
    /// Where it cannot be run.
    pub async fn prepare(&mut self, tokens: usize) -> Result<(), JsError> {
        self.subject = Some(Subject::new(&self.model, tokens).await?);
        Ok(())
    }

    /// Does a piece of work once and gives the sum of what it found.
    ///
    /// # Errors
    /// Where there is no such piece, or it fails.
    pub async fn once(&self, work: String) -> Result<f32, JsError> {
        let subject = self.subject.as_ref().ok_or_else(|| JsError::new("prepare a pair first"))?;
        Ok(work.parse::<Work>()?.once(subject).await?)
    }
}
