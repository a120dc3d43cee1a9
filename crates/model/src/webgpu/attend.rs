use burn::tensor::Tensor;
use cubecl::prelude::*;

use super::{Buffer, MOST_CUBES, size};
use crate::{Groups, Past};

/// Units that share one query of one head.
const UNITS: usize = 64;
/// Most keys of one query: their scores and the units' own share of 16 KiB of shared memory.
const KEYS: usize = 3840;

/// Heads' outputs of rows `[n, 3 d]`, as [`crate::attention::attend`] has them; `None` where the rows are not on WebGPU,
/// are more than one dispatch takes, or see more keys than shared memory holds.
pub(crate) fn attend(rows: &Tensor<2>, past: Option<&Past>, groups: Groups) -> Option<Tensor<2>> {
    let [n, width] = rows.dims();
    let seen = past.map_or(0, |past| past.len);
    let keys = (seen + groups.size).next_power_of_two().max(64);
    if seen + groups.size > KEYS || n > MOST_CUBES {
        return None;
    }
    let rows = Buffer::of(rows)?;
    let past = past.map(|past| Buffer::of(&past.qkv));
    let past = match &past {
        Some(past) => past.as_ref()?,
        None => &rows,
    };
    let out = rows.empty([n, width / 3]);
    attend_kernel::launch(
        &rows.0.client,
        CubeCount::Static(size(n), size(groups.heads), 1),
        CubeDim::new_1d(size(UNITS)),
        rows.arg(),
        past.arg(),
        out.arg(),
        size(width / 3),
        size(width / 3 / groups.heads),
        size(seen),
        size(groups.size),
        keys.min(KEYS),
    );
    Some(out.tensor())
}

/// A cube a query and head: scores into shared memory, their softmax, then the values' weighted sum. A query sees the
/// first `seen` rows of `past`, then the rows of its group up to itself.
#[cube(launch)]
fn attend_kernel(
    rows: &[f32],
    past: &[f32],
    out: &mut [f32],
    width: u32,
    d_head: u32,
    seen: u32,
    group: u32,
    #[comptime] keys: usize,
) {
    let (width, d_head, seen, group) = (width as usize, d_head as usize, seen as usize, group as usize);
    let row = CUBE_POS_X as usize;
    let offset = CUBE_POS_Y as usize * d_head;
    let unit = UNIT_POS as usize;
    let first = row / group * group;
    let count = seen + row - first + 1;
    let query = row * 3 * width + offset;
    let scale = f32::new(1.0) / f32::sqrt(f32::cast_from(d_head as u32));

    let mut scores = Shared::new_slice(keys);
    let mut parts = Shared::new_slice(UNITS);
    let mut highest = f32::new(-1.0e30);
    let mut key = unit;
    while key < count {
        let mut score = f32::new(0.0);
        if key < seen {
            let place = (key * 3 + 1) * width + offset;
            for at in 0..d_head {
                score += rows[query + at] * past[place + at];
            }
        } else {
            let place = ((first + key - seen) * 3 + 1) * width + offset;
            for at in 0..d_head {
                score += rows[query + at] * rows[place + at];
            }
        }
        score *= scale;
        scores[key] = score;
        highest = f32::max(highest, score);
        key += UNITS;
    }
    parts[unit] = highest;
    sync_cube();
    for other in 0..UNITS {
        highest = f32::max(highest, parts[other]);
    }
    sync_cube();

    let mut sum = f32::new(0.0);
    let mut key = unit;
    while key < count {
        let weight = f32::exp(scores[key] - highest);
        scores[key] = weight;
        sum += weight;
        key += UNITS;
    }
    parts[unit] = sum;
    sync_cube();
    let mut total = f32::new(0.0);
    for other in 0..UNITS {
        total += parts[other];
    }

    let mut at = unit;
    while at < d_head {
        let mut z = f32::new(0.0);
        for key in 0..seen {
            z += scores[key] * past[(key * 3 + 2) * width + offset + at];
        }
        for key in seen..count {
            z += scores[key] * rows[((first + key - seen) * 3 + 2) * width + offset + at];
        }
        out[row * width + offset + at] = z / total;
        at += UNITS;
    }
}
