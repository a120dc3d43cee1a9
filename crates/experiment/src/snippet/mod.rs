//! An intervention as Python code for TransformerLens 3, which prints the same numbers.

mod python;
mod texts;

use peek_names::{LogitScale, MeanOver, Metric, Site};
use peek_protocol::{At, Edit, PairTexts, Setup, Side};

use python::{list_of_places, list_of_texts, text};

/// An analysis that has no code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SnippetError {
    /// A logit difference without a foil.
    #[error("A logit difference needs a foil: type one, then copy the code again.")]
    NoFoil,
    /// A mean over positions of patterns, which have no common keys.
    #[error(
        "Attention patterns have no mean over positions: choose another site, or a mean for each position."
    )]
    PatternMean,
}

/// The code for an intervention on a model that [`HookedTransformer.from_pretrained`] knows as GPT-2 small; it begins with
/// that `model`, so that another can be put in its place. It leaves `deltas` as `[layers][units of a layer][spots]`, and
/// `clean_metric` and `corrupt_metric`.
///
/// [`HookedTransformer.from_pretrained`]: https://transformerlensorg.github.io/TransformerLens/
///
/// # Errors
/// Where the intervention is not defined.
pub fn transformer_lens(pair: &PairTexts, setup: &Setup) -> Result<String, SnippetError> {
    if setup.metric.needs_foil() && pair.foil.is_empty() {
        return Err(SnippetError::NoFoil);
    }
    if setup.site == Site::Pattern && setup.edit == Edit::Mean(MeanOver::PromptsAndPositions) {
        return Err(SnippetError::PatternMean);
    }
    let mut out = texts::BEGIN.to_owned();
    out += match setup.metric {
        // TransformerLens centres the unembedding by default, which takes the mean off every logit.
        Metric::Logit(LogitScale::Raw) => texts::MODEL_RAW,
        _ => texts::MODEL,
    };
    out += texts::NO_GRAD;
    runs(pair, setup, &mut out);
    out += &metric(setup.metric);
    lends(pair, setup, &mut out);
    out += &spots(setup);
    out += &changed(setup);
    out += if setup.site.per_head() { texts::ALL_HEADS } else { texts::ALL_LAYERS };
    Ok(out)
}

fn bos(pair: &PairTexts) -> &'static str {
    if pair.prepend_bos { "True" } else { "False" }
}

/// Texts, tokens and the two unpatched runs.
fn runs(pair: &PairTexts, setup: &Setup, out: &mut String) {
    let bos = bos(pair);
    for (name, prompt) in [("clean", &pair.clean), ("corrupt", &pair.corrupt)] {
        *out += &format!("{name} = model.to_tokens({}, prepend_bos={bos})\n", text(prompt));
    }
    let mut token = |name: &str, typed: &str| {
        *out += &format!("{name} = model.to_tokens({}, prepend_bos=False)[0, 0]\n", text(typed));
    };
    token("answer", &pair.answer);
    if setup.metric.needs_foil() {
        token("foil", &pair.foil);
    }
    *out += texts::RUNS;
}

fn metric(metric: Metric) -> String {
    let (says, body) = match metric {
        Metric::Logit(LogitScale::Centred) => (
            "The answer's logit. `model` has its unembedding centred, so the mean over the vocabulary is off already.",
            "last[answer]",
        ),
        Metric::Logit(LogitScale::Raw) => ("The answer's logit.", "last[answer]"),
        Metric::LogitDifference => ("The answer's logit minus the foil's.", "last[answer] - last[foil]"),
        Metric::Probability => ("The answer's probability.", "last.softmax(-1)[answer]"),
        Metric::LogProbability => {
            ("The logarithm of the answer's probability.", "last.log_softmax(-1)[answer]")
        }
        Metric::Rank => ("The answer's rank; 1 is the top.", "(last > last[answer]).sum() + 1"),
        Metric::Kl => (
            "Kullback-Leibler divergence from the clean run, in nats.",
            "(clean_log.exp() * (clean_log - last.log_softmax(-1))).sum()",
        ),
    };
    let clean = match metric {
        Metric::Kl => "    clean_log = clean_logits[0, -1].double().log_softmax(-1)\n",
        _ => "",
    };
    format!(
        "\n\ndef metric(logits):\n    \"\"\"{says}\"\"\"\n    last = logits[0, -1].double()\n{clean}    return ({body}).item()\n\n\n"
    )
}

