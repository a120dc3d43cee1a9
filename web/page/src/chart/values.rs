use std::{ops::Deref, rc::Rc};

/// The numbers of a chart. Copies share them, and two are equal when they are drawn alike: what is not a number equals
/// itself, or the chart would be drawn anew whenever it is looked at.
#[derive(Clone)]
pub(crate) struct Values<T = Option<f32>>(Rc<[T]>);

/// A number that may be missing.
pub(crate) trait Number {
    fn bits(&self) -> Option<u32>;
}

impl Number for f32 {
    fn bits(&self) -> Option<u32> {
        Some(self.to_bits())
    }
}

impl Number for Option<f32> {
    fn bits(&self) -> Option<u32> {
        self.map(f32::to_bits)
    }
}

impl<T> Default for Values<T> {
    fn default() -> Self {
        Self(Rc::new([]))
    }
}

impl<T: Number> PartialEq for Values<T> {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0) || self.0.iter().map(T::bits).eq(other.0.iter().map(T::bits))
    }
}

impl<T> FromIterator<T> for Values<T> {
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Self {
        Self(values.into_iter().collect())
    }
}

impl<T> Deref for Values<T> {
    type Target = [T];

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}
