//! Servos, put together from the documents of a configuration.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use servo_core::context::Host;
use servo_core::duration::Duration;
use servo_core::optimizer::{Identity, Optimizer, OptimizerDescriptor};
use servo_core::registry::Registry;
use servo_core::servo::Servo;
use servo_core::{Error, Result};

use crate::config::{
    self, ConfigDiagnostic, ConfigDiagnostics, Document, Known, ServoDocument, Source, section,
};

/// The connectors of `ServoX` that are still to be built; a configuration that uses one is told so.
pub const PLANNED: &[&str] =
    &["kube_metrics", "kubernetes", "opsani_dev", "prometheus", "scripts", "vegeta", "wait"];

/// The name of a servo whose document gives none.
pub const DEFAULT_NAME: &str = "servo";

/// What an assembly depends on beside the configuration.
#[derive(Clone, Debug)]
pub struct Options {
    /// The folder of the configuration file, from which relative paths start.
    pub base: PathBuf,
    /// What happens when an optimizer has ended and the document does not say.
    pub on_complete: Completion,
}

/// What happens when an optimizer has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Completion {
    /// The servo ends.
    Exit,
    /// The servo stays and does nothing until it is stopped.
    Idle,
    /// The servo optimizes again after this time.
    Repeat(Duration),
}

/// The servos of one configuration, in the order of its documents.
#[derive(Debug)]
pub struct Assembly {
    source: Source,
    servos: Vec<Assembled>,
}

impl Assembly {
    /// Puts the servos of a configuration together. No connector does anything yet.
    ///
    /// # Errors
    ///
    /// Everything that is wrong in any document, in the order of the file.
    pub fn build(source: Source, registry: &Registry, options: &Options) -> Result<Self, ConfigDiagnostics> {
        let connectors: Vec<&str> = registry.connectors().iter().map(|descriptor| descriptor.key).collect();
        let optimizers: Vec<&str> = registry.optimizers().iter().map(|descriptor| descriptor.key).collect();
        let known = Known { connectors: &connectors, optimizers: &optimizers, planned: PLANNED };
        let mut servos = Vec::new();
        let (documents, mut found) = config::read(&source, &known);
        for (document, described) in documents {
            match Assembled::build(document, &described, registry, options) {
                Ok(servo) => servos.push(servo),
                Err(wrong) => found.extend(wrong),
            }
        }
        match ConfigDiagnostics::of(&source, found) {
            Some(wrong) => Err(wrong),
            None => Ok(Self { source, servos }),
        }
    }

    /// Returns the servos, in the order of the documents.
    pub fn servos(&self) -> &[Assembled] {
        &self.servos
    }

    /// Keeps only the servo of that name.
    ///
    /// # Errors
    ///
    /// There is none; the message names those that there are.
    pub fn only(mut self, name: &str) -> Result<Self> {
        let names: Vec<String> = self.servos.iter().map(|servo| format!("`{}`", servo.name())).collect();
        self.servos.retain(|servo| servo.name() == name);
        if self.servos.is_empty() {
            let help = format!("{} has {}", self.source.name, names.join(", "));
            return Err(Error::configuration(format!("no servo was found named \"{name}\"")).with_help(help));
        }
        Ok(self)
    }

    /// Takes the servos out, to run them. The source stays with whoever explains their errors.
    pub fn into_parts(self) -> (Source, Vec<Assembled>) {
        (self.source, self.servos)
    }
}

/// One servo, put together, with what is needed to say where its errors come from.
#[derive(Clone, Debug)]
pub struct Assembled {
    servo: Arc<Servo>,
    document: Arc<Document>,
    described: Arc<ServoDocument>,
    optimizer: Option<&'static OptimizerDescriptor>,
    identity: Identity,
    on_complete: Completion,
}

