use std::{cell::Cell, rc::Rc};

use peek_app::Action;
use wasm_bindgen::JsCast;
use web_sys::MouseEvent;
use yew::prelude::*;

use crate::shell::Watcher;

/// Tells, at most once a second, that somebody points, scrolls or presses a key where a presentation goes by itself.
#[hook]
pub(super) fn use_lingering(plays: bool, dispatch: &Callback<Action>) {
    const EACH_MS: f64 = 1000.0;
    let dispatch = dispatch.clone();
    use_effect_with(plays, move |plays| {
        let (place, told) = (Rc::new(Cell::new(None)), Rc::new(Cell::new(f64::NEG_INFINITY)));
        let kinds: &[&'static str] =
            if *plays { &["pointermove", "pointerdown", "keydown", "wheel"] } else { &[] };
        let watch = |kind: &'static str| {
            let (dispatch, place, told) = (dispatch.clone(), place.clone(), told.clone());
            Watcher::new(web_sys::window()?.into(), kind, move |event| {
                let at = event.dyn_ref::<MouseEvent>().map(|event| (event.screen_x(), event.screen_y()));
                // What changes below a pointer that rests makes browsers tell of it too.
                let rests = kind == "pointermove" && at == place.replace(at);
                if !rests && event.time_stamp() - told.get() >= EACH_MS {
                    told.set(event.time_stamp());
                    dispatch.emit(Action::Linger);
                }
            })
        };
        let watchers: Vec<_> = kinds.iter().filter_map(|kind| watch(kind)).collect();
        move || drop(watchers)
    });
}
