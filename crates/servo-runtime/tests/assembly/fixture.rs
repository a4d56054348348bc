//! A connector and an optimizer of this test, in the registry.

use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;
use servo_core::event::standard::Attach;
use servo_core::event::{Handlers, On};
use servo_core::model::Control;
use servo_core::optimizer::{Identity, Operation, Optimizer, OptimizerDescriptor};
use servo_core::registry::Registry;
use servo_core::{Connector, Context, Descriptor, Error, Result};
use servo_runtime::assembly::{Assembly, Options};
use servo_runtime::config::{Layers, Source};
use servo_testkit::script::{Line, Script};

/// A connector that has a number from 0 to 9.
struct Note;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Settings {
    number: u8,
}

impl Connector for Note {
    type Settings = Settings;

    fn new(_: &str, settings: Settings) -> Result<Self> {
        if settings.number > 9 {
            return Err(Error::configuration("the number is above 9").at("number").with_help("write 0 to 9"));
        }
        Ok(Self)
    }

    fn handlers(handlers: &mut Handlers<Self>) {
        handlers.on::<Attach>();
    }
}

#[async_trait]
impl On<Attach> for Note {
    async fn on(&self, cx: &Context, (): &()) -> Result<()> {
        match cx.servo() {
            "unattached" => Err(Error::configuration("nothing to attach to").at("number")),
            _ => Ok(()),
        }
    }
}

servo_core::inventory::submit! { Descriptor::of::<Note>("note") }

#[expect(clippy::needless_pass_by_value, reason = "this is the form of every optimizer's constructor")]
fn scripted(_: &Identity, settings: Value) -> Result<Arc<dyn Optimizer>> {
    let describe = Line::Command(Operation::Describe(Control::default()));
    let second = match settings.get("then").and_then(Value::as_str) {
        None => None,
        Some("panic") => Some(Line::Panic),
        Some("fail") => Some(Line::Fail(Error::configuration("cannot go on").at("then"))),
        Some(_) => return Err(Error::configuration("expected `panic` or `fail`").at("then")),
    };
    Ok(Arc::new(Script::lines(std::iter::once(describe).chain(second))))
}

servo_core::inventory::submit! {
    OptimizerDescriptor {
        key: "scripted",
        description: "",
        example: "{}",
        schema: || schemars::json_schema!({}),
        build: scripted,
        check: |_, _, _| Ok(()),
    }
}

/// Puts the servos of a text together; what is wrong with it as plain text.
pub(crate) fn assemble(text: &str) -> Result<Assembly, String> {
    assemble_in(text, &[])
}

/// Puts the servos of a text together in an environment.
pub(crate) fn assemble_in(text: &str, variables: &[(&str, &str)]) -> Result<Assembly, String> {
    assemble_at(Path::new("conf"), text, variables)
}

/// Puts the servos of a text together in a folder, so that they may run.
pub(crate) fn assemble_at(base: &Path, text: &str, variables: &[(&str, &str)]) -> Result<Assembly, String> {
    let options = Options {
        base: base.to_owned(),
        layers: Layers { environment: variables.iter().copied().collect(), ..Layers::default() },
        telemetry: [("servox.version".to_owned(), "1.2.3".to_owned())].into(),
        ..Options::default()
    };
    let registry = Registry::collect().unwrap();
    Assembly::build(Source::new("servo.yaml", text), &registry, &options)
        .map_err(|wrong| wrong.render_plain())
}
