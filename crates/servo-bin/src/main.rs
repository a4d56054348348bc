//! The servo binary.
fn main() {}
