//! The sidecar on a real cluster, with a real Envoy in it: `cargo xtask cluster build` puts both in place.

mod back;
mod going_wrong;
mod pods;
mod requests;
mod stage;
