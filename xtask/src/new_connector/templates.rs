//! The files of a new connector: templates in `xtask/templates/connector`, with marks for its name.

use super::Name;

/// Where each file goes in the new crate, and its template.
const FILES: &[(&str, &str)] = &[
    ("Cargo.toml", include_str!("../../templates/connector/Cargo.toml.tmpl")),
    ("src/example.yaml", include_str!("../../templates/connector/example.yaml.tmpl")),
    ("src/lib.rs", include_str!("../../templates/connector/lib.rs.tmpl")),
    ("src/settings.rs", include_str!("../../templates/connector/settings.rs.tmpl")),
    ("src/tests.rs", include_str!("../../templates/connector/tests.rs.tmpl")),
    ("tests/conformance.rs", include_str!("../../templates/connector/conformance.rs.tmpl")),
];

/// The files of a connector called `name`: path inside the crate, and text.
pub(super) fn render(name: &Name) -> Vec<(&'static str, String)> {
    FILES.iter().map(|(path, template)| (*path, filled(template, name))).collect()
}

fn filled(template: &str, name: &Name) -> String {
    template
        .replace("@CRATE@", &name.crate_name())
        .replace("@MODULE@", &name.module())
        .replace("@KEY@", &name.key())
        .replace("@TYPE@", &name.type_name())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_mark_is_left() {
        for (path, text) in render(&Name::parse("kube-metrics").unwrap()) {
            assert!(!text.contains('@'), "{path}:\n{text}");
            assert!(text.ends_with('\n') && !text.ends_with("\n\n"), "{path}");
        }
    }

    #[test]
    fn the_name_stands_where_it_belongs() {
        let files = render(&Name::parse("kube-metrics").unwrap());
        let file = |wanted: &str| &files.iter().find(|(path, _)| *path == wanted).unwrap().1;
        assert!(file("Cargo.toml").contains("name = \"servo-kube-metrics\""));
        assert!(file("src/lib.rs").contains("Descriptor::of::<KubeMetrics>(\"kube_metrics\")"));
        assert!(file("tests/conformance.rs").contains("servo_kube_metrics"));
    }
}
