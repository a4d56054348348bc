//! Which optimizer the layers mean together, and which values of a lower layer do not count beside those of a higher.

use serde_json::Value;

use super::Known;
use super::assignment::Prepared;
use super::environment::Hit;
use super::overlay::Overlay;
use super::variable::Target;
use crate::config::document::Document;
use crate::config::origin::Origin;
use crate::config::path::{Path, Segment};
use crate::remote::account::{APPDYNAMICS_KEYS, Form, OPSANI_KEYS};

/// What the keys of an `optimizer` section mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Nothing,
    /// Keys that both forms of a remote optimizer have.
    Either,
    Registered,
    Remote(Form),
}

fn kind<'k>(keys: impl Iterator<Item = &'k str>, known: &Known<'_>) -> Kind {
    keys.fold(Kind::Nothing, |kind, key| match kind {
        Kind::Registered => kind,
        _ if known.optimizers.contains(&key) => Kind::Registered,
        Kind::Remote(Form::AppDynamics) => kind,
        _ if APPDYNAMICS_KEYS.contains(&key) => Kind::Remote(Form::AppDynamics),
        Kind::Nothing | Kind::Either if key != "id" && OPSANI_KEYS.contains(&key) => Kind::Either,
        _ => Kind::Remote(Form::Opsani),
    })
}

fn keys(section: Option<&Value>) -> Vec<&str> {
    section
        .and_then(Value::as_object)
        .map(|keys| keys.keys().map(String::as_str).collect())
        .unwrap_or_default()
}

/// Adds the keys of a whole section, which takes the place of another kind of optimizer.
fn put<'k>(all: &mut Vec<&'k str>, section: Vec<&'k str>, known: &Known<'_>) {
    if kind(section.iter().copied(), known) != kind(all.iter().copied(), known) {
        all.clear();
    }
    all.extend(section);
}

/// The form of the remote optimizer that all layers mean together; `None` where they mean none, or one within the
/// servo. `whole` is what the environment says of the section as a whole.
pub(super) fn form(
    document: &Document,
    whole: Option<&Value>,
    assignments: &[Prepared],
    hits: &[Hit<'_>],
    known: &Known<'_>,
) -> Option<Form> {
    let mut all = keys(document.value().get("optimizer"));
    if whole.is_some() {
        put(&mut all, keys(whole), known);
    }
    for assignment in assignments {
        match assignment.path.segments() {
            [Segment::Key(first)] if first == "optimizer" => {
                put(&mut all, keys(Some(&assignment.laid.value)), known);
            }
            [Segment::Key(first), Segment::Key(key), ..] if first == "optimizer" => {
                if assignment.replaces_optimizer() {
                    all.retain(|key| !known.optimizers.contains(key));
                }
                all.push(key);
            }
            _ => {}
        }
    }
    let names = |form: Form| {
        let is_id = |key: &str| matches!(key, "id" | "optimizer_id");
        hits.iter().any(|hit| matches!(hit.target, Target::Optimizer(_, of, key) if of == form && is_id(key)))
    };
    match kind(all.into_iter(), known) {
        Kind::Registered => None,
        Kind::Remote(form) => Some(form),
        // Of two that the environment names, that of AppDynamics counts (specification, section 2.1).
        Kind::Nothing => [Form::AppDynamics, Form::Opsani].into_iter().find(|form| names(*form)),
        Kind::Either if names(Form::AppDynamics) && !names(Form::Opsani) => Some(Form::AppDynamics),
        Kind::Either => Some(Form::Opsani),
    }
}

/// Which variables of optimizers count, by their places: those of the form, and of several credentials the best. A
/// token comes before a file with one; for `AppDynamics` a connection file before both, and a client last (section
/// 3.2). Those that are named for the servo come before all others.
pub(super) fn used(hits: &[Hit<'_>], form: Option<Form>) -> Vec<usize> {
    let of_form = |hit: &&Hit<'_>| matches!(hit.target, Target::Optimizer(_, of, _) if Some(of) == form);
    let hits: Vec<&Hit<'_>> = hits.iter().filter(of_form).collect();
    let ways: [&[&str]; 4] =
        [&["connection_file"], &["token"], &["token_file"], &["client_id", "client_secret"]];
    let has = |way: &&&[&str], is_named: bool| {
        hits.iter()
            .any(|hit| key_of(hit).is_some_and(|key| way.contains(&key)) && (hit.is_named || !is_named))
    };
    let best = ways.iter().find(|way| has(way, true)).or_else(|| ways.iter().find(|way| has(way, false)));
    let counts = |hit: &&&Hit<'_>| {
        let way = key_of(hit).and_then(|key| ways.iter().find(|way| way.contains(&key)));
        way.is_none() || way == best
    };
    let place = |hit: &&Hit<'_>| match hit.target {
        Target::Optimizer(place, ..) => Some(place),
        _ => None,
    };
    hits.iter().filter(counts).filter_map(place).collect()
}

