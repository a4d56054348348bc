//! Filters as they are written on the command line and in a configuration.

use super::{Filter, FilterError, Pattern};
use crate::check::{id, tag};

impl Filter {
    /// Reads a filter: names, ids and tags as an operator wrote them. Where none is written, every check is
    /// chosen.
    ///
    /// One name or id between slashes is a regular expression. Ids and tags may be several in one text, with commas
    /// between them.
    ///
    /// ```
    /// use servo_core::check::Filter;
    ///
    /// let filter = Filter::parse(&["/exec/"], &[], &["fast, low_priority"])?;
    /// assert_eq!(serde_json::to_value(&filter).unwrap()["tags"], serde_json::json!(["fast", "low_priority"]));
    /// # Ok::<(), servo_core::check::FilterError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// A value that no check can have, or a regular expression that is none or stands among other values.
    pub fn parse<S: AsRef<str>>(names: &[S], ids: &[S], tags: &[S]) -> Result<Self, FilterError> {
        Ok(Self {
            name: pattern("name", names, |text| Ok(vec![text.to_owned()]))?,
            id: pattern("id", ids, |text| separated("id", text).map(parse_id).collect())?,
            tags: match tags {
                [] => None,
                tags => Some(
                    tags.iter()
                        .flat_map(|text| separated("tag", text.as_ref()))
                        .map(parse_tag)
                        .collect::<Result<_, _>>()?,
                ),
            },
        })
    }
}

/// Reads values that a name or an id may have, or the one regular expression.
fn pattern<S: AsRef<str>>(
    field: &'static str,
    texts: &[S],
    values: impl Fn(&str) -> Result<Vec<String>, FilterError>,
) -> Result<Option<Pattern>, FilterError> {
    let slashed = |text: &S| expression(text.as_ref()).map(str::to_owned);
    match texts {
        [] => return Ok(None),
        [one] => {
            if let Some(expression) = slashed(one) {
                return Pattern::regex(&expression).map(Some);
            }
        }
        several => {
            if let Some(one) = several.iter().find(|text| slashed(text).is_some()) {
                return Err(FilterError::Among { field, text: one.as_ref().to_owned() });
            }
        }
    }
    let mut found = Vec::new();
    for text in texts {
        if text.as_ref().trim().is_empty() {
            return Err(FilterError::Empty { field });
        }
        found.extend(values(text.as_ref())?);
    }
    Ok(Some(Pattern::AnyOf(found)))
}

/// Returns what stands between slashes.
fn expression(text: &str) -> Option<&str> {
    text.strip_prefix('/')?.strip_suffix('/').filter(|expression| !expression.is_empty())
}

/// Splits a text at its commas. An empty value stays, so that it is refused.
fn separated<'a>(field: &'static str, text: &'a str) -> impl Iterator<Item = Result<&'a str, FilterError>> {
    text.split(',')
        .map(str::trim)
        .map(move |value| if value.is_empty() { Err(FilterError::Empty { field }) } else { Ok(value) })
}

fn parse_id(text: Result<&str, FilterError>) -> Result<String, FilterError> {
    let text = text?.to_owned();
    if id::is_valid(&text) { Ok(text) } else { Err(FilterError::Id { text }) }
}

fn parse_tag(text: Result<&str, FilterError>) -> Result<String, FilterError> {
    let text = text?;
    tag::parse(text).map(str::to_owned).ok_or_else(|| FilterError::Tag { text: text.to_owned() })
}
