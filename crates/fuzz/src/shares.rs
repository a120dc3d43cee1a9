//! A campaign shared among processes, and what is said of it.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::{Child, Command},
    time::Instant,
};

use peek_fuzz::{Failure, Target, corpus};

/// Runs a target's inputs in so many processes; `false` where one failed.
pub(crate) fn run(target: Target, seed: u64, count: u64, workers: u64, keep: bool) -> bool {
    let began = Instant::now();
    let shares: Vec<(u64, PathBuf, io::Result<Child>)> = (0..workers)
        .map(|worker| {
            let share = count / workers + u64::from(worker < count % workers);
            let note = format!("peek-fuzz-{}-{}-{worker}", std::process::id(), target.name);
            let note = std::env::temp_dir().join(note);
            let seed = seed.wrapping_add(worker);
            let child = start(target, seed, share, keep, &note);
            (seed, note, child)
        })
        .collect();
    let mut passed = true;
    for (seed, note, child) in shares {
        let status = child.and_then(|mut child| child.wait());
        match status {
            Ok(status) if status.success() => {}
            Ok(status) => {
                passed = false;
                tell_of_end(target, seed, &note, &status.to_string());
            }
            Err(error) => {
                passed = false;
                println!("{}, seed {seed}: {error}", target.name);
            }
        }
        // Where it cannot be deleted it is one small file among the system's.
        let _ = fs::remove_file(note);
    }
    let verdict = if passed { "none broke it" } else { "BROKEN" };
    println!("{:<12} {count:>9} inputs {:>8.1} s  {verdict}", target.name, began.elapsed().as_secs_f32());
    passed
}

fn start(target: Target, seed: u64, count: u64, keep: bool, note: &Path) -> io::Result<Child> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["--target", target.name, "--seed", &seed.to_string(), "--count", &count.to_string()]);
    if keep {
        command.arg("--keep");
    }
    command.arg("--note").arg(note).spawn()
}

/// Of a process that ended without a word: keeps the input that it was at.
fn tell_of_end(target: Target, seed: u64, note: &Path, status: &str) {
    let bytes = fs::read(note).unwrap_or_default();
    let Some((number, rest)) = bytes.split_first_chunk::<8>() else { return };
    let Some((length, rest)) = rest.split_first_chunk::<8>() else { return };
    let length = usize::try_from(u64::from_le_bytes(*length)).unwrap_or(usize::MAX).min(rest.len());
    let failure = Failure::Ended(status.to_owned());
    let number = u64::from_le_bytes(*number);
    match corpus::save(target.name, "broken", &rest[..length]) {
        Ok(path) => {
            println!("{}, seed {seed}, input {number}: {failure}; kept as {}", target.name, path.display());
        }
        Err(error) => println!("{}, seed {seed}, input {number}: {failure}; not kept: {error}", target.name),
    }
}
