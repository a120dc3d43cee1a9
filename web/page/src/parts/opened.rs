use web_sys::HtmlDetailsElement;
use yew::prelude::*;

/// Whether a `<details>` is open, and what it calls when that changes: what takes long to make is made for whoever opens
/// it. Closed it leaves an empty node in its place, not none: the summary would be made anew, and lose the focus.
#[hook]
pub(crate) fn use_opened() -> (bool, Callback<Event>) {
    let open = use_state_eq(|| false);
    let is_open = *open;
    let ontoggle = Callback::from(move |event: Event| {
        open.set(event.target_unchecked_into::<HtmlDetailsElement>().open());
    });
    (is_open, ontoggle)
}
