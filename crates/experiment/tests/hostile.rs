//! Whatever a stranger sends: a value or a sentence, in little time.

use std::collections::BTreeMap;

use peek_experiment::{
    Analysis, Baseline, Experiment, LensLine, PromptPair, Results, ScoreLine, TEXT_CHARS, Templates,
    fill_templates, read_link, read_prompts, transformer_lens, write_link, write_prompts,
};
use peek_names::{HeadId, Layer, MeanOver, Metric, Site, Unit};
use peek_protocol::{At, Edit, PairTexts, Setup};
use proptest::{collection::vec, option, prelude::*, sample::select};

fn edit() -> impl Strategy<Value = Edit> {
    select(vec![
        Edit::Denoise,
        Edit::Noise,
        Edit::Zero,
        Edit::Mean(MeanOver::PromptsAndPositions),
        Edit::Mean(MeanOver::Prompts),
    ])
}

fn setup() -> impl Strategy<Value = Setup> {
    let at = prop_oneof![Just(At::Last), (0usize..1000).prop_map(At::One), Just(At::All), Just(At::Grid)];
    let alignment = option::of(vec(option::of(0usize..99), 0..5));
    let parts = (select(Site::ALL.to_vec()), edit(), at, select(Metric::ALL.to_vec()), alignment);
    (parts, vec(any::<String>(), 0..3)).prop_map(|((site, edit, at, metric, alignment), mean_prompts)| {
        Setup { site, edit, at, metric, alignment, mean_prompts }
    })
}

fn pair() -> impl Strategy<Value = PairTexts> {
    (any::<[String; 4]>(), any::<bool>()).prop_map(|([clean, corrupt, answer, foil], prepend_bos)| {
        PairTexts { clean, corrupt, answer, foil, prepend_bos }
    })
}

fn analysis() -> impl Strategy<Value = Analysis> {
    let pinned = option::of((any::<u16>(), any::<u16>()).prop_map(|(layer, head)| HeadId::new(layer, head)));
    let unit = prop_oneof![
        any::<(u16, u16)>().prop_map(|(layer, head)| Unit::Head(HeadId::new(layer, head))),
        any::<u16>().prop_map(|layer| Unit::Layer(Layer(layer))),
    ];
    let line = any::<(String, String)>().prop_map(|(prompt, answer)| LensLine { prompt, answer });
    let views = vec(("[a-z]{1,8}", "[a-z_:]{0,8}"), 0..4).prop_map(BTreeMap::from_iter);
    (pair(), setup(), pinned, vec(unit, 0..4), vec(line, 0..4), views).prop_map(
        |(pair, setup, pinned, units, lens, views)| Analysis { pair, setup, pinned, units, lens, views },
    )
}

/// Links that begin as ours do.
fn nearly_a_link() -> impl Strategy<Value = String> {
    let key = select(vec![
        "c", "x", "a", "f", "site", "edit", "metric", "at", "map", "mean", "pin", "set", "lp", "la", "view",
        "bos", "zz",
    ]);
    let value = prop_oneof![
        any::<String>(),
        "[a-z0-9%+,:-]{0,12}",
        select(vec!["1", "0", "all", "%", "%c3", "%C3%28", "L1H2", "9999999999999999999999", "-,-"])
            .prop_map(String::from)
    ];
    vec((key, value), 0..6).prop_map(|parts| {
        let parts: Vec<String> = parts.into_iter().map(|(key, value)| format!("{key}={value}")).collect();
        format!("#v1.{}", parts.join("&"))
    })
}

