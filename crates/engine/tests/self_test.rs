//! The self-test's requests: progress, cancellation, files that are none, and what the shipped files hold.

mod common;

use std::path::Path;

use common::{Recorder, ask, patch, session};
use peek_engine::Expectations;
use peek_protocol::{Request, RequestId, Response, SelfTestRequest, SelfTestRow};
use serde_json::{Value, json};

fn request(id: u64, expectations: &str) -> Request {
    Request::SelfTest(SelfTestRequest { id: RequestId(id), expectations: expectations.into() })
}

fn read(path: &str) -> String {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    std::fs::read_to_string(top.join(path)).expect("part of the project")
}

/// Expected numbers of the small random model, all of them wrong.
fn expectations() -> Value {
    let at = json!({"prompt": "Who wrote Emma?", "answer": " Jane", "foil": " Emily", "bos": true});
    let pair = json!({"clean": "Who wrote Emma?", "corrupt": "Who wrote it?", "answer": " Jane", "foil": null, "bos": true});
    json!({
        "for": {"label": "Test", "sha256": "", "layers": 3, "heads": 2, "vocab": 50257},
        "source": "a test",
        "checks": [
            {"kind": "token", "text": " Jane", "id": 12091},
            {"kind": "logit", "at": [at], "value": 99.0, "decimals": 4},
            {"kind": "loss", "prompt": "Hello world!", "bos": true, "value": 99.0, "decimals": 4},
            {"kind": "head_scores", "pairs": [pair], "share": false, "values": [[9, 9], [9, 9], [9, 9]], "decimals": 4},
        ],
    })
}

fn rows(responses: &[Response]) -> Vec<SelfTestRow> {
    let of = |response: &Response| match response {
        Response::SelfTestRows { rows, .. } => rows.clone(),
        _ => Vec::new(),
    };
    responses.iter().flat_map(of).collect()
}

