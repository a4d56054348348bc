//! Arguments and variables with places for values, in the syntax that Kubernetes has for them: `$(name)`.
//!
//! `$$` stands for one `$`, so that `$$(name)` is the text `$(name)`; any other `$` is itself.

use std::collections::BTreeMap;

/// A text with places for values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Template(Vec<Part>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Place(String),
}

impl Template {
    /// Reads a text. Every text is a template.
    pub(crate) fn parse(text: &str) -> Self {
        let (mut parts, mut plain, mut rest) = (Vec::new(), String::new(), text);
        while let Some(at) = rest.find('$') {
            plain.push_str(&rest[..at]);
            let after = &rest[at + 1..];
            let place = after.strip_prefix('(').and_then(|inside| inside.split_once(')'));
            if let Some(escaped) = after.strip_prefix('$') {
                plain.push('$');
                rest = escaped;
            } else if let Some((name, following)) = place {
                if !plain.is_empty() {
                    parts.push(Part::Text(std::mem::take(&mut plain)));
                }
                parts.push(Part::Place(name.to_owned()));
                rest = following;
            } else {
                plain.push('$');
                rest = after;
            }
        }
        plain.push_str(rest);
        if !plain.is_empty() {
            parts.push(Part::Text(plain));
        }
        Self(parts)
    }

    /// Gives the names of its places.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|part| match part {
            Part::Place(name) => Some(name.as_str()),
            Part::Text(_) => None,
        })
    }

    /// Puts values into the places. A place without a value stays as it was written; there is none once the names were
    /// checked.
    pub(crate) fn render(&self, values: &BTreeMap<String, String>) -> String {
        let mut text = String::new();
        for part in &self.0 {
            match part {
                Part::Text(plain) => text.push_str(plain),
                Part::Place(name) => match values.get(name) {
                    Some(value) => text.push_str(value),
                    None => text.extend(["$(", name, ")"]),
                },
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rendered(text: &str) -> String {
        let values = [("port", "8080"), ("level", "$(port)")];
        Template::parse(text).render(&values.map(|(name, value)| (name.to_owned(), value.to_owned())).into())
    }

    #[test]
    fn places_are_written_as_kubernetes_has_them() {
        for (text, expected) in [
            ("--port=$(port)", "--port=8080"),
            ("$(port)$(port)", "80808080"),
            ("$$(port)", "$(port)"),
            ("$$$(port)", "$8080"),
            ("$$$$(port)", "$$(port)"),
            ("cost: 5$", "cost: 5$"),
            ("$port", "$port"),
            ("$(port", "$(port"),
            ("", ""),
        ] {
            assert_eq!(rendered(text), expected, "{text}");
        }
    }

    #[test]
    fn a_value_is_not_read_as_a_template_again() {
        assert_eq!(rendered("$(level)"), "$(port)");
    }

    #[test]
    fn the_names_of_places_are_known() {
        let template = Template::parse("$(a) $$(b) $(c");
        assert_eq!(template.names().collect::<Vec<_>>(), ["a"]);
    }

    proptest! {
        #[test]
        fn doubling_every_sign_keeps_a_text(text in ".{0,40}") {
            prop_assert_eq!(rendered(&text.replace('$', "$$")), text);
        }
    }
}
