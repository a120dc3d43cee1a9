use std::{ops::Deref, rc::Rc};

/// The numbers of a chart. Copies share them, and two are equal when they are drawn alike: what is not a number equals
/// itself, or the chart would be drawn anew whenever it is looked at.
#[derive(Clone, Default)]
pub(crate) struct Values(Rc<[Option<f32>]>);

impl PartialEq for Values {
    fn eq(&self, other: &Self) -> bool {
        let bits = |value: &Option<f32>| value.map(f32::to_bits);
        Rc::ptr_eq(&self.0, &other.0) || self.0.iter().map(bits).eq(other.0.iter().map(bits))
    }
}

impl FromIterator<Option<f32>> for Values {
    fn from_iter<I: IntoIterator<Item = Option<f32>>>(values: I) -> Self {
        Self(values.into_iter().collect())
    }
}

impl Deref for Values {
    type Target = [Option<f32>];

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}
