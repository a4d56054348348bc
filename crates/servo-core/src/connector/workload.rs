//! What a connector adjusts in the outside world, as a value that is the same wherever the workload is.

use std::fmt;

/// A workload: two of them are one where kind, namespace and name are the same. Kinds are compared without regard to
/// case, as people write both `Deployment` and `deployment`.
///
/// It is shown as `deployment default/web`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Workload {
    kind: String,
    namespace: Option<String>,
    name: String,
}

impl Workload {
    /// Names a workload that is in no namespace. Where a namespace is left out and there is one by default, add that.
    pub fn new(kind: impl AsRef<str>, name: impl Into<String>) -> Self {
        Self { kind: kind.as_ref().to_lowercase(), namespace: None, name: name.into() }
    }

    /// Gives its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Puts it into a namespace.
    #[must_use]
    pub fn in_namespace(mut self, namespace: impl Into<String>) -> Self {
        self.namespace = Some(namespace.into());
        self
    }
}

impl fmt::Display for Workload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, namespace, name } = self;
        match namespace {
            Some(namespace) => write!(f, "{kind} {namespace}/{name}"),
            None => write!(f, "{kind} {name}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_workload_is_the_same_however_its_kind_is_written() {
        let web = Workload::new("Deployment", "web").in_namespace("default");
        assert_eq!(web, Workload::new("deployment", "web").in_namespace("default"));
        assert_eq!(web.to_string(), "deployment default/web");
    }

    #[test]
    fn what_reads_the_same_need_not_be_the_same() {
        let without = Workload::new("deployment", "default/web");
        let within = Workload::new("deployment", "web").in_namespace("default");
        assert_eq!(without.to_string(), within.to_string());
        assert_ne!(without, within);
        assert_ne!(within, Workload::new("deployment", "Web").in_namespace("default"));
    }
}
