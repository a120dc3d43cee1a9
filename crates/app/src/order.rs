//! Orders of lists. The sorting itself is of indices, for every list the same code: the compiler writes it out anew for
//! each type that is sorted, and the page has to be downloaded.

use peek_names::Layer;

/// `items`, those of the largest key first; equal ones stay in their order.
pub(crate) fn largest_first<T>(items: Vec<T>, key: impl Fn(&T) -> f32) -> Vec<T> {
    largest_then(items, |item| (key(item), 0))
}

/// `items`, those of the largest first key first, and of equal ones those of the smallest second key.
pub(crate) fn largest_then<T>(items: Vec<T>, keys: impl Fn(&T) -> (f32, u32)) -> Vec<T> {
    let places = places(items.iter().map(keys).collect());
    let mut items: Vec<Option<T>> = items.into_iter().map(Some).collect();
    places.into_iter().filter_map(|at| items.get_mut(at)?.take()).collect()
}

/// Puts `row` where its layer belongs, in place of the one that was there.
pub(crate) fn put<T>(rows: &mut Vec<T>, row: T, layer: impl Fn(&T) -> Layer) {
    let at = rows.partition_point(|other| layer(other) < layer(&row));
    match rows.get_mut(at) {
        Some(old) if layer(old) == layer(&row) => *old = row,
        _ => rows.insert(at, row),
    }
}

/// The places of these keys: larger numbers first, then what is smaller of the second.
fn places(keys: Vec<(f32, u32)>) -> Vec<usize> {
    let mut places: Vec<(usize, (f32, u32))> = keys.into_iter().enumerate().collect();
    places.sort_by(|(_, a), (_, b)| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    places.into_iter().map(|(at, _)| at).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_come_first_and_equals_stay_in_their_order() {
        let items = vec![("a", 1.0), ("b", -2.0), ("c", 3.0), ("d", 1.0), ("e", 0.0)];
        let names =
            |sorted: Vec<(&'static str, f32)>| sorted.into_iter().map(|(name, _)| name).collect::<String>();
        assert_eq!(names(largest_first(items.clone(), |item| item.1)), "cadeb");
        assert_eq!(names(largest_first(items, |item| item.1.abs())), "cbade");
    }

    #[test]
    fn a_row_goes_to_its_layer_in_any_order_of_arrival() {
        let mut rows = Vec::new();
        for (layer, row) in [(2, 'a'), (0, 'b'), (1, 'c'), (2, 'd'), (0, 'e')] {
            put(&mut rows, (Layer(layer), row), |row| row.0);
        }
        assert_eq!(rows, [(Layer(0), 'e'), (Layer(1), 'c'), (Layer(2), 'd')]);
    }
}
