//! Interventions as a page asks for them: every setup against the method itself, refusals, what is kept, cancellation.

mod common;

use std::{
    future::Future,
    pin::pin,
    task::{Context, Poll, Waker},
};

use common::{CLEAN, CORRUPT, EQUAL, Recorder, ask, model_of, pair, session, session_of, setup};
use peek_engine::{Session, serve};
use peek_interp::{
    Donor, FullSpeed, Intervention, Judge, MeanOver, Means, Patched, PositionMap, Positions, Run, naive,
};
use peek_model::Gpt2;
use peek_names::{LogitScale, TokenId};
use peek_protocol::{
    Alignment, At, Baselines, Edit, InterveneReply, InterveneRequest, LayerScores, Metric, PairTexts, Place,
    Request, RequestId, Response, Setup, Side, Site,
};
use pollster::block_on;

fn intervene(id: u64, pair: &PairTexts, setup: &Setup) -> Request {
    Request::Intervene(InterveneRequest { id: RequestId(id), pair: pair.clone(), setup: setup.clone() })
}

/// What a finished intervention said.
#[derive(Debug, PartialEq)]
struct Said {
    alignment: Alignment,
    baselines: Baselines,
    layers: Vec<LayerScores>,
}

fn said(responses: &[Response]) -> Said {
    let replies: Vec<&InterveneReply> = responses
        .iter()
        .map(|response| match response {
            Response::Intervene { reply, .. } => reply,
            other => panic!("{other:?}"),
        })
        .collect();
    let [
        InterveneReply::Aligned(alignment),
        InterveneReply::Baselines(baselines),
        rows @ ..,
        InterveneReply::Done { .. },
    ] = replies.as_slice()
    else {
        panic!("{replies:?}")
    };
    let mut layers: Vec<LayerScores> = Vec::new();
    for row in rows {
        let InterveneReply::Layers { layers: more, done, .. } = row else { panic!("{row:?}") };
        layers.extend(more.clone());
        assert_eq!(*done, layers.len());
    }
    assert!(layers.iter().enumerate().all(|(at, row)| row.layer.index() == at), "from the input up");
    Said { alignment: (*alignment).clone(), baselines: *baselines, layers }
}

fn run_of(session: &mut Session, host: &Recorder, pair: &PairTexts, setup: &Setup) -> Said {
    said(&ask(session, host, intervene(1, pair, setup)))
}

fn numbers(said: &Said) -> Vec<Option<f32>> {
    said.layers
        .iter()
        .flat_map(|row| row.scores.concat())
        .flat_map(|score| [score.value, score.delta])
        .collect()
}

fn near(ours: &[Option<f32>], theirs: &[Option<f32>], of: &str) {
    assert_eq!(ours.len(), theirs.len(), "{of}");
    for (a, b) in ours.iter().zip(theirs) {
        assert_eq!(a.is_some(), b.is_some(), "{of}");
        assert!((a.unwrap_or(0.0) - b.unwrap_or(0.0)).abs() < 1e-4, "{of}: {a:?} {b:?}");
    }
}

