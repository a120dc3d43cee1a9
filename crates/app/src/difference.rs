use peek_protocol::Token;

/// Cells of the table that finds what two middles share; beyond it all of a middle counts as changed.
const MOST_CELLS: usize = 1 << 16;

/// Which of `these` tokens differ from the `others`', one of each: in texts of one length those that are not the same at
/// their place, else those that are in no longest common subsequence.
#[must_use]
pub fn changed_tokens(these: &[Token], others: &[Token]) -> Vec<bool> {
    let same = |(a, b): &(&Token, &Token)| a.id == b.id;
    let begin = these.iter().zip(others).take_while(same).count();
    let rest = these.len().min(others.len()) - begin;
    let end = these.iter().rev().zip(others.iter().rev()).take_while(same).count().min(rest);
    let middle = |tokens: &'_ [Token]| (begin, tokens.len() - end);
    let ((from, to), (others_from, others_to)) = (middle(these), middle(others));
    let mut changed = vec![false; these.len()];
    let (mine, theirs) = (&these[from..to], &others[others_from..others_to]);
    let differs = if mine.len() == theirs.len() {
        mine.iter().zip(theirs).map(|(a, b)| a.id != b.id).collect()
    } else if mine.len() * theirs.len() <= MOST_CELLS {
        outside_of_common(mine, theirs)
    } else {
        vec![true; mine.len()]
    };
    changed[from..to].copy_from_slice(&differs);
    changed
}

/// Which of `mine` are not in a longest subsequence that is common to both: the same one, whichever of the two is asked
/// about.
fn outside_of_common(mine: &[Token], theirs: &[Token]) -> Vec<bool> {
    let mine_is_short = mine.len() < theirs.len();
    let (short, long) = if mine_is_short { (mine, theirs) } else { (theirs, mine) };
    // The usual table, from the end.
    let columns = long.len() + 1;
    let mut longest = vec![0_u16; (short.len() + 1) * columns];
    for (row, a) in short.iter().enumerate().rev() {
        for (column, b) in long.iter().enumerate().rev() {
            let at = row * columns + column;
            longest[at] = if a.id == b.id {
                longest[at + columns + 1] + 1
            } else {
                longest[at + columns].max(longest[at + 1])
            };
        }
    }
    let mut differs = vec![true; mine.len()];
    let (mut row, mut column) = (0, 0);
    while row < short.len() && column < long.len() {
        let at = row * columns + column;
        if short[row].id == long[column].id {
            differs[if mine_is_short { row } else { column }] = false;
            (row, column) = (row + 1, column + 1);
        } else if longest[at + columns] >= longest[at + 1] {
            row += 1;
        } else {
            column += 1;
        }
    }
    differs
}
