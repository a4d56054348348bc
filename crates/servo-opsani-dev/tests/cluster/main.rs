//! The way from a bare Deployment to one that can be tuned, on a real cluster with a real Envoy and a real Prometheus:
//! `cargo xtask cluster build` puts them in place.

mod from_bare;
mod going_wrong;
mod older;
mod stage;
