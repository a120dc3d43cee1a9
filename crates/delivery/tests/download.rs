//! Downloads from servers that fail in every way that servers do, into storages that fail too.

mod common;

use common::{Act, Sim, content, sha};
use peek_delivery::{Fault, PIECE, forget, stored};
use peek_protocol::DeliverySource;
use proptest::prelude::*;

const LEN: usize = 2 * PIECE as usize + 1_234_567;

fn sim() -> Sim {
    Sim::serving(content(LEN, 1))
}

#[test]
fn a_first_download_is_given_on_kept_and_then_needs_no_request() {
    for known in [true, false] {
        let sim = sim();
        let model = sim.model(known);
        let (came, job) = sim.load(&model);
        assert!(came == Ok(content(LEN, 1)), "known: {known}");
        assert_eq!(sim.requests(), [0]);
        assert_eq!(sim.pieces().len(), 3);
        assert_eq!(job.notes().iter().any(|note| note.message.contains("Not verified")), !known);
        let words = sim.0.words.take();
        let last = words.last().expect("it has told");
        assert_eq!((last.done, last.total), (LEN as u64, Some(LEN as u64)));
        assert!(words.iter().any(|word| word.rate.is_some() && word.left_s.is_some()));

        let shelf = pollster::block_on(stored(&sim)).expect("memory");
        assert_eq!(shelf.len(), 1);
        assert_eq!((shelf[0].bytes, shelf[0].is_complete), (LEN as u64, true));
        assert_eq!(shelf[0].model, model);

        let (came, _) = sim.load(&model);
        assert!(came == Ok(content(LEN, 1)));
        assert_eq!(sim.requests(), [0_u64; 0], "the second visit asks nobody");
        let words = sim.0.words.take();
        assert!(words.iter().all(|word| word.source == DeliverySource::Kept));
    }
}

#[test]
fn a_cut_is_mended_from_the_byte_where_it_was() {
    let sim = sim();
    sim.plan([Act::Cut(1_000_000), Act::EndEarly(9_000_000)]);
    let (came, _) = sim.load(&sim.model(true));
    assert!(came == Ok(content(LEN, 1)));
    assert_eq!(sim.requests(), [0, 1_000_000, 10_000_000]);
    let waits =
        sim.0.words.take().iter().filter(|w| matches!(w.source, DeliverySource::Waiting { .. })).count();
    assert_eq!(waits, 2);
}

#[test]
fn a_reload_goes_on_from_the_last_whole_piece() {
    for known in [true, false] {
        let sim = sim();
        let model = sim.model(known);
        sim.load_some(&model, PIECE as usize + 500_000);
        assert_eq!(sim.pieces().len(), 1);
        let part = pollster::block_on(stored(&sim)).expect("memory");
        assert_eq!((part[0].bytes, part[0].is_complete), (PIECE, false));
        sim.requests();
        let (came, _) = sim.load(&model);
        assert!(came == Ok(content(LEN, 1)), "known: {known}");
        assert_eq!(sim.requests(), [PIECE]);
    }
}

#[test]
fn a_server_without_ranges_or_with_wrong_ones_is_read_past_what_is_there() {
    for act in [Act::NoRange(usize::MAX), Act::WrongRange, Act::Shy, Act::Status(416, None)] {
        for known in [true, false] {
            let sim = sim();
            let model = sim.model(known);
            sim.load_some(&model, PIECE as usize + 1);
            sim.plan([act.clone()]);
            let (came, _) = sim.load(&model);
            assert!(came == Ok(content(LEN, 1)), "{act:?}, known: {known}: {:?}", came.err());
        }
    }
}

#[test]
fn another_version_begins_anew_and_never_mixes() {
    let sim = sim();
    let model = sim.model(false);
    sim.load_some(&model, PIECE as usize + 1);
    *sim.0.content.borrow_mut() = content(LEN, 2).into();
    *sim.0.validator.borrow_mut() = Some("\"v2\"".into());
    let (came, _) = sim.load(&model);
    assert!(came == Ok(content(LEN, 2)));
    assert_eq!(sim.pieces().len(), 3, "nothing of the old one is left");
    assert_eq!(pollster::block_on(sim.begin(&model)).notes().len(), 0);
}

