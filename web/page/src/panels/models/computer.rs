use js_sys::Reflect;
use peek_app::Action;
use web_sys::{File, HtmlInputElement};
use yew::prelude::*;

use crate::shell::Picks;

/// What a file picker offers. `.001` and on are the pieces of a checkpoint that was split.
pub(crate) const MODEL_FILES: &str = ".safetensors,.json,.txt,.001,.002,.003,.004,.005,.006,.007,.008,.009";

/// Takes the files of a picker.
pub(crate) fn picked(dispatch: &Callback<Action>, picks: &Picks) -> Callback<Event> {
    let (dispatch, picks) = (dispatch.clone(), picks.clone());
    Callback::from(move |event: Event| {
        let input: HtmlInputElement = event.target_unchecked_into();
        let list = input.files();
        let all: Vec<File> =
            list.iter().flat_map(|list| (0..list.length()).filter_map(|i| list.get(i))).collect();
        let is_empty = all.is_empty();
        // A folder brings what lies in its folders too.
        let files: Vec<_> =
            all.into_iter().filter(|file| depth(file) <= 1 && may_be_of_a_model(&file.name())).collect();
        // So that the same file can be picked again once it has been mended.
        input.set_value("");
        if !files.is_empty() {
            dispatch.emit(picks.keep(files));
        } else if !is_empty {
            dispatch.emit(Action::FilesRefused(
                "No file of a model is among these: a .safetensors file is needed, with its config.json and \
                 tokenizer.json if there are any."
                    .to_owned(),
            ));
        }
    })
}

/// How many folders of the chosen one's a file lies in; 0 where files were chosen. (web-sys does not know the name.)
fn depth(file: &File) -> usize {
    let path = Reflect::get(file, &"webkitRelativePath".into()).ok().and_then(|path| path.as_string());
    path.map_or(0, |path| path.matches('/').count())
}

fn may_be_of_a_model(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.contains(".safetensors") || name.ends_with(".json") || name.ends_with(".txt")
}

#[derive(Properties, PartialEq)]
pub(crate) struct FromComputerProps {
    pub(crate) dispatch: Callback<Action>,
    pub(crate) picks: Picks,
}

/// Files and folders of this computer.
#[component(FromComputer)]
pub(crate) fn from_computer(props: &FromComputerProps) -> Html {
    let (files, folder) = (use_node_ref(), use_node_ref());
    let open = |input: &NodeRef| {
        let input = input.clone();
        Callback::from(move |_: MouseEvent| {
            if let Some(input) = input.cast::<HtmlInputElement>() {
                input.click();
            }
        })
    };
    html! {
        <section class="models-section" aria-labelledby="models-computer">
            <h3 id="models-computer">{ "From your computer" }</h3>
            <p class="help">
                { "A .safetensors file or all its pieces (.safetensors.001, .002 …), with config.json and tokenizer.json where you \
                   have them; or a folder that holds them. Files can be dropped anywhere on the page." }
            </p>
            <div class="buttons">
                <button type="button" class="quiet" data-testid="models-open-files" onclick={open(&files)}>{ "Open files…" }</button>
                <button type="button" class="quiet" data-testid="models-open-folder" onclick={open(&folder)}>{ "Open folder…" }</button>
            </div>
            <input ref={files} class="visually-hidden" type="file" multiple=true accept={MODEL_FILES} tabindex="-1"
                aria-label="Files of a model" data-testid="models-files" onchange={picked(&props.dispatch, &props.picks)} />
            <input ref={folder} class="visually-hidden" type="file" multiple=true webkitdirectory=true tabindex="-1"
                aria-label="Folder of a model" data-testid="models-folder" onchange={picked(&props.dispatch, &props.picks)} />
        </section>
    }
}
