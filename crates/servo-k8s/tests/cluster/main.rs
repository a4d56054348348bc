//! The connector against a real cluster: `cargo xtask cluster build` puts its programs in place.

mod adjusting;
mod ailing;
mod checking;
mod disturbed;
mod failing;
mod manifests;
mod permitted;
mod resizing;
mod sharing;
mod stage;
mod tuning;
