//! What the modules below share: the connectors of a program, and a check of everything that is told.

mod checks;
mod documents;
mod layers;
mod limits;
mod masking;
mod optimizers;
mod properties;
mod reading;
mod rendering;
mod safety;
mod sections;
mod servos;
mod several;

use super::*;

const KNOWN: Known<'static> = Known { connectors: &["emulator", "replay"], optimizers: &["embedded"] };

/// The one list that every unknown key repeats, cut short in expectations.
const VALID_KEYS: &str = "valid keys: name, description, servo_uid, optimizer, connectors, settings, checks, \
                          no_diagnostics, state_dir, on_complete, repeat_every, mode, restore, \
                          optimizer_lost_after, windows, change_rate, emulator, replay";

fn source(text: &str) -> Source {
    Source::new("servo.yaml", text)
}

fn loaded(text: &str) -> Vec<(Document, ServoDocument)> {
    load(&source(text), &KNOWN, &Layers::default()).unwrap_or_else(|wrong| panic!("{}", wrong.render_plain()))
}

fn refused(text: &str) -> ConfigDiagnostics {
    load(&source(text), &KNOWN, &Layers::default()).expect_err("the text has a mistake")
}

/// Checks everything that is told of a text.
#[track_caller]
fn check(text: &str, expected: &str) {
    let told = refused(text).render_plain().replace(VALID_KEYS, "valid keys: …");
    assert_eq!(told, expected, "told was:\n{told}\n");
}
