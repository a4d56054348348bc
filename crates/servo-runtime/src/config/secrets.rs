//! What the environment and the command line say in confidence.

use std::fmt;
use std::sync::Arc;

use super::diagnostic::is_secret_place;
use super::document::Document;

/// The secrets that layers above a document give, to be taken out of whatever is said of it.
#[derive(Clone, Default)]
pub(crate) struct Secrets(Option<Arc<[String]>>);

/// Shows how many there are.
impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Secrets").field(&self.iter().count()).finish()
    }
}

impl Secrets {
    /// Finds the values at the places of secrets that do not come from the document.
    pub(super) fn of(document: &Document) -> Self {
        let mut found = Vec::new();
        document.index().walk(|path, entry| {
            if entry.origin.is_some()
                && is_secret_place(path)
                && let Some(text) = document.get(path).and_then(|value| value.as_str())
            {
                found.push(text.trim().to_owned());
            }
        });
        Self((!found.is_empty()).then(|| found.into()))
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().flat_map(|all| all.iter()).map(String::as_str)
    }
}