fn refusal(responses: &[Response]) -> String {
    match responses {
        [Response::Failed { failure, .. }] => failure.message.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn rows_come_with_their_progress_and_equal_a_patch() {
    let host = Recorder::default();
    let mut session = session(&host);
    let responses = ask(&mut session, &host, request(1, &expectations().to_string()));
    let done: Vec<usize> = responses
        .iter()
        .filter_map(|response| match response {
            Response::SelfTestRows { done, total: 9, .. } => Some(*done),
            _ => None,
        })
        .collect();
    assert_eq!(done, [1, 2, 3, 9]);
    assert!(matches!(responses.last(), Some(Response::SelfTestDone { .. })));
    assert_eq!(session.computed().runs, 0, "its runs are not kept in the place of the page's");
    let rows = rows(&responses);
    assert!(rows[0].passed, "GPT-2's token of “ Jane” is {}", rows[0].ours);
    assert!(rows[1..].iter().all(|row| !row.passed && row.difference > 1.0));

    let patched = ask(&mut session, &host, patch(2, "Who wrote Emma?", "Who wrote it?", " Jane"));
    let deltas = patched.iter().filter_map(|response| match response {
        Response::Rows { rows, .. } => Some(rows.clone()),
        _ => None,
    });
    let mut deltas: Vec<_> = deltas.flatten().collect();
    deltas.sort_by_key(|row| row.layer);
    let deltas: Vec<f64> = deltas.into_iter().flat_map(|row| row.deltas).map(f64::from).collect();
    for (row, delta) in rows[3..].iter().zip(&deltas) {
        assert!((row.ours - delta).abs() < 1e-5, "{}: {} against {delta}", row.name, row.ours);
    }

    // The same numbers as the expected ones pass.
    let mut right = expectations();
    let ours = |at: usize| Value::from(rows[at].ours);
    right["checks"][1]["value"] = ours(1);
    right["checks"][2]["value"] = ours(2);
    right["checks"][3]["values"] =
        (0..3).map(|layer| json!([ours(3 + 2 * layer), ours(4 + 2 * layer)])).collect();
    let again = ask(&mut session, &host, request(3, &right.to_string()));
    let Some(Response::SelfTestDone { .. }) = again.last() else { panic!("{again:?}") };
    assert!(self::rows(&again).iter().all(|row| row.passed));
}

#[test]
fn it_ends_where_it_is_cancelled() {
    let host = Recorder::default();
    let session = session(&host);
    host.take();
    let text = expectations().to_string();
    host.mailbox.push(request(2, &text));
    *host.interrupt.borrow_mut() = Some((host.pauses.get() + 6, Request::Cancel(RequestId(2))));
    let served = async {
        let serve = std::pin::pin!(peek_engine::serve(session, host.mailbox.clone(), &host));
        let ended = std::pin::pin!(futures_util::future::poll_fn(|context| {
            let is_over = host.sent.borrow().iter().any(|r| matches!(r, Response::Cancelled { .. }));
            if is_over {
                return std::task::Poll::Ready(());
            }
            context.waker().wake_by_ref();
            std::task::Poll::Pending
        }));
        futures_util::future::select(serve, ended).await;
    };
    pollster::block_on(served);
    let sent = host.take();
    assert!(matches!(sent.last(), Some(Response::Cancelled { id: RequestId(2) })), "{sent:?}");
    assert!(rows(&sent).len() < 9);
}

#[test]
fn hostile_files_are_refused_with_a_reason() {
    let host = Recorder::default();
    let mut session = session(&host);
    let changed = |path: &str, value: Value| {
        let mut file = expectations();
        *file.pointer_mut(path).expect("there") = value;
        file.to_string()
    };
    let at = |n: usize| json!(vec![json!({"prompt": "a", "answer": " b", "bos": true}); n]);
    for (file, reason) in [
        (String::new(), "EOF"),
        ("{\"for\":".repeat(10_000), "unknown field"),
        (" ".repeat((1 << 20) + 1), "bytes"),
        (changed("/checks", json!([])), "0 numbers"),
        (changed("/checks/1/at", at(0)), "0 prompts"),
        (changed("/checks/1/at", at(65)), "65 prompts"),
        (changed("/checks/1/value", json!(null)), "null"),
        (changed("/checks/1/decimals", json!(-1)), "-1"),
        (changed("/checks/3/values", json!([[9, 9], [9], [9, 9]])), "layers and heads"),
        (changed("/for/layers", json!(u64::MAX)), "layers and heads"),
        (changed("/for/vocab", json!(7)), "7 tokens"),
        (changed("/checks/1/kind", json!("rm -rf")), "unknown variant"),
        (changed("/checks/2/prompt", json!("word ".repeat(40))), "at most 32"),
        (changed("/checks/1/at/0/answer", json!("")), "answer is empty"),
    ] {
        let mut responses = ask(&mut session, &host, request(1, &file));
        responses.retain(|response| !matches!(response, Response::SelfTestRows { .. }));
        let said = refusal(&responses);
        assert!(said.contains(reason), "{reason:?} is not in {said:?}");
    }
    let fine = ask(&mut session, &host, request(2, &expectations().to_string()));
    assert!(matches!(fine.last(), Some(Response::SelfTestDone { .. })), "the session is still of use");
}

#[test]
fn the_demo_models_file_is_what_transformer_lens_gave() {
    let file: Value = serde_json::from_str(&read("assets/selftest/demo.json")).expect("JSON");
    let fixtures: Value = serde_json::from_str(&read("tests/parity/fixtures/demo.json")).expect("JSON");
    let checks = file["checks"].as_array().expect("checks");
    let of = |kind: &str| checks.iter().filter(|check| check["kind"] == kind).cloned().collect::<Vec<_>>();
    let prompts = fixtures["prompts"].as_array().expect("prompts");
    let (lens, probability) = (of("lens"), of("probability"));
    assert_eq!((lens.len(), probability.len()), (prompts.len(), prompts.len()));
    for ((case, lens), probability) in prompts.iter().zip(&lens).zip(&probability) {
        let points = case["lens"].as_array().expect("points");
        let logits: Vec<&Value> = points.iter().map(|point| &point["logit"]).collect();
        assert_eq!(lens["values"].as_array().expect("values").iter().collect::<Vec<_>>(), logits);
        assert_eq!(probability["value"], points[points.len() - 1]["probability"]);
        assert_eq!((&lens["at"]["prompt"], &lens["at"]["bos"]), (&case["prompt"], &case["bos"]));
    }
    let pairs = fixtures["pairs"].as_array().expect("pairs");
    let (scores, logits) = (of("head_scores"), of("logit"));
    assert_eq!((scores.len(), logits.len()), (pairs.len(), 2 * pairs.len()));
    for ((case, scores), logits) in pairs.iter().zip(&scores).zip(logits.chunks(2)) {
        assert_eq!(scores["values"], case["deltas"]);
        assert_eq!(scores["pairs"][0]["corrupt"], case["corrupt"]);
        assert_eq!(logits[0]["value"], case["clean_metric"]);
        assert_eq!(logits[1]["value"], case["corrupt_metric"]);
    }
}

#[test]
fn gpt2_smalls_file_holds_what_was_published() {
    let published = Expectations::parse(&read("assets/selftest/gpt2-small.json")).expect("is one");
    let sha256 = "248dfc3911869ec493c76e65bf2fcf7f615828b0254c12b473182f0f81d3a707";
    assert_eq!(published.subject.sha256, sha256);
    // 8 names, 8 differences and their mean, 144 heads, 3 logits and a probability, one loss.
    assert_eq!(published.total(), 8 + 8 + 1 + 144 + 4 + 1);
}
