//! One servo, put together.

use std::collections::HashSet;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use serde_json::{Value, json};
use servo_core::connector::Workload;
use servo_core::context::Host;
use servo_core::duration::Duration;
use servo_core::optimizer::{Identity, Optimizer, OptimizerDescriptor, Selected};
use servo_core::registry::Registry;
use servo_core::safety::{Mode, Restore};
use servo_core::servo::Servo;
use servo_core::{Error, Result};

use super::foresight::{self, Workloads};
use super::selection::{RemoteSelection, Selection};
use super::{Completion, Fingerprint, Options, names};
use crate::config::{
    self, ConfigDiagnostic, ConfigDiagnostics, Described, Document, Known, Layers, ServoDocument, Source,
    section,
};
use crate::gate::{Gate, Rate};
use crate::journal::FileJournal;
use crate::remote::{Configuration, DiagnosticsSource, Remote};
use crate::runner::{Ask, Interactive, Safety, Unpolled};

/// One servo, put together, with what is needed to say where its errors come from.
#[derive(Clone, Debug)]
pub struct Assembled {
    servo: Arc<Servo>,
    /// The first line of its document, to find that again in the source. The document itself is several times as large
    /// as all else that an idle servo keeps.
    line: usize,
    reading: Arc<Reading>,
    fingerprint: Fingerprint,
    described: Arc<ServoDocument>,
    optimizer: Chosen,
    identity: Identity,
    on_complete: Completion,
    no_poll: bool,
    ask: Option<Arc<dyn Ask>>,
    safety: Safety,
}

/// How the documents of an assembly were read, to read them again.
#[derive(Debug)]
pub(super) struct Reading {
    pub(super) connectors: Vec<&'static str>,
    pub(super) optimizers: Vec<&'static str>,
    pub(super) layers: Layers,
}

impl Reading {
    pub(super) fn known(&self) -> Known<'_> {
        Known { connectors: &self.connectors, optimizers: &self.optimizers }
    }

    fn documents(&self, source: &Source) -> std::result::Result<Vec<Document>, ConfigDiagnostics> {
        config::documents(source, &self.known(), &self.layers)
    }
}

/// What its optimizer is built of.
#[derive(Clone)]
enum Chosen {
    None,
    Registered(&'static OptimizerDescriptor, config::Path, Value),
    Remote(Arc<Configuration>),
}

/// Does not show the settings: they may be secrets.
impl fmt::Debug for Chosen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("None"),
            Self::Registered(descriptor, ..) => f.debug_tuple("Registered").field(&descriptor.key).finish(),
            Self::Remote(configuration) => f.debug_tuple("Remote").field(configuration).finish(),
        }
    }
}

impl Assembled {
    pub(super) fn build(
        described: Described,
        selection: Selection,
        registry: &Registry,
        options: &Options,
        reading: &Arc<Reading>,
        workloads: &mut Workloads,
    ) -> Result<Self, Vec<ConfigDiagnostic>> {
        let Described { document, servo: described, is_clear } = described;
        let document = &document;
        let name = names::of(&described, &selection);
        let folder = described.state_dir.as_deref().unwrap_or_else(|| Path::new(".servo"));
        let state_dir = options.base.join(folder).join(&name);
        let journal = FileJournal::new(&state_dir, &name).with_redactor(options.redactor.clone());
        let journal = Arc::new(journal);
        let outlet = Arc::new(selection.outlet(document, options));
        let host = Host::new(&name, state_dir.clone()).with_base(options.base.clone());
        let host = host.with_journal(journal).lend(outlet).lend(Arc::clone(&options.inherited));
        let safety = safety(&described, matches!(selection, Selection::Remote(_)), options);
        let host = host.lend(Arc::clone(&options.commons)).lend(Arc::new(safety.mode));
        let host = lent(host, &selection, options);
        for (key, value) in &options.telemetry {
            host.telemetry().set(key, value);
        }
        let servo = Servo::new(host);
        let mut found = add_connectors(&servo, document, &described, registry);
        let identity = Identity {
            mode: safety.mode,
            restore: safety.restore,
            begins_anew: options.begins_anew,
            ..Identity::new(name, state_dir)
        };
        let members = servo.bus().members();
        let declared: Vec<_> = members.iter().map(|it| (Arc::clone(it), it.declares())).collect();
        found.extend(foresight::described_twice(document, &described.connectors, &declared));
        let optimizer = match (selection, &described.optimizer) {
            (Selection::Registered(descriptor), Some(section))
                if section::is_mapping(document, &section.path) =>
            {
                let path = &section.path;
                let built =
                    section::build(document, path, |settings| (descriptor.build)(&identity, settings));
                match built {
                    // What is wrong with a connector is told first: what it declares would only repeat it.
                    Ok(_) if found.is_empty() && is_clear => {
                        let declared = foresight::joined(&declared);
                        let check = |settings| (descriptor.check)(&identity, settings, &declared);
                        found.extend(section::build(document, path, check).err().into_iter().flatten());
                    }
                    Ok(_) => {}
                    Err(wrong) => found.extend(wrong),
                }
                let settings = document.get(path).filter(|settings| !settings.is_null()).cloned();
                Chosen::Registered(descriptor, path.clone(), settings.unwrap_or_else(|| json!({})))
            }
            (Selection::Remote(remote), _) => {
                let configuration = configuration(*remote, &identity, document, &described, options);
                Chosen::Remote(Arc::new(configuration))
            }
            _ => Chosen::None,
        };
        if is_clear && safety.mode != Mode::Observe {
            for (member, declared) in declared {
                let section = described.connectors.iter().find(|section| *section.name == **member.section());
                let Some(section) = section else { continue };
                found.extend(workloads.add(document, &section.path, servo.name(), declared.workloads));
            }
        }
        if !found.is_empty() {
            return Err(found);
        }
        Ok(Self {
            servo: Arc::new(servo),
            line: document.line(),
            reading: Arc::clone(reading),
            fingerprint: Fingerprint::of(document, &described, registry),
            optimizer,
            identity,
            on_complete: completion(&described).unwrap_or(options.on_complete),
            no_poll: options.no_poll,
            ask: options.ask.clone(),
            safety,
            described: Arc::new(described),
        })
    }

