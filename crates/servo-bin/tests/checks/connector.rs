//! A connector whose checks are what its section says.

use std::path::PathBuf;

use async_trait::async_trait;
use schemars::JsonSchema;
use serde::Deserialize;
use servo_core::check::{self, Checking, Checks, Definition, Outcome, Severity};
use servo_core::duration::Duration;
use servo_core::event::standard::Check;
use servo_core::event::{Handlers, On};
use servo_core::{Connector, Context, Descriptor, Error, Result};

/// One section of a configuration.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Settings {
    /// The checks, in order.
    checks: Vec<Scripted>,
}

/// What a check is, and what becomes of it.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Scripted {
    name: String,
    id: Option<String>,
    /// `critical` or `warning`.
    severity: Option<String>,
    tags: Vec<String>,
    hint: Option<String>,
    /// It fails with this message.
    fails: Option<String>,
    /// It passes with this message.
    says: Option<String>,
    /// It passes where there is such a file.
    file: Option<PathBuf>,
    /// Its remedy makes that file; or fails, where there is none.
    remedy: Option<String>,
    panics: bool,
    hangs: bool,
    /// So many letters are its message.
    letters: usize,
}

pub(crate) struct Connected(Settings);

servo_core::inventory::submit! {
    Descriptor::of::<Connected>("scripted").description("Checks what it is told to").example("{checks: []}")
}

impl Connector for Connected {
    type Settings = Settings;

    fn new(_: &str, settings: Settings) -> Result<Self> {
        Ok(Self(settings))
    }

    fn handlers(handlers: &mut Handlers<Self>) {
        handlers.on::<Check>();
    }
}

#[async_trait]
impl On<Check> for Connected {
    async fn on(&self, cx: &Context, input: &Checking) -> Result<Vec<check::Check>> {
        let checks: Checks<'_> = self.0.checks.iter().map(Scripted::define).collect();
        checks.run(cx, input).await
    }
}

impl Scripted {
    fn define(&self) -> Definition<'_> {
        let severity = match self.severity.as_deref() {
            Some("critical") => Severity::Critical,
            Some("warning") => Severity::Warning,
            _ => Severity::Common,
        };
        let mut check = Definition::new(severity, &self.name, || self.outcome()).tags(self.tags.clone());
        if let Some(id) = &self.id {
            check = check.id(id);
        }
        if let Some(hint) = &self.hint {
            check = check.hint(hint);
        }
        if self.hangs {
            check = check.time_limit(Duration::from_millis(50));
        }
        if let Some(what) = &self.remedy {
            let file = self.file.clone();
            check = check.remedy(what.as_str(), move || {
                let file = file.clone();
                async move {
                    let file = file.ok_or_else(|| Error::failed("there is no file to make"))?;
                    std::fs::write(&file, "").map_err(|error| Error::failed("no file").with_source(error))
                }
            });
        }
        check
    }

    async fn outcome(&self) -> Outcome {
        if self.hangs {
            std::future::pending::<()>().await;
        }
        assert!(!self.panics, "this check panics");
        let file = self.file.as_ref().map(|file| file.exists());
        let passes = self.fails.is_none() && file != Some(false);
        let outcome = if passes { Outcome::passed() } else { Outcome::failed() };
        match (&self.fails, &self.says, file) {
            (Some(message), ..) | (None, Some(message), _) => outcome.with_message(message),
            _ if self.letters > 0 => Outcome::failed().with_message("x".repeat(self.letters)),
            (None, None, Some(false)) => outcome.with_message("the file is not there"),
            _ => outcome,
        }
    }
}
