//! What a sidecar is put into, as it is typed: `deployment/web`.

use std::fmt;

use servo_core::{Error, Result};
use servo_kube::names;

use crate::workload;

/// The kinds that a sidecar is put into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// `apps/v1 Deployment`.
    Deployment,
    /// `apps/v1 StatefulSet`.
    StatefulSet,
    /// `v1 Pod` that no controller has made.
    Pod,
}

/// What a sidecar is put into.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Target {
    /// What it is.
    pub kind: Kind,
    /// The namespace it is in.
    pub namespace: String,
    /// Its name.
    pub name: String,
}

/// What may be typed for each kind.
const WORDS: [(&str, Kind); 9] = [
    ("deploy", Kind::Deployment),
    ("deployment", Kind::Deployment),
    ("deployments", Kind::Deployment),
    ("sts", Kind::StatefulSet),
    ("statefulset", Kind::StatefulSet),
    ("statefulsets", Kind::StatefulSet),
    ("po", Kind::Pod),
    ("pod", Kind::Pod),
    ("pods", Kind::Pod),
];

impl Kind {
    /// Returns the name of the kind, as objects have it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Deployment => "Deployment",
            Self::StatefulSet => "StatefulSet",
            Self::Pod => "Pod",
        }
    }

    /// Gives the kind as the rest of this crate has it; a pod is no workload.
    pub(super) const fn workload(self) -> Option<workload::Kind> {
        match self {
            Self::Deployment => Some(workload::Kind::Deployment),
            Self::StatefulSet => Some(workload::Kind::StatefulSet),
            Self::Pod => None,
        }
    }
}

impl Target {
    /// Reads what was typed, such as `deployment/web`, `statefulset/db` or `pod/one`.
    ///
    /// # Errors
    ///
    /// Class configuration: it is none of these, or has no name that Kubernetes knows.
    pub fn parse(typed: &str, namespace: &str) -> Result<Self> {
        let help = "write `deployment/NAME`, `statefulset/NAME` or `pod/NAME`";
        let Some((word, name)) = typed.split_once('/') else {
            return Err(Error::configuration(format!("`{typed}` does not say what it is")).with_help(help));
        };
        let kind = WORDS.iter().find(|(known, _)| word.eq_ignore_ascii_case(known));
        let Some((_, kind)) = kind else {
            let message =
                format!("a sidecar cannot be put into `{typed}`: `{word}` is no kind that is known");
            return Err(Error::configuration(message).with_help(help));
        };
        names::workload(name)?;
        names::namespace(namespace)?;
        Ok(Self { kind: *kind, namespace: namespace.to_owned(), name: name.to_owned() })
    }

    /// Returns it as it is typed.
    pub fn typed(&self) -> String {
        format!("{}/{}", self.kind.name().to_ascii_lowercase(), self.name)
    }

    /// Gives it as the rest of this crate has it; a pod is no workload.
    pub(super) fn reference(&self) -> Option<workload::Reference> {
        let (namespace, name) = (self.namespace.clone(), self.name.clone());
        self.kind.workload().map(|kind| workload::Reference { kind, namespace, name })
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} `{}/{}`", self.kind.name(), self.namespace, self.name)
    }
}
