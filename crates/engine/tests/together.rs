//! Units changed together, as a page asks for them.

mod common;

use common::{CLEAN, CORRUPT, EQUAL, Recorder, ask, model_of, pair, session, session_of, setup};
use peek_engine::Session;
use peek_interp::{FullSpeed, Run, attention_pattern, naive};
use peek_names::{HeadId, Layer};
use peek_protocol::{
    At, AttentionRequest, Edit, InterveneReply, InterveneRequest, Metric, PairTexts, Place, Request,
    RequestId, Response, Setup, Site, TogetherRequest, TogetherResult, TokenId, Unit,
};
use pollster::block_on;

fn request(pair: PairTexts, setup: Setup, units: &[Unit], look: Option<HeadId>) -> Request {
    Request::Together(TogetherRequest { id: RequestId(1), pair, setup, units: units.to_vec(), look })
}

fn together(
    session: &mut Session,
    host: &Recorder,
    pair: PairTexts,
    setup: Setup,
    units: &[Unit],
    look: Option<HeadId>,
) -> TogetherResult {
    let responses = ask(session, host, request(pair, setup, units, look));
    let [Response::Together(result)] = responses.as_slice() else { panic!("{responses:?}") };
    (**result).clone()
}

fn head(layer: u16, head: u16) -> Unit {
    Unit::Head(HeadId::new(layer, head))
}

fn near(a: Option<f32>, b: Option<f32>) {
    let (a, b) = (a.expect("defined"), b.expect("defined"));
    assert!((a - b).abs() < 1e-4, "{a} {b}");
}

#[test]
fn no_units_change_nothing() {
    let host = Recorder::default();
    let mut session = session(&host);
    let look = HeadId::new(1, 1);
    let result = together(&mut session, &host, pair(CLEAN, CORRUPT), Setup::default(), &[], Some(look));
    assert_eq!(result.joint.delta, Some(0.0));
    assert_eq!(result.joint.value, result.baselines.corrupt);
    assert_eq!(result.patched_lens, result.corrupt_lens);
    assert_ne!(result.patched_lens, result.clean_lens);
    assert!(result.singles.is_empty());
    let attention = AttentionRequest {
        id: RequestId(2),
        head: look,
        clean: CLEAN.into(),
        corrupt: CORRUPT.into(),
        prepend_bos: true,
    };
    let responses = ask(&mut session, &host, Request::Attention(attention));
    let [Response::Attention(plain)] = responses.as_slice() else { panic!("{responses:?}") };
    assert_eq!(result.pattern, Some((look, plain.corrupt.clone())));
}

#[test]
fn a_set_is_the_full_run_with_all_its_hooks_and_each_alone_is_the_sweeps() {
    for attention_only in [None, Some(24)] {
        let host = Recorder::default();
        let mut session = session_of(&host, attention_only);
        let model = model_of(attention_only);
        let pair = pair(CLEAN, CORRUPT);
        let setup = setup(Site::Z, Edit::Zero, At::All, Metric::Logit(peek_names::LogitScale::Raw));
        let units = [head(1, 0), head(0, 1)];
        let result = together(&mut session, &host, pair.clone(), setup.clone(), &units, None);

        let sweep = InterveneRequest { id: RequestId(2), pair, setup };
        let responses = ask(&mut session, &host, Request::Intervene(sweep));
        let (mut layers, mut base) = (Vec::new(), Vec::new());
        for response in responses {
            match response {
                Response::Intervene { reply: InterveneReply::Layers { layers: more, .. }, .. } => {
                    layers.extend(more);
                }
                Response::Intervene { reply: InterveneReply::Aligned(alignment), .. } => {
                    base = alignment.base.iter().map(|token| token.id).collect::<Vec<TokenId>>();
                }
                _ => {}
            }
        }
        assert_eq!(result.singles.iter().map(|(unit, _)| *unit).collect::<Vec<_>>(), units);
        for ((unit, single), (layer, head)) in result.singles.iter().zip([(1, 0), (0, 1)]) {
            near(single.delta, layers[layer].scores[0][head].delta);
            near(single.value, layers[layer].scores[0][head].value);
            assert!(single.delta.expect("defined").abs() > 1e-4, "{unit} does something");
        }

        let width = model.config.d_head();
        let hooks: Vec<_> = units
            .iter()
            .flat_map(|&unit| {
                (0..base.len()).map(move |position| naive::Hook {
                    site: Site::Z,
                    unit,
                    position,
                    value: vec![0.0; width],
                })
            })
            .collect();
        let logits = block_on(naive::hooked_run(&model, &base, &hooks)).expect("runs").1;
        let slow = logits.reading(0, TokenId(12091)).expect("a row");
        near(result.joint.value, Some(slow.raw_logit));
        near(Some(result.run.answer.probability), Some(slow.probability));
        let last = result.patched_lens.last().expect("points");
        near(Some(last.reading.logit), Some(slow.logit));
    }
}

#[test]
fn a_pattern_that_was_put_there_is_the_one_that_is_looked_at() {
    let host = Recorder::default();
    let mut session = session(&host);
    let setup = setup(Site::Pattern, Edit::Denoise, At::Grid, Metric::default());
    let look = HeadId::new(2, 1);
    let units = [Unit::Head(look)];
    let result = together(&mut session, &host, pair(CLEAN, EQUAL), setup.clone(), &units, Some(look));
    let (_, pattern) = result.pattern.expect("asked for");
    let responses = ask(&mut session, &host, request(pair(EQUAL, CLEAN), setup, &[], Some(look)));
    let [Response::Together(other)] = responses.as_slice() else { panic!("{responses:?}") };
    let (_, clean) = other.pattern.clone().expect("asked for");
    let ids: Vec<TokenId> = clean.tokens.iter().map(|token| token.id).collect();
    let model = model_of(None);
    let run = block_on(Run::new(&model, &ids, &FullSpeed)).expect("runs");
    let own = block_on(attention_pattern(&model, &run, look)).expect("reads");
    for (weights, of) in [(&pattern.weights, "put there"), (&clean.weights, "its own")] {
        assert!(weights.iter().zip(&own).all(|(a, b)| (a - b).abs() < 1e-5), "{of}");
    }
}

#[test]
fn units_that_are_none_are_refused() {
    let host = Recorder::default();
    let mut session = session(&host);
    let at = |site| setup(site, Edit::Denoise, At::Last, Metric::default());
    let nowhere = HeadId::new(9, 0);
    let cases = [
        (Site::Z, vec![Unit::Layer(Layer(0))], None, "name a head"),
        (Site::MlpOut, vec![head(0, 0)], None, "whole layers"),
        (Site::Z, vec![head(0, 9)], None, "L0H9"),
        (Site::Z, vec![head(0, 0), head(0, 0)], None, "named twice"),
        (Site::Z, vec![], Some(nowhere), "no layer 9"),
    ];
    for (site, units, look, sentence) in cases {
        let responses = ask(&mut session, &host, request(pair(CLEAN, CORRUPT), at(site), &units, look));
        let [Response::Refused { notes, .. }] = responses.as_slice() else { panic!("{responses:?}") };
        let found = notes.iter().any(|note| note.place == Place::Setup && note.message.contains(sentence));
        assert!(found, "{sentence}: {notes:?}");
    }
    together(&mut session, &host, pair(CLEAN, CORRUPT), at(Site::Z), &[head(0, 0)], None);
}
