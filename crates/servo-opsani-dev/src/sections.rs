//! The sections that stand for ten lines: what the three connectors are set up with (compatibility specification, sections
//! 8.4.2 to 8.4.4). Pure.

use servo_core::duration::Duration;
use servo_core::fast_fail::FastFail;
use servo_core::model::Decimal;
use servo_core::quantity::{Cpu, Memory};
use servo_core::{Error, Result};
use servo_k8s::settings::{ContainerSettings, ReplicasSettings, Strategy, WorkloadSettings};

use crate::queries;
use crate::settings::Settings;

/// The component of the Deployment.
const MAIN: &str = "main";
/// The component of the tuning pod.
const TUNING: &str = "tuning";

/// The distance between two amounts of CPU, where nothing is written: 125m.
const CPU_STEP: Decimal = Decimal::from_parts(125, 0, 0, false, 3);
/// The distance between two amounts of memory, where nothing is written, in bytes.
const MEMORY_STEP: u64 = 128 << 20;

/// As many pods as nobody has: the number is told and not set.
const ANY_REPLICAS: u32 = 99_999;

/// How often readings are published while the servo runs.
const STREAMING: Duration = Duration::from_secs(10);

/// Gives the section of the connector `kubernetes`.
///
/// # Errors
///
/// Class internal: a default is none.
pub(crate) fn kubernetes(settings: &Settings) -> Result<servo_k8s::Settings> {
    let step = Cpu::from_cores(CPU_STEP).map_err(|error| Error::internal(error.to_string()))?;
    let mut cpu = settings.cpu.clone().with_step(step);
    let mut memory = settings.memory.clone().with_step(Memory::from_bytes(MEMORY_STEP));
    let (strategy, most) = if settings.create_tuning_pod {
        (Strategy::Canary { alias: Some(TUNING.to_owned()) }, 1)
    } else {
        cpu.pinned = true;
        memory.pinned = true;
        (Strategy::Default, ANY_REPLICAS)
    };
    let mut env = settings.env.clone();
    if !settings.create_tuning_pod {
        env.iter_mut().flatten().for_each(|variable| variable.pinned = true);
    }
    let container = ContainerSettings {
        name: settings.container.clone(),
        alias: Some(MAIN.to_owned()),
        command: None,
        cpu,
        memory,
        env,
        static_environment_variables: settings
            .static_environment_variables
            .clone()
            .filter(|_| settings.create_tuning_pod),
    };
    let workload = WorkloadSettings {
        name: settings.deployment.clone(),
        containers: vec![container],
        replicas: ReplicasSettings { min: 0, max: most, step: 1, value: None, pinned: true },
        strategy,
        kubeconfig: None,
        context: None,
        namespace: None,
        settlement: None,
        on_failure: None,
        timeout: None,
        apply: None,
        container_logs_in_error_status: None,
        create_tuning_pod: None,
    };
    Ok(servo_k8s::Settings {
        description: settings.description.clone(),
        kubeconfig: settings.kubeconfig.clone(),
        context: settings.context.clone(),
        namespace: Some(settings.namespace.clone()),
        settlement: settings.settlement,
        timeout: settings.timeout,
        container_logs_in_error_status: Some(settings.container_logs_in_error_status),
        create_tuning_pod: Some(settings.create_tuning_pod),
        deployments: Some(vec![workload]),
        ..servo_k8s::Settings::default()
    })
}

/// Gives the section of the connector `prometheus`.
pub(crate) fn prometheus(settings: &Settings) -> servo_prom::Settings {
    servo_prom::Settings {
        description: None,
        base_url: settings.prometheus_base_url.clone(),
        metrics: queries::metrics(settings.create_tuning_pod),
        targets: None,
        streaming_interval: Some(STREAMING),
        fast_fail: FastFail::default(),
        eager: None,
        bearer_token: None,
        bearer_token_file: None,
        basic_auth: None,
        headers: std::collections::BTreeMap::new(),
        tenant: None,
        tls: None,
        timeout: None,
    }
}

/// Gives the section of the connector `kube_metrics`.
pub(crate) fn kube_metrics(settings: &Settings) -> servo_kube_metrics::Settings {
    // All of them are not named one by one: then a limit that nobody sets would be a mistake.
    let names = servo_kube_metrics::Settings::names().into_iter().filter(|name| !name.contains(TUNING));
    servo_kube_metrics::Settings {
        description: None,
        namespace: settings.namespace.clone(),
        name: settings.deployment.clone(),
        kind: servo_kube_metrics::settings::WorkloadKind::Deployment,
        container: Some(settings.container.clone()),
        metrics_to_collect: (!settings.create_tuning_pod).then(|| names.collect()),
        metric_collection_frequency: None,
        kubeconfig: settings.kubeconfig.clone(),
        context: settings.context.clone(),
    }
}

/// Says which key of the short section stands for a key of the section of a connector.
pub(crate) fn key(of_connector: &str) -> String {
    let container = "deployments[0].containers[0].";
    match of_connector.strip_prefix(container) {
        Some("name") => return "container".to_owned(),
        Some(rest) => return rest.to_owned(),
        None => {}
    }
    match of_connector {
        "deployments[0].name" | "name" => "deployment",
        "base_url" => "prometheus_base_url",
        other => other.strip_prefix("deployments[0].").unwrap_or(other),
    }
    .to_owned()
}

#[cfg(test)]
mod tests;
