//! Which points of a [`Scatter`] have their name beside them, and where.

use peek_names::HeadId;

use crate::{Rect, Scatter, ScatterLayout, measure::Family, scatter::SIZE};

/// How many of the outlying heads may have a name.
const NAMED: usize = 8;
/// Half of a point's width with a little air, and of the ring around a marked one.
const DOT: f64 = 4.0;
const RING: f64 = 7.0;
/// From a point's middle to its name: past the ring around a marked one.
const AWAY: f64 = 8.0;
/// A name's height.
const LINE: f64 = 12.0;

/// A head's name and its place.
pub(crate) struct Name {
    pub(crate) head: HeadId,
    pub(crate) room: Rect,
    /// Its head is under the pointer, or chosen.
    pub(crate) is_marked: bool,
}

/// The names of marked heads, then of those farthest from zero: beside, above or below their points, where no other name
/// and no point is. One that finds no such place has none, unless its head is marked: then it may lie on points.
pub(crate) fn names(spec: &Scatter<'_>, layout: &ScatterLayout) -> Vec<Name> {
    let mut far: Vec<_> = spec.points.iter().filter(|(_, x, y)| x.is_finite() && y.is_finite()).collect();
    far.sort_by(|a, b| b.1.hypot(b.2).total_cmp(&a.1.hypot(a.2)));
    let is_marked = |head| spec.hovered == Some(head) || spec.pinned == Some(head);
    let mut heads: Vec<HeadId> = spec.hovered.into_iter().chain(spec.pinned).collect();
    heads.dedup();
    heads.extend(far.iter().take(NAMED).map(|(head, ..)| *head).filter(|head| !is_marked(*head)));
    let dot = |(head, (x, y)): &(HeadId, (f64, f64))| {
        Rect::new(*x, *y, 0.0, 0.0).grow(if is_marked(*head) { RING } else { DOT })
    };
    let dots: Vec<Rect> = layout.places.iter().map(dot).collect();
    let mut found: Vec<Name> = Vec::new();
    for head in heads {
        let Some(place) = layout.place(head) else { continue };
        let inside = |room: &Rect| {
            room.x >= layout.plot.x
                && room.right() <= layout.plot.right() + AWAY
                && room.y >= layout.plot.y - LINE / 2.0
                && room.bottom() <= layout.plot.bottom() + LINE / 2.0
        };
        let rooms = rooms(place, Family::Mono.width(&head.to_string(), SIZE));
        let rooms = || rooms.iter().copied().filter(inside);
        let apart = |room: &Rect| found.iter().all(|name| !room.overlaps(&name.room));
        let free = |room: &Rect| apart(room) && dots.iter().all(|dot| !room.overlaps(dot));
        let mut room = rooms().find(free);
        if is_marked(head) {
            room = room.or_else(|| rooms().find(apart)).or_else(|| rooms().next());
        }
        found.extend(room.map(|room| Name { head, room, is_marked: is_marked(head) }));
    }
    found
}

/// Where the name of a point may be, the best place first: right, left, above, below.
fn rooms((x, y): (f64, f64), width: f64) -> [Rect; 4] {
    let at = |left: f64, top: f64| Rect::new(left, top, width, LINE);
    let (beside, centred) = (y - LINE / 2.0, x - width / 2.0);
    [at(x + AWAY, beside), at(x - AWAY - width, beside), at(centred, y - AWAY - LINE), at(centred, y + AWAY)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Frame, Theme};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_name_lies_on_a_point_or_on_another(
            numbers in prop::collection::vec((-3.0_f32..3.0, -3.0_f32..3.0), 1..60), chosen in 0_usize..60,
        ) {
            let head = |at: usize| HeadId::new((at / 12) as u16, (at % 12) as u16);
            let points: Vec<_> = numbers.iter().enumerate().map(|(at, (x, y))| (head(at), *x, *y)).collect();
            let pinned = (chosen < points.len()).then(|| head(chosen));
            let spec = Scatter { points: &points, x_label: "x", y_label: "y", hovered: None, pinned, stale: false };
            let layout = ScatterLayout::new(&spec, &Frame::new(300.0, 300.0, 1.0, Theme::light()));
            let names = names(&spec, &layout);
            prop_assert!(names.len() <= NAMED + 1);
            prop_assert_eq!(pinned.is_some(), names.iter().any(|name| name.is_marked));
            // Axes have their numbers and names outside.
            let plot = layout.plot.grow(LINE / 2.0 + 1e-9);
            for name in &names {
                prop_assert!(name.room.y >= plot.y && name.room.bottom() <= plot.bottom());
            }
            for (at, name) in names.iter().enumerate().filter(|(_, name)| !name.is_marked) {
                prop_assert!(names[..at].iter().all(|other| !other.room.overlaps(&name.room)));
                for (_, (x, y)) in &layout.places {
                    prop_assert!(!name.room.overlaps(&Rect::new(*x, *y, 0.0, 0.0).grow(DOT)));
                }
            }
        }
    }
}
