//! The compiled program while others look at how it is: over HTTP, and as a service of systemd.

#![expect(clippy::unwrap_used, reason = "a test says no by panicking, in its helpers too")]

mod program;
mod reloading;
mod scraping;
mod systemd;

use std::time::Duration;

/// How long anything may take that happens soon, on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(40);

/// The study of the example, which runs for about half a minute.
const EXAMPLE: &str = include_str!("../../../../examples/emulator/servo.yaml");

/// A servo whose optimizer cannot be reached: nobody listens at the port of the discard protocol.
const AWAY: &str = "\
optimizer: {id: example.com/my-app, token: canary-2d8f1c, base_url: 'http://127.0.0.1:9'}
emulator:
  load: {rate: 60}
  components:
    web:
      demand: 25ms
      memory: {base: 300Mi, per_request: 2Mi}
      settings:
        cpu: {min: 500m, max: 4, step: 500m, value: 2}
        mem: {min: 256Mi, max: 2Gi, step: 256Mi, value: 1Gi}
        replicas: {min: 1, max: 6, value: 4}
";
