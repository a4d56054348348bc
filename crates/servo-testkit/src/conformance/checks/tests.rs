//! Checks that are sound, and checks that are not.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};

use async_trait::async_trait;
use serde_json::json;
use servo_core::check::{self, Check, Checking, Checks};
use servo_core::event::{Handlers, On, standard};
use servo_core::{Connector, Context, Descriptor, Result};

use super::are_sound;

/// A connector that is checked in one of several ways.
struct Checked<const HOW: u8>(AtomicU32);

const SOUND: u8 = 0;
const UNSTABLE: u8 = 1;
const DUPLICATE: u8 = 2;
const HEEDLESS: u8 = 3;

impl<const HOW: u8> Connector for Checked<HOW> {
    type Settings = BTreeMap<String, String>;

    fn new(_: &str, _: Self::Settings) -> Result<Self> {
        Ok(Self(AtomicU32::new(0)))
    }

    fn handlers(handlers: &mut Handlers<Self>) {
        handlers.on::<standard::Check>();
    }
}

#[async_trait]
impl<const HOW: u8> On<standard::Check> for Checked<HOW> {
    async fn on(&self, cx: &Context, input: &Checking) -> Result<Vec<Check>> {
        let run = self.0.fetch_add(1, Ordering::Relaxed);
        let mut checks = Checks::new();
        match HOW {
            HEEDLESS => return Ok(vec![check::common("Passes whatever happens", || true).run().await?]),
            UNSTABLE => checks.common(format!("Run {run} passes"), || true),
            _ => checks.common("Passes", || true),
        };
        if HOW == DUPLICATE {
            checks.common("Passes", || true);
        }
        checks.critical("Fails", || false);
        checks.run(cx, input).await
    }
}

fn failures<const HOW: u8>() -> Vec<String> {
    are_sound(&Descriptor::of::<Checked<HOW>>("checked"), &json!({}))
}

#[test]
fn sound_checks_are_accepted() {
    assert_eq!(failures::<SOUND>(), Vec::<String>::new());
}

#[test]
fn ids_that_change_are_refused() {
    let failures = failures::<UNSTABLE>();
    assert_eq!(failures.len(), 1, "{failures:?}");
    assert!(failures[0].starts_with("its checks had the ids "), "{failures:?}");
}

#[test]
fn ids_that_are_used_twice_are_refused() {
    let failures = failures::<DUPLICATE>();
    assert!(
        failures[0].starts_with("its checks cannot be run: two checks are named `Passes`"),
        "{failures:?}"
    );
}

#[test]
fn checks_that_pass_after_they_were_cancelled_are_refused() {
    assert_eq!(failures::<HEEDLESS>(), ["its check `Passes whatever happens` passes after it was cancelled"]);
}
