//! Which tokens of two prompts differ.

use peek_app::changed_tokens;
use peek_names::TokenId;
use peek_protocol::Token;
use proptest::prelude::*;

fn tokens(ids: &[u32]) -> Vec<Token> {
    ids.iter().map(|id| Token { id: TokenId(*id), text: id.to_string(), is_bos: false }).collect()
}

fn changed(these: &[u32], others: &[u32]) -> Vec<usize> {
    let (marks, others_marks) = changed_tokens(&tokens(these), &tokens(others));
    assert_eq!((marks.len(), others_marks.len()), (these.len(), others.len()));
    (0..these.len()).filter(|at| marks[*at]).collect()
}

#[test]
fn tokens_that_are_the_same_are_not_marked() {
    // Two names that change places, with the same words between them.
    let (clean, corrupt) = ([1, 2, 3, 4, 5, 6, 7], [1, 5, 3, 4, 2, 6, 7]);
    assert_eq!(changed(&clean, &corrupt), [1, 4]);
    assert_eq!(changed(&corrupt, &clean), [1, 4]);
    // A sentence more.
    assert_eq!(changed(&[1, 2, 3], &[1, 2, 3, 8, 9]), [0; 0]);
    assert_eq!(changed(&[1, 2, 3, 8, 9], &[1, 2, 3]), [3, 4]);
    // A word more in two places.
    assert_eq!(changed(&[1, 8, 2, 3, 9, 4], &[1, 2, 3, 4]), [1, 4]);
    assert_eq!(changed(&[1, 7, 2, 3, 4], &[1, 8, 9, 2, 3, 5, 4]), [1]);
    assert_eq!(changed(&[], &[1]), [0; 0]);
}

#[test]
fn what_would_take_too_long_to_compare_is_marked_from_the_first_difference_to_the_last() {
    let long: Vec<u32> = (0..1024).collect();
    let mut other = long.clone();
    (other[1], other[1000]) = (5000, 5001);
    other.remove(500);
    assert_eq!(changed(&long, &other), (1..1001).collect::<Vec<_>>());
    // Of one length they are compared place by place, however long.
    other.insert(500, 500);
    assert_eq!(changed(&long, &other), [1, 1000]);
}

proptest! {
    #[test]
    fn what_is_left_is_common_to_both(
        these in prop::collection::vec(0_u32..6, 0..20),
        others in prop::collection::vec(0_u32..6, 0..20),
    ) {
        let (in_these, in_others) = changed_tokens(&tokens(&these), &tokens(&others));
        let left = |ids: &[u32], marks: &[bool]| -> Vec<u32> {
            ids.iter().zip(marks).filter(|(_, marked)| !**marked).map(|(id, _)| *id).collect()
        };
        let (mine, theirs) = (left(&these, &in_these), left(&others, &in_others));
        prop_assert_eq!(&mine, &theirs);
        // A subsequence of both, and all of a text that is the same.
        let mut rest = others.iter();
        prop_assert!(mine.iter().all(|id| rest.any(|other| other == id)));
        prop_assert_eq!(changed(&these, &these), [0; 0]);
    }
}
