//! An analysis over many pairs, as a page asks for it.

mod common;

use common::{CLEAN, CORRUPT, EQUAL, Recorder, ask, pair, session, session_of, setup};
use peek_engine::Session;
use peek_interp::MeanOver;
use peek_protocol::{
    At, DirectScale, Edit, InterveneReply, InterveneRequest, LogitScale, Metric, Note, PairTexts, Place,
    Request, RequestId, Response, SetAnalysis, SetNumbers, SetReply, SetRequest, Setup, Site,
};

type Items = Vec<Result<SetNumbers, Vec<Note>>>;

fn set(session: &mut Session, host: &Recorder, pairs: &[PairTexts], analysis: SetAnalysis) -> Items {
    let request = SetRequest { id: RequestId(1), pairs: pairs.to_vec(), analysis };
    let responses = ask(session, host, Request::Set(request));
    let Some((Response::Set { reply: SetReply::Done { .. }, .. }, items)) = responses.split_last() else {
        panic!("{responses:?}")
    };
    let item = |(at, response): (usize, &Response)| match response {
        Response::Set { reply: SetReply::Item { index, result, done }, .. } => {
            assert_eq!((*index, *done), (at, at + 1));
            result.clone()
        }
        other => panic!("{other:?}"),
    };
    items.iter().enumerate().map(item).collect()
}

/// The same pair's deltas as an intervention gives them, unit by unit.
fn deltas(session: &mut Session, host: &Recorder, pair: &PairTexts, setup: &Setup) -> Vec<Option<f32>> {
    let request = InterveneRequest { id: RequestId(2), pair: pair.clone(), setup: setup.clone() };
    let mut layers = Vec::new();
    for response in ask(session, host, Request::Intervene(request)) {
        match response {
            Response::Intervene { reply: InterveneReply::Layers { layers: more, .. }, .. } => {
                layers.extend(more);
            }
            Response::Intervene { .. } => {}
            other => panic!("{other:?}"),
        }
    }
    let units = layers[0].scores[0].len();
    let of = |layer: &peek_protocol::LayerScores, unit: usize| -> Vec<Option<f32>> {
        layer.scores.iter().map(|spot| spot[unit].delta).collect()
    };
    layers.iter().flat_map(|layer| (0..units).flat_map(move |unit| of(layer, unit))).collect()
}

fn near(a: &[Option<f32>], b: &[Option<f32>]) {
    assert_eq!(a.len(), b.len());
    for (a, b) in a.iter().zip(b) {
        assert_eq!(a.is_some(), b.is_some());
        assert!((a.unwrap_or(0.0) - b.unwrap_or(0.0)).abs() < 1e-5, "{a:?} {b:?}");
    }
}

#[test]
fn a_bad_pair_is_listed_and_the_others_are_what_they_are_alone() {
    for attention_only in [None, Some(24)] {
        let host = Recorder::default();
        let mut session = session_of(&host, attention_only);
        let pairs = [
            pair(CLEAN, CORRUPT),
            PairTexts { answer: String::new(), ..pair("", CORRUPT) },
            pair(CLEAN, CLEAN),
            pair("What is 2+2?", CLEAN),
        ];
        for setup in [
            setup(Site::Z, Edit::Denoise, At::Last, Metric::LogitDifference),
            setup(Site::ResidMid, Edit::Noise, At::All, Metric::Probability),
        ] {
            let items = set(&mut session, &host, &pairs, SetAnalysis::Interventions(setup.clone()));
            let [Ok(first), Err(typed), Err(same), Ok(last)] = items.as_slice() else { panic!("{items:?}") };
            assert!(typed.iter().all(|note| note.place == Place::SetPair(1)));
            let messages: Vec<&str> = typed.iter().map(|note| note.message.as_str()).collect();
            assert!(messages[0].starts_with("Clean prompt: Type a prompt"), "{messages:?}");
            assert!(messages.iter().any(|message| message.starts_with("Answer: Type")), "{messages:?}");
            assert!(same[0].place == Place::SetPair(2) && same[0].message.contains("the same"), "{same:?}");
            for (item, pair) in [(first, &pairs[0]), (last, &pairs[3])] {
                near(&item.cells, &deltas(&mut session, &host, pair, &setup));
                assert!(item.baselines.clean.is_some() && item.baselines.corrupt.is_some());
                assert!(item.cells.iter().flatten().any(|delta| *delta != 0.0));
            }
        }
    }
}

