//! A plan, from what an operator wrote.

use std::collections::BTreeMap;

use servo_core::duration::Duration;
use servo_core::{Error, Result};

use super::mistakes::Mistakes;
use super::{Canary, Container, OnFailure, Plan, Target, domain};
use crate::settings::Settings;
use crate::settings::permission::PermissionSettings;
use crate::settings::strategy::Strategy;
use crate::settings::workload::WorkloadSettings;
use crate::workload::{Kind, Reference};
use servo_kube::{Access, names};

/// The namespace where none is written.
const DEFAULT_NAMESPACE: &str = "default";

/// How long a change may take where nothing is written.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(300);

/// What was seen of a section, to find what comes twice: where each is.
#[derive(Debug, Default)]
struct Seen {
    workloads: BTreeMap<(Access, Reference), String>,
    /// Workloads with a tuning pod, whose name is made of theirs.
    tuned: BTreeMap<(Access, String, String), String>,
    components: BTreeMap<String, String>,
}

impl Plan {
    /// Checks the section of the connector of this name. Nothing is read or written.
    ///
    /// # Errors
    ///
    /// Class configuration: everything that is wrong, each with the key at fault.
    pub(crate) fn new(name: &str, settings: Settings) -> Result<Self> {
        let (mut mistakes, mut seen) = (Mistakes::default(), Seen::default());
        common(&settings, &mut mistakes);
        let mut targets = Vec::new();
        let lists = [
            ("deployments", Kind::Deployment, settings.deployments.as_deref()),
            ("stateful_sets", Kind::StatefulSet, settings.stateful_sets.as_deref()),
        ];
        for (list, kind, written) in lists {
            for (index, written) in written.unwrap_or_default().iter().enumerate() {
                let key = format!("{list}[{index}]");
                let target = Target::new(kind, written, &settings).map_err(|error| error.within(&key));
                let Some(target) = mistakes.sound(target) else { continue };
                seen.note(&target, written, &key, &mut mistakes);
                targets.push(target);
            }
        }
        if lists.iter().all(|(.., written)| written.is_none_or(<[_]>::is_empty)) {
            let at = lists.iter().find(|(.., written)| written.is_some()).map_or("", |(list, ..)| list);
            let help = "add `deployments:` or `stateful_sets:` with at least one workload";
            mistakes
                .add(Error::configuration("no optimization target(s) were specified").at(at).with_help(help));
        }
        if says_destroy(&settings) {
            tracing::warn!(connector = name, "`on_failure: destroy` is an old name: write `shutdown`");
        }
        mistakes.or(Some(Self { targets, permissions: settings.permissions.unwrap_or_default() }))
    }
}

impl Target {
    /// Checks a workload, which has of the whole section what it does not say itself.
    fn new(kind: Kind, written: &WorkloadSettings, all: &Settings) -> Result<Self> {
        let mut mistakes = Mistakes::default();
        mistakes.sound(names::workload(&written.name).map_err(|error| error.at("name")));
        mistakes.sound(own(written));
        let replicas =
            mistakes.sound(domain::replicas(&written.replicas).map_err(|error| error.within("replicas")));
        let containers = containers(written, &mut mistakes);
        let canary = match &written.strategy {
            Strategy::Default => {
                mistakes.sound(without_static_variables(written));
                None
            }
            Strategy::Canary { alias } => mistakes.sound(Canary::new(written, alias.as_deref(), &containers)),
        };
        let namespace = written.namespace.as_ref().or(all.namespace.as_ref());
        let on_failure = written.on_failure.or(all.on_failure);
        let tells_logs = written.container_logs_in_error_status.or(all.container_logs_in_error_status);
        let target = replicas.map(|replicas| Self {
            access: Access {
                kubeconfig: written.kubeconfig.clone().or_else(|| all.kubeconfig.clone()),
                context: written.context.clone().or_else(|| all.context.clone()),
            },
            workload: Reference {
                kind,
                namespace: namespace.cloned().unwrap_or_else(|| DEFAULT_NAMESPACE.to_owned()),
                name: written.name.clone(),
            },
            replicas,
            containers,
            canary,
            apply: written.apply.or(all.apply).unwrap_or_default(),
            on_failure: on_failure.map_or(OnFailure::default(), |it| it.meant().0),
            settlement: written.settlement.or(all.settlement).filter(|it| !it.is_zero()),
            timeout: written.timeout.or(all.timeout).unwrap_or(DEFAULT_TIMEOUT),
            tells_logs: tells_logs.unwrap_or_default(),
        });
        mistakes.or(target)
    }
}

/// Checks the containers of a workload, each and beside one another.
fn containers(written: &WorkloadSettings, mistakes: &mut Mistakes) -> Vec<Container> {
    if written.containers.is_empty() {
        let message = "expected at least one container to adjust, found an empty list";
        mistakes.add(Error::configuration(message).at("containers"));
    }
    let (mut seen, mut containers) = (BTreeMap::new(), Vec::new());
    for (index, container) in written.containers.iter().enumerate() {
        let key = format!("containers[{index}]");
        if let Some(earlier) = seen.insert(container.name.as_str(), key.clone()) {
            let message = format!("the container `{}` is `{earlier}` already", container.name);
            mistakes.add(Error::configuration(message).at(format!("{key}.name")));
            continue;
        }
        let container = Container::new(&written.name, container).map_err(|error| error.within(&key));
        containers.extend(mistakes.sound(container));
    }
    containers
}

