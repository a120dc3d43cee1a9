//! A tokenizer that has no beginning-of-text token and fewer tokens than the model has rows: every request is answered all
//! the same.

mod common;

use common::{Recorder, ask, pair, session_of, setup};
use peek_protocol::{
    At, AttributionRequest, DirectScale, Edit, HeadKindsRequest, InterveneReply, InterveneRequest,
    LensConvention, LensGridReply, LensGridRequest, LogitScale, MeanOver, Metric, NoteLevel, PatternsRequest,
    Request, RequestId, Response, SetAnalysis, SetReply, SetRequest, Site, TogetherRequest,
};
use serde_json::{Map, Value, json};

/// The byte alphabet alone.
fn tokenizer() -> Vec<u8> {
    let printing = (0..=255_u8).filter(|b| matches!(b, b'!'..=b'~' | 0xa1..=0xac | 0xae..=0xff));
    let letters = printing.map(char::from).chain('\u{100}'..'\u{144}').map(String::from);
    let vocab: Map<String, Value> = letters.enumerate().map(|(id, token)| (token, json!(id))).collect();
    let tokenizer = json!({
        "added_tokens": [],
        "normalizer": null,
        "pre_tokenizer": { "type": "ByteLevel", "add_prefix_space": false },
        "model": { "type": "BPE", "vocab": vocab, "merges": [] },
    });
    tokenizer.to_string().into_bytes()
}

#[test]
fn every_request_is_answered_without_one() {
    for attention_only in [None, Some(24)] {
        let host = Recorder::default();
        *host.tokenizer.borrow_mut() = Some(tokenizer());
        let mut session = session_of(&host, attention_only);
        let id = RequestId(1);
        let mut pair = pair("is it a?", "is it b?");
        (pair.answer, pair.foil) = ("c".into(), "d".into());
        let setup = setup(Site::Z, Edit::Mean(MeanOver::default()), At::Grid, Metric::LogitDifference);
        let analysis = SetAnalysis::Interventions(setup.clone());
        let lens = LensGridRequest {
            id,
            prompt: "is it a?".into(),
            answer: "c".into(),
            prepend_bos: true,
            with_mid: true,
            convention: LensConvention::Final,
            top: 2,
        };
        let by = DirectScale::Difference;
        let requests = [
            Request::Intervene(InterveneRequest { id, pair: pair.clone(), setup: setup.clone() }),
            Request::Together(TogetherRequest {
                id,
                pair: pair.clone(),
                setup,
                units: Site::Z.units(2, 2),
                look: None,
            }),
            Request::LensGrid(lens),
            Request::Attribute(AttributionRequest { id, pair: pair.clone(), scale: LogitScale::Raw, by }),
            Request::Patterns(PatternsRequest {
                id,
                pair: pair.clone(),
                layer: Some(peek_protocol::Layer(1)),
                weighted: true,
                most: Some(0),
            }),
            Request::HeadKinds(HeadKindsRequest { id, half: 4, seeds: vec![1] }),
            Request::Set(SetRequest { id, pairs: vec![pair], analysis }),
        ];
        for request in requests {
            let responses = ask(&mut session, &host, request);
            for response in &responses {
                if let Response::Intervene { reply: InterveneReply::Aligned(alignment), .. } = response {
                    assert!(alignment.base.iter().all(|token| !token.is_bos));
                    let told =
                        |note: &peek_protocol::Note| note.message.contains("no beginning-of-text token");
                    assert!(alignment.notes.iter().any(told), "{:?}", alignment.notes);
                    assert!(alignment.notes.iter().all(|note| note.level == NoteLevel::Warning));
                }
                if let Response::Set { reply: SetReply::Item { result, .. }, .. } = response {
                    assert!(result.is_ok(), "{result:?}");
                }
            }
            let last = responses.last();
            let is_whole = matches!(
                last,
                Some(
                    Response::Intervene { reply: InterveneReply::Done { .. }, .. }
                        | Response::Together(_)
                        | Response::LensGrid { reply: LensGridReply::Done { .. }, .. }
                        | Response::Attribution(_)
                        | Response::Patterns(_)
                        | Response::HeadKinds(_)
                        | Response::Set { reply: SetReply::Done { .. }, .. }
                )
            );
            assert!(is_whole, "{last:?}");
        }
    }
}
