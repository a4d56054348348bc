//! What is said of each code is true: its example has it, and its mended example has no mistake.

use servo_runtime::assembly::{Assembly, Options};
use servo_runtime::config::{Code, ConfigDiagnostic, ConfigDiagnostics};

use super::*;

fn built(text: &str) -> Result<Assembly, ConfigDiagnostics> {
    Assembly::build(Source::new("servo.yaml", text), &registry(), &Options::default())
}

#[test]
fn the_example_of_a_code_shows_it() {
    for code in Code::ALL {
        let wrong = built(code.explanation().example).expect_err(code.as_str());
        let codes: Vec<Code> = wrong.diagnostics().iter().map(ConfigDiagnostic::code).collect();
        assert!(codes.contains(&code), "{code}: {}", wrong.render_plain());
    }
}

#[test]
fn the_mended_example_of_a_code_has_no_mistake() {
    for code in Code::ALL {
        built(code.explanation().mended).unwrap_or_else(|wrong| panic!("{code}: {}", wrong.render_plain()));
    }
}
