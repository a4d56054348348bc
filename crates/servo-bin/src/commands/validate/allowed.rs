//! Which connectors a configuration may use.

use servo_core::registry::Registry;
use servo_runtime::config::{
    self, Code, ConfigDiagnostic, ConnectorSection, Document, Layers, ServoDocument, Source,
};

use crate::commands::named;
use crate::failure::Failure;

/// The connectors that a configuration may use, by alias and kind; all of them where none is named.
#[derive(Debug, Default)]
pub(super) struct Allowed(Vec<(Option<String>, String)>);

impl Allowed {
    /// Reads `connector` and `alias:connector`.
    ///
    /// # Errors
    ///
    /// Usage: there is no such connector.
    pub(super) fn read(written: &[String], registry: &Registry) -> Result<Self, Failure> {
        let mut allowed = Vec::with_capacity(written.len());
        for text in written {
            let (alias, kind) = match text.split_once(':') {
                Some((alias, kind)) => (Some(alias.to_owned()), kind),
                None => (None, text.as_str()),
            };
            allowed.push((alias, named::connector(kind, registry)?.key.to_owned()));
        }
        Ok(Self(allowed))
    }

    /// Finds the connectors of a configuration that it may not use, in those documents that can be read.
    pub(super) fn refused(
        &self,
        source: &Source,
        registry: &Registry,
        layers: &Layers,
    ) -> Vec<ConfigDiagnostic> {
        if self.0.is_empty() {
            return Vec::new();
        }
        let (documents, _) =
            crate::commands::with_known(registry, |known| config::read(source, known, layers));
        documents.iter().flat_map(|it| self.refused_in(&it.document, &it.servo)).collect()
    }

    fn refused_in(&self, document: &Document, described: &ServoDocument) -> Vec<ConfigDiagnostic> {
        let refused = described.connectors.iter().filter(|section| !self.allows(section));
        let all: Vec<String> = self.0.iter().map(written).collect();
        let diagnostic = |section: &ConnectorSection| {
            let what = if section.name == section.kind {
                format!("connector `{}` is not one of those that were named", section.kind)
            } else {
                format!("connector `{}:{}` is not one of those that were named", section.name, section.kind)
            };
            let help = format!("validated was with: {}", all.join(", "));
            document.diagnostic_at(&section.path.to_string(), Code::UnknownConnector, what, Some(&help))
        };
        refused.map(diagnostic).collect()
    }

    fn allows(&self, section: &ConnectorSection) -> bool {
        self.0.iter().any(|(alias, kind)| {
            *kind == section.kind && alias.as_ref().is_none_or(|alias| *alias == section.name)
        })
    }
}

fn written((alias, kind): &(Option<String>, String)) -> String {
    alias.as_ref().map_or_else(|| kind.clone(), |alias| format!("{alias}:{kind}"))
}