#[test]
fn counted_positions_ask_for_one_length() {
    let host = Recorder::default();
    let mut session = session(&host);
    let pairs = [pair(CLEAN, EQUAL), pair(CORRUPT, CLEAN), pair(EQUAL, CORRUPT)];
    for at in [At::Grid, At::One(1)] {
        let setup = setup(Site::V, Edit::Noise, at, Metric::default());
        let items = set(&mut session, &host, &pairs, SetAnalysis::Interventions(setup.clone()));
        let [Ok(first), Err(other), Ok(last)] = items.as_slice() else { panic!("{items:?}") };
        assert!(other.last().is_some_and(|note| note.message.contains("one length")), "{other:?}");
        near(&first.cells, &deltas(&mut session, &host, &pairs[0], &setup));
        near(&last.cells, &deltas(&mut session, &host, &pairs[2], &setup));
    }
}

#[test]
fn a_mean_is_taken_over_the_sets_own_prompts() {
    let host = Recorder::default();
    let mut session = session(&host);
    let pairs = [pair(CLEAN, EQUAL), pair("Some say", CORRUPT), pair(EQUAL, "Who wrote Emily?")];
    for over in [MeanOver::PromptsAndPositions, MeanOver::Prompts] {
        let plain = setup(Site::Z, Edit::Mean(over), At::Last, Metric::default());
        let items = set(&mut session, &host, &pairs, SetAnalysis::Interventions(plain.clone()));
        let fits = |texts: &&String| {
            over == MeanOver::PromptsAndPositions || *texts != CORRUPT && *texts != "Some say"
        };
        let own = pairs.iter().flat_map(|pair| [&pair.clean, &pair.corrupt]).filter(fits).cloned().collect();
        let named = Setup { mean_prompts: own, ..plain };
        let Ok(first) = &items[0] else { panic!("{items:?}") };
        near(&first.cells, &deltas(&mut session, &host, &pairs[0], &named));
        assert_eq!(items[1].is_ok(), over == MeanOver::PromptsAndPositions, "{items:?}");
        let Ok(last) = &items[2] else { panic!("{items:?}") };
        near(&last.cells, &deltas(&mut session, &host, &pairs[2], &named));
    }
}

#[test]
fn lens_and_direct_effects_have_their_cells() {
    let host = Recorder::default();
    let mut session = session(&host);
    let plain = PairTexts { foil: String::new(), ..pair(CLEAN, CORRUPT) };
    let pairs = [plain, PairTexts { foil: " Jane".into(), ..pair(CLEAN, CORRUPT) }, pair(CLEAN, EQUAL)];
    let items = set(&mut session, &host, &pairs, SetAnalysis::Lens);
    let [Ok(first), Err(same), Ok(last)] = items.as_slice() else { panic!("{items:?}") };
    assert!(same[0].message.starts_with("Foil: ") && same[0].message.contains("same token"), "{same:?}");
    assert_eq!((first.cells.len(), last.cells.len()), (8, 8));
    near(&[first.cells[3], first.cells[7]], &[first.baselines.clean, first.baselines.corrupt]);
    assert_eq!(first.cells[..4], last.cells[..4], "the clean run is the same");

    let direct = SetAnalysis::Direct(LogitScale::Centred, DirectScale::Difference);
    let items = set(&mut session, &host, &pairs, direct);
    let [Ok(first), Err(_), Ok(last)] = items.as_slice() else { panic!("{items:?}") };
    assert_eq!((first.cells.len(), last.cells.len()), (6, 6));
    assert_ne!(first.baselines, last.baselines, "with a foil it is the difference");
}
