//! Any bytes as a configuration file: it is loaded, or everything wrong with it is told, and nothing panics.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::{Corpus, fuzz_target};
use servo_core::registry::Registry;
use servo_runtime::assembly::{Assembly, Options};
use servo_runtime::config::Source;
use {servo_emulator as _, servo_optimizer as _};

static REGISTRY: LazyLock<Registry> = LazyLock::new(|| Registry::collect().expect("keys are unique"));

fuzz_target!(|bytes: &[u8]| -> Corpus {
    let Ok(text) = std::str::from_utf8(bytes) else { return Corpus::Reject };
    match Assembly::build(Source::new("servo.yaml", text), &REGISTRY, &Options::default()) {
        Ok(assembly) => assert!(!assembly.servos().is_empty(), "a file without servos is refused"),
        Err(wrong) => {
            assert!(!wrong.diagnostics().is_empty(), "a refusal says why");
            assert!(wrong.diagnostics().iter().all(|it| it.span().end <= text.len()), "a mark is in the text");
            assert!(!wrong.render_plain().is_empty());
        }
    }
    Corpus::Keep
});
