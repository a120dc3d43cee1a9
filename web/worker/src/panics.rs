use peek_protocol::Response;

/// Makes a panic a message to the page, which then offers to restart the engine.
pub(crate) fn report_to_page() {
    std::panic::set_hook(Box::new(|info| {
        let message = format!("The engine stopped on an internal error: {info}");
        crate::host::post(&Response::Fatal { message });
    }));
}
