//! The environment of the process, as it was when the program began.

use std::collections::BTreeMap;
use std::fmt;

/// Environment variables by their names. Read once, at the top of the program.
#[derive(Clone, Default)]
pub struct Environment(BTreeMap<String, String>);

impl Environment {
    /// Returns the value of a variable; one that is empty counts as absent.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Environment {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(variables: I) -> Self {
        Self(variables.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}

/// Shows names only: values may be secrets.
impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_without_text_is_absent_and_no_value_is_shown() {
        let environment: Environment = [("A", "canary-5f2c9e71"), ("B", "")].into_iter().collect();
        assert_eq!((environment.get("A"), environment.get("B")), (Some("canary-5f2c9e71"), None));
        assert_eq!(format!("{environment:?}"), "{\"A\", \"B\"}");
    }
}