#[test]
fn a_damaged_first_piece_is_not_mended_with_another_version() {
    let sim = sim();
    let model = sim.model(false);
    assert!(sim.load(&model).0.is_ok());
    sim.spoil(0, |bytes| bytes[1000] ^= 1);
    *sim.0.content.borrow_mut() = content(LEN, 2).into();
    *sim.0.validator.borrow_mut() = Some("\"v2\"".into());
    let (came, job) = sim.load(&model);
    let error = came.expect_err("the other pieces are of the first version");
    assert!(error.contains("was replaced"), "{error}");
    assert_eq!(pollster::block_on(job.fault(false)), Fault::OpenAgain);
    assert!(sim.load(&model).0 == Ok(content(LEN, 2)));
}

#[test]
fn a_version_that_changes_under_way_is_refused_and_opening_again_mends_it() {
    let sim = sim();
    let model = sim.model(false);
    sim.plan([Act::Cut(500_000)]);
    pollster::block_on(async {
        use futures_util::StreamExt;
        let job = sim.begin(&model).await;
        let mut weights = std::pin::pin!(job.weights().expect("it has weights"));
        weights.next().await.expect("some").expect("bytes");
        *sim.0.validator.borrow_mut() = Some("\"v2\"".into());
        let error = loop {
            if let Err(error) = weights.next().await.expect("an error comes before the end") {
                break error;
            }
        };
        assert!(error.to_string().contains("was replaced"), "{error}");
        assert_eq!(job.fault(false).await, Fault::OpenAgain);
    });
    assert!(sim.load(&model).0.is_ok());
}

#[test]
fn a_wrong_content_is_refused_at_the_end_and_removed() {
    let sim = sim();
    let model = sim.model(true);
    *sim.0.content.borrow_mut() = content(LEN, 2).into();
    let (came, job) = sim.load(&model);
    let error = came.expect_err("it is another file");
    assert!(error.contains(&sha(&content(LEN, 1))) && error.contains(&sha(&content(LEN, 2))), "{error}");
    assert!(error.contains("removed"), "{error}");
    assert_eq!(sim.pieces(), [], "nothing of it is kept");
    assert!(matches!(pollster::block_on(job.fault(false)), Fault::Delivery(_)));
}

#[test]
fn a_wrong_beginning_that_was_kept_is_removed_and_fetched_anew() {
    let sim = sim();
    let model = sim.model(true);
    *sim.0.content.borrow_mut() = content(LEN, 2).into();
    sim.load_some(&model, PIECE as usize + 1);
    *sim.0.content.borrow_mut() = content(LEN, 1).into();
    let (came, job) = sim.load(&model);
    assert!(came.expect_err("half of it is another file").contains("damaged"));
    assert_eq!(pollster::block_on(job.fault(false)), Fault::OpenAgain);
    assert!(sim.load(&model).0 == Ok(content(LEN, 1)));
}

#[test]
fn what_its_reader_refuses_is_not_kept() {
    let sim = sim();
    let model = sim.model(true);
    sim.load_some(&model, PIECE as usize + 1);
    pollster::block_on(async {
        use futures_util::StreamExt;
        let job = sim.begin(&model).await;
        let mut weights = std::pin::pin!(job.weights().expect("it has weights"));
        weights.next().await.expect("some").expect("bytes");
        assert_eq!(job.fault(true).await, Fault::OpenAgain);
    });
    assert_eq!(sim.pieces(), []);
    assert!(sim.load(&model).0.is_ok());
    let job = pollster::block_on(sim.begin(&model));
    assert_eq!(pollster::block_on(job.fault(true)), Fault::Reader);
    assert_eq!(sim.pieces().len(), 3, "what was verified stays: the fault is elsewhere");
}

