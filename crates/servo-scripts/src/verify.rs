//! `servo scripts verify`: runs the commands of `exec` and says what of their answers is not as the contract says.

use async_trait::async_trait;
use serde_json::json;
use servo_core::connector::{Argument, Arguments, Run, Subcommand, Table};
use servo_core::duration::Duration;
use servo_core::event::standard::{Adjusting, Measuring};
use servo_core::model::{Control, Description, Metric};
use servo_core::{Context, Error, Result};
use servo_exec::Why;

use crate::connector::Scripts;
use crate::exec::Exec;

/// The connector's own commands.
pub(crate) const ALL: &[Subcommand] = &[Subcommand::of::<Verify>("verify")
    .about("Try the commands of `exec` and say what of their answers is not as the contract says")
    .example("describe measure adjust --duration 5s")
    .arguments(&[
        Argument::optional(
            "OPERATION",
            "describe, measure (both if none is named), or adjust, which sets each setting to the value it has",
        )
        .repeated(),
        Argument::optional("DURATION", "How long to measure, 1s otherwise").option(),
    ])];

/// How long a measurement runs before it is cancelled for trial.
const BEFORE_CANCEL: std::time::Duration = std::time::Duration::from_millis(500);

/// Tries the commands.
struct Verify;

#[async_trait]
impl Run for Verify {
    type Connector = Scripts;

    async fn run(scripts: &Scripts, cx: &Context, arguments: &Arguments) -> Result<Table> {
        let Some(exec) = &scripts.exec else {
            let help = "add `exec` to the section, with commands to describe, measure or adjust";
            return Err(
                Error::configuration("there are no commands that answer: there is no `exec`").with_help(help)
            );
        };
        let named = arguments.all("OPERATION");
        if let Some(other) =
            named.iter().find(|name| !["describe", "measure", "adjust"].contains(&name.as_str()))
        {
            return Err(Error::configuration(format!(
                "expected `describe`, `measure` or `adjust`, found `{other}`"
            )));
        }
        let duration = match arguments.get("DURATION") {
            Some(text) => text.parse().map_err(|error| Error::configuration(format!("{error}")))?,
            None => Duration::from_secs(1),
        };
        let is_meant = |operation: &str| match named {
            [] => operation != "adjust",
            named => named.iter().any(|name| name == operation),
        };
        let control = Control { duration, ..Control::default() };
        let mut trial =
            Trial { exec, cx, control, table: Table::new(["NAME", "OUTCOME", "MESSAGE"]), failed: false };
        // Everything else needs to know what there is.
        let described = trial.describe().await;
        if is_meant("measure") {
            trial.measure(described.as_ref()).await;
        }
        if is_meant("adjust") {
            trial.adjust(described.as_ref()).await;
        }
        Ok(if trial.failed { trial.table.failed() } else { trial.table })
    }
}

struct Trial<'a> {
    exec: &'a Exec,
    cx: &'a Context,
    control: Control,
    table: Table,
    failed: bool,
}

