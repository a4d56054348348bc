//! A schema as a reference: its keys with what they take, in the order in which a person wants them.

use serde_json::{Map, Value};

use super::lookup::{Lookup, forms};

/// What a schema describes.
#[derive(Debug)]
pub(crate) struct Reference {
    pub(super) title: String,
    pub(super) description: String,
    pub(super) entries: Vec<Entry>,
}

/// One key, or one of several forms of a mapping.
#[derive(Debug, Default)]
pub(super) struct Entry {
    /// The key; a form has its title in parentheses.
    pub(super) key: String,
    /// What it takes, such as `text`; empty for a form.
    pub(super) kind: String,
    pub(super) is_required: bool,
    pub(super) description: String,
    /// The values to choose from, with what each means.
    pub(super) choices: Vec<(String, String)>,
    pub(super) default: Option<String>,
    pub(super) examples: Vec<String>,
    /// The keys within.
    pub(super) entries: Vec<Entry>,
}

impl Reference {
    /// Reads a schema; one of definitions alone describes those that no other refers to.
    pub(crate) fn of(schema: &Value) -> Self {
        let mut lookup = Lookup::of(schema);
        let entries = match schema.as_object() {
            Some(members) if is_mapping(members) => entries(&mut lookup, members),
            _ => sections(&mut lookup, schema),
        };
        let text = |key: &str| schema[key].as_str().unwrap_or_default().to_owned();
        Self { title: text("title"), description: text("description"), entries }
    }
}

/// The definitions that no other refers to.
fn sections(lookup: &mut Lookup<'_>, schema: &Value) -> Vec<Entry> {
    let text = schema.to_string();
    let definitions = schema["$defs"].as_object().into_iter().flatten();
    let roots = definitions.filter(|(name, _)| !text.contains(&format!("\"#/$defs/{name}\"")));
    roots.map(|(name, definition)| entry(lookup, name, definition, false)).collect()
}

fn entry(lookup: &mut Lookup<'_>, key: &str, schema: &Value, is_required: bool) -> Entry {
    lookup.resolve(schema, |lookup, members, definition| {
        let text = |key: &str| members.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        let examples = members.get("examples").and_then(Value::as_array).into_iter().flatten();
        let entries = entries(lookup, members);
        Entry {
            key: key.to_owned(),
            kind: kind(lookup, members, definition),
            is_required,
            description: text("description"),
            choices: forms(members).filter_map(choice).collect(),
            default: members.get("default").map(written),
            // The example of a whole section is longer than what it explains.
            examples: if entries.is_empty() { examples.map(written).collect() } else { Vec::new() },
            entries,
        }
    })
}

/// The keys of a mapping, of what a list holds, or of each form of a mapping; those that are required come first.
fn entries(lookup: &mut Lookup<'_>, members: &Map<String, Value>) -> Vec<Entry> {
    let mut found = Vec::new();
    let required = members.get("required").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let properties = members.get("properties").and_then(Value::as_object);
    for (key, schema) in properties.into_iter().flatten() {
        found.push(entry(lookup, key, schema, required.iter().any(|name| name == key)));
    }
    found.sort_by_key(|entry| !entry.is_required);
    if let Some(others) = members.get("additionalProperties").filter(|others| others.is_object()) {
        found.push(entry(lookup, "<name>", others, false));
    }
    if let Some(items) = members.get("items") {
        found.extend(lookup.resolve(items, |lookup, members, _| entries(lookup, members)));
    }
    // Forms beside properties only say which of them go together.
    if properties.is_none() {
        found.extend(mappings(lookup, members));
    }
    found
}

/// The keys of the mapping among several forms, or an entry for each of several mappings.
fn mappings(lookup: &mut Lookup<'_>, members: &Map<String, Value>) -> Vec<Entry> {
    let mut found: Vec<Entry> = forms(members)
        .map(|form| {
            let title = lookup.resolve(form, |_, members, name| {
                let title = members.get("title").and_then(Value::as_str).or(name);
                title.unwrap_or("mapping").to_owned()
            });
            let form = entry(lookup, &format!("({title})"), form, false);
            Entry { kind: String::new(), examples: Vec::new(), ..form }
        })
        .filter(|form| !form.entries.is_empty())
        .collect();
    if found.len() == 1 {
        found = found.pop().map(|form| form.entries).unwrap_or_default();
    }
    found
}

/// What a value is, in a word or a few.
fn kind(lookup: &mut Lookup<'_>, members: &Map<String, Value>, definition: Option<&str>) -> String {
    let is_choice = forms(members).any(|form| form.get("const").is_some());
    if let Some(name) = definition
        && !is_choice
        && !is_mapping(members)
        && !name.contains('.')
    {
        return name.to_lowercase();
    }
    let mut words: Vec<String> = Vec::new();
    let mut add = |word: String| {
        if !word.is_empty() && !words.contains(&word) {
            words.push(word);
        }
    };
    match members.get("type") {
        Some(Value::String(kind)) => add(word(lookup, kind, members)),
        Some(Value::Array(kinds)) => {
            for kind in kinds.iter().filter_map(Value::as_str) {
                add(word(lookup, kind, members));
            }
        }
        _ => {
            if is_choice {
                add("one of".to_owned());
            }
            for form in forms(members).filter(|form| form.get("const").is_none()) {
                add(lookup.resolve(form, kind));
            }
        }
    }
    words.join(" or ")
}

fn word(lookup: &mut Lookup<'_>, kind_: &str, members: &Map<String, Value>) -> String {
    match kind_ {
        "string" => "text".to_owned(),
        "boolean" => "true or false".to_owned(),
        "object" => "mapping".to_owned(),
        "null" => String::new(),
        "array" => match members.get("items").map(|items| lookup.resolve(items, kind)) {
            Some(item) if !item.is_empty() => format!("list of {item}"),
            _ => "list".to_owned(),
        },
        other => other.to_owned(),
    }
}

fn is_mapping(members: &Map<String, Value>) -> bool {
    members.contains_key("properties") || members.get("type").is_some_and(|kind| kind == "object")
}

fn choice(form: &Value) -> Option<(String, String)> {
    let description = form.get("description").and_then(Value::as_str).unwrap_or_default();
    Some((written(form.get("const")?), description.to_owned()))
}

/// A value as it is written in YAML, on one line.
fn written(value: &Value) -> String {
    match value {
        Value::String(text) if !text.is_empty() => text.clone(),
        other => other.to_string(),
    }
}
