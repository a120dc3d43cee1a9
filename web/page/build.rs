//! Has the linker keep what the build needs to cut the program in two: which function and which piece of data refers to
//! which.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var_os("CARGO_FEATURE_WHOLE").is_none() {
        println!("cargo::rustc-link-arg-bins=--emit-relocs");
    }
}
