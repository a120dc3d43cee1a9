//! Typing on while a sweep runs: only the last text's results come.

mod common;

use std::{
    future::Future,
    pin::pin,
    task::{Context, Poll, Waker},
};

use common::{Recorder, load, patch};
use peek_engine::{Session, serve};
use peek_protocol::{Request, RequestId, Response};

const CLEAN: &str = "Who wrote Emma?";

/// Serves until every request has been dealt with.
fn serve_all(host: &Recorder, requests: Vec<Request>) -> Vec<Response> {
    for request in requests {
        host.mailbox.push(request);
    }
    let mut serving = pin!(serve(Session::new(), host.mailbox.clone(), host));
    // Nothing here waits for anything but the next request.
    let mut context = Context::from_waker(Waker::noop());
    assert_eq!(serving.as_mut().poll(&mut context), Poll::Pending);
    host.take()
}

fn ids(responses: &[Response]) -> Vec<u64> {
    let mut ids: Vec<u64> = responses.iter().filter_map(Response::id).map(|id| id.0).collect();
    ids.dedup();
    ids
}

#[test]
fn a_newer_text_stops_the_older_ones_sweep() {
    let host = Recorder::default();
    *host.interrupt.borrow_mut() = Some((2, patch(2, CLEAN, "Who wrote Emma? Emily", " Jane")));
    let responses = serve_all(&host, vec![load(0), patch(1, CLEAN, "Who wrote Emma? Em", " Jane")]);
    assert_eq!(ids(&responses), [0, 1, 2]);
    let of_first: Vec<&Response> =
        responses.iter().filter(|response| response.id() == Some(RequestId(1))).collect();
    assert!(matches!(of_first.as_slice(), [Response::Tokens { .. }]), "{of_first:?}");
    assert!(matches!(responses.last(), Some(Response::PatchDone { id: RequestId(2), .. })));
}

#[test]
fn a_cancelled_sweep_says_so_and_keeps_what_it_has_sent() {
    let host = Recorder::default();
    // Six pauses are the two runs'; the seventh is in the first group of the replay, the eighth in the second.
    *host.interrupt.borrow_mut() = Some((8, Request::Cancel(RequestId(1))));
    let responses = serve_all(&host, vec![load(0), patch(1, CLEAN, "Who wrote Emma? Em", " Jane")]);
    let rows = responses.iter().filter(|response| matches!(response, Response::Rows { .. })).count();
    assert_eq!(rows, 1, "{responses:?}");
    assert_eq!(responses.last(), Some(&Response::Cancelled { id: RequestId(1) }));
}

#[test]
fn a_load_whose_bytes_do_not_come_can_be_cancelled_and_the_model_before_it_stays() {
    let host = Recorder::default();
    host.mailbox.push(load(0));
    let mut serving = pin!(serve(Session::new(), host.mailbox.clone(), &host));
    let mut context = Context::from_waker(Waker::noop());
    assert_eq!(serving.as_mut().poll(&mut context), Poll::Pending);
    assert!(matches!(host.take().last(), Some(Response::Loaded { .. })));

    host.is_stuck.set(true);
    for (id, next) in [(1, Request::Cancel(RequestId(1))), (2, load(3)), (3, Request::Cancel(RequestId(3)))] {
        if id != 3 {
            host.mailbox.push(load(id));
            assert_eq!(serving.as_mut().poll(&mut context), Poll::Pending);
        }
        assert_eq!(host.mailbox.current(), Some(RequestId(id)), "it is under way");
        host.take();
        host.mailbox.push(next);
        assert_eq!(serving.as_mut().poll(&mut context), Poll::Pending);
        let is_told = host.take().contains(&Response::Cancelled { id: RequestId(id) });
        assert_eq!(is_told, id != 2, "load {id}: a cancelled one says so, a superseded one says nothing");
    }

    host.mailbox.push(patch(4, CLEAN, "Who wrote Emma? Em", " Jane"));
    assert_eq!(serving.as_mut().poll(&mut context), Poll::Pending);
    assert!(matches!(host.take().last(), Some(Response::PatchDone { id: RequestId(4), .. })));
}

#[test]
fn damaged_files_are_opened_once_more_and_no_more_than_that() {
    use peek_engine::FileFault;
    let host = Recorder::default();
    *host.weights.borrow_mut() = Some(b"damaged".to_vec());
    host.faults.borrow_mut().push(FileFault::OpenAgain);
    assert!(matches!(serve_all(&host, vec![load(0)]).last(), Some(Response::Loaded { .. })));

    *host.weights.borrow_mut() = Some(b"damaged".to_vec());
    host.faults.borrow_mut().push(FileFault::DidNotCome("no network".into()));
    let responses = serve_all(&host, vec![load(1)]);
    let failed = responses.last();
    assert!(
        matches!(failed, Some(Response::Failed { failure, .. }) if failure.message == "No network."),
        "{failed:?}"
    );
}
