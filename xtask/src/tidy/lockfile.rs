//! The resolved graph: one TLS provider, no abandoned parser, one registry.

use super::Violation;

/// The one registry, as a lock file names it.
const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// Crates that must not be in the graph, and where it says why.
const BANNED: &[(&str, &str)] = &[
    ("aws-lc-rs", "ring is the one TLS provider (docs/adr/0002-tls-provider.md)"),
    ("aws-lc-sys", "ring is the one TLS provider (docs/adr/0002-tls-provider.md)"),
    ("native-tls", "rustls is the one TLS stack (docs/adr/0002-tls-provider.md)"),
    ("openssl", "rustls is the one TLS stack (docs/adr/0002-tls-provider.md)"),
    ("openssl-sys", "rustls is the one TLS stack (docs/adr/0002-tls-provider.md)"),
    ("serde_yaml", "deprecated: YAML is read by serde-saphyr (docs/adr/0001-yaml-crate.md)"),
    ("serde_yml", "archived: YAML is read by serde-saphyr (docs/adr/0001-yaml-crate.md)"),
];

/// Checks a lock file.
pub(super) fn check(path: &str, text: &str) -> Vec<Violation> {
    let mut found = Vec::new();
    for (index, line) in text.lines().enumerate() {
        if let Some(name) = value(line, "name") {
            let ban = BANNED.iter().find(|(banned, _)| *banned == name);
            found.extend(ban.map(|(_, reason)| {
                let message = format!(
                    "`{name}` is in the graph: {reason}; `cargo tree --invert {name}` shows who brings it"
                );
                Violation::new(path, index + 1, "graph", message)
            }));
        }
        if let Some(source) = value(line, "source")
            && source != REGISTRY
        {
            let message = format!("`{source}` is not crates.io, the only source allowed");
            found.push(Violation::new(path, index + 1, "graph", message));
        }
    }
    found
}

fn value<'a>(line: &'a str, key: &str) -> Option<&'a str> {
    line.strip_prefix(key)?.strip_prefix(" = \"")?.strip_suffix('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn locked(name: &str, source: &str) -> String {
        format!("[[package]]\nname = \"{name}\"\nversion = \"1.0.0\"\nsource = \"{source}\"\n")
    }

    #[test]
    fn ring_from_the_registry_is_accepted() {
        assert_eq!(check("Cargo.lock", &locked("ring", REGISTRY)), []);
    }

    #[test]
    fn a_second_provider_and_abandoned_parsers_are_found() {
        for name in ["aws-lc-rs", "openssl", "serde_yaml", "serde_yml"] {
            let found = check("Cargo.lock", &locked(name, REGISTRY));
            assert_eq!(found.len(), 1, "{name}");
            assert_eq!((found[0].line, found[0].rule), (2, "graph"), "{name}");
        }
        assert_eq!(check("Cargo.lock", &locked("serde_yaml_ng", REGISTRY)), []);
    }

    #[test]
    fn a_crate_from_elsewhere_is_found() {
        let found = check("Cargo.lock", &locked("ring", "git+https://example.org/ring#1"));
        assert_eq!(
            found[0].to_string(),
            "Cargo.lock:4: graph: `git+https://example.org/ring#1` is not crates.io, the only source allowed"
        );
    }
}
