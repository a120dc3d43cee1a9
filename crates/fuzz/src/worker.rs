//! One process's share of a campaign.

use std::{
    fs::File,
    io::{self, Seek, SeekFrom, Write},
    path::Path,
    process::ExitCode,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use peek_fuzz::{Campaign, Found, LONGEST, Target, corpus};

/// After this long an input is given up, and the process with it.
const HUNG: Duration = LONGEST.saturating_mul(15);
/// Longest input that is kept for its outcome: the corpus is for people too.
const KEPT_BYTES: usize = 4096;

/// Tries so many inputs out of a seed. Ends with the first that fails, which goes into the corpus with a message.
pub(crate) fn run(target: Target, seed: u64, count: u64, keep: bool, note: &Path) -> ExitCode {
    match tries(target, seed, count, keep, note) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{}: {error}", note.display());
            ExitCode::FAILURE
        }
    }
}

fn tries(target: Target, seed: u64, count: u64, keep: bool, note: &Path) -> io::Result<bool> {
    let mut note = File::create(note)?;
    let began = watch();
    let mut campaign = Campaign::new(target, seed);
    for number in 0..count {
        let input = campaign.input();
        write_note(&mut note, number, &input)?;
        *began.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
        match campaign.try_input(input.clone()) {
            Found::Known => {}
            Found::New if keep && input.len() <= KEPT_BYTES => {
                drop(corpus::save(target.name, "kept", &input)?);
            }
            Found::New => {}
            Found::Failed(failure) => {
                let path = corpus::save(target.name, "broken", &input)?;
                println!(
                    "{}, seed {seed}, input {number}: {failure}; kept as {}",
                    target.name,
                    path.display()
                );
                // The note is of no more use: this failure is told.
                note.set_len(0)?;
                return Ok(false);
            }
        }
    }
    note.set_len(0)?;
    let (accepted, outcomes) = (campaign.accepted(), campaign.outcomes());
    println!("{}, seed {seed}: {accepted} of {count} inputs accepted, {outcomes} outcomes kept", target.name);
    Ok(true)
}

/// Which input is tried now: its number and length, eight bytes each, and its bytes; what follows is older.
fn write_note(note: &mut File, number: u64, input: &[u8]) -> io::Result<()> {
    let mut bytes = Vec::with_capacity(16 + input.len());
    bytes.extend(number.to_le_bytes());
    bytes.extend((input.len() as u64).to_le_bytes());
    bytes.extend(input);
    note.seek(SeekFrom::Start(0))?;
    note.write_all(&bytes)
}

/// Ends the process when an input never ends: nothing else can stop it.
fn watch() -> Arc<Mutex<Instant>> {
    let began = Arc::new(Mutex::new(Instant::now()));
    let watched = Arc::clone(&began);
    std::thread::spawn(move || {
        loop {
            std::thread::sleep(Duration::from_secs(1));
            if watched.lock().unwrap_or_else(PoisonError::into_inner).elapsed() > HUNG {
                eprintln!("an input had not ended after {} s", HUNG.as_secs());
                std::process::abort();
            }
        }
    });
    began
}
