//! What the command line says, as a layer.

use std::sync::Arc;

use super::overlay::Overlay;
use super::value::{Laid, Shape, read};
use super::{Assignment, Layers, optimizer};
use crate::config::diagnostic::{Code, ConfigDiagnostic, is_secret, is_secret_place};
use crate::config::document::Document;
use crate::config::origin::Origin;
use crate::config::path::{Path, Segment};
use crate::remote::account::{APPDYNAMICS_KEYS, OPSANI_KEYS};

/// Keys of a document that are text, whatever they look like.
const TEXTS: [&str; 4] = ["name", "description", "servo_uid", "state_dir"];

/// An assignment, read.
pub(super) struct Prepared {
    pub(super) origin: Arc<Origin>,
    pub(super) path: Path,
    pub(super) laid: Laid,
}

impl Prepared {
    /// Reads assignments; what is wrong with them is told at the first document.
    pub(super) fn all(
        assignments: &[Assignment],
        first: &Document,
        documents: usize,
        layers: &Layers,
        found: &mut Vec<ConfigDiagnostic>,
    ) -> Vec<Self> {
        let mut prepared = Vec::with_capacity(assignments.len());
        for assignment in assignments {
            let origin = Arc::new(origin(assignment));
            let path = Path::parse(&assignment.key);
            let at = path.clone().unwrap_or_default();
            let laid = path.and_then(|path| Ok((read(&assignment.value, shape(&path))?, path)));
            let refused = match laid {
                Ok((laid, path)) if documents < 2 || layers.selected.is_some() || !is_of_one(&path) => {
                    prepared.push(Self { origin, path, laid });
                    continue;
                }
                Ok(_) => {
                    let message = format!("it would count for each of the {documents} servos of this file");
                    let wrong = first.in_layer(&origin, &at, Code::InvalidValue, &message);
                    wrong.with_help("select one of them with --name")
                }
                Err(wrong) => {
                    let wrong = first.in_layer(&origin, &at, Code::InvalidValue, &wrong);
                    wrong.with_help(
                        "write for example `--set emulator.load.rate=120` or `--set 'windows[0].to=05:00'`",
                    )
                }
            };
            found.push(refused);
        }
        prepared
    }

    pub(super) fn overlay(&self) -> Overlay {
        let Self { origin, path, laid } = self;
        Overlay { origin: Arc::clone(origin), path: path.clone(), laid: laid.clone(), displaces: Vec::new() }
    }

    /// Whether it names an optimizer in place of one within the servo.
    pub(super) fn replaces_optimizer(&self) -> bool {
        optimizer::is_replacing(&self.origin)
    }
}

/// Whether the key says which optimizer or which servo it is.
pub(super) fn is_of_one(path: &Path) -> bool {
    match path.segments() {
        [Segment::Key(first)] if first == "name" || first == "servo_uid" => true,
        [Segment::Key(first), rest @ ..] if first == "optimizer" => {
            // What is below one within the servo is a setting like any other.
            !matches!(rest, [Segment::Key(_), _, ..])
        }
        _ => false,
    }
}

fn origin(assignment: &Assignment) -> Origin {
    Origin::Option(match assignment.option.as_str() {
        "--set" => format!("--set {}", assignment.key),
        option => option.to_owned(),
    })
}

fn shape(path: &Path) -> Shape {
    match path.segments() {
        [Segment::Key(key)] if TEXTS.contains(&key.as_str()) => Shape::Text,
        [Segment::Key(first), Segment::Key(key)] if first == "optimizer" => {
            let key = key.as_str();
            let is_text = OPSANI_KEYS.contains(&key) || APPDYNAMICS_KEYS.contains(&key) || is_secret(key);
            if is_text { Shape::Text } else { Shape::Any }
        }
        _ if is_secret_place(path) => Shape::Text,
        _ => Shape::Any,
    }
}
