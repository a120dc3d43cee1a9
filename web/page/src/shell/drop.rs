//! Files that are dragged onto the page, wherever they are let go.

use peek_app::{Action, KeepAction};
use wasm_bindgen::JsCast;
use web_sys::{DataTransfer, DragEvent, Event, File};
use yew::Callback;

use super::{files, host::Picks, screen::Watcher};

/// What is done about a drag, and with what it brings.
type OnDrag = Box<dyn FnMut(&DragEvent, &DataTransfer)>;

/// Watches for dragged files. Anything else that is dragged, such as text into a field, is the browser's business.
pub(crate) fn watch(dispatch: &Callback<Action>, picks: &Picks) -> Vec<Watcher> {
    let Some(window) = web_sys::window() else { return Vec::new() };
    let on = |kind, mut run: OnDrag| {
        Watcher::new(window.clone().into(), kind, move |event: Event| {
            let Some(event) = event.dyn_ref::<DragEvent>() else { return };
            if let Some(data) = event.data_transfer().filter(brings_files) {
                // Without this the browser opens the file in place of the page.
                event.prevent_default();
                run(event, &data);
            }
        })
    };
    let show = {
        let dispatch = dispatch.clone();
        let mut is_shown = false;
        move |over: bool| {
            if over != is_shown {
                is_shown = over;
                dispatch.emit(Action::DragFiles(over));
            }
        }
    };
    let show = std::rc::Rc::new(std::cell::RefCell::new(show));
    let over = {
        let show = show.clone();
        on("dragover", Box::new(move |_, _| (show.borrow_mut())(true)))
    };
    let leave = {
        let show = show.clone();
        on(
            "dragleave",
            Box::new(move |event, _| {
                // Moving between elements leaves one for another; leaving the window leaves for none.
                if event.related_target().is_none() {
                    (show.borrow_mut())(false);
                }
            }),
        )
    };
    let drop = {
        let (dispatch, picks) = (dispatch.clone(), picks.clone());
        on(
            "drop",
            Box::new(move |_, data| {
                (show.borrow_mut())(false);
                take(data, &picks, &dispatch);
            }),
        )
    };
    over.into_iter().chain(leave).chain(drop).collect()
}

fn brings_files(data: &DataTransfer) -> bool {
    data.types().iter().any(|kind| kind == "Files")
}

fn take(data: &DataTransfer, picks: &Picks, dispatch: &Callback<Action>) {
    let files = match taken(data) {
        Ok(files) => files,
        Err(why) => return dispatch.emit(Action::FilesRefused(why)),
    };
    let (picks, dispatch) = (picks.clone(), dispatch.clone());
    match &files[..] {
        // One file of this ending is an experiment, or a model's that comes alone.
        [file] if file.name().to_ascii_lowercase().ends_with(".json") => {
            let one = file.clone();
            files::is_experiment(file.clone(), move |is_experiment| {
                if is_experiment {
                    files::read(one, dispatch.reform(|text| Action::Keep(KeepAction::Open(text))));
                } else {
                    dispatch.emit(picks.keep(files));
                }
            });
        }
        _ => dispatch.emit(picks.keep(files)),
    }
}

/// The dropped files, or why there are none.
fn taken(data: &DataTransfer) -> Result<Vec<File>, String> {
    let items = data.items();
    let is_folder = |index| {
        let item = items.get(index)?;
        item.webkit_get_as_entry().ok().flatten().map(|entry| entry.is_directory())
    };
    if (0..items.length()).any(|index| is_folder(index) == Some(true)) {
        let message = "A folder was dropped: drop the files that are in it, or use Open folder under Models.";
        return Err(message.to_owned());
    }
    let list = data.files();
    let files: Vec<File> = list.iter().flat_map(|l| (0..l.length()).filter_map(|i| l.get(i))).collect();
    if files.is_empty() {
        return Err("Nothing that was dropped is a file: drop a .safetensors file.".to_owned());
    }
    Ok(files)
}
