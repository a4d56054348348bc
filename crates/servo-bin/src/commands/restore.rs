//! `servo restore`: brings applications back to where they were before their servos changed them.

use std::collections::BTreeMap;
use std::process::ExitCode;

use serde_json::json;
use servo_core::Class;
use servo_runtime::assembly::Assembled;
use servo_runtime::config::Source;
use servo_runtime::{change, journal};

use super::{assemble, operation};
use crate::cli::{Format, Globals, Restore};
use crate::failure::Failure;
use crate::output::progress::Display;
use crate::output::restored::{self, Restored, State};
use crate::output::{self, Look};

/// Restores the application of every servo, or of the one that was named. One that fails keeps no other from its turn;
/// an interrupt does.
pub(super) async fn run(globals: &Globals, arguments: &Restore, look: &Look) -> Result<ExitCode, Failure> {
    let (source, servos) = assemble(globals)?.into_parts();
    let display = Display::new(look.screen.clone());
    let mut failures = operation::Failures::default();
    let mut done = Vec::new();
    for servo in &servos {
        match one(&source, servo, arguments.dry_run, &display).await {
            Ok(restored) => {
                if restored.state == State::Incomplete {
                    failures.count(Class::Failed.exit_code());
                }
                done.push(restored);
            }
            Err(failure) => {
                failures.tell(servo.name(), &failure, Some(look));
                done.push(plain(servo, State::Failed));
                if matches!(failure, Failure::Error(error) if error.class() == Class::Cancelled) {
                    break;
                }
            }
        }
    }
    let text = match arguments.form.format {
        Format::Json => output::json::render(&json!({ "servos": done }))?,
        Format::Table => restored::render(&done, arguments.dry_run),
    };
    output::result(&text, &arguments.form)?;
    Ok(failures.code())
}

/// Restores the application of one servo, or only looks at it. Where the journal says that nothing is to be done, the
/// application is left in peace.
async fn one(
    source: &Source,
    servo: &Assembled,
    is_dry: bool,
    display: &Display,
) -> Result<Restored, Failure> {
    let is_untouched = async || {
        let read = journal::read(servo.state_dir(), servo.name()).await;
        read.map(|(records, _)| records.is_empty())
    };
    if !journal::was_used(servo.state_dir()) && is_untouched().await? {
        return Ok(plain(servo, State::Untouched));
    }
    operation::journaled(source, servo, async {
        // Another process may be about to change it, which is found out by now.
        if is_untouched().await? {
            return Ok(plain(servo, State::Untouched));
        }
        let journal = servo.servo().bus().host().journal();
        let ledger = journal.ledger();
        let target = ledger.away();
        // Connectors remove what they have left behind when they are attached.
        if target.is_empty() && ledger.pending.is_none() && ledger.created.is_empty() {
            return Ok(plain(servo, State::Baseline));
        }
        let wanted = &target;
        let survey = operation::on(source, servo, Some(display), |bus, scope| async move {
            if is_dry {
                change::survey(&bus, &scope, wanted).await
            } else {
                change::restore(&bus, &scope, wanted).await
            }
        })
        .await?;
        let state = match (is_dry, survey.gone.is_empty(), survey.back.is_empty()) {
            (_, true, true) => State::Baseline,
            (true, ..) => State::Away,
            (false, true, false) => State::Restored,
            (false, false, _) => State::Incomplete,
        };
        let settings = restored::settings(&target, &survey);
        Ok(Restored { settings, created: journal.ledger().created, ..plain(servo, state) })
    })
    .await
}

fn plain(servo: &Assembled, state: State) -> Restored {
    Restored { name: servo.name().to_owned(), state, settings: Vec::new(), created: BTreeMap::new() }
}
