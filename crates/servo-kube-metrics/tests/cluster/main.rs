//! The connector against the real metrics API of a real cluster: `cargo xtask cluster build` puts its programs in place.

mod checking;
mod failing;
mod measuring;
mod stage;