/// Which run is changed, and by what.
fn lends(pair: &PairTexts, setup: &Setup, out: &mut String) {
    let (base, other) = match setup.edit.base() {
        Side::Clean => ("clean", "corrupt"),
        Side::Corrupt => ("corrupt", "clean"),
    };
    *out += &match setup.edit {
        Edit::Zero => format!("# The {base} run is changed: zeros go into it.\n"),
        Edit::Mean(_) => format!("# The {base} run is changed: means over prompts go into it.\n"),
        Edit::Denoise | Edit::Noise => {
            format!("# The {base} run is changed: values of the {other} run go into it.\n")
        }
    };
    *out += &format!("base, base_logits = {base}, {base}_logits\nlength = base.shape[1]\n");
    match setup.edit {
        Edit::Zero => {}
        Edit::Mean(over) => mean(pair, setup, over, out),
        Edit::Denoise | Edit::Noise => {
            *out += &format!("lender = {other}_cache\n");
            match (&setup.alignment, setup.at) {
                (Some(map), _) => {
                    *out += &format!(
                        "# For each position of the {base} prompt the one of the {other} prompt that lends to it.\n"
                    );
                    *out += &format!("meets = {}\n", list_of_places(map));
                }
                (None, At::Last) => {
                    *out += &format!(
                        "# Last position meets last position.\nmeets = {{length - 1: {other}.shape[1] - 1}}\n"
                    );
                }
                (None, _) => {
                    *out += texts::ALIGN;
                    *out += &format!("meets = align(base[0].tolist(), {other}[0].tolist())\n");
                }
            }
        }
    }
}

fn mean(pair: &PairTexts, setup: &Setup, over: MeanOver, out: &mut String) {
    let bos = bos(pair);
    if setup.mean_prompts.is_empty() {
        *out += "mean_runs = [clean_cache, corrupt_cache]\n";
    } else {
        *out += &format!("mean_prompts = {}\n", list_of_texts(&setup.mean_prompts));
        *out += &format!(
            "mean_runs = [model.run_with_cache(model.to_tokens(prompt, prepend_bos={bos}))[1] for prompt in mean_prompts]\n"
        );
    }
    *out += &match over {
        MeanOver::Prompts => {
            "\n\ndef mean(name):\n    \"\"\"The mean over the prompts, each position by itself.\"\"\"\n    \
             return torch.cat([run[name] for run in mean_runs]).mean(0)\n\n\n"
                .to_owned()
        }
        MeanOver::PromptsAndPositions => {
            let (first, but) = if pair.prepend_bos { ("1", ", but for the one in front") } else { ("0", "") };
            format!(
                "\n\ndef mean(name):\n    \"\"\"The mean over the prompts and their positions{but}.\"\"\"\n    \
                 return torch.cat([run[name][0, {first}:] for run in mean_runs]).mean(0)\n\n\n"
            )
        }
    };
}

/// The positions that each changed run is changed at.
fn spots(setup: &Setup) -> String {
    let lends = setup.edit.donor().is_some();
    let all = if !lends {
        "range(length)"
    } else if setup.alignment.is_none() && setup.at == At::Last {
        "meets"
    } else {
        "[at for at in range(length) if meets[at] is not None]"
    };
    let spots = match setup.at {
        At::Last => "[[length - 1]]".to_owned(),
        At::One(position) => format!("[[{position}]]"),
        At::All => format!("[list({all})]"),
        At::Grid if lends => "[[at] if meets[at] is not None else [] for at in range(length)]".to_owned(),
        At::Grid => "[[at] for at in range(length)]".to_owned(),
    };
    format!("# The positions that are changed at once, a run each.\nspots = {spots}\n")
}

/// The function that changes one unit and reads the metric.
fn changed(setup: &Setup) -> String {
    let site = setup.site.name();
    let per_head = setup.site.per_head();
    let (attn, argument) = if per_head { ("attn.", ", head") } else { ("", "") };
    let place = |batch: &str, at: &str| match (setup.site, per_head) {
        (Site::Pattern, _) => format!("[{batch}head, {at}]"),
        (_, true) => format!("[{batch}{at}, head]"),
        (_, false) => format!("[{batch}{at}]"),
    };
    let value = match setup.edit {
        Edit::Zero => "0".to_owned(),
        Edit::Denoise | Edit::Noise => format!("lender[name]{}", place("0, ", "meets[at]")),
        Edit::Mean(MeanOver::Prompts) => format!("mean_value{}", place("", "at")),
        Edit::Mean(MeanOver::PromptsAndPositions) => {
            if per_head {
                "mean_value[head]".to_owned()
            } else {
                "mean_value".to_owned()
            }
        }
    };
    let before = match setup.edit {
        Edit::Mean(_) => "    mean_value = mean(name)\n",
        _ => "",
    };
    let target = place("0, ", "at");
    let what = if per_head { "one head's" } else { "one layer's" };
    format!(
        "\n\ndef changed(layer{argument}, spot):\n    \"\"\"The metric where {what} {site} is another at the positions of \
         `spot`.\"\"\"\n    name = f\"blocks.{{layer}}.{attn}hook_{site}\"\n{before}\n    def hook(value, hook):\n        \
         for at in spot:\n            value{target} = {value}\n        return value\n\n    \
         return metric(model.run_with_hooks(base, fwd_hooks=[(name, hook)]))\n\n\n"
    )
}