/// The same numbers by the method itself, in one replay and layer by layer.
fn by_hand(model: &Gpt2, said: &Said, pair_ids: [&[TokenId]; 2], setup: &Setup) -> Vec<Option<f32>> {
    let [clean, corrupt] = pair_ids.map(|ids| block_on(Run::new(model, ids, &FullSpeed)).expect("runs"));
    let (base, other) = match setup.edit.base() {
        Side::Clean => (&clean, &corrupt),
        Side::Corrupt => (&corrupt, &clean),
    };
    let map = PositionMap::align(base.tokens(), other.tokens());
    let bos = Some(TokenId(50256));
    let both = [clean.clone(), corrupt.clone()];
    let means = match setup.edit {
        Edit::Mean(over) => Some(Means::new(model, &both, setup.site, over, bos).expect("means")),
        _ => None,
    };
    let donor = match (&means, setup.edit) {
        (Some(means), _) => Donor::Mean(means),
        (_, Edit::Zero) => Donor::Zero,
        _ => Donor::Run { run: other, map: &map },
    };
    let at = match setup.at {
        At::Last => Positions::Last,
        At::One(position) => Positions::One(position),
        At::All => Positions::All,
        At::Grid => Positions::Grid,
    };
    let spots = at.spots(base.tokens().len(), setup.edit.donor().map(|_| &map)).expect("defined");
    let units = setup.site.units(model.config.layers, model.config.heads);
    let change = Intervention { site: setup.site, units: &units, spots: &spots, donor };
    let patched = block_on(Patched::replay(model, base, change, &FullSpeed)).expect("replays");
    let answer = said.alignment.answer.as_ref().expect("followed").id;
    let foil = said.alignment.foil.as_ref().map(|foil| foil.id);
    let judge = block_on(Judge::new(model, setup.metric, answer, foil, &clean)).expect("judges");
    let scores = block_on(judge.scores(model, &patched, &FullSpeed)).expect("reads");
    near(
        &[said.baselines.clean, said.baselines.corrupt],
        &[&clean, &corrupt].map(|run| block_on(judge.of_run(model, run)).expect("reads")),
        "baselines",
    );
    let width = units.len() / model.config.layers;
    let layer = |at: usize| scores.iter().flat_map(move |spot| &spot[at * width..(at + 1) * width]);
    (0..model.config.layers).flat_map(layer).flat_map(|score| [score.value, score.delta]).collect()
}

fn ids(session: &mut Session, host: &Recorder, pair: &PairTexts) -> [Vec<TokenId>; 2] {
    let noising = run_of(session, host, pair, &setup(Site::Z, Edit::Noise, At::Last, Metric::default()));
    [noising.alignment.base, noising.alignment.donor]
        .map(|tokens| tokens.iter().map(|token| token.id).collect())
}

#[test]
fn every_setup_gives_the_methods_own_numbers() {
    for attention_only in [None, Some(24)] {
        let host = Recorder::default();
        let mut session = session_of(&host, attention_only);
        let model = model_of(attention_only);
        for (clean, corrupt) in [(CLEAN, CORRUPT), (CLEAN, EQUAL)] {
            let pair = pair(clean, corrupt);
            let [clean, corrupt] = ids(&mut session, &host, &pair);
            let edits = [Edit::Denoise, Edit::Noise, Edit::Zero, Edit::Mean(MeanOver::PromptsAndPositions)];
            let equal = clean.len() == corrupt.len();
            for (at, site) in Site::ALL.into_iter().enumerate() {
                for (which, edit) in edits.into_iter().enumerate() {
                    let of_pattern = matches!(edit, Edit::Mean(_)) || !equal && edit.donor().is_some();
                    let edit = match (site, edit) {
                        (Site::Pattern, Edit::Mean(_)) if equal => Edit::Mean(MeanOver::Prompts),
                        (Site::Pattern, _) if of_pattern => continue,
                        _ => edit,
                    };
                    let place = [At::Last, At::All, At::Grid, At::One(0)][(at + which) % 4];
                    let setup = setup(site, edit, place, Metric::ALL[(at + 3 * which) % Metric::ALL.len()]);
                    let found = run_of(&mut session, &host, &pair, &setup);
                    let slow = by_hand(&model, &found, [&clean, &corrupt], &setup);
                    near(&numbers(&found), &slow, &format!("{setup:?}"));
                }
            }
        }
    }
}

#[test]
fn the_default_is_the_naive_twins_head_scores() {
    let host = Recorder::default();
    let mut session = session(&host);
    let pair = pair(CLEAN, CORRUPT);
    let found = run_of(&mut session, &host, &pair, &Setup::default());
    let [clean, corrupt] = ids(&mut session, &host, &pair);
    let answer = found.alignment.answer.as_ref().expect("followed").id;
    let model = model_of(None);
    let slow = naive::head_scores(&model, &clean, &corrupt, answer, LogitScale::Centred);
    let slow: Vec<_> = block_on(slow).expect("runs").concat().into_iter().map(Some).collect();
    let deltas: Vec<_> = numbers(&found).chunks(2).map(|both| both[1]).collect();
    near(&deltas, &slow, "head scores");
    assert!(deltas.iter().flatten().any(|delta| delta.abs() > 1e-4), "some head does something");
    assert_eq!(found.alignment.map.len(), corrupt.len());
    assert_eq!(found.alignment.spots, [[corrupt.len() - 1]]);
}

