//! The environment as a layer: what each variable stands for in each document.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use serde_json::Value;

use super::assignment::Prepared;
use super::optimizer;
use super::overlay::Overlay;
use super::value::{Laid, Shape, read};
use super::variable::{self, BEGINNINGS, Target, in_variables};
use super::{Environment, Known, Notes, fit, name};
use crate::config::diagnostic::{Code, ConfigDiagnostic};
use crate::config::document::Document;
use crate::config::origin::Origin;
use crate::config::path::Path;
use crate::config::servo::{self, plain_name};

/// The most documents that a message names.
const MAX_TITLES: usize = 5;

/// The variables that may stand for keys.
pub(super) struct Surroundings<'a> {
    variables: Vec<Variable<'a>>,
}

struct Variable<'a> {
    name: &'a str,
    text: &'a str,
    origin: Arc<Origin>,
    /// What it says: most stand for the same in every document.
    read: Option<(Shape, Result<Laid, String>)>,
    is_used: bool,
    /// Where it counts, by the numbers of the documents.
    counts_in: Vec<usize>,
}

impl Variable<'_> {
    fn value(&mut self, shape: Shape) -> Result<Laid, String> {
        match &self.read {
            Some((known, value)) if *known == shape => value.clone(),
            _ => self.read.insert((shape, read(self.text, shape))).1.clone(),
        }
    }
}

/// What a variable stands for in one document.
#[derive(Clone)]
pub(super) struct Hit<'a> {
    variable: usize,
    pub(super) name: &'a str,
    pub(super) text: &'a str,
    /// The name without that of the servo.
    base: &'a str,
    /// Whether it is named for this servo.
    pub(super) is_named: bool,
    pub(super) target: Target,
}

/// What the variables stand for in one document.
pub(super) struct Hits<'a>(Vec<Hit<'a>>);

impl Hits<'_> {
    /// The name of the servo as the environment has it.
    pub(super) fn name(&self, document: &Document, known: &Known<'_>) -> Option<String> {
        let key =
            |key: &str| self.0.iter().find(|hit| matches!(hit.target, Target::Key(name, _) if name == key));
        if let Some(hit) = key("name") {
            return Some(hit.text.to_owned());
        }
        if document.value().get("name").is_some_and(Value::is_string) {
            return name::of(document);
        }
        let form = optimizer::form(document, None, &[], &self.0, known);
        let id = self.0.iter().find(|hit| match hit.target {
            Target::Optimizer(_, of, key) => Some(of) == form && matches!(key, "id" | "optimizer_id"),
            _ => false,
        });
        id.map(|hit| fit(hit.text.trim())).or_else(|| name::of(document))
    }
}

