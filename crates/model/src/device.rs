use burn::tensor::Device;

/// The CPU: burn's Flex, natively on all cores, in wasm with 128-bit SIMD.
#[must_use]
pub fn cpu() -> Device {
    Device::flex()
}

/// The browser's WebGPU adapter.
///
/// # Errors
/// The reason why there is none, as a sentence for the user. An adapter without `timestamp-query` is not refused
/// but panics inside cubecl: look at its features first.
#[cfg(feature = "webgpu")]
pub async fn webgpu() -> Result<Device, String> {
    Device::wgpu_options()
        .init_async()
        .await
        .map_err(|error| format!("WebGPU could not be opened ({error}): choose the CPU"))
}
