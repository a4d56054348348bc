//! The environment of the process, as it was when the program began.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// Environment variables by their names. Read once, at the top of the program; clones share them.
#[derive(Clone, Default)]
pub struct Environment(Arc<BTreeMap<String, Variable>>);

#[derive(Clone)]
struct Variable {
    value: String,
    /// The file that sets it, where it is not the environment of the process.
    file: Option<Arc<str>>,
}

impl Environment {
    /// Returns the value of a variable; one that is empty counts as absent.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(|variable| variable.value.as_str()).filter(|value| !value.is_empty())
    }

    /// Returns the file that sets a variable; `None` where it is the environment of the process.
    pub fn file_of(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.file.as_deref()
    }

    /// Returns every variable that is not empty, in the order of the names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let all = self.0.iter().map(|(name, variable)| (name.as_str(), variable.value.as_str()));
        all.filter(|(_, value)| !value.is_empty())
    }

    /// Adds the variables of a file that are not there, or empty: what is there wins.
    #[must_use]
    pub fn over_file(
        self,
        file: impl Into<Arc<str>>,
        variables: impl IntoIterator<Item = (String, String)>,
    ) -> Self {
        let file = file.into();
        let mut all = BTreeMap::clone(&self.0);
        for (name, value) in variables {
            if self.get(&name).is_none() {
                all.insert(name, Variable { value, file: Some(Arc::clone(&file)) });
            }
        }
        Self(Arc::new(all))
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Environment {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(variables: I) -> Self {
        let variable = |(name, value): (N, V)| (name.into(), Variable { value: value.into(), file: None });
        Self(Arc::new(variables.into_iter().map(variable).collect()))
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

    #[test]
    fn a_file_fills_in_what_the_process_leaves_out() {
        let process: Environment = [("A", "process"), ("B", "")].into_iter().collect();
        let file = ["A", "B", "C"].map(|name| (name.to_owned(), "file".to_owned()));
        let all = process.over_file(".env", file);
        assert_eq!(all.iter().collect::<Vec<_>>(), [("A", "process"), ("B", "file"), ("C", "file")]);
        assert_eq!((all.file_of("A"), all.file_of("C"), all.file_of("D")), (None, Some(".env"), None));
    }
}