#[test]
fn a_damaged_piece_is_fetched_again_and_only_it() {
    let changes: [fn(&mut Vec<u8>); 3] = [|b| b[77] ^= 1, |b| b.truncate(1000), |b| *b = content(b.len(), 9)];
    for change in changes {
        let sim = sim();
        let model = sim.model(true);
        assert!(sim.load(&model).0.is_ok());
        sim.spoil(1, change);
        sim.requests();
        assert!(sim.load(&model).0 == Ok(content(LEN, 1)));
        assert_eq!(sim.requests(), [PIECE]);
        let fetched = sim.0.words.take().iter().filter(|w| w.source == DeliverySource::Network).count();
        assert!(fetched > 0);
        assert!(sim.load(&model).0.is_ok());
        assert_eq!(sim.requests(), [0_u64; 0], "it was put in its place");
    }
}

#[test]
fn a_wrong_length_is_refused() {
    let sim = sim();
    let mut model = sim.model(true);
    for wrong in [LEN as u64 - 1, LEN as u64 + 1] {
        model.files[0].bytes = Some(wrong);
        // A server that shows no length is found out by what it sends.
        for act in [Act::Cut(usize::MAX), Act::Shy] {
            if act == Act::Shy && wrong > LEN as u64 {
                continue;
            }
            sim.plan([act]);
            let error = sim.load(&model).0.expect_err("the length is wrong");
            assert!(error.contains(&format!("should have {wrong}")), "{error}");
        }
    }
    assert_eq!(sim.pieces(), []);
}

#[test]
fn final_answers_are_not_asked_twice() {
    for (status, word) in
        [(404, "no file"), (410, "no file"), (403, "everyone"), (401, "everyone"), (400, "400")]
    {
        let sim = sim();
        sim.plan([Act::Status(status, None)]);
        let error = sim.load(&sim.model(true)).0.expect_err("no file");
        assert!(error.contains(word) && error.contains(common::ADDRESS), "{error}");
        assert_eq!(sim.requests().len(), 1);
    }
}

#[test]
fn busy_servers_are_asked_again_when_they_wish() {
    let sim = sim();
    sim.plan([Act::Status(429, Some(7)), Act::Status(503, None), Act::Status(500, None), Act::Silent]);
    assert!(sim.load(&sim.model(true)).0.is_ok());
    let waits: Vec<u32> = sim
        .0
        .words
        .take()
        .iter()
        .filter_map(|word| match word.source {
            DeliverySource::Waiting { ms, .. } => Some(ms),
            _ => None,
        })
        .collect();
    assert_eq!(waits, [7000, 2000, 4000, 8000]);

    let sim = common::Sim::serving(content(1000, 1));
    sim.plan([Act::Status(429, Some(86_400))]);
    assert!(sim.load(&sim.model(true)).0.expect_err("a day is too long").contains("86400 s"));
    sim.plan(std::iter::repeat_n(Act::Status(500, None), 6));
    assert!(sim.load(&sim.model(true)).0.expect_err("it never comes").contains("6 tries (status 500)"));
    sim.requests();
    sim.plan(std::iter::repeat_n(Act::Refuse, 3));
    assert!(sim.load(&sim.model(true)).0.expect_err("no network").contains("3 tries (network error)"));
    assert_eq!(sim.requests().len(), 3);
}

#[test]
fn a_storage_that_fails_never_fails_the_load() {
    for room in 0..4 {
        let sim = sim();
        sim.0.room.set(Some(room));
        let (came, job) = sim.load(&sim.model(true));
        assert!(came == Ok(content(LEN, 1)), "room for {room}");
        let notes = job.notes();
        assert_eq!(notes.len(), 1, "told once: {notes:?}");
        assert!(
            notes[0].message.contains("quota exceeded") && notes[0].message.contains("could not be kept")
        );
    }
    let sim = sim();
    sim.0.is_unreadable.set(true);
    assert!(sim.load(&sim.model(true)).0.is_ok());
    let sim = common::Sim::serving(content(LEN, 1));
    sim.0.busy.borrow_mut().push(1);
    let (came, job) = sim.load(&sim.model(true));
    assert!(came.is_ok() && job.notes().is_empty(), "another tab keeps it: no word");
    assert_eq!(sim.pieces().len(), 2);
}