proptest! {
    #[test]
    fn a_state_survives_its_address(analysis in analysis()) {
        let link = write_link(&analysis);
        prop_assert!(link.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_~+%=&.,:".contains(&b)), "{}", link);
        prop_assert!(link.ends_with(['0', '1']));
        prop_assert_eq!(&read_link(&link).expect("reads"), &analysis);
        prop_assert_eq!(read_link(&format!("#{link}")).expect("reads"), analysis);
        // Cut off anywhere it is no state: nobody should look at half of an analysis.
        for cut in (0..link.len()).rev().take(40) {
            prop_assert!(read_link(&link[..cut]).is_err(), "{}", &link[..cut]);
        }
    }

    #[test]
    fn a_state_survives_its_file(analysis in analysis()) {
        let text = Experiment::new(analysis.clone()).to_json().expect("writes");
        prop_assert!(Experiment::is_claimed_by(&text));
        prop_assert_eq!(Experiment::from_json(&text).expect("reads").analysis, analysis);
    }

    #[test]
    fn no_address_panics(link in prop_oneof![any::<String>(), nearly_a_link()]) {
        if let Err(error) = read_link(&link) {
            prop_assert!(error.to_string().chars().count() < 200);
        }
    }

    #[test]
    fn no_file_panics(text in any::<String>(), cut in 0usize..2000, at in 0usize..2000, byte in any::<char>()) {
        let _ = Experiment::from_json(&text);
        let _ = fill_templates(&Templates { clean: text.clone(), corrupt: text.clone(), answer: text.clone(), foil: text.clone(), lists: text });
        let whole = Experiment::new(Analysis::default()).to_json().expect("writes");
        let chars: Vec<char> = whole.chars().collect();
        let _ = Experiment::from_json(&chars[..cut.min(chars.len())].iter().collect::<String>());
        let mut spoiled = chars;
        let at = at % spoiled.len();
        spoiled[at] = byte;
        let _ = Experiment::from_json(&spoiled.into_iter().collect::<String>());
    }

    #[test]
    fn a_set_survives_its_table(texts in vec(any::<[String; 4]>(), 1..5)) {
        let pairs: Vec<_> = texts
            .into_iter()
            .map(|[clean, corrupt, answer, foil]| PromptPair {
                clean: format!("{clean}."), corrupt: format!("{corrupt}."), answer: format!("{answer}."), foil,
            })
            .collect();
        let import = read_prompts(&write_prompts(&pairs));
        prop_assert_eq!(import.errors, vec![]);
        prop_assert_eq!(import.pairs, pairs);
    }

    #[test]
    fn no_set_panics(text in prop_oneof![any::<String>(), "[a-c,\"\t\r\n{}: ]{0,60}"]) {
        let import = read_prompts(&text);
        prop_assert!(import.errors.iter().all(|error| error.line >= 1));
    }

    #[test]
    fn texts_never_leave_their_literals(pair in pair(), setup in setup()) {
        let Ok(code) = transformer_lens(&pair, &setup) else { return Ok(()) };
        // Every line is one of ours: none begins in the middle of a text.
        let plain = PairTexts { clean: "a".into(), corrupt: "b".into(), answer: "c".into(), foil: "d".into(), ..pair };
        let plain_setup = Setup { mean_prompts: setup.mean_prompts.iter().map(|_| "e".into()).collect(), ..setup };
        let expected = transformer_lens(&plain, &plain_setup).expect("the same but for its texts");
        prop_assert_eq!(code.lines().count(), expected.lines().count());
    }
}

#[test]
fn deep_and_large_files_end_quickly_with_a_sentence() {
    let deep = format!("{{\"format\":{}", "[".repeat(1_000_000));
    let error = Experiment::from_json(&deep).expect_err("too deep").to_string();
    assert!(error.contains("no experiment"), "{error}");
    let with = |pairs: usize, text: &str| {
        let pair = PromptPair { clean: text.to_owned(), ..PromptPair::default() };
        let mut experiment = Experiment::new(Analysis::default());
        experiment.set = vec![pair; pairs];
        let text = serde_json::to_string(&experiment).expect("written");
        assert_eq!(
            experiment.to_json().is_ok(),
            Experiment::from_json(&text).is_ok(),
            "only what can be opened is written"
        );
        Experiment::from_json(&text)
    };
    assert_eq!(with(2000, "a").map(|read| read.set.len()).expect("as many as a set takes"), 2000);
    for (pairs, text) in [(2001, "a".to_owned()), (1, "a".repeat(TEXT_CHARS + 1))] {
        let error = with(pairs, &text).expect_err("too much").to_string();
        assert!(error.contains("too large"), "{error}");
    }
    let mut heavy = Experiment::new(Analysis::default());
    heavy.set = vec![PromptPair { clean: "a".repeat(TEXT_CHARS), ..PromptPair::default() }; 81];
    assert!(
        heavy.to_json().expect_err("16 MB").to_string().contains("bytes"),
        "what could not be opened is not written"
    );
    let nothing = Experiment::from_json("{}").expect_err("it says nothing of itself").to_string();
    assert_eq!(nothing, "This is no experiment of Peek. Open a file that “Save” wrote.");
    let error = Experiment::from_json(&" ".repeat(16_000_001)).expect_err("too large").to_string();
    assert!(error.contains("16000000"), "{error}");

    let analysis = Analysis { lens: vec![LensLine::default(); 257], ..Analysis::default() };
    let text = serde_json::to_string(&Experiment::new(analysis.clone())).expect("written");
    let error = Experiment::from_json(&text);
    assert!(error.expect_err("too many").to_string().contains("257 lens prompts"));
    let error = read_link(&write_link(&analysis)).expect_err("too many").to_string();
    assert!(error.contains("257 lens prompts"), "{error}");
    assert!(read_link(&"%".repeat(70_000)).expect_err("too long").to_string().contains("too long"));
}

#[test]
fn a_number_that_no_run_gives_is_refused() {
    let mut experiment = Experiment::new(Analysis::default());
    experiment.results = Some(Results {
        baselines: Baseline { clean: Some(1.5), corrupt: None },
        scores: vec![ScoreLine { unit: "L0H0".into(), value: Some(2.5), ..ScoreLine::default() }],
        ..Results::default()
    });
    let text = experiment.to_json().expect("writes");
    assert_eq!(Experiment::from_json(&text).expect("reads"), experiment);
    for number in ["1.5", "2.5"] {
        let error = Experiment::from_json(&text.replace(number, "-1e39")).expect_err("refused").to_string();
        assert!(error.contains("too large to be one of a model's"), "{error}");
    }
}

#[test]
fn an_error_is_short_whatever_it_quotes() {
    let long = "\u{200d}".repeat(100_000);
    let error = |text: &str| Experiment::from_json(text).expect_err("refused").to_string();
    let format = error(&format!("{{\"format\":{{}},\"version\":\"{long}\"}}"));
    let version = error(&format!("{{\"format\":\"peek-experiment\",\n\"version\":\"{long}\"}}"));
    assert!(format.chars().count() < 300 && version.chars().count() < 300, "{version}");
    assert!(version.contains("… at line 2 column "), "{version}");
    let import = read_prompts(&format!("{{\"{long}\":1}}\n"));
    assert!(import.errors[0].problem.chars().count() < 300, "{:?}", import.errors);
}

#[test]
fn other_files_and_other_versions_are_told_apart() {
    let error = |text: &str| Experiment::from_json(text).expect_err(text).to_string();
    assert!(error("{\"format\":\"peek-experiment\",\"version\":2}").contains("newer"));
    assert!(error("{\"format\":\"peek-experiment\",\"version\":0}").contains("version 0"));
    assert!(error("{\"model_type\":\"gpt2\"}").contains("no experiment"));
    assert!(error("[]").contains("no experiment"));
    assert!(!Experiment::is_claimed_by("{\"model_type\":\"gpt2\"}"));
    assert_eq!(
        read_link("").expect_err("none").to_string(),
        read_link("#v2.bos=1").expect_err("v2").to_string()
    );
    assert!(read_link("#v1.c=Who").expect_err("cut").to_string().contains("cut off"));
    let error = read_link("#v1.zz=1&bos=1").expect_err("unknown").to_string();
    assert!(error.contains("`zz=1`"), "{error}");
}

#[test]
fn lines_of_a_set_are_taken_or_named() {
    let import = read_prompts("Answer,clean,note,CORRUPT\n Jane,Who?,x,\"Who, then?\"\nonly\n,a,b,c\n");
    assert_eq!(import.pairs.len(), 1);
    assert_eq!((&*import.pairs[0].answer, &*import.pairs[0].corrupt), (" Jane", "Who, then?"));
    let said: Vec<String> = import.errors.iter().map(ToString::to_string).collect();
    assert!(said[0].starts_with("Line 3: it has 1 columns"), "{said:?}");
    assert!(said[1].starts_with("Line 4: its answer text is empty"), "{said:?}");

    let import = read_prompts("\u{feff}Who?\tWho, then?\t Jane\t Emily\r\n");
    assert_eq!((import.pairs.len(), &*import.pairs[0].foil), (1, " Emily"));
    let import = read_prompts("Who?,Who, then?, Jane, Emily, or so\n");
    assert!(import.errors[0].problem.contains("put texts with commas in quotes"), "{:?}", import.errors);
    let import = read_prompts("{\"clean\":\"a\",\"corrupt\":\"b\",\"answer\":\" c\"}\n\n{\"clean\":1}\n");
    assert_eq!((import.pairs.len(), import.errors[0].line), (1, 3));
}
