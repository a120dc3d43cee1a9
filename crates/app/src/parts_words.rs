//! Which direct and which patching effects the parts' panel sets beside each other, in words.

use peek_names::DirectScale;

/// How the direct effects on the screen are measured, beside the tables that they cannot be read off.
#[must_use]
pub fn direct_words(by: DirectScale) -> &'static str {
    match by {
        DirectScale::Difference => {
            "Direct effect: what a head writes in clean minus what it writes in corrupt, both by corrupt's final scale, since corrupt is the run that a patch changes. Each run's own parts go by its own scale, so their difference is another number."
        }
        DirectScale::Clean => "Direct effect: the head's own part of the clean run, by clean's final scale.",
    }
}

/// The column of the direct effects.
#[must_use]
pub fn direct_title(by: DirectScale) -> &'static str {
    match by {
        DirectScale::Difference => "direct, by corrupt's scale",
        DirectScale::Clean => "direct, clean's own",
    }
}

/// Which patching effects stand beside them, and what lies off the dashed line; or when they will.
#[must_use]
pub fn patching_words(has_points: bool, of_foil: bool) -> String {
    match (has_points, of_foil) {
        (true, _) => {
            // With a foil they stand there while the grid is set up for just these, and at no other time.
            let whatever = if of_foil { "" } else { ", whatever the grid is set up for" };
            format!(
                "Patching effect: its output (z) at the last position, from clean into corrupt{whatever}. Off the dashed line, what comes after the head takes part: its layer's MLP, later layers, and the changed final scale."
            )
        }
        (false, true) => {
            "Patching effects on the difference to the foil stand beside the direct ones while the grid puts each head's output (z) from clean into corrupt at the last position.".to_owned()
        }
        (false, false) => "Patching effects stand beside the direct ones once heads are scored.".to_owned(),
    }
}