#[test]
fn forgetting_removes_a_model_and_leaves_what_another_shares() {
    let sim = sim();
    let first = sim.model(true);
    let mut second = first.clone();
    second.id = "other".into();
    assert!(sim.load(&first).0.is_ok());
    sim.requests();
    assert!(sim.load(&second).0.is_ok());
    assert_eq!(sim.requests(), [0_u64; 0], "the same file under another name");
    assert_eq!(pollster::block_on(stored(&sim)).expect("memory").len(), 2);
    pollster::block_on(forget(&sim, "sim")).expect("memory");
    assert_eq!(sim.pieces().len(), 3);
    pollster::block_on(forget(&sim, "other")).expect("memory");
    assert_eq!(sim.pieces(), []);
    assert_eq!(pollster::block_on(stored(&sim)).expect("memory"), []);
}

#[test]
fn two_tabs_at_once_keep_one_whole_file() {
    use futures_util::StreamExt;
    let sim = sim();
    let model = sim.model(true);
    pollster::block_on(async {
        let (one, two) = (sim.begin(&model).await, sim.begin(&model).await);
        let mut one = std::pin::pin!(one.weights().expect("weights"));
        let mut two = std::pin::pin!(two.weights().expect("weights"));
        let (mut first, mut second) = (Vec::new(), Vec::new());
        loop {
            let (a, b) = (one.next().await, two.next().await);
            first.extend(a.transpose().expect("it comes").into_iter().flatten());
            second.extend(b.transpose().expect("it comes").into_iter().flatten());
            if first.len() == LEN && second.len() == LEN {
                break;
            }
        }
        assert!(first == second && first == content(LEN, 1));
    });
    sim.requests();
    assert!(sim.load(&model).0.is_ok());
    assert_eq!(sim.requests(), [0_u64; 0]);
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let bytes = 0..LEN + 1000;
    let act = prop_oneof![
        bytes.clone().prop_map(Act::Cut),
        bytes.clone().prop_map(Act::EndEarly),
        bytes.prop_map(Act::NoRange),
        Just(Act::WrongRange),
        Just(Act::Shy),
        Just(Act::Silent),
        (prop_oneof![Just(429_u16), Just(500), Just(503)], proptest::option::of(0..30_u64))
            .prop_map(|(status, retry)| Act::Status(status, retry)),
    ];
    proptest::collection::vec(act, 0..5)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever a server and a storage do within the budget of tries, what comes is the file; the slow, obvious twin is
    /// the file itself.
    #[test]
    fn what_comes_is_the_file(
        first in acts(),
        then in acts(),
        reload_at in 0..LEN,
        known: bool,
        room in proptest::option::of(0..6_usize),
        spoilt in proptest::option::of((0..3_usize, 0..1000_usize)),
        chunk in 1000..3_000_000_usize,
    ) {
        let sim = sim();
        sim.0.chunk.set(chunk);
        sim.0.room.set(room);
        let model = sim.model(known);
        sim.plan(first);
        // A server that shows its validator now and then may be taken for another version, here and below.
        if let (Err(error), job) = sim.try_to_load_some(&model, reload_at) {
            prop_assert!(!known, "{error}");
            prop_assert_eq!(pollster::block_on(job.fault(false)), Fault::OpenAgain, "{}", error);
        }
        if let Some((piece, at)) = spoilt && piece < sim.pieces().len() {
            sim.spoil(piece, |bytes| bytes[at] ^= 0x55);
        }
        sim.0.plan.borrow_mut().clear();
        sim.plan(then);
        let (came, job) = sim.load(&model);
        match came {
            Ok(bytes) => prop_assert!(bytes == content(LEN, 1)),
            Err(error) => {
                prop_assert!(!known, "{error}");
                prop_assert_eq!(pollster::block_on(job.fault(false)), Fault::OpenAgain, "{}", error);
                sim.0.plan.borrow_mut().clear();
                prop_assert!(sim.load(&model).0 == Ok(content(LEN, 1)));
            }
        }
    }
}
