//! Targets in the format `json` of vegeta: an object for each, on a line of its own or over several lines.

use std::collections::BTreeMap;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::de::{Deserialize, Deserializer, SeqAccess, Visitor};
use serde_json::error::Category;

use super::{Body, Fault, Target, TargetError};

/// A target on the wire.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    method: String,
    url: String,
    #[serde(default)]
    header: Option<BTreeMap<String, Values>>,
    #[serde(default)]
    body: Option<String>,
}

/// The values of a header: several, or one by itself.
struct Values(Vec<String>);

impl<'de> Deserialize<'de> for Values {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OneOrSeveral)
    }
}

struct OneOrSeveral;

impl<'de> Visitor<'de> for OneOrSeveral {
    type Value = Values;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of texts")
    }

    fn visit_str<E>(self, text: &str) -> Result<Values, E> {
        Ok(Values(vec![text.to_owned()]))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Values, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = list.next_element()? {
            values.push(value);
        }
        Ok(Values(values))
    }
}

/// Reads targets, one object after another.
pub(super) fn parse(text: &str) -> Result<Vec<Target>, TargetError> {
    let mut stream = serde_json::Deserializer::from_str(text).into_iter::<Wire>();
    let mut targets = Vec::new();
    loop {
        let begins = line_after(text, stream.byte_offset());
        match stream.next() {
            None => return Ok(targets),
            Some(Err(error)) => {
                return Err(TargetError { line: error.line().max(1), fault: unread(&error) });
            }
            Some(Ok(wire)) => {
                targets.push(target(wire).map_err(|fault| TargetError { line: begins, fault })?);
            }
        }
    }
}

/// Gives the line of the first character after a place that is no blank.
fn line_after(text: &str, offset: usize) -> usize {
    let rest = text.get(offset..).unwrap_or_default();
    let blanks = rest.len().saturating_sub(rest.trim_start().len());
    let before = text.get(..offset.saturating_add(blanks)).unwrap_or_default();
    before.matches('\n').count().saturating_add(1)
}

/// Says why the JSON is not read. Of what serde says of data only the names of keys are repeated, as it tells values,
/// which may be secret.
fn unread(error: &serde_json::Error) -> Fault {
    let told = error.to_string();
    let reason = told.split(" at line ").next().unwrap_or_default();
    match error.classify() {
        Category::Data if reason.starts_with("missing field") || reason.starts_with("unknown field") => {
            Fault::Object { reason: reason.to_owned() }
        }
        Category::Data => Fault::Object { reason: "a value is of another kind".to_owned() },
        _ => Fault::Syntax { reason: reason.to_owned() },
    }
}

fn target(wire: Wire) -> Result<Target, Fault> {
    let mut target = Target::new(&wire.method, &wire.url)?;
    for (name, Values(values)) in wire.header.unwrap_or_default() {
        for value in values {
            target.add_header(&name, &value)?;
        }
    }
    if let Some(body) = wire.body {
        target.body = Body::Bytes(BASE64.decode(body).map_err(|_| Fault::Base64)?.into());
    }
    Ok(target)
}
