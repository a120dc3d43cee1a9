//! Files beside the weights.

mod common;

use common::{Act, Sim, content};
use peek_protocol::{FileRole, NoteLevel, Place, RemoteFile};

#[test]
fn a_file_that_was_only_hoped_for_may_stay_out_of_reach() {
    let sim = Sim::serving(content(1_000, 5));
    let mut model = sim.model(true);
    let beside =
        |role, bytes| RemoteFile { role, address: "https://hub.test/beside".into(), bytes, sha256: None };
    model.files.extend([beside(FileRole::Config, None), beside(FileRole::Tokenizer, Some(9))]);
    // More refusals than tries, as of a server whose 404 other sites may not read.
    sim.plan(vec![Act::Refuse; 40]);
    pollster::block_on(async {
        let job = sim.begin(&model).await;
        assert_eq!(job.beside(FileRole::Config).await.expect("it was only hoped for"), None);
        let [note] = &job.notes()[..] else { panic!("{:?}", job.notes()) };
        assert_eq!((note.place, note.level), (Place::Model, NoteLevel::Warning));
        assert!(note.message.contains("https://hub.test/beside"), "{}", note.message);
        let tries = sim.requests().len();
        let listed =
            job.beside(FileRole::Tokenizer).await.expect_err("it is listed with its length").to_string();
        assert!(listed.contains("could not be fetched"), "{listed}");
        assert_eq!(sim.requests().len(), tries);
        sim.0.plan.borrow_mut().clear();
        assert!(
            job.beside(FileRole::Config).await.expect("it is there now").is_some(),
            "it was not written off"
        );
    });
}
