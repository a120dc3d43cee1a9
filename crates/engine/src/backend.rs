use peek_model::Device;
use peek_protocol::BackendKind;

use crate::EngineError;

/// Opens a backend.
///
/// # Errors
/// Where this engine was built without it, or the browser refuses it.
pub(crate) async fn open(kind: BackendKind) -> Result<Device, EngineError> {
    match kind {
        BackendKind::Cpu => Ok(peek_model::cpu()),
        #[cfg(feature = "webgpu")]
        BackendKind::WebGpu => peek_model::webgpu().await.map_err(EngineError::Backend),
        #[cfg(not(feature = "webgpu"))]
        BackendKind::WebGpu => {
            Err(EngineError::Backend("this engine was built for the CPU alone: choose the CPU".into()))
        }
    }
}
