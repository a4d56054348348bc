//! The emulated services of an example and what is to be optimized of each.

use std::path::Path;

use servo_core::registry::Registry;
use servo_emulator as emulator;
use servo_optimizer as optimizer;
use servo_optimizer::study::Yardstick;
use servo_runtime::config::{self, Known, Source, section};

/// One servo of an example.
pub(crate) struct Example {
    pub(crate) name: String,
    pub(crate) optimizer: optimizer::settings::Settings,
    pub(crate) emulator: emulator::settings::Settings,
    pub(crate) yardstick: Yardstick,
    pub(crate) truth: emulator::Emulator,
}

impl Example {
    /// Reads the servos of the `servo.yaml` in a folder.
    pub(crate) fn read(folder: &Path) -> Result<Vec<Self>, String> {
        let file = folder.join("servo.yaml");
        let source = Source::read(&file).map_err(|error| format!("{}: {error}", file.display()))?;
        let registry = Registry::collect().map_err(|error| error.to_string())?;
        let connectors: Vec<&str> = registry.connectors().iter().map(|it| it.key).collect();
        let optimizers: Vec<&str> = registry.optimizers().iter().map(|it| it.key).collect();
        let known = Known { connectors: &connectors, optimizers: &optimizers };
        let documents = config::load(&source, &known, &config::Layers::default())
            .map_err(|wrong| wrong.render_plain())?;
        documents.into_iter().map(|(document, servo)| Self::of(&document, &servo)).collect()
    }

    fn of(document: &config::Document, servo: &config::ServoDocument) -> Result<Self, String> {
        let name = servo.name.clone().unwrap_or_else(|| "servo".to_owned());
        let told = |wrong: Vec<config::ConfigDiagnostic>| {
            wrong.iter().map(config::ConfigDiagnostic::render_plain).collect::<Vec<_>>().join("\n")
        };
        let (Some(search), [application]) = (&servo.optimizer, servo.connectors.as_slice()) else {
            return Err(format!("`{name}` needs an optimizer and one connector, an emulator"));
        };
        let optimizer: optimizer::settings::Settings =
            section::build(document, &search.path, optimizer::settings::Settings::read).map_err(told)?;
        let emulator: emulator::settings::Settings =
            section::typed(document, &application.path).map_err(told)?;
        let truth =
            emulator::Emulator::from_settings(&name, emulator.clone()).map_err(|error| error.chain())?;
        let description = truth.description().map_err(|error| error.chain())?;
        let yardstick = Yardstick::new(&optimizer, &description).map_err(|error| error.chain())?;
        Ok(Self { name, optimizer, emulator, yardstick, truth })
    }
}