#[test]
fn noising_is_denoising_with_the_prompts_exchanged() {
    let host = Recorder::default();
    let mut session = session(&host);
    for at in [At::Last, At::All, At::Grid] {
        let noise = setup(Site::ResidMid, Edit::Noise, at, Metric::LogitDifference);
        let denoise = setup(Site::ResidMid, Edit::Denoise, at, Metric::LogitDifference);
        let noised = run_of(&mut session, &host, &pair(CLEAN, CORRUPT), &noise);
        let denoised = run_of(&mut session, &host, &pair(CORRUPT, CLEAN), &denoise);
        near(&numbers(&noised), &numbers(&denoised), "exchanged");
        assert_eq!(noised.alignment.map, denoised.alignment.map);
    }
}

#[test]
fn the_whole_clean_stream_on_entry_is_the_clean_run() {
    let host = Recorder::default();
    let mut session = session(&host);
    let setup = setup(Site::ResidPre, Edit::Denoise, At::All, Metric::Logit(LogitScale::Raw));
    let found = run_of(&mut session, &host, &pair(CLEAN, EQUAL), &setup);
    let (first, clean) = (found.layers[0].scores[0][0].value, found.baselines.clean);
    near(&[first], &[clean], "the clean run");
    assert!((clean.expect("finite") - found.baselines.corrupt.expect("finite")).abs() > 1e-3);
}

#[test]
fn another_metric_answer_or_foil_runs_nothing() {
    let host = Recorder::default();
    let mut session = session(&host);
    let mut pair = pair(CLEAN, CORRUPT);
    let of = |metric| setup(Site::Q, Edit::Mean(MeanOver::default()), At::Grid, metric);
    let first = run_of(&mut session, &host, &pair, &of(Metric::default()));
    let done = session.computed();
    assert!(done.replayed > 0);
    for metric in Metric::ALL {
        let found = run_of(&mut session, &host, &pair, &of(metric));
        assert_eq!(session.computed(), done, "{metric}");
        assert_eq!(found == first, metric == Metric::default(), "{metric}");
    }
    let pauses = host.pauses.get();
    pair.answer = " Anne".into();
    pair.foil = String::new();
    let other = run_of(&mut session, &host, &pair, &of(Metric::default()));
    assert_eq!((session.computed(), host.pauses.get()), (done, pauses), "no layer of a replay either");
    assert_ne!(numbers(&other), numbers(&first));

    let mut more = of(Metric::default());
    more.mean_prompts = vec![CLEAN.into(), CORRUPT.into(), EQUAL.into()];
    let widened = run_of(&mut session, &host, &pair, &more);
    assert!(session.computed().replayed > done.replayed, "another mean is another intervention");
    assert_ne!(numbers(&widened), numbers(&other));
}