    /// Returns the servo's name: its document's, or the id of its remote optimizer with `_` for `/`.
    pub fn name(&self) -> &str {
        self.servo.name()
    }

    /// Returns what its document says it is for.
    pub fn description(&self) -> Option<&str> {
        self.described.description.as_deref()
    }

    /// Returns the first line of its document, from one.
    pub const fn line(&self) -> usize {
        self.line
    }

    /// Returns what its optimizer is called: the kind of one within the servo, the id of a remote one.
    pub fn optimizer_id(&self) -> Option<&str> {
        match &self.optimizer {
            Chosen::None => None,
            Chosen::Registered(descriptor, ..) => Some(descriptor.key),
            Chosen::Remote(configuration) => Some(&configuration.account.id),
        }
    }

    /// Returns the servo.
    pub fn servo(&self) -> &Arc<Servo> {
        &self.servo
    }

    /// Returns the folder of its state. It may not exist yet.
    pub fn state_dir(&self) -> &Path {
        &self.identity.state_dir
    }

    /// Returns how far it may go, and what it leaves behind.
    pub fn safety(&self) -> &Safety {
        &self.safety
    }

    /// Returns what happens when its optimizer has ended. A remote optimizer ends only when the servo is stopped.
    pub fn on_complete(&self) -> Completion {
        self.on_complete
    }

    /// Returns true where its optimizer is spoken to over the Opsani protocol.
    pub fn is_remote(&self) -> bool {
        matches!(self.optimizer, Chosen::Remote(_))
    }

    /// Builds its optimizer, fresh each time.
    ///
    /// # Errors
    ///
    /// Class configuration where the document selects none.
    pub fn optimizer(&self) -> Result<Arc<dyn Optimizer>> {
        let mut optimizer = self.asked()?;
        if let Some(ask) = &self.ask {
            optimizer = Arc::new(Interactive::new(self.name(), optimizer, Arc::clone(ask)));
        }
        Ok(if self.no_poll { Arc::new(Unpolled::new(optimizer)) } else { optimizer })
    }

    /// Returns the workloads that its connectors say they adjust; none where it only observes.
    pub(crate) fn workloads(&self) -> HashSet<Workload> {
        if self.safety.mode == Mode::Observe {
            return HashSet::new();
        }
        let members = self.servo.bus().members();
        members.iter().flat_map(|member| member.declares().workloads).collect()
    }

    /// Says whether it may have left something in force that is to be brought back, as far as its journal knows.
    pub(crate) fn is_unsettled(&self) -> bool {
        self.safety.restore != Restore::Never && self.servo.bus().host().journal().ledger().due().is_some()
    }

    /// Builds the optimizer whose checks are run; `None` where the document selects none. It neither asks nor is asked
    /// anything else.
    ///
    /// # Errors
    ///
    /// As [`optimizer`](Self::optimizer).
    pub fn checked_optimizer(&self) -> Result<Option<Arc<dyn Optimizer>>> {
        match &self.optimizer {
            Chosen::None => Ok(None),
            Chosen::Registered(..) | Chosen::Remote(_) => self.asked().map(Some),
        }
    }

    /// Returns how its checks are chosen and repeated.
    pub fn checks(&self) -> &config::ChecksSection {
        &self.described.checks
    }

    /// Returns what tells whether another document says the same.
    pub(super) fn fingerprint(&self) -> &Fingerprint {
        &self.fingerprint
    }

    /// Takes note of where the same document is in another text of the file.
    pub(super) fn moved_to(&self, other: &Self) -> Self {
        Self { line: other.line, ..self.clone() }
    }