impl Trial<'_> {
    fn tell(&mut self, name: &str, outcome: Result<String>) {
        let (outcome, message) = match outcome {
            Ok(message) => ("passed", message),
            Err(error) => {
                self.failed = true;
                ("failed", error.chain())
            }
        };
        self.table.push([name.into(), outcome.into(), message.into()]);
    }

    fn skip(&mut self, name: &str, why: &str) {
        self.table.push([name.into(), "skipped".into(), why.into()]);
    }

    /// Describes twice: what there is, is there again.
    async fn describe(&mut self) -> Option<Description> {
        let described = self.exec.describe(self.cx, &self.control).await;
        let described = match described {
            Ok(described) => described,
            Err(error) => {
                self.tell("describe", Err(error));
                return None;
            }
        };
        self.tell("describe", Ok(summary(&described)));
        if self.exec.settings.describe.is_none() {
            self.skip(
                "describe again",
                "there is no `exec.describe`: the metrics are those of `exec.metrics`",
            );
            return Some(described);
        }
        let again = self.exec.describe(self.cx, &self.control).await;
        let same = again.map(|again| names(&again)).and_then(|again| {
            let first = names(&described);
            if again == first {
                return Ok("the same settings and metrics".to_owned());
            }
            Err(Error::failed(format!("first {first}, then {again}")))
        });
        self.tell("describe again", same);
        Some(described)
    }

    /// Measures all metrics, then one alone, then one measurement that is cancelled.
    async fn measure(&mut self, described: Option<&Description>) {
        if self.exec.settings.measure.is_none() {
            return self.skip("measure", "there is no `exec.measure`");
        }
        let Some(metrics) = described.map(|described| &described.metrics) else {
            return self.skip("measure", "it is not known what could be measured");
        };
        let outcome = if metrics.is_empty() {
            Err(Error::failed("no metric is described, so that nothing can be measured"))
        } else {
            self.measured(None).await
        };
        let measured = outcome.is_ok();
        self.tell("measure", outcome);
        match metrics.as_slice() {
            [first, _, ..] if measured => {
                let outcome = self.measured(Some(first)).await;
                self.tell("measure one metric", outcome);
            }
            _ => self.skip("measure one metric", "there are not several, or measuring them has failed"),
        }
        if metrics.is_empty() {
            return;
        }
        let outcome = self.cancelled(metrics).await;
        self.tell("measure, cancelled", outcome);
    }

    async fn measured(&self, only: Option<&Metric>) -> Result<String> {
        let metrics = only.map(|metric| vec![metric.name.clone()]);
        let measuring = Measuring { metrics, control: self.control.clone() };
        let measurement = self.exec.measure(self.cx, &measuring).await?;
        let names: Vec<&str> = measurement.metrics().iter().map(|metric| metric.name.as_str()).collect();
        Ok(format!("readings of {}", names.join(", ")))
    }

    /// Cancels a long measurement soon: its command is to end by SIGTERM.
    async fn cancelled(&self, metrics: &[Metric]) -> Result<String> {
        let Some(command) = &self.exec.settings.measure else { return Ok(String::new()) };
        let control = Control { duration: Duration::from_secs(3600), ..Control::default() };
        let names: Vec<&str> = metrics.iter().map(|metric| metric.name.as_str()).collect();
        let input = json!({"metrics": names, "control": control});
        let token = self.cx.token().child_token();
        let running = self.exec.run(self.cx, "measure", command, &input, control.duration, &token);
        let cancelling = async {
            tokio::time::sleep(BEFORE_CANCEL).await;
            token.cancel();
        };
        let (ended, ()) = tokio::join!(running, cancelling);
        let ended = ended?;
        let was_killed = ended.status.is_none_or(|status| status.to_string().contains("SIGKILL"));
        match ended.why {
            Why::Cancelled if was_killed => Err(Error::failed("it did not end by SIGTERM, and was killed")
                .with_help("end soon after SIGTERM; what is half done is undone before")),
            Why::Cancelled => Ok(format!("it ended after {}", ended.duration)),
            // One that measures a fixed number of requests may be over before.
            _ => ended.success().map(|()| format!("it ended by itself after {}", ended.duration)),
        }
    }

    /// Sets each setting to the value it has.
    async fn adjust(&mut self, described: Option<&Description>) {
        if self.exec.settings.adjust.is_none() {
            return self.skip("adjust", "there is no `exec.adjust`");
        }
        let Some(described) = described else {
            return self.skip("adjust", "it is not known what could be adjusted");
        };
        let values = described.values();
        if values.is_empty() {
            let error =
                Error::failed("no setting is described with its value, so that nothing could be restored");
            return self.tell("adjust", Err(error));
        }
        let adjusting = Adjusting { adjustments: values.clone(), control: self.control.clone() };
        let state = self.exec.adjust(self.cx, &adjusting).await;
        let same = state.and_then(|state| {
            let other = values.iter().find(|was| {
                let is = state.setting(&was.component, &was.setting);
                is.is_none_or(|is| is.value() != Some(&was.value))
            });
            match other {
                None => Ok(format!("{} settings as they were", values.len())),
                Some(was) => {
                    Err(Error::failed(format!("{was} was set, and is not what is described afterwards")))
                }
            }
        });
        self.tell("adjust", same);
    }
}

fn summary(described: &Description) -> String {
    let settings: usize = described.components.iter().map(|component| component.settings.len()).sum();
    format!("{settings} settings, {} metrics", described.metrics.len())
}

/// Lists what is described: settings, then metrics.
fn names(described: &Description) -> String {
    let settings = described.components.iter().flat_map(|component| {
        component.settings.iter().map(|setting| format!("{}.{}", component.name, setting.name()))
    });
    let metrics = described.metrics.iter().map(ToString::to_string);
    settings.chain(metrics).collect::<Vec<_>>().join(", ")
}
