//! What a schema says of one value once references are followed and what only allows null is left out.

use std::borrow::Cow;

use serde_json::{Map, Value};

/// Where definitions are.
const PREFIX: &str = "#/$defs/";

/// The definitions of a schema, and which of them are being looked at.
pub(super) struct Lookup<'a> {
    definitions: Option<&'a Map<String, Value>>,
    /// A definition within itself is not looked at again.
    within: Vec<String>,
}

impl<'a> Lookup<'a> {
    pub(super) fn of(schema: &'a Value) -> Self {
        Self { definitions: schema.get("$defs").and_then(Value::as_object), within: Vec::new() }
    }

    /// Follows references and what allows null beside one form; members beside a reference count before those of
    /// what is referred to. Calls `look` with the outcome, and with the name of the definition that was followed last.
    pub(super) fn resolve<T>(
        &mut self,
        schema: &Value,
        look: impl FnOnce(&mut Self, &Map<String, Value>, Option<&str>) -> T,
    ) -> T {
        let before = self.within.len();
        let mut members = schema.as_object().cloned().unwrap_or_default();
        loop {
            let next = match members.remove("$ref") {
                Some(Value::String(reference)) => self.follow(&reference),
                _ => only_form(&mut members).map(Cow::Owned),
            };
            let Some(next) = next else { break };
            for (key, value) in next.as_object().into_iter().flatten() {
                members.entry(key.clone()).or_insert_with(|| value.clone());
            }
        }
        let name = self.within.get(before..).and_then(<[String]>::last).cloned();
        let outcome = look(self, &members, name.as_deref());
        self.within.truncate(before);
        outcome
    }

    fn follow(&mut self, reference: &str) -> Option<Cow<'a, Value>> {
        let name = reference.strip_prefix(PREFIX)?;
        if self.within.iter().any(|within| within == name) {
            return None;
        }
        self.within.push(name.to_owned());
        self.definitions?.get(name).map(Cow::Borrowed)
    }
}

/// Takes `anyOf` or `oneOf` out where it leaves one form beside null.
fn only_form(members: &mut Map<String, Value>) -> Option<Value> {
    for keyword in ["anyOf", "oneOf"] {
        let forms = members.get(keyword).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let mut others = forms.iter().filter(|form| !is_null(form));
        if let (Some(form), None) = (others.next(), others.next())
            && form.get("const").is_none()
        {
            let form = form.clone();
            members.remove(keyword);
            return Some(form);
        }
    }
    None
}

/// The forms that a schema leaves a choice of, null not counted.
pub(super) fn forms(members: &Map<String, Value>) -> impl Iterator<Item = &Value> {
    let lists = ["anyOf", "oneOf"].into_iter().filter_map(|keyword| members.get(keyword)?.as_array());
    lists.flatten().filter(|form| !is_null(form))
}

fn is_null(schema: &Value) -> bool {
    schema.get("type").is_some_and(|kind| kind == "null")
}
