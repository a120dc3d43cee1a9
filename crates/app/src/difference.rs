use peek_protocol::Token;

/// Cells of the table that finds what two middles share; beyond it all of both counts as changed.
const MOST_CELLS: usize = 1 << 16;

/// Which tokens of each of two texts are not the other's: in texts of one length those that are not the same at their
/// place, else those outside of a longest common subsequence.
#[must_use]
pub fn changed_tokens(a: &[Token], b: &[Token]) -> (Vec<bool>, Vec<bool>) {
    let same = |(a, b): &(&Token, &Token)| a.id == b.id;
    let begin = a.iter().zip(b).take_while(same).count();
    let rest = a.len().min(b.len()) - begin;
    let end = a.iter().rev().zip(b.iter().rev()).take_while(same).count().min(rest);
    let (ends_a, ends_b) = (a.len() - end, b.len() - end);
    let mut marks = (vec![false; a.len()], vec![false; b.len()]);
    mark(&a[begin..ends_a], &b[begin..ends_b], &mut marks.0[begin..ends_a], &mut marks.1[begin..ends_b]);
    marks
}

/// Marks what differs of two middles.
fn mark(a: &[Token], b: &[Token], in_a: &mut [bool], in_b: &mut [bool]) {
    if a.len() == b.len() {
        for at in 0..a.len() {
            in_a[at] = a[at].id != b[at].id;
            in_b[at] = in_a[at];
        }
        return;
    }
    in_a.fill(true);
    in_b.fill(true);
    if a.len() * b.len() > MOST_CELLS {
        return;
    }
    // The length of the longest from each pair of places on, filled in from the end.
    let columns = b.len() + 1;
    let mut longest = vec![0_u16; (a.len() + 1) * columns];
    for row in (0..a.len()).rev() {
        for column in (0..b.len()).rev() {
            let at = row * columns + column;
            longest[at] = if a[row].id == b[column].id {
                longest[at + columns + 1] + 1
            } else {
                longest[at + columns].max(longest[at + 1])
            };
        }
    }
    let (mut row, mut column) = (0, 0);
    while row < a.len() && column < b.len() {
        let at = row * columns + column;
        if a[row].id == b[column].id {
            (in_a[row], in_b[column]) = (false, false);
            (row, column) = (row + 1, column + 1);
        } else if longest[at + columns] >= longest[at + 1] {
            row += 1;
        } else {
            column += 1;
        }
    }
}
