//! The code that is copied, as files to be read. `PEEK_UPDATE_GOLDEN=1` writes them anew; `tests/parity/run_snippets.py`
//! runs them.

use peek_experiment::{SnippetError, transformer_lens};
use peek_names::{LogitScale, MeanOver, Metric, Site};
use peek_protocol::{At, Edit, PairTexts, Setup};

fn pair() -> PairTexts {
    PairTexts {
        clean: "Who wrote Pride and Prejudice?".into(),
        corrupt: "Who wrote Pride and Prejudice? Some say \"Emily\" Brontë.".into(),
        answer: " Jane".into(),
        foil: " Emily".into(),
        prepend_bos: true,
    }
}

fn check(name: &str, pair: &PairTexts, setup: &Setup) {
    let code = transformer_lens(pair, setup).expect("defined");
    let path = format!("{}/tests/golden/{name}.py", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("PEEK_UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, &code).expect("writes");
    }
    let golden = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(code, golden, "{path}: look at the change, then run with PEEK_UPDATE_GOLDEN=1");
}

#[test]
fn code_is_as_it_was_read() {
    check("heads", &pair(), &Setup::default());
    check(
        "grid",
        &pair(),
        &Setup { site: Site::ResidPre, at: At::Grid, metric: Metric::LogitDifference, ..Setup::default() },
    );
    check(
        "noise_kl",
        &PairTexts { prepend_bos: false, ..pair() },
        &Setup {
            site: Site::Pattern,
            edit: Edit::Noise,
            at: At::One(2),
            metric: Metric::Kl,
            alignment: Some(vec![Some(0), None, Some(1)]),
            ..Setup::default()
        },
    );
    check(
        "mean_raw",
        &pair(),
        &Setup {
            site: Site::V,
            edit: Edit::Mean(MeanOver::PromptsAndPositions),
            at: At::All,
            metric: Metric::Logit(LogitScale::Raw),
            mean_prompts: vec!["Who wrote Emma?".into(), "A line\nand \\ another.".into()],
            ..Setup::default()
        },
    );
}

#[test]
fn what_is_not_defined_has_no_code() {
    let difference = Setup { metric: Metric::LogitDifference, ..Setup::default() };
    let bare = PairTexts { foil: String::new(), ..pair() };
    assert_eq!(transformer_lens(&bare, &difference), Err(SnippetError::NoFoil));
    let mean =
        Setup { site: Site::Pattern, edit: Edit::Mean(MeanOver::PromptsAndPositions), ..Setup::default() };
    assert_eq!(transformer_lens(&pair(), &mean), Err(SnippetError::PatternMean));
}
