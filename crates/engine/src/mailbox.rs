use std::{cell::RefCell, collections::VecDeque, future::Future, pin::pin, rc::Rc};

use futures_util::future::{Either, poll_fn, select};
use peek_interp::Stopped;
use peek_protocol::{Request, RequestId, Response, Slot};

use crate::{Host, Session};

/// Requests that wait, and what has become of the one under way.
///
/// Only the newest request of a [`Slot`] matters: pushing one drops those of its slot that wait and stops the one
/// under way. A cancellation does the same for one id, and says so.
#[derive(Clone, Default)]
pub struct Mailbox(Rc<RefCell<Inner>>);

#[derive(Default)]
struct Inner {
    waiting: VecDeque<Request>,
    current: Option<(RequestId, Option<Slot>)>,
    fate: Turn,
    wake: Option<std::task::Waker>,
}

/// What has become of the request under way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Turn {
    /// It is still wanted.
    #[default]
    GoOn,
    /// A newer one of its slot has come.
    Superseded,
    /// The user ended it.
    Cancelled,
}

impl Mailbox {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes a request in. Returns the id of a waiting request that this cancelled, for which a
    /// [`Response::Cancelled`] is due.
    pub fn push(&self, request: Request) -> Option<RequestId> {
        let mut inner = self.0.borrow_mut();
        let mut cancelled = None;
        match (&request, request.slot()) {
            (Request::Cancel(id), _) => {
                if inner.current.is_some_and(|(current, _)| current == *id) {
                    inner.fate = Turn::Cancelled;
                } else {
                    let before = inner.waiting.len();
                    inner.waiting.retain(|waiting| waiting.id() != *id);
                    cancelled = (inner.waiting.len() < before).then_some(*id);
                }
            }
            (_, slot) => {
                inner.waiting.retain(|waiting| waiting.slot() != slot);
                if inner.current.is_some_and(|(_, current)| current == slot) {
                    inner.fate = Turn::Superseded;
                }
                inner.waiting.push_back(request);
            }
        }
        if let Some(wake) = inner.wake.take() {
            wake.wake();
        }
        cancelled
    }

    /// What has become of the request under way.
    #[must_use]
    pub fn turn(&self) -> Turn {
        self.0.borrow().fate
    }

    /// [`Stopped`] unless the request under way is still wanted: what a [`peek_interp::Pace`] answers.
    ///
    /// # Errors
    /// [`Stopped`].
    pub fn go_on(&self) -> Result<(), Stopped> {
        if self.turn() == Turn::GoOn { Ok(()) } else { Err(Stopped) }
    }

    /// The request under way.
    #[must_use]
    pub fn current(&self) -> Option<RequestId> {
        self.0.borrow().current.map(|(id, _)| id)
    }

    /// Ready once nobody wants the request under way any more.
    fn unwanted(&self) -> impl Future<Output = ()> + use<> {
        let inner = self.0.clone();
        poll_fn(move |context| {
            let mut inner = inner.borrow_mut();
            if inner.fate == Turn::GoOn {
                inner.wake = Some(context.waker().clone());
                std::task::Poll::Pending
            } else {
                std::task::Poll::Ready(())
            }
        })
    }

    /// The next request, once there is one; it is then the one under way.
    fn next(&self) -> impl Future<Output = Request> + use<> {
        let inner = self.0.clone();
        poll_fn(move |context| {
            let mut inner = inner.borrow_mut();
            match inner.waiting.pop_front() {
                Some(request) => {
                    inner.current = Some((request.id(), request.slot()));
                    inner.fate = Turn::GoOn;
                    std::task::Poll::Ready(request)
                }
                None => {
                    inner.wake = Some(context.waker().clone());
                    std::task::Poll::Pending
                }
            }
        })
    }

    fn finish(&self) {
        self.0.borrow_mut().current = None;
    }
}

/// Carries out requests one after the other, for ever.
pub async fn serve(mut session: Session, mailbox: Mailbox, host: impl Host) {
    loop {
        let request = mailbox.next().await;
        let id = request.id();
        let is_load = request.slot() == Some(Slot::Load);
        let stopped = {
            let work = pin!(session.handle(request, &host));
            if is_load {
                // A load waits for files more than it works: it is dropped where it stands, and with it what it reads
                // from. The model before it stays.
                match select(mailbox.unwanted(), work).await {
                    Either::Left(_) => true,
                    Either::Right((done, _)) => done.is_err(),
                }
            } else {
                work.await.is_err()
            }
        };
        if stopped && mailbox.turn() == Turn::Cancelled {
            host.send(Response::Cancelled { id });
        }
        mailbox.finish();
    }
}

#[cfg(test)]
mod tests {
    use peek_names::HeadId;
    use peek_protocol::{AttentionRequest, LensRequest};

    use super::*;

    fn lens(id: u64) -> Request {
        Request::Lens(LensRequest { id: RequestId(id), prompts: Vec::new(), prepend_bos: true })
    }

    fn attention(id: u64) -> Request {
        let (clean, corrupt) = (String::new(), String::new());
        let head = HeadId::new(0, 0);
        Request::Attention(AttentionRequest { id: RequestId(id), head, clean, corrupt, prepend_bos: true })
    }

    fn take(mailbox: &Mailbox) -> u64 {
        pollster::block_on(mailbox.next()).id().0
    }

    #[test]
    fn only_the_newest_of_a_slot_is_carried_out() {
        let mailbox = Mailbox::new();
        for request in [lens(1), attention(2), lens(3), lens(4)] {
            assert_eq!(mailbox.push(request), None);
        }
        assert_eq!(take(&mailbox), 2);
        mailbox.finish();
        assert_eq!(take(&mailbox), 4);
    }

    #[test]
    fn a_newer_request_of_its_slot_stops_the_one_under_way() {
        let mailbox = Mailbox::new();
        mailbox.push(lens(1));
        take(&mailbox);
        mailbox.push(attention(2));
        assert_eq!(mailbox.turn(), Turn::GoOn, "another slot's request waits its turn");
        mailbox.push(lens(3));
        assert_eq!(mailbox.turn(), Turn::Superseded);
        assert_eq!(mailbox.go_on(), Err(Stopped));
        mailbox.finish();
        assert_eq!(take(&mailbox), 2);
        assert_eq!(mailbox.turn(), Turn::GoOn, "the next one starts afresh");
    }

    #[test]
    fn a_cancellation_ends_what_runs_and_what_waits() {
        let mailbox = Mailbox::new();
        mailbox.push(lens(1));
        mailbox.push(attention(2));
        take(&mailbox);
        assert_eq!(mailbox.push(Request::Cancel(RequestId(2))), Some(RequestId(2)));
        assert_eq!(mailbox.push(Request::Cancel(RequestId(9))), None);
        assert_eq!(mailbox.turn(), Turn::GoOn);
        mailbox.push(Request::Cancel(RequestId(1)));
        assert_eq!(mailbox.turn(), Turn::Cancelled);
    }
}
