//! The emulator on a bus, as a servo drives it, on a paused clock.

#![expect(clippy::unwrap_used, reason = "a test says no by panicking, in its helpers too")]

mod adjusting;
mod checking;
mod configuring;
mod describing;
mod dying;
mod examples;
mod fixture;
mod measuring;
mod mortal;
mod replaying;
mod restarting;
mod sharing;
mod trials;
mod truth;

// Without this line the crate is not compiled in, and the registry does not know the connector.
use servo_emulator as _;

#[test]
fn it_keeps_the_rules_of_every_connector() {
    assert_eq!(servo_testkit::conformance::check("emulator"), Ok(()));
}
