//! Looking at runs without changing them.

mod attribution;
mod head_kinds;
mod lens_grid;
mod patterns;