#[test]
fn what_makes_no_sense_is_refused_beside_its_field() {
    let host = Recorder::default();
    let mut session = session(&host);
    let plain = Setup::default();
    let at = |at| Setup { at, ..Setup::default() };
    let aligned = |alignment| Setup { alignment: Some(alignment), ..Setup::default() };
    let of_pattern = |edit| setup(Site::Pattern, edit, At::Last, Metric::default());
    let difference = Setup { metric: Metric::LogitDifference, ..Setup::default() };
    let mean = |prompts: &[&str], over| Setup {
        edit: Edit::Mean(over),
        mean_prompts: prompts.iter().map(|&prompt| prompt.to_owned()).collect(),
        ..Setup::default()
    };
    let unequal = pair(CLEAN, CORRUPT);
    let no_foil = PairTexts { foil: String::new(), ..unequal.clone() };
    let same_foil = PairTexts { foil: " Jane".into(), ..unequal.clone() };
    let equal = pair(CLEAN, EQUAL);
    let tokens = ids(&mut session, &host, &equal)[0].len();
    let crossed = (0..tokens).map(|position| Some(tokens - 1 - position)).collect::<Vec<_>>();
    let mut alone: Vec<Option<usize>> = (0..tokens).map(Some).collect();
    alone[tokens - 1] = None;
    let cases = [
        (pair(CLEAN, CLEAN), plain.clone(), Place::Corrupt, "the same"),
        (pair("", CORRUPT), plain.clone(), Place::Clean, "Type a prompt"),
        (PairTexts { answer: String::new(), ..equal.clone() }, plain, Place::Answer, "Type the answer"),
        (equal.clone(), aligned(vec![None; 2]), Place::Setup, "align the prompts again"),
        (equal.clone(), aligned(vec![Some(99); tokens]), Place::Setup, "position 99"),
        (equal.clone(), aligned(alone), Place::Setup, "meets no token"),
        (equal.clone(), at(At::One(99)), Place::Setup, "no position 99"),
        (unequal.clone(), at(At::One(6)), Place::Setup, "meets no token"),
        (unequal.clone(), of_pattern(Edit::Denoise), Place::Setup, "equal length"),
        (
            equal.clone(),
            Setup { alignment: Some(crossed), ..of_pattern(Edit::Noise) },
            Place::Setup,
            "another site than pattern",
        ),
        (
            equal.clone(),
            of_pattern(Edit::Mean(MeanOver::PromptsAndPositions)),
            Place::Setup,
            "position by position",
        ),
        (unequal.clone(), mean(&[], MeanOver::Prompts), Place::Setup, "equal length"),
        (equal.clone(), mean(&[CORRUPT], MeanOver::Prompts), Place::Setup, "equal length"),
        (equal.clone(), mean(&[CLEAN, ""], MeanOver::Prompts), Place::Setup, "Prompt 2 of the mean"),
        (equal, mean(&["<|endoftext|>"], MeanOver::default()), Place::Setup, "add prompts"),
        (no_foil, difference.clone(), Place::Foil, "needs a foil"),
        (same_foil, difference, Place::Foil, "choose another foil"),
    ];
    for (pair, setup, place, sentence) in cases {
        let responses = ask(&mut session, &host, intervene(1, &pair, &setup));
        let [Response::Refused { notes, .. }] = responses.as_slice() else {
            panic!("{setup:?}: {responses:?}")
        };
        let found = notes.iter().find(|note| note.place == place && note.message.contains(sentence));
        assert!(found.is_some(), "{sentence}: {notes:?}");
    }
    run_of(&mut session, &host, &unequal, &Setup::default());
}

#[test]
fn an_edited_alignment_is_what_lends() {
    let host = Recorder::default();
    let mut session = session(&host);
    let pair = pair(CLEAN, EQUAL);
    let plain = setup(Site::ResidPost, Edit::Denoise, At::Last, Metric::default());
    let first = run_of(&mut session, &host, &pair, &plain);
    let mut map = first.alignment.map.clone();
    let last = map.len() - 1;
    map[last] = Some(last - 1);
    let edited = run_of(&mut session, &host, &pair, &Setup { alignment: Some(map.clone()), ..plain });
    assert_eq!(edited.alignment.map, map);
    assert_ne!(numbers(&edited), numbers(&first));
}

#[test]
fn a_request_that_is_stopped_leaves_the_session_as_good_as_before() {
    let pair = pair(CLEAN, CORRUPT);
    let setup = setup(Site::K, Edit::Noise, At::Grid, Metric::Kl);
    let host = Recorder::default();
    let fresh = run_of(&mut session(&host), &host, &pair, &setup);
    let pauses = host.pauses.get();
    for stop_at in (1..pauses).step_by(3) {
        let host = Recorder::default();
        host.mailbox.push(common::load(0));
        host.mailbox.push(intervene(1, &pair, &setup));
        *host.interrupt.borrow_mut() = Some((stop_at, intervene(2, &pair, &setup)));
        let mut serving = pin!(serve(Session::new(), host.mailbox.clone(), &host));
        // Nothing here waits for anything but the next request.
        assert_eq!(serving.as_mut().poll(&mut Context::from_waker(Waker::noop())), Poll::Pending);
        let sent = host.take();
        let of = |id: u64| -> Vec<Response> {
            sent.iter().filter(|response| response.id() == Some(RequestId(id))).cloned().collect()
        };
        let done = |response: &Response| {
            matches!(response, Response::Intervene { reply: InterveneReply::Done { .. }, .. })
        };
        assert!(!of(1).iter().any(done), "at {stop_at}: it was stopped");
        near(&numbers(&said(&of(2))), &numbers(&fresh), "after a stop");
    }
}