impl Assembled {
    fn build(
        document: Document,
        described: &ServoDocument,
        registry: &Registry,
        options: &Options,
    ) -> Result<Self, Vec<ConfigDiagnostic>> {
        let name = described.name.clone().unwrap_or_else(|| DEFAULT_NAME.to_owned());
        let folder = described.state_dir.as_deref().unwrap_or_else(|| Path::new(".servo"));
        let state_dir = options.base.join(folder).join(&name);
        let servo = Servo::new(Host::new(&name, state_dir.clone()).with_base(options.base.clone()));
        let mut found = Vec::new();
        for section in &described.connectors {
            let Some(descriptor) = registry.connector(&section.kind) else {
                continue;
            };
            let built = section::build(&document, &section.path, |settings| {
                descriptor.build(&section.name, settings)
            });
            match built {
                Ok(member) => {
                    if let Err(error) = servo.bus().add(member) {
                        found.push(section::diagnose(&document, &section.path, &error));
                    }
                }
                Err(wrong) => found.extend(wrong),
            }
        }
        let identity = Identity { servo: name, state_dir };
        let kind = described.optimizer.as_ref().map(|section| section.kind.as_str());
        let optimizer = kind.and_then(|kind| registry.optimizer(kind));
        if let (Some(section), Some(descriptor)) = (&described.optimizer, optimizer)
            && let Err(wrong) =
                section::build(&document, &section.path, |settings| (descriptor.build)(&identity, settings))
        {
            found.extend(wrong);
        }
        if !found.is_empty() {
            return Err(found);
        }
        Ok(Self {
            servo: Arc::new(servo),
            document: Arc::new(document),
            optimizer,
            identity,
            on_complete: completion(described).unwrap_or(options.on_complete),
            described: Arc::new(described.clone()),
        })
    }

    /// Returns the servo's name.
    pub fn name(&self) -> &str {
        self.servo.name()
    }

    /// Returns what its document says it is for.
    pub fn description(&self) -> Option<&str> {
        self.described.description.as_deref()
    }

    /// Returns the servo.
    pub fn servo(&self) -> &Arc<Servo> {
        &self.servo
    }

    /// Returns the folder of its state. It may not exist yet.
    pub fn state_dir(&self) -> &Path {
        &self.identity.state_dir
    }

    /// Returns what happens when its optimizer has ended.
    pub fn on_complete(&self) -> Completion {
        self.on_complete
    }

    /// Builds its optimizer, fresh each time.
    ///
    /// # Errors
    ///
    /// Class configuration where the document selects none.
    pub fn optimizer(&self) -> Result<Arc<dyn Optimizer>> {
        let (Some(descriptor), Some(section)) = (self.optimizer, &self.described.optimizer) else {
            let help = "add `optimizer: {embedded: {objective: {minimize: cost}, slo: …}}`; docs/configuration.md \
                        has an example";
            return Err(Error::configuration("there is no optimizer to run with").with_help(help));
        };
        let settings = self.document.get(&section.path).cloned().unwrap_or_default();
        let settings = if settings.is_null() { serde_json::json!({}) } else { settings };
        (descriptor.build)(&self.identity, settings)
    }

    /// Puts an error that came while running at the place in the configuration that it is about.
    /// Returns `None` for errors that name no key.
    pub fn explain(&self, source: &Source, error: &Error) -> Option<ConfigDiagnostics> {
        error.key()?;
        let section = match error.connector() {
            Some(name) => &self.described.connectors.iter().find(|section| section.name == name)?.path,
            None => &self.described.optimizer.as_ref()?.path,
        };
        ConfigDiagnostics::of(source, vec![section::diagnose(&self.document, section, error)])
    }
}

fn completion(described: &ServoDocument) -> Option<Completion> {
    Some(match (described.on_complete?, described.repeat_every) {
        (config::OnComplete::Exit, _) => Completion::Exit,
        (config::OnComplete::Repeat, Some(period)) => Completion::Repeat(period),
        // Repeating without a period is refused when the document is read.
        (config::OnComplete::Idle | config::OnComplete::Repeat, _) => Completion::Idle,
    })
}
