//! Which tokens of two prompts differ.

use peek_app::changed_tokens;
use peek_names::TokenId;
use peek_protocol::Token;
use proptest::prelude::*;

fn tokens(ids: &[u32]) -> Vec<Token> {
    ids.iter().map(|id| Token { id: TokenId(*id), text: id.to_string(), is_bos: false }).collect()
}

fn changed(these: &[u32], others: &[u32]) -> Vec<usize> {
    let marks = changed_tokens(&tokens(these), &tokens(others));
    assert_eq!(marks.len(), these.len());
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

proptest! {
    #[test]
    fn what_is_left_is_common_to_both(
        these in prop::collection::vec(0_u32..6, 0..20),
        others in prop::collection::vec(0_u32..6, 0..20),
    ) {
        let left = |these: &[u32], others: &[u32]| -> Vec<u32> {
            let marked = changed(these, others);
            (0..these.len()).filter(|at| !marked.contains(at)).map(|at| these[at]).collect()
        };
        let (mine, theirs) = (left(&these, &others), left(&others, &these));
        prop_assert_eq!(&mine, &theirs);
        // A subsequence of both, and all of a text that is the same.
        let mut rest = others.iter();
        prop_assert!(mine.iter().all(|id| rest.any(|other| other == id)));
        prop_assert_eq!(left(&these, &these), these);
    }

    #[test]
    fn texts_of_any_length_end_quickly(these in prop::collection::vec(0_u32..3, 900..1024), others in prop::collection::vec(0_u32..3, 700..899)) {
        prop_assert_eq!(changed_tokens(&tokens(&these), &tokens(&others)).len(), these.len());
    }
}
