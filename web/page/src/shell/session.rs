//! What the tab keeps, for as long as it is there.

/// Holds what the reader typed and chose.
const KEY: &str = "peek-session";
/// `PerformanceNavigation`'s numbers for a page that was loaded again, and for one that was come back to.
const RESUMED: [u16; 2] = [1, 2];

fn storage() -> Option<web_sys::Storage> {
    // Refused where the user blocks site data: a reload then begins anew.
    web_sys::window()?.session_storage().ok()?
}

/// Keeps this instead of what was kept before.
pub(crate) fn keep(kept: &str) {
    if let Some(storage) = storage() {
        // Without room there is nothing to come back to, and nothing else is lost.
        let _ = storage.set_item(KEY, kept);
    }
}

/// What was kept.
pub(crate) fn kept() -> Option<String> {
    storage()?.get_item(KEY).ok()?
}

/// Whether the page was loaded again, or come back to, and not opened anew.
pub(crate) fn is_resumed() -> bool {
    let performance = web_sys::window().and_then(|window| window.performance());
    performance.is_some_and(|performance| RESUMED.contains(&performance.navigation().type_()))
}
