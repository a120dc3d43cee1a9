use crate::{ChartError, Rgb, pen::Pen};

/// The shape of a series' points: told apart without colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Marker {
    Circle,
    Square,
    Triangle,
    Diamond,
    TriangleDown,
    Cross,
}

/// How a series' line is broken, in lengths of stroke and gap; `None` is a solid line.
pub(crate) type Dash = Option<(f64, f64)>;

impl Marker {
    pub(crate) fn of_series(index: usize) -> Self {
        use Marker::{Circle, Cross, Diamond, Square, Triangle, TriangleDown};
        [Circle, Square, Triangle, Diamond, TriangleDown, Cross][index % 6]
    }

    /// Draws the marker; shapes are sized to look equally large as a circle of `radius`.
    pub(crate) fn draw(
        self,
        pen: &Pen<'_>,
        (x, y): (f64, f64),
        radius: f64,
        color: Rgb,
    ) -> Result<(), ChartError> {
        let r = radius;
        match self {
            Self::Circle => pen.circle((x, y), r, color),
            Self::Square => {
                let r = r * 0.9;
                pen.polygon(&[(x - r, y - r), (x + r, y - r), (x + r, y + r), (x - r, y + r)], color)
            }
            Self::Triangle => {
                let r = r * 1.25;
                pen.polygon(&[(x, y - r), (x + r, y + 0.75 * r), (x - r, y + 0.75 * r)], color)
            }
            Self::Diamond => {
                let r = r * 1.3;
                pen.polygon(&[(x, y - r), (x + r, y), (x, y + r), (x - r, y)], color)
            }
            Self::TriangleDown => {
                let r = r * 1.25;
                pen.polygon(&[(x, y + r), (x + r, y - 0.75 * r), (x - r, y - 0.75 * r)], color)
            }
            Self::Cross => {
                let r = r * 0.95;
                pen.path(&[(x - r, y - r), (x + r, y + r)], 2.0, color)?;
                pen.path(&[(x - r, y + r), (x + r, y - r)], 2.0, color)
            }
        }
    }
}

pub(crate) fn dash_of_series(index: usize) -> Dash {
    [None, Some((7.0, 4.0)), Some((2.0, 3.0))][index / 4 % 3]
}

/// The strokes of a dashed polyline: its points cut into pieces by arc length.
pub(crate) fn dashed(points: &[(f64, f64)], dash: Dash) -> Vec<Vec<(f64, f64)>> {
    let Some((on, off)) = dash else { return vec![points.to_vec()] };
    let Some(&start) = points.first() else { return Vec::new() };
    let mut strokes = Vec::new();
    let (mut stroke, mut drawing, mut left) = (vec![start], true, on);
    for pair in points.windows(2) {
        let (mut from, to) = (pair[0], pair[1]);
        let mut length = (to.0 - from.0).hypot(to.1 - from.1);
        while length > left {
            let share = left / length;
            from = (from.0 + (to.0 - from.0) * share, from.1 + (to.1 - from.1) * share);
            length -= left;
            stroke.push(from);
            if drawing {
                strokes.push(std::mem::take(&mut stroke));
            }
            drawing = !drawing;
            stroke = vec![from];
            left = if drawing { on } else { off };
        }
        left -= length;
        stroke.push(to);
    }
    if drawing && stroke.len() > 1 {
        strokes.push(stroke);
    }
    strokes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dashes_follow_the_line_around_corners() {
        let corner = [(0.0, 0.0), (10.0, 0.0), (10.0, 10.0)];
        assert_eq!(dashed(&corner, None), [corner.to_vec()]);
        let strokes = dashed(&corner, Some((8.0, 1.0)));
        assert_eq!(strokes[0], [(0.0, 0.0), (8.0, 0.0)]);
        assert_eq!(strokes[1], [(9.0, 0.0), (10.0, 0.0), (10.0, 7.0)]);
        assert_eq!(strokes[2], [(10.0, 8.0), (10.0, 10.0)]);
        assert!(dashed(&[], Some((1.0, 1.0))).is_empty());
    }

    #[test]
    fn a_dozen_series_differ_without_colour() {
        let looks: Vec<_> = (0..12).map(|i| (Marker::of_series(i), dash_of_series(i))).collect();
        for (i, look) in looks.iter().enumerate() {
            assert!(!looks[..i].contains(look), "series {i} looks like an earlier one");
        }
    }
}