impl<'a> Surroundings<'a> {
    pub(super) fn new(environment: &'a Environment) -> Self {
        let is_meant = |name: &str| BEGINNINGS.iter().any(|beginning| name.starts_with(beginning));
        let variables =
            environment.iter().filter(|(name, _)| is_meant(name) && !variable::is_of_the_program(name));
        let variables = variables.map(|(name, text)| {
            let file = environment.file_of(name).map(str::to_owned);
            let origin = Arc::new(Origin::Variable { name: name.to_owned(), file });
            Variable { name, text, origin, read: None, is_used: false, counts_in: Vec::new() }
        });
        Self { variables: variables.collect() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.variables.is_empty()
    }

    /// Finds what the variables stand for in a document. One that is named for its servo counts in place of the same
    /// without that name.
    pub(super) fn hits(&mut self, document: &Document, known: &Known<'_>, is_one: bool) -> Hits<'a> {
        let servo = name::of(document).or_else(|| is_one.then(|| crate::assembly::DEFAULT_NAME.to_owned()));
        let ending = servo.map(|name| format!("__{}", in_variables(&name)));
        let sections = self.sections(document, known, ending.as_deref());
        let mut hits: Vec<Hit<'a>> = Vec::new();
        for (at, variable) in self.variables.iter().enumerate() {
            let (name, text) = (variable.name, variable.text);
            let target =
                |base: &str| variable::fixed(base).or_else(|| variable::in_sections(base, &sections));
            let base = ending.as_deref().and_then(|ending| name.strip_suffix(ending));
            let named = base.and_then(|base| target(base).map(|target| (base, target)));
            let hit = |base, is_named, target| Hit { variable: at, name, text, base, is_named, target };
            match named {
                Some((base, target)) => hits.push(hit(base, true, target)),
                None => hits.extend(target(name).map(|target| hit(name, false, target))),
            }
        }
        let named: BTreeSet<&str> = hits.iter().filter(|hit| hit.is_named).map(|hit| hit.base).collect();
        hits.retain(|hit| hit.is_named || !named.contains(hit.base));
        Hits(hits)
    }

    /// The sections of connectors that a document has or may have, with their names in variables, the longest first.
    fn sections(
        &mut self,
        document: &Document,
        known: &Known<'_>,
        ending: Option<&str>,
    ) -> Vec<(String, String)> {
        let mut names: BTreeSet<String> = known.connectors.iter().map(|&key| key.to_owned()).collect();
        let keys = document.index().keys(&Path::root());
        names.extend(keys.filter(|key| !servo::KEYS.contains(key)).map(str::to_owned));
        let of_servo = format!("SERVO_CONNECTORS{}", ending.unwrap_or_default());
        let variable = self
            .variables
            .iter_mut()
            .filter(|variable| variable.name == of_servo || variable.name == "SERVO_CONNECTORS");
        let given = variable.last().and_then(|variable| variable.value(Shape::Any).ok());
        match given.as_ref().map(|laid| &laid.value).or_else(|| document.value().get("connectors")) {
            Some(Value::Object(aliases)) => names.extend(aliases.keys().cloned()),
            Some(Value::Array(list)) => {
                names.extend(list.iter().filter_map(Value::as_str).map(plain_name));
            }
            _ => {}
        }
        let mut sections: Vec<_> = names.into_iter().map(|name| (in_variables(&name), name)).collect();
        sections.sort_by_key(|(in_variables, _)| std::cmp::Reverse(in_variables.len()));
        sections
    }

    /// The values that count in a document.
    pub(super) fn overlays(
        &mut self,
        document: &Document,
        hits: Hits<'a>,
        known: &Known<'_>,
        assignments: &[Prepared],
        notes: &mut Notes,
        found: &mut Vec<ConfigDiagnostic>,
    ) -> Vec<Overlay> {
        let Hits(mut hits) = hits;
        let whole = hits.iter().find(|hit| matches!(hit.target, Target::Key("optimizer", _)));
        let whole = whole.map(|hit| hit.variable).and_then(|at| self.variables.get_mut(at));
        let whole = whole.and_then(|variable| variable.value(Shape::Any).ok());
        let form =
            optimizer::form(document, whole.as_ref().map(|laid| &laid.value), assignments, &hits, known);
        let given: BTreeSet<String> = hits
            .iter()
            .filter_map(|hit| match &hit.target {
                Target::Section(section) => Some(section.clone()),
                _ => None,
            })
            .collect();
        let ids: Vec<_> = optimizer::used(&hits, form);
        hits.retain(|hit| {
            let is_used = match &hit.target {
                Target::Optimizer(place, ..) => ids.contains(place),
                Target::Field(section, _) => {
                    given.contains(section) || document.value().get(section.as_str()).is_some()
                }
                _ => true,
            };
            if !is_used && matches!(hit.target, Target::Optimizer(..)) {
                notes.debug(&format!(
                    "the variable {} does not count for {}: its optimizer is another one, or has better credentials",
                    hit.name,
                    document.title()
                ));
                if let Some(variable) = self.variables.get_mut(hit.variable) {
                    variable.is_used = true;
                }
            }
            is_used
        });
        hits.sort_by_key(|hit| hit.target.rank());
        let mut overlays = Vec::with_capacity(hits.len());
        for hit in &hits {
            let Some(variable) = self.variables.get_mut(hit.variable) else { continue };
            variable.is_used = true;
            if variable::is_of_one(hit.base) {
                variable.counts_in.push(document.line());
            }
            let (path, origin) = (hit.target.path(), Arc::clone(&variable.origin));
            match variable.value(hit.target.shape()) {
                Ok(laid) => {
                    let displaces = optimizer::displaced_by(&hit.target, &hits);
                    overlays.push(Overlay { origin, path, laid, displaces });
                }
                Err(wrong) => found.push(document.in_layer(&origin, &path, Code::InvalidValue, &wrong).with_help(
                    "write JSON, or a YAML value on one line; put text that begins with a bracket or a quotation \
                     mark in quotes",
                )),
            }
        }
        overlays
    }

    /// Refuses to let one variable speak for several servos. Where one alone is selected, it speaks for that one, as
    /// nothing is done with the others; but a name is what they are told apart by.
    pub(super) fn of_one(&self, documents: &[Document], is_one_selected: bool) -> Vec<ConfigDiagnostic> {
        let several = self.variables.iter().filter(|variable| {
            variable.counts_in.len() > 1 && (!is_one_selected || variable.name == "SERVO_NAME")
        });
        let wrong = several.filter_map(|variable| {
            let lines: HashSet<usize> = variable.counts_in.iter().copied().collect();
            let counts = |document: &&Document| lines.contains(&document.line());
            let mut servos = documents.iter().filter(counts);
            let first = servos.next()?;
            let named = name::of(first).map_or_else(|| "SHOP".to_owned(), |name| in_variables(&name));
            let message = format!(
                "it would count for each of {} servos of this file: {}",
                variable.counts_in.len(),
                titles(documents.iter().filter(counts))
            );
            let key = match variable.name {
                "SERVO_NAME" => "name",
                "SERVO_UID" => "servo_uid",
                _ => "optimizer",
            };
            let path = Path::root().key(key);
            let base = variable.name.split("__").next().unwrap_or_default();
            let or_select =
                if key == "name" { "" } else { "; where only one servo is meant, select it with --name" };
            let help = format!(
                "name it for one servo, such as {base}__{named}, or give each document a value of its own and unset it\
                 {or_select}"
            );
            Some(first.in_layer(&variable.origin, &path, Code::InvalidValue, &message).with_help(help))
        });
        wrong.collect()
    }

    /// Says which variables stand for nothing. Others than the operator set variables: a cluster one of each service.
    pub(super) fn note_unused(&self, known: &Known<'_>, notes: &mut Notes) {
        let sections: Vec<_> =
            known.connectors.iter().map(|&key| (in_variables(key), key.to_owned())).collect();
        let is_known =
            |base: &str| variable::fixed(base).or_else(|| variable::in_sections(base, &sections)).is_some();
        for variable in self.variables.iter().filter(|variable| !variable.is_used) {
            let name = variable.name;
            match name.rsplit_once("__") {
                Some((base, servo)) if is_known(base) => notes.warn(&format!(
                    "the variable {name} counts for no servo: none of this file has the name {servo}"
                )),
                _ => notes.debug(&format!("the variable {name} stands for no key of this configuration")),
            }
        }
    }
}

fn titles<'d>(documents: impl Iterator<Item = &'d Document>) -> String {
    let all: Vec<_> = documents.map(Document::title).collect();
    let shown = all.iter().take(MAX_TITLES).cloned().collect::<Vec<_>>().join(", ");
    if all.len() > MAX_TITLES { format!("{shown} and {} more", all.len() - MAX_TITLES) } else { shown }
}
