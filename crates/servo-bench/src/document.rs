//! Configurations of servos for an optimizer on this machine.

use std::fmt::Write as _;

/// The file beside the configuration that has the certificate of the authority.
pub(crate) const AUTHORITY: &str = "ca.pem";

/// A service as small as one can be.
const SERVICE: &str = "\
emulator:
  load: {rate: 100}
  components:
    web:
      demand: 20ms
      memory: {base: 300Mi}
      settings:
        cpu: {min: 250m, max: 4, step: 250m, value: 1}
        mem: {value: 1Gi}
        replicas: {min: 1, max: 8, value: 2}
";

/// Writes a document for each of so many servos, which have an emulated service each.
pub(crate) fn fleet(count: usize, url: &str) -> String {
    (0..count).fold(String::new(), |mut text, number| {
        let separator = if number == 0 { "" } else { "---\n" };
        let _ = write!(text, "{separator}{}{SERVICE}", head(number, url));
        text
    })
}

/// Writes the document of a servo that measures so many metrics of so many points.
pub(crate) fn points(metrics: u16, points: u16, url: &str) -> String {
    format!("{}points: {{metrics: {metrics}, points: {points}}}\n", head(0, url))
}

/// Writes the document of a servo that asks a Prometheus for so many metrics, one value each millisecond.
pub(crate) fn prometheus(metrics: u16, prometheus: &str, url: &str) -> String {
    let begin = format!("{}prometheus:\n  base_url: {prometheus}\n  metrics:\n", head(0, url));
    (0..metrics).fold(begin, |mut text, number| {
        // Numbers of as many digits as measured ones have.
        let _ = writeln!(text, "  - {{name: m{number}, query: sin(vector(time() + {number})), step: 1ms}}");
        text
    })
}

/// Writes the document of a servo with so many connectors, each of which has so many checks.
pub(crate) fn checks(connectors: u16, checks: u16) -> String {
    let names: Vec<String> = (0..connectors).map(|number| format!("points-{number:03}")).collect();
    let listed: Vec<String> = names.iter().map(|name| format!("{name}: points")).collect();
    let mut text = format!("name: checks\nconnectors: {{{}}}\n", listed.join(", "));
    for name in names {
        let _ = writeln!(text, "{name}: {{metrics: 0, points: 0, checks: {checks}}}");
    }
    text
}

fn head(number: usize, url: &str) -> String {
    let settings = if url.starts_with("https:") {
        format!("settings: {{ssl_verify: {AUTHORITY}}}\n")
    } else {
        String::new()
    };
    format!(
        "name: servo-{number:04}\noptimizer: {{id: example.com/app-{number:04}, token: t0k3n-{number:04}-0123456789, \
         base_url: \"{url}\"}}\n{settings}"
    )
}

#[cfg(test)]
mod tests {
    use servo_core::registry::Registry;
    use servo_runtime::assembly::{Assembly, Options};
    use servo_runtime::config::Source;

    use super::*;

    #[test]
    fn a_fleet_is_a_configuration_without_mistakes() {
        let source = Source::new("servo.yaml", fleet(3, "https://localhost:1"));
        let assembly = Assembly::build(source, &Registry::collect().unwrap(), &Options::default());
        assert_eq!(assembly.unwrap().into_parts().1.len(), 3);
    }

    #[test]
    fn a_fleet_has_a_document_for_each_servo() {
        let text = fleet(3, "https://localhost:1");
        assert_eq!((text.matches("---\n").count(), text.matches("ssl_verify").count()), (2, 3));
        assert!(text.contains("name: servo-0002\n") && text.contains("app-0002"));
    }

    #[test]
    fn nothing_is_trusted_where_nothing_is_encrypted() {
        assert!(!points(50, 600, "http://localhost:1").contains("ssl_verify"));
    }
}