fn key_of(hit: &Hit<'_>) -> Option<&'static str> {
    match hit.target {
        Target::Optimizer(_, _, key) => Some(key),
        _ => None,
    }
}

/// What a variable displaces below it, beside the others of the environment.
pub(super) fn displaced_by(target: &Target, hits: &[Hit<'_>]) -> Vec<Path> {
    let has = |wanted: &str| hits.iter().any(|hit| key_of(hit) == Some(wanted));
    match target {
        Target::Optimizer(_, _, "client_secret") if has("client_id") => {
            below(&["connection_file", "token", "token_file"])
        }
        Target::Optimizer(_, _, key) => below(others(key)),
        _ => Vec::new(),
    }
}

/// The credentials that do not count beside this one of a higher layer.
fn others(key: &str) -> &'static [&'static str] {
    match key {
        "token" => &["token_file", "connection_file"],
        "token_file" => &["token", "connection_file"],
        _ => &[],
    }
}

fn below(keys: &[&str]) -> Vec<Path> {
    keys.iter().map(|key| Path::root().key("optimizer").key(*key)).collect()
}

/// What a value displaces in a document as it is so far.
pub(in crate::config) fn displaced(document: &Value, overlay: &Overlay, known: &Known<'_>) -> Vec<Path> {
    let optimizer = || Path::root().key("optimizer");
    let section = document.get("optimizer");
    let registered = || {
        let keys = keys(section).into_iter().filter(|key| known.optimizers.contains(key));
        keys.map(|key| optimizer().key(key)).collect::<Vec<_>>()
    };
    match overlay.path.segments() {
        // Aliases are chosen as a whole.
        [Segment::Key(first)] if first == "connectors" => vec![overlay.path.clone()],
        [Segment::Key(first)] if first == "optimizer" => {
            let given = keys(Some(overlay.value()));
            let new = kind(given.iter().copied(), known);
            let old = kind(keys(section).into_iter(), known);
            match (old, new) {
                (Kind::Registered, Kind::Remote(_) | Kind::Either) => registered(),
                (Kind::Remote(_), Kind::Remote(_) | Kind::Registered) | (Kind::Either, Kind::Registered)
                    if old != new =>
                {
                    vec![optimizer()]
                }
                _ => given.into_iter().flat_map(|key| below(others(key))).collect(),
            }
        }
        [Segment::Key(first), Segment::Key(_)] if first == "optimizer" && is_replacing(&overlay.origin) => {
            registered()
        }
        [Segment::Key(first), Segment::Key(key)]
            if first == "optimizer" && matches!(*overlay.origin, Origin::Option(_)) =>
        {
            below(others(key))
        }
        _ => Vec::new(),
    }
}

/// Whether a value is that of the option that names another optimizer.
pub(super) fn is_replacing(origin: &Origin) -> bool {
    matches!(origin, Origin::Option(option) if option == "--optimizer")
}
