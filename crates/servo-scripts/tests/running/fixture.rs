//! A servo with the connector, in a folder of its own.

use std::path::Path;
use std::sync::Arc;

use serde_json::Value;
use servo_core::Connector as _;
use servo_core::Result;
use servo_core::connector::typed;
use servo_core::context::Host;
use servo_core::event::standard::{Adjust, Adjusting, Describe, Measure, Measuring};
use servo_core::event::{Bus, Dispatched, Event, Member, Scope};
use servo_core::model::{Adjustment, Control, Description, Measurement};
use servo_exec::Inherited;
use servo_http::Outlet;
use servo_scripts::Scripts;
use tempfile::TempDir;

/// The example of the documentation.
pub(crate) const TARGET: &str = include_str!("../../../../examples/scripts/target.sh");

/// A bus with one instance of the connector, whose commands run in the folder.
pub(crate) struct Stage {
    pub(crate) folder: TempDir,
    pub(crate) bus: Arc<Bus>,
}

impl Stage {
    /// Builds the instance from its section; `target.sh` is there as the text says.
    pub(crate) fn with(section: Value, target: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("target.sh"), target).unwrap();
        let inherited: Inherited =
            [("PATH", "/usr/bin:/bin"), ("OPSANI_TOKEN", "canary-1"), ("DB_PASSWORD", "canary-2")]
                .into_iter()
                .collect();
        let host = Host::new("shop", folder.path().join(".servo")).with_base(folder.path().to_owned());
        let bus = Bus::new(host.lend(Arc::new(inherited)).lend(Arc::new(Outlet::default())));
        let scripts = Scripts::new("scripts", typed(section).unwrap()).unwrap();
        bus.add(Member::new("scripts", "scripts", scripts)).unwrap();
        Self { folder, bus }
    }

    /// Builds one whose commands are those of `target.sh`.
    pub(crate) fn answering(target: &str) -> Self {
        let command = |verb: &str| serde_json::json!(["sh", "target.sh", verb]);
        let exec = serde_json::json!({
            "describe": command("describe"), "measure": command("measure"), "adjust": command("adjust"),
        });
        Self::with(serde_json::json!({"exec": exec, "timeout": "20s", "grace": "300ms"}), target)
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Reads a file that a command has written.
    pub(crate) fn file(&self, name: &str) -> String {
        std::fs::read_to_string(self.path().join(name)).unwrap_or_default()
    }

    pub(crate) async fn dispatch<E: Event>(
        &self,
        scope: &Scope,
        input: E::Input,
    ) -> Result<Dispatched<E::Output>> {
        self.bus.dispatch::<E>(scope, input).keep_errors().await
    }

    pub(crate) async fn describe(&self) -> Result<Description> {
        let answers = self.dispatch::<Describe>(&Scope::detached(), Control::default()).await?.answers()?;
        Ok(answers.into_iter().fold(Description::default(), |all, (_, it)| all.merge(it).unwrap()))
    }

    pub(crate) async fn measure(&self, metrics: Option<&[&str]>) -> Result<Measurement> {
        let metrics = metrics.map(|names| names.iter().map(|&name| name.to_owned()).collect());
        let control = Control { duration: "50ms".parse().unwrap(), ..Control::default() };
        let input = Measuring { metrics, control };
        let answers = self.dispatch::<Measure>(&Scope::detached(), input).await?.answers()?;
        Ok(answers.into_iter().fold(Measurement::default(), |all, (_, it)| all.merge(it).unwrap()))
    }

    pub(crate) async fn adjust(&self, adjustments: &[&str], control: Control) -> Result<Description> {
        let adjustments: Vec<Adjustment> = adjustments.iter().map(|text| text.parse().unwrap()).collect();
        let adjustments = adjustments.into_iter().map(|it| Adjustment {
            value: it.value.to_string().parse::<i64>().map_or(it.value, Into::into),
            ..it
        });
        let input = Adjusting { adjustments: adjustments.collect(), control };
        let answers = self.dispatch::<Adjust>(&Scope::detached(), input).await?.answers()?;
        Ok(answers.into_iter().fold(Description::default(), |all, (_, it)| all.merge(it).unwrap()))
    }
}
