//! Looking at runs, as a page asks for it.

mod common;

use common::{CLEAN, CORRUPT, Recorder, ask, model_of, pair, session, session_of};
use peek_engine::Session;
use peek_interp::{
    FullSpeed, KIND_FROM, Run, attention_patterns, direct_effects, head_kinds, value_weighted_pattern,
};
use peek_names::{HeadId, Layer, TokenId};
use peek_protocol::{
    AttributionRequest, DirectScale, HeadKindsRequest, LensConvention, LensGridCell, LensGridReply,
    LensGridRequest, LensPrompt, LensRequest, LogitScale, PairTexts, PatternsReply, PatternsRequest, Place,
    Request, RequestId, Response,
};
use pollster::block_on;

fn grid(prompt: &str, answer: &str, with_mid: bool) -> Request {
    Request::LensGrid(LensGridRequest {
        id: RequestId(1),
        prompt: prompt.into(),
        answer: answer.into(),
        prepend_bos: true,
        with_mid,
        convention: LensConvention::Own,
        top: 3,
    })
}

fn near(a: &[f32], b: &[f32]) {
    assert_eq!(a.len(), b.len());
    assert!(a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-4), "{a:?} {b:?}");
}

fn refusal(responses: &[Response]) -> (Place, String) {
    let [Response::Refused { notes, .. }] = responses else { panic!("{responses:?}") };
    (notes[0].place, notes[0].message.clone())
}

#[test]
fn the_lens_grid_comes_depth_by_depth_and_ends_with_the_lens_curve() {
    for (attention_only, with_mid) in [(None, true), (Some(24), false)] {
        let host = Recorder::default();
        let mut session = session_of(&host, attention_only);
        let layers = model_of(attention_only).config.layers;
        let responses = ask(&mut session, &host, grid(CLEAN, " Jane", with_mid));
        let replies = responses.iter().map(|response| match response {
            Response::LensGrid { reply, .. } => reply,
            other => panic!("{other:?}"),
        });
        let replies: Vec<&LensGridReply> = replies.collect();
        let [LensGridReply::Head { tokens, followed, depths, notes }, rows @ .., LensGridReply::Done { .. }] =
            replies.as_slice()
        else {
            panic!("{replies:?}")
        };
        assert!(notes.is_empty() && followed.as_ref().is_some_and(|token| token.text == " Jane"));
        assert_eq!(
            (depths.len(), rows.len()),
            if with_mid { (2 * layers + 1, 2 * layers + 1) } else { (layers + 1, layers + 1) }
        );
        let rows: Vec<&Vec<LensGridCell>> = rows
            .iter()
            .enumerate()
            .map(|(at, row)| match row {
                LensGridReply::Row { depth, cells } if *depth == at => cells,
                other => panic!("{other:?}"),
            })
            .collect();
        assert!(rows.iter().all(|cells| cells.len() == tokens.len()));
        let entropy = rows[0][0].entropy.expect("finite");
        assert!(entropy > 0.0 && entropy <= 50257_f32.ln() + 1e-3);

        let prompts = vec![LensPrompt { prompt: CLEAN.into(), answer: " Jane".into() }];
        let lens = LensRequest { id: RequestId(2), prompts, prepend_bos: true };
        let curve = ask(&mut session, &host, Request::Lens(lens));
        let [Response::Lens { result: Ok(curve), .. }] = curve.as_slice() else { panic!("{curve:?}") };
        assert_eq!(session.computed().runs, 1, "the run is kept");
        for point in &curve.points {
            let row = depths.iter().position(|depth| *depth == point.label).expect("a depth of the grid");
            let cell = rows[row].last().expect("cells");
            let followed = cell.followed.expect("followed");
            near(&[followed.logit, followed.probability], &[point.reading.logit, point.reading.probability]);
            assert_eq!(cell.top.len(), 3);
            assert!(cell.top[0].reading.rank == 1 && !cell.top[0].text.is_empty());
        }
    }
}

#[test]
fn a_lens_grid_of_nothing_is_refused_and_one_without_an_answer_is_not() {
    let host = Recorder::default();
    let mut session = session(&host);
    let (place, message) = refusal(&ask(&mut session, &host, grid("", " Jane", false)));
    assert_eq!(place, Place::LensPrompt(0));
    assert!(message.contains("Type a prompt"), "{message}");
    let responses = ask(&mut session, &host, grid(CLEAN, "", false));
    let Some(Response::LensGrid { reply: LensGridReply::Row { cells, .. }, .. }) = responses.get(1) else {
        panic!("{responses:?}")
    };
    assert!(cells.iter().all(|cell| cell.followed.is_none() && cell.top.len() == 3));
}

fn attribute(pair: PairTexts, scale: LogitScale, by: DirectScale) -> Request {
    Request::Attribute(AttributionRequest { id: RequestId(1), pair, scale, by })
}