/// Checks what the section says of all workloads.
fn common(settings: &Settings, mistakes: &mut Mistakes) {
    let Settings { namespace, context, kubeconfig, timeout, .. } = settings;
    let shared = Shared { namespace, context, kubeconfig, timeout: *timeout };
    mistakes.sound(shared.checked());
    for (index, permission) in settings.permissions.iter().flatten().enumerate() {
        let key = format!("permissions[{index}]");
        mistakes.sound(permits(permission).map_err(|error| error.within(&key)));
    }
}

/// Checks what a workload says for itself of what the section may say of all.
fn own(written: &WorkloadSettings) -> Result<()> {
    let WorkloadSettings { namespace, context, kubeconfig, timeout, .. } = written;
    Shared { namespace, context, kubeconfig, timeout: *timeout }.checked()
}

/// What is written in both places and can be wrong.
struct Shared<'a> {
    namespace: &'a Option<String>,
    context: &'a Option<String>,
    kubeconfig: &'a Option<std::path::PathBuf>,
    timeout: Option<Duration>,
}

impl Shared<'_> {
    fn checked(&self) -> Result<()> {
        let mut mistakes = Mistakes::default();
        if let Some(namespace) = self.namespace {
            mistakes.sound(names::namespace(namespace).map_err(|error| error.at("namespace")));
        }
        if self.context.as_ref().is_some_and(String::is_empty) {
            mistakes.add(Error::configuration("expected the name of a context, found no text").at("context"));
        }
        if self.kubeconfig.as_ref().is_some_and(|path| path.as_os_str().is_empty()) {
            mistakes.add(Error::configuration("expected the path of a file, found no text").at("kubeconfig"));
        }
        if self.timeout.is_some_and(Duration::is_zero) {
            mistakes.add(Error::configuration("expected a duration above zero").at("timeout"));
        }
        mistakes.or(Some(()))
    }
}

fn permits(permission: &PermissionSettings) -> Result<()> {
    let mut mistakes = Mistakes::default();
    for (key, list) in [("resources", &permission.resources), ("verbs", &permission.verbs)] {
        if list.is_empty() || list.iter().any(String::is_empty) {
            mistakes.add(Error::configuration("expected a list of names, none of them empty").at(key));
        }
    }
    mistakes.or(Some(()))
}

/// Refuses variables that only tuning pods have where there is none.
fn without_static_variables(written: &WorkloadSettings) -> Result<()> {
    let index = written.containers.iter().position(|it| it.static_environment_variables.is_some());
    let Some(index) = index else { return Ok(()) };
    let message = "`static_environment_variables` belong to the strategy `canary`: with `default` they would be set in \
                   every pod";
    Err(Error::configuration(message)
        .at(format!("containers[{index}].static_environment_variables"))
        .with_help("remove them, write those that may change as `env`, or add `strategy: canary`"))
}

fn says_destroy(settings: &Settings) -> bool {
    let workloads = settings.deployments.iter().chain(&settings.stateful_sets).flatten();
    let written = workloads.map(|workload| workload.on_failure).chain([settings.on_failure]);
    written.flatten().any(|it| it.meant().1)
}

impl Seen {
    /// Takes note of a workload and its components; what was there before is a mistake.
    fn note(&mut self, target: &Target, written: &WorkloadSettings, key: &str, mistakes: &mut Mistakes) {
        let which = (target.access.clone(), target.workload.clone());
        if let Some(earlier) = self.workloads.get(&which) {
            let message = format!("{} is adjusted by `{earlier}` already", target.workload);
            let help = "write all its containers below one `containers:`";
            mistakes.add(Error::configuration(message).at(format!("{key}.name")).with_help(help));
            return;
        }
        self.workloads.insert(which, key.to_owned());
        for (index, container) in target.containers.iter().enumerate() {
            let is_alias = written.containers.get(index).is_some_and(|it| it.alias.is_some());
            let at = format!("{key}.containers[{index}]");
            if let Some(earlier) = self.components.get(&container.component) {
                let message =
                    format!("the component `{}` is that of `{earlier}` already", container.component);
                let field = if is_alias { "alias" } else { "name" };
                let help = "give the container an `alias` of its own";
                mistakes.add(Error::configuration(message).at(format!("{at}.{field}")).with_help(help));
            } else {
                self.components.insert(container.component.clone(), at);
            }
        }
        self.note_tuning(target, written, key, mistakes);
    }

    /// Takes note of a tuning pod: its name, and its components.
    fn note_tuning(
        &mut self,
        target: &Target,
        written: &WorkloadSettings,
        key: &str,
        mistakes: &mut Mistakes,
    ) {
        let Some(canary) = &target.canary else { return };
        let workload = &target.workload;
        let pod = (target.access.clone(), workload.namespace.clone(), workload.name.clone());
        if let Some(earlier) = self.tuned.insert(pod, key.to_owned()) {
            let message = format!("the tuning pod would have the name of that of `{earlier}`");
            let help = "tune one of the two: the name is made of that of the workload";
            mistakes.add(Error::configuration(message).at(format!("{key}.strategy")).with_help(help));
        }
        let has_alias = matches!(&written.strategy, Strategy::Canary { alias: Some(_) });
        for tuned in &canary.containers {
            let at = format!("{key}.strategy{}", if has_alias { ".alias" } else { "" });
            if let Some(earlier) = self.components.get(&tuned.component) {
                let message = format!("the component `{}` is that of `{earlier}` already", tuned.component);
                let help = "give the strategy an `alias` of its own";
                mistakes.add(Error::configuration(message).at(at).with_help(help));
            } else {
                self.components.insert(tuned.component.clone(), at);
            }
        }
    }
}
