//! Configurations of an emulated service with a remote optimizer.

use std::net::SocketAddr;

/// A token that is no canary.
pub(crate) const TOKEN: &str = "t0k3n-0123456789";

/// An emulated service, at this many times the speed.
pub(crate) fn service(speed: u32) -> String {
    format!(
        "emulator:\n  speed: {speed}\n  seed: 3\n  rollout: 1s\n  load: {{rate: 60}}\n  components:\n    web:\n      \
         demand: 25ms\n      memory: {{base: 300Mi}}\n      settings:\n        \
         cpu: {{min: 500m, max: 4, step: 500m, value: 2}}\n        mem: {{value: 1Gi}}\n        \
         replicas: {{min: 1, max: 6, value: 4}}\n"
    )
}

/// A document with these keys of its optimizer, in one line, for a service that is fast.
pub(crate) fn document(optimizer: &str) -> String {
    format!("name: shop\noptimizer: {{{optimizer}}}\n{}", service(100_000))
}

/// The Opsani form for an optimizer at a URL.
pub(crate) fn opsani(url: &str) -> String {
    document(&format!("id: example.com/shop, token: {TOKEN}, base_url: \"{url}\""))
}

/// The Opsani form for an optimizer on this machine.
pub(crate) fn here(address: SocketAddr) -> String {
    opsani(&format!("http://{address}"))
}

/// The form of `AppDynamics`, with these keys beside the optimizer's id.
pub(crate) fn appdynamics(more: &str) -> String {
    document(&format!("optimizer_id: b3B0LTE=, {more}"))
}