#[test]
fn attributions_sum_to_the_logit() {
    for attention_only in [None, Some(24)] {
        let host = Recorder::default();
        let mut session = session_of(&host, attention_only);
        let model = model_of(attention_only);
        for (foil, by) in [("", DirectScale::Difference), (" Emily", DirectScale::Clean)] {
            let pair = PairTexts { foil: foil.into(), ..pair(CLEAN, CORRUPT) };
            let responses = ask(&mut session, &host, attribute(pair.clone(), LogitScale::Centred, by));
            let [Response::Attribution(result)] = responses.as_slice() else { panic!("{responses:?}") };
            for of in [&result.clean, &result.corrupt] {
                let layers = of.heads.concat().into_iter().chain(of.mlps.clone());
                let ends = [of.embedding, of.position, of.unembedding_bias];
                let sum: f32 = layers.chain(of.attention_biases.clone()).chain(ends).sum();
                near(&[sum], &[of.logit]);
            }
            assert_eq!(result.clean.mlps.iter().all(|mlp| *mlp == 0.0), attention_only.is_some());
            let ids = tokens(&mut session, &host, &pair);
            let [clean, corrupt] = ids.map(|ids| block_on(Run::new(&model, &ids, &FullSpeed)).expect("runs"));
            let followed = (result.answer.id, result.foil.as_ref().map(|foil| foil.id));
            let direct = direct_effects(&model, (&clean, &corrupt), followed, LogitScale::Centred, by);
            near(&result.direct.concat(), &block_on(direct).expect("reads").concat());
        }
        let pair = PairTexts { foil: " Jane".into(), ..pair(CLEAN, CORRUPT) };
        let refused = ask(&mut session, &host, attribute(pair, LogitScale::Raw, DirectScale::Clean));
        let (place, message) = refusal(&refused);
        assert!(place == Place::Foil && message.contains("another foil"), "{message}");
    }
}

fn patterns(pair: &PairTexts, layer: Option<u16>, weighted: bool, most: Option<usize>) -> Request {
    let layer = layer.map(Layer);
    Request::Patterns(PatternsRequest { id: RequestId(1), pair: pair.clone(), layer, weighted, most })
}

fn replies(responses: Vec<Response>) -> Vec<PatternsReply> {
    let reply = |response| match response {
        Response::Patterns(reply) => reply,
        other => panic!("{other:?}"),
    };
    responses.into_iter().map(reply).collect()
}

fn tokens(session: &mut Session, host: &Recorder, pair: &PairTexts) -> [Vec<TokenId>; 2] {
    let found = replies(ask(session, host, patterns(pair, Some(0), false, Some(1)))).remove(0);
    [found.clean.tokens, found.corrupt.tokens].map(|tokens| tokens.iter().map(|token| token.id).collect())
}

#[test]
fn patterns_are_the_heads_own_weighted_or_made_smaller() {
    let host = Recorder::default();
    let mut session = session(&host);
    let model = model_of(None);
    // The answer does not matter.
    let pair = PairTexts { answer: String::new(), ..pair(CLEAN, CORRUPT) };
    let ids = tokens(&mut session, &host, &pair);
    let runs = ids.map(|ids| block_on(Run::new(&model, &ids, &FullSpeed)).expect("runs"));

    let all = replies(ask(&mut session, &host, patterns(&pair, None, false, None)));
    let places: Vec<_> = all.iter().map(|reply| (reply.layer.index(), reply.done, reply.total)).collect();
    assert_eq!(places, [(0, 1, 3), (1, 2, 3), (2, 3, 3)]);
    for reply in &all {
        for (of, run) in [&reply.clean, &reply.corrupt].into_iter().zip(&runs) {
            let own = block_on(attention_patterns(&model, run, reply.layer)).expect("reads");
            near(&of.heads.concat(), &own);
            assert_eq!(of.size, of.tokens.len());
        }
    }
    let weighted = replies(ask(&mut session, &host, patterns(&pair, Some(1), true, None))).remove(0);
    for (head, weights) in weighted.corrupt.heads.iter().enumerate() {
        let own = value_weighted_pattern(&model, &runs[1], HeadId::new(1, head as u16));
        near(weights, &block_on(own).expect("reads"));
    }
    let small = replies(ask(&mut session, &host, patterns(&pair, Some(2), false, Some(6)))).remove(0);
    assert_eq!((small.corrupt.size, small.corrupt.heads[0].len()), (6, 36));
    assert_eq!(small.clean.heads, all[2].clean.heads, "the shorter prompt is small enough");
    let largest = |weights: &[f32]| weights.iter().copied().fold(0.0, f32::max);
    assert_eq!(largest(&small.corrupt.heads[1]), largest(&all[2].corrupt.heads[1]));

    let (_, message) = refusal(&ask(&mut session, &host, patterns(&pair, Some(3), false, None)));
    assert!(message.contains("no layer 3"), "{message}");
}

fn kinds(half: usize, seeds: &[u64]) -> Request {
    Request::HeadKinds(HeadKindsRequest { id: RequestId(1), half, seeds: seeds.to_vec() })
}

#[test]
fn head_kinds_repeat_what_the_context_allows() {
    for (attention_only, asked, half) in [(None, 9, 9), (None, 500, 15), (Some(8), 24, 3)] {
        let host = Recorder::default();
        let mut session = session_of(&host, attention_only);
        let model = model_of(attention_only);
        let responses = ask(&mut session, &host, kinds(asked, &[3, 4]));
        let [Response::HeadKinds(result)] = responses.as_slice() else { panic!("{responses:?}") };
        assert_eq!((result.half, result.label_from), (half, KIND_FROM));
        let own = head_kinds(&model, Some(TokenId(50256)), half, &[3, 4], &FullSpeed);
        let own = block_on(own).expect("scores");
        near(&result.induction.concat(), &own.induction.concat());
        near(&result.previous_token.concat(), &own.previous_token.concat());
        near(&result.duplicate_token.concat(), &own.duplicate_token.concat());
        let (_, message) = refusal(&ask(&mut session, &host, kinds(9, &[])));
        assert!(message.contains("seed"), "{message}");
    }
    let host = Recorder::default();
    let mut session = session_of(&host, Some(4));
    let (place, message) = refusal(&ask(&mut session, &host, kinds(9, &[1])));
    assert!(place == Place::Model && message.contains("too short"), "{message}");
}
