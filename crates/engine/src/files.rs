//! Which of some files are a model's: one rule for a picker, a dropped folder and a folder on a disk.

/// A model's files, each by its place in the list that was sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sorted {
    /// The checkpoint, or its pieces in the order in which they are put one behind the other. Never empty.
    pub weights: Vec<usize>,
    /// `config.json`, where there is one.
    pub config: Option<usize>,
    /// What says how text becomes tokens, where there is such a file: `tokenizer.json` before `merges.txt`.
    pub tokenizer: Option<(TokenizerName, usize)>,
}

/// Which of its two published forms a tokenizer's file has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenizerName {
    /// `tokenizer.json`.
    Json,
    /// `merges.txt`.
    Merges,
}

/// The name that a checkpoint usually has, which decides where several could be meant.
const USUAL: &str = "model.safetensors";

/// Sorts files by their names: paths may stand before them, and capitals do not matter. The weights are a
/// `NAME.safetensors`, or its pieces `NAME.safetensors.001`, `.002` and so on; what is none of a model's files is left
/// aside.
///
/// # Errors
/// A sentence for the user where there are no weights, they could be several models', or a piece is missing.
pub fn sort_files<N: AsRef<str>>(names: &[N]) -> Result<Sorted, String> {
    let bases: Vec<String> = names.iter().map(|name| base(name.as_ref())).collect();
    let at = |wanted: &str| bases.iter().position(|base| base == wanted);
    let json = at("tokenizer.json").map(|at| (TokenizerName::Json, at));
    Ok(Sorted {
        weights: weights(&bases)?,
        config: at("config.json"),
        tokenizer: json.or_else(|| at("merges.txt").map(|at| (TokenizerName::Merges, at))),
    })
}

/// A path's last part in lower case.
fn base(path: &str) -> String {
    path.rsplit(['/', '\\']).next().unwrap_or(path).to_lowercase()
}

/// A piece's number, and the name of the file that it is a piece of.
fn piece(base: &str) -> Option<(&str, u32)> {
    let (whole, number) = base.rsplit_once('.')?;
    let digits = number.len() >= 3 && number.bytes().all(|b| b.is_ascii_digit());
    (whole.ends_with(".safetensors") && digits).then(|| Some((whole, number.parse().ok()?)))?
}

fn weights(bases: &[String]) -> Result<Vec<usize>, String> {
    let whole: Vec<usize> = (0..bases.len()).filter(|&at| bases[at].ends_with(".safetensors")).collect();
    let mut pieces: Vec<(&str, u32, usize)> = bases
        .iter()
        .enumerate()
        .filter_map(|(at, base)| piece(base).map(|(whole, number)| (whole, number, at)))
        .collect();
    pieces.sort_unstable();
    match (whole.as_slice(), pieces.as_slice()) {
        ([], []) => Err(
            "None of these files is a checkpoint: pick a .safetensors file, such as model.safetensors (or all its pieces, .001, .002 \
            and so on), with its config.json and tokenizer.json where you have them."
                .into(),
        ),
        (&[one], []) => Ok(vec![one]),
        ([], pieces) => in_order(pieces),
        (_, []) => match whole.iter().find(|&&at| bases[at] == USUAL) {
            Some(&usual) if whole.iter().filter(|&&at| bases[at] == USUAL).count() == 1 => Ok(vec![usual]),
            _ => Err(several(whole.iter().map(|&at| bases[at].as_str()))),
        },
        _ => {
            Err(several(whole.iter().map(|&at| bases[at].as_str()).chain(pieces.iter().map(|piece| piece.0))))
        }
    }
}

/// Pieces that are sorted by name and number, where they are one file's and none is missing.
fn in_order(pieces: &[(&str, u32, usize)]) -> Result<Vec<usize>, String> {
    let (name, ..) = pieces[0];
    if pieces.iter().any(|piece| piece.0 != name) {
        let mut names: Vec<&str> = pieces.iter().map(|piece| piece.0).collect();
        names.dedup();
        return Err(several(names.into_iter()));
    }
    for (&(_, number, _), expected) in pieces.iter().zip(1..) {
        if number < expected {
            return Err(format!(
                "Piece {number} of {name} is here twice, or is no piece: pieces are numbered from .001."
            ));
        }
        if number > expected {
            return Err(format!(
                "{name} comes in pieces and number {expected} is missing: pick {name}.{expected:03} too, with all the \
                 others."
            ));
        }
    }
    Ok(pieces.iter().map(|piece| piece.2).collect())
}

fn several<'n>(names: impl Iterator<Item = &'n str>) -> String {
    let names: Vec<&str> = names.take(3).collect();
    format!("These files hold more than one checkpoint ({}): pick those of one model.", names.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checkpoint_with_its_companions() {
        let sorted = sort_files(&["readme.md", "Config.JSON", "gpt2/model.safetensors", "merges.txt"]);
        let expected =
            Sorted { weights: vec![2], config: Some(1), tokenizer: Some((TokenizerName::Merges, 3)) };
        assert_eq!(sorted, Ok(expected));
        let sorted = sort_files(&["merges.txt", "tokenizer.json", "my.safetensors"]).expect("sorts");
        assert_eq!(sorted.tokenizer, Some((TokenizerName::Json, 1)));
        assert_eq!(sort_files(&["C:\\models\\x.safetensors"]).expect("sorts").weights, [0]);
    }

    #[test]
    fn pieces_come_in_the_order_of_their_numbers() {
        let names: Vec<String> =
            [10, 2, 1, 3, 4, 5, 6, 7, 8, 9, 11].iter().map(|n| format!("model.safetensors.{n:03}")).collect();
        assert_eq!(sort_files(&names).expect("sorts").weights, [2, 1, 3, 4, 5, 6, 7, 8, 9, 0, 10]);
        // From the thousandth on a number has four digits, and text would sort it wrongly.
        let names: Vec<String> = (1..=1001).rev().map(|n| format!("m.safetensors.{n:03}")).collect();
        assert_eq!(sort_files(&names).expect("sorts").weights, (0..=1000).rev().collect::<Vec<_>>());
    }

    #[test]
    fn what_is_missing_or_too_much_is_said() {
        let refused = |names: &[&str]| sort_files(names).expect_err("refused");
        assert!(refused(&["config.json", "model.bin"]).contains("pick a .safetensors"));
        assert!(refused(&[]).contains("pick a .safetensors"));
        let gap = refused(&["m.safetensors.001", "m.safetensors.003"]);
        assert!(gap.contains("number 2 is missing") && gap.contains("m.safetensors.002"), "{gap}");
        assert!(refused(&["m.safetensors.002"]).contains("number 1 is missing"));
        assert!(refused(&["m.safetensors.000", "m.safetensors.001"]).contains("numbered from .001"));
        assert!(refused(&["a/m.safetensors.001", "b/m.safetensors.001"]).contains("twice"));
        let two = refused(&["a.safetensors.001", "b.safetensors.001"]);
        assert!(two.contains("a.safetensors, b.safetensors"), "{two}");
        assert!(refused(&["a.safetensors", "b.safetensors"]).contains("more than one"));
        assert!(refused(&["a/model.safetensors", "b/model.safetensors"]).contains("more than one"));
        assert!(refused(&["m.safetensors", "m.safetensors.001"]).contains("more than one"));
        assert_eq!(sort_files(&["model.safetensors", "other.safetensors"]).expect("the usual").weights, [0]);
        // Two digits are a version, not a piece.
        assert!(sort_files(&["m.safetensors.01"]).is_err());
    }
}
