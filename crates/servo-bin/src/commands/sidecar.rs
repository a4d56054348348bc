//! `servo inject-sidecar` and `servo eject-sidecar`: Envoy in front of an application. They need no configuration.

use std::process::ExitCode;
use std::sync::Arc;

use serde_json::json;
use servo_core::{Class, Error};
use servo_k8s::sidecar::{self, Change, How, Kind, Rollout, Sidecar, State, Target};
use servo_kube::{Access, Cluster, Surroundings};
use servo_runtime::remote::network::Network;

use super::surroundings;
use crate::cli::{EjectSidecar, Format, InjectSidecar, Place};
use crate::failure::Failure;
use crate::output::progress::Display;
use crate::output::tree::Tree;
use crate::output::{self, Look, json as rendered, yaml};

/// Puts a sidecar into the pods of a workload.
pub(super) async fn inject(arguments: &InjectSidecar, look: &Look) -> Result<ExitCode, Failure> {
    let InjectSidecar { image, service, port, place, .. } = arguments;
    let target = target(&arguments.target, place)?;
    if service.is_none() && port.is_none() {
        return Err(Failure::usage("service or port must be given").with_help(
            "name the Service of the application with --service, or a port of its container with --port",
        ));
    }
    let wanted = Sidecar { service: service.clone(), port: port.clone(), ..Sidecar::of(image) };
    let cluster = reach(place).await?;
    let change = sidecar::inject(&cluster, &target, &wanted, how(place)).await?;
    finish(&cluster, &target, change, place, look).await
}

/// Takes the sidecar out of the pods of a workload.
pub(super) async fn eject(arguments: &EjectSidecar, look: &Look) -> Result<ExitCode, Failure> {
    let place = &arguments.place;
    let target = target(&arguments.target, place)?;
    let cluster = reach(place).await?;
    let change = sidecar::eject(&cluster, &target, sidecar::NAME, how(place)).await?;
    finish(&cluster, &target, change, place, look).await
}

/// Waits for the pods where that is wanted, and tells what became of it all.
async fn finish(
    cluster: &Cluster,
    target: &Target,
    change: Change,
    place: &Place,
    look: &Look,
) -> Result<ExitCode, Failure> {
    let waits = !place.dry_run && !place.no_wait;
    let rollout = if waits { Some(wait(cluster, target, change.state, place, look).await?) } else { None };
    let text = match place.form.format {
        Format::Json => rendered::render(&json!({
            "target": { "kind": target.kind.name(), "namespace": target.namespace, "name": target.name },
            "dry_run": place.dry_run,
            "state": change.state,
            "container_port": change.container_port,
            "container": change.container,
            "rollout": rollout.as_ref().map(in_a_word),
            "next": change.next,
        }))?,
        Format::Table => told(target, &change, rollout.as_ref(), place),
    };
    output::result(&text, &place.form)?;
    Ok(ExitCode::SUCCESS)
}

async fn wait(
    cluster: &Cluster,
    target: &Target,
    state: State,
    place: &Place,
    look: &Look,
) -> Result<Rollout, Error> {
    let display = Display::new(look.screen.clone());
    let subject = target.typed();
    let told = |percent: f64, doing: &str| display.show(&subject, percent, doing);
    let rollout = sidecar::rolled_out(cluster, target, place.timeout.as_std(), told).await;
    display.clear();
    rollout.map_err(|error| explained(&error, target, state))
}

/// Says of a rollout that has failed what was changed, and how that is undone.
fn explained(error: &Error, target: &Target, state: State) -> Error {
    let (was, undo) = match state {
        State::Injected | State::AlreadyThere => ("the sidecar is in", "servo eject-sidecar"),
        State::Ejected => ("the sidecar was taken out of", "servo inject-sidecar"),
    };
    let message = format!("{was} {target}, and its pods are not as they are to be: {}", error.chain());
    let mut help = format!("undo it with: {undo} {} --namespace {}", target.typed(), target.namespace);
    if state == State::Ejected {
        help.push_str(" --image IMAGE --port PORT");
    }
    Error::new(error.class(), message).with_help(help)
}

/// Writes it for a person.
fn told(target: &Target, change: &Change, rollout: Option<&Rollout>, place: &Place) -> String {
    let (kind, name, namespace) = (target.kind.name(), &target.name, &target.namespace);
    let what = match change.state {
        State::Injected => format!("Envoy sidecar injected to {kind} {name} in {namespace}"),
        State::AlreadyThere => format!("Envoy sidecar is in {kind} {name} in {namespace} already"),
        State::Ejected => format!("Envoy sidecar ejected from {kind} {name} in {namespace}"),
    };
    let mut lines = vec![if place.dry_run { format!("dry run: {what}") } else { what }];
    if let Some(port) = change.container_port.filter(|_| change.state != State::Ejected) {
        lines.push(format!("it stands in front of port {port}"));
    }
    match rollout {
        Some(Rollout::Complete) if target.kind == Kind::Pod => lines.push("the pod is ready".to_owned()),
        Some(Rollout::Complete) => lines.push("all pods are ready".to_owned()),
        Some(Rollout::HeldBack(why)) => lines.push(format!("its pods are as before: {why}")),
        None => {}
    }
    lines.extend(change.next.iter().map(|next| format!("next: {next}")));
    // The other containers are not shown: they may have secrets in their variables.
    if let Some(container) = change.container.as_ref().filter(|_| place.dry_run) {
        lines.push(format!("the container:\n{}", yaml::render(&Tree::from(container)).trim_end()));
    }
    lines.join("\n")
}

fn in_a_word(rollout: &Rollout) -> &'static str {
    match rollout {
        Rollout::Complete => "complete",
        Rollout::HeldBack(_) => "held_back",
    }
}

fn how(place: &Place) -> How {
    How { is_dry: place.dry_run, is_forced: place.force }
}

/// Reads what was typed. What is wrong with it is wrong usage: there is no configuration here.
fn target(typed: &str, place: &Place) -> Result<Target, Failure> {
    Target::parse(typed, &place.namespace).map_err(|error| usage(&error, None))
}

/// Finds the way to the cluster, as the environment and the arguments have it.
async fn reach(place: &Place) -> Result<Cluster, Failure> {
    let environment = surroundings::process();
    let inherited = Arc::new(environment.iter().collect());
    let network = Network::read(json!({}), &environment)?;
    let surroundings = Surroundings::new(inherited, network.outlet(std::path::Path::new("")));
    let access = Access { kubeconfig: place.kubeconfig.clone(), context: place.context.clone() };
    Cluster::reach(&access, &surroundings).await.map_err(|error| {
        let help = "name a kubeconfig with --kubeconfig or KUBECONFIG, and one of its contexts with --context, or run \
                    this in a pod of the cluster";
        if error.class() == Class::Configuration { usage(&error, Some(help)) } else { error.into() }
    })
}

fn usage(error: &Error, help: Option<&str>) -> Failure {
    let failure = Failure::usage(error.chain());
    match help.or(error.help()) {
        Some(help) => failure.with_help(help),
        None => failure,
    }
}
