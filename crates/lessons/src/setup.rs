//! What a step sets the page to, in the words that an address has for it too.

use peek_experiment::{Analysis, LensLine, set_part};
use serde_json::Value;

use crate::{
    HeadRule, Pin, Problem,
    fields::{Fields, as_list, as_text, listed, short},
};

/// Longest prompt, in characters.
const TEXT: usize = 2000;
/// Most prompts of the lens.
const LENS: usize = 12;

/// How the results can be looked at: each choice's name, and what can be chosen.
pub const VIEWS: [(&str, &[&str]); 17] = [
    ("quantity", &["logit", "probability", "rank"]),
    ("order", &["delta", "size"]),
    ("cells", &["changes", "shares"]),
    ("alignment", &["auto", "open", "closed"]),
    ("run", &["clean", "corrupt", "patched"]),
    ("attention", &["one", "layer", "all"]),
    ("drawn", &["map", "lines"]),
    ("norms", &["off", "on"]),
    ("kinds", &["off", "on"]),
    ("lens", &["curves", "positions"]),
    ("lens_run", &["clean", "corrupt"]),
    ("lens_color", &["probability", "rank", "entropy"]),
    ("lens_mid", &["off", "on"]),
    ("lens_scale", &["own", "final"]),
    ("parts", &["off", "on"]),
    ("parts_run", &["clean", "corrupt"]),
    ("parts_direct", &["difference", "clean"]),
];

/// A field's name, the key that an address has for it, and what it can be where that is a word.
const PARTS: [(&str, &str, &str); 8] = [
    ("clean", "c", "a text"),
    ("corrupt", "x", "a text"),
    ("answer", "a", "a text"),
    ("foil", "f", "a text"),
    ("site", "site", "z, q, k, v, pattern, resid_pre, resid_mid, resid_post, attn_out or mlp_out"),
    ("edit", "edit", "denoise, noise, zero, mean or mean_by_position"),
    ("at", "at", "last, all, grid or a position's number"),
    ("metric", "metric", "logit, raw_logit, logit_diff, probability, log_probability, rank or kl"),
];

/// What the steps so far have set the page to.
#[derive(Clone, Default)]
pub(crate) struct Stand {
    pub(crate) page: Analysis,
    pub(crate) pin: Pin,
    has_lens: bool,
}

impl Stand {
    /// What a lesson begins with: nothing typed, `<|endoftext|>` in front.
    pub(crate) fn new() -> Self {
        let mut stand = Self::default();
        stand.page.pair.prepend_bos = true;
        stand
    }

    /// Whether there is something to run.
    pub(crate) fn has_prompts(&self) -> bool {
        let pair = &self.page.pair;
        ![&pair.clean, &pair.corrupt, &pair.answer].into_iter().any(String::is_empty)
    }

    /// Takes a step's setup in.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn set(&mut self, value: Value) -> Result<(), Problem> {
        let mut fields = Fields::of(value, "setup")?;
        for (field, key, known) in PARTS {
            let Some(value) = fields.take(field) else { continue };
            let text = match value {
                Value::Number(number) if field == "at" => number.to_string(),
                other => as_text(other, field, TEXT)?,
            };
            self.part(field, key, text, known)?;
        }
        match fields.take("bos") {
            None => {}
            Some(Value::Bool(on)) => self.page.pair.prepend_bos = on,
            Some(_) => return Err(Problem::Kind { field: "bos", wanted: "true or false" }),
        }
        if let Some(pin) = fields.text("pin", 60)? {
            self.pin = read_pin(&pin)?;
        }
        if let Some(lens) = fields.take("lens") {
            self.has_lens = true;
            let lines = as_list(lens, "lens", LENS)?;
            self.page.lens = lines.into_iter().map(lens_line).collect::<Result<_, _>>()?;
        }
        if let Some(view) = fields.take("view") {
            self.view(view)?;
        }
        fields.finish()?;
        if !self.has_lens {
            let pair = &self.page.pair;
            let line = |prompt: &String| LensLine { prompt: prompt.clone(), answer: pair.answer.clone() };
            self.page.lens = vec![line(&pair.clean), line(&pair.corrupt)];
        }
        Ok(())
    }

    fn part(&mut self, field: &str, key: &str, text: String, known: &str) -> Result<(), Problem> {
        if key == "at" && text == "last" {
            self.page.setup.at = Default::default();
            return Ok(());
        }
        let value = short(&text);
        if set_part(&mut self.page, key, text) {
            Ok(())
        } else {
            Err(Problem::Value { field: field.to_owned(), value, known: known.to_owned() })
        }
    }

    fn view(&mut self, value: Value) -> Result<(), Problem> {
        let mut fields = Fields::of(value, "view")?;
        for (name, choices) in VIEWS {
            let Some(text) = fields.text(name, TEXT)? else { continue };
            if !choices.contains(&&*text) {
                let known = listed(choices);
                return Err(Problem::Value { field: name.to_owned(), value: short(&text), known });
            }
            self.page.views.insert(name.to_owned(), text);
        }
        fields.finish()
    }
}

fn read_pin(text: &str) -> Result<Pin, Problem> {
    if text == "none" {
        return Ok(Pin::Nothing);
    }
    let head = || text.parse().ok().map(Pin::Head);
    HeadRule::named(text).map(Pin::By).or_else(head).ok_or_else(|| Problem::Value {
        field: "pin".to_owned(),
        value: short(text),
        known: "none, a head such as L1H7, ".to_owned() + &listed(&HeadRule::names()),
    })
}

fn lens_line(value: Value) -> Result<LensLine, Problem> {
    let mut fields = Fields::of(value, "lens")?;
    let line = LensLine { prompt: fields.needed("prompt", TEXT)?, answer: fields.needed("answer", TEXT)? };
    fields.finish()?;
    Ok(line)
}
