//! Sets of prompts: CSV, tab-separated text, JSONL.

use peek_experiment::{read_prompts, write_prompts};

use super::{LONG, TEXT_MEMORY, page};
use crate::{Form, Outcome, Target, target::kind};

pub(super) const TARGET: Target = Target {
    name: "sets",
    form: Form::Text,
    long: LONG,
    short: 4000,
    memory: TEXT_MEMORY,
    words: &[
        "clean,corrupt,answer,foil\r\n",
        "clean\tcorrupt\tanswer\n",
        "\"",
        "\"\"",
        ",",
        ";",
        "\t",
        "\r\n",
        "\n",
        "'=1",
        "'",
        "{\"clean\":\"a\",\"corrupt\":\"b\",\"answer\":\"c\"}\n",
        "\"clean\":",
        "\"foil\":",
        "\u{feff}",
        "answer",
        "CLEAN",
    ],
    seeds,
    run,
};

fn seeds() -> Vec<Vec<u8>> {
    [
        "clean,corrupt,answer,foil\r\nWho wrote Emma?,\"Who wrote Emma? Some say, Emily.\",\" Jane\",\" Emily\"\r\n",
        "Who?\tWho, then?\t Jane\t Emily\nWhat?\tWhat, then?\t 4\n",
        "answer,note,clean,corrupt\n\" Jane\",x,\"a \"\"quoted\"\" b\",\"two\nlines\"\n'=1+1,y,'-2,@c\n",
        "{\"clean\":\"a\",\"corrupt\":\"b\",\"answer\":\" c\",\"foil\":\" d\"}\n{\"clean\":\"e\",\"corrupt\":\"\\u0066\",\"answer\":\"g\"}\n",
    ]
    .map(|text| text.as_bytes().to_vec())
    .into()
}

fn run(bytes: &[u8]) -> Outcome {
    let text = String::from_utf8_lossy(bytes);
    let import = read_prompts(&text);
    let written = write_prompts(&import.pairs);
    let again = read_prompts(&written);
    assert_eq!(again.errors, Vec::new(), "{written}");
    assert_eq!(again.pairs, import.pairs, "{written}");
    let mut faults = String::new();
    for error in &import.errors {
        assert!(error.line >= 1 && error.line <= bytes.len() + 1, "line {}", error.line);
        faults = kind(&error.to_string());
    }
    let state = page::import(&text);
    let shown = state.sets.rows.iter().filter(|row| import.pairs.contains(&row.pair)).take(1).count();
    assert_eq!(shown, import.pairs.len().min(1), "the page does not show what was read");
    if import.pairs.is_empty() { Err(faults) } else { Ok(faults) }
}
