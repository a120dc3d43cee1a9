//! Sweeps leave nothing behind: what a session holds after many of them is what it held after a few.
//!
//! One test alone, since the counter is the whole process's.

mod common;

use common::{Recorder, ask, patch, session};
use peak_alloc::PeakAlloc;

#[global_allocator]
static COUNTER: PeakAlloc = PeakAlloc;

#[test]
fn a_hundred_sweeps_leave_memory_flat() {
    let host = Recorder::default();
    let mut session = session(&host);
    let mut held = Vec::new();
    for round in 0..120_u64 {
        // Sixteen prompts of one length in turn, so that runs are computed, kept and dropped all the time.
        let letter = char::from(b'a' + u8::try_from(round * 7 % 16).expect("below 16"));
        let corrupt = format!("Who wrote Emma? Some say {letter}.");
        ask(&mut session, &host, patch(round, "Who wrote Emma?", &corrupt, " Jane"));
        held.push(COUNTER.current_usage());
    }
    // By the twentieth every cache is full.
    let (early, late) = (held[20..40].iter().max(), held[100..].iter().max());
    let (early, late) = (early.expect("rounds"), late.expect("rounds"));
    println!("after 20 to 40 sweeps at most {early} bytes, after 100 to 120 {late}");
    assert!(late <= &(early + 64 * 1024), "{early} bytes grew to {late}");
    assert!(session.computed().runs > 60, "runs are computed: {}", session.computed().runs);
}