    fn asked(&self) -> Result<Arc<dyn Optimizer>> {
        match &self.optimizer {
            Chosen::None => {
                let help = "add `optimizer: {embedded: {objective: {minimize: cost}, slo: …}}`, or the `id` and \
                            `token` of a remote one; docs/configuration.md has examples";
                Err(Error::configuration("there is no optimizer to run with").with_help(help))
            }
            Chosen::Registered(descriptor, _, settings) => {
                (descriptor.build)(&self.identity, settings.clone())
            }
            Chosen::Remote(configuration) => Ok(Arc::new(Remote::new(Configuration::clone(configuration)))),
        }
    }

    /// Puts an error that came while running at the place in the configuration that it is about: below the
    /// connector's section, below `settings`, or below the optimizer's. Returns `None` for errors that name no key.
    ///
    /// The source is the one that the servo was put together from; it is read again.
    pub fn explain(&self, source: &Source, error: &Error) -> Option<ConfigDiagnostics> {
        let key = error.key()?;
        let section = match error.connector() {
            Some(name) => self.described.connectors.iter().find(|section| section.name == name)?.path.clone(),
            None if is_about_settings(key) => config::Path::root(),
            None => match &self.optimizer {
                Chosen::None => return None,
                Chosen::Registered(_, path, _) => path.clone(),
                Chosen::Remote(_) => config::Path::root().key("optimizer"),
            },
        };
        let documents = self.reading.documents(source).ok()?;
        let document = documents.iter().find(|document| document.line() == self.line)?;
        // A connector that goes out does so by the servo's `settings`, unless it means a key of its own.
        let is_shared = is_about_settings(key) && document.get(&section.key("settings")).is_none();
        let section = if is_shared { config::Path::root() } else { section };
        ConfigDiagnostics::of(source, vec![section::diagnose(document, &section, error)])
    }
}

/// Whether a key is one of `settings`, which is the servo's as a whole.
fn is_about_settings(key: &str) -> bool {
    key == "settings" || key.starts_with("settings.")
}

/// Lends what only some servos have: programs within this one, and the optimizer.
fn lent(host: Host, selection: &Selection, options: &Options) -> Host {
    let host = match &options.applets {
        Some(applets) => host.lend(Arc::clone(applets)),
        None => host,
    };
    match selection {
        Selection::None => host,
        Selection::Registered(_) => host.lend(Arc::new(Selected { id: None })),
        Selection::Remote(remote) => host.lend(Arc::new(Selected { id: Some(remote.account.id.clone()) })),
    }
}

/// Puts the connectors of a document on the servo's bus, and returns what is wrong with them.
fn add_connectors(
    servo: &Servo,
    document: &Document,
    described: &ServoDocument,
    registry: &Registry,
) -> Vec<ConfigDiagnostic> {
    let mut found = Vec::new();
    for section in &described.connectors {
        let Some(descriptor) = registry.connector(&section.kind) else {
            continue;
        };
        if !section::is_mapping(document, &section.path) {
            continue;
        }
        let built =
            section::build(document, &section.path, |settings| descriptor.build(&section.name, settings));
        match built {
            Ok(member) => {
                if let Err(error) = servo.bus().add(member) {
                    found.push(section::diagnose(document, &section.path, &error));
                }
            }
            Err(wrong) => found.extend(wrong),
        }
    }
    found
}

fn configuration(
    remote: RemoteSelection,
    identity: &Identity,
    document: &Document,
    described: &ServoDocument,
    options: &Options,
) -> Configuration {
    let is_open = described.no_diagnostics == Some(false);
    Configuration {
        account: remote.account,
        network: remote.network,
        servo_uid: described.servo_uid.clone(),
        base: options.base.clone(),
        exit_on_fatal: options.exit_on_fatal,
        diagnostics: is_open.then(|| DiagnosticsSource {
            configuration: document.value().clone(),
            log: options.log.of(&identity.servo),
        }),
        redactor: options.redactor.clone(),
        dial: Arc::clone(&options.dial),
        clients: options.clients.clone(),
    }
}

/// How far a servo may go. An optimizer elsewhere was put in charge by whoever wrote its id down; one of Servo's own
/// begins carefully.
fn safety(described: &ServoDocument, is_remote: bool, options: &Options) -> Safety {
    let config::SafetySection { mode, restore, optimizer_lost_after, windows, change_rate } =
        described.safety.clone();
    let default = if is_remote { Mode::Auto } else { Mode::default() };
    Safety {
        mode: mode.unwrap_or(default),
        restore: restore.unwrap_or_default(),
        optimizer_lost_after: optimizer_lost_after.map(Duration::as_std),
        trip: Arc::default(),
        gate: Gate {
            windows,
            rate: Arc::new(Rate::new(change_rate)),
            shared: Arc::clone(&options.change_rate),
        },
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
