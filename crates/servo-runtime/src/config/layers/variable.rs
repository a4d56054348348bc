//! Which variables of the environment stand for which keys.

use super::value::Shape;
use crate::config::diagnostic::is_secret;
use crate::config::path::Path;
use crate::remote::account::Form;

/// What the names of variables begin with that may stand for keys.
pub(super) const BEGINNINGS: [&str; 5] = ["SERVO_", "OPSANI_", "APPD_", "CHECKS_", "COMMON_"];

/// Variables for the program and those who start it, not for the configuration.
const OF_THE_PROGRAM: [&str; 6] = [
    "SERVO_CONFIG_FILE",
    "SERVO_LOG_LEVEL",
    "SERVO_NO_COLOR",
    "SERVO_RUN_CHECK",
    "SERVO_RUN_DEBUG",
    "SERVO_ENV",
];

/// The keys of a document.
const KEYS: [(&str, &str, Shape); 16] = [
    ("SERVO_NAME", "name", Shape::Text),
    ("SERVO_DESCRIPTION", "description", Shape::Text),
    ("SERVO_UID", "servo_uid", Shape::Text),
    ("SERVO_OPTIMIZER", "optimizer", Shape::Any),
    ("SERVO_CONNECTORS", "connectors", Shape::Any),
    ("SERVO_SETTINGS", "settings", Shape::Any),
    ("SERVO_CHECKS", "checks", Shape::Any),
    ("SERVO_NO_DIAGNOSTICS", "no_diagnostics", Shape::Flag),
    ("SERVO_STATE_DIR", "state_dir", Shape::Text),
    ("SERVO_ON_COMPLETE", "on_complete", Shape::Any),
    ("SERVO_REPEAT_EVERY", "repeat_every", Shape::Any),
    ("SERVO_MODE", "mode", Shape::Any),
    ("SERVO_RESTORE", "restore", Shape::Any),
    ("SERVO_OPTIMIZER_LOST_AFTER", "optimizer_lost_after", Shape::Any),
    ("SERVO_WINDOWS", "windows", Shape::Any),
    ("SERVO_CHANGE_RATE", "change_rate", Shape::Any),
];

/// The keys of remote optimizers; those that name one come first.
const OPTIMIZER: [(&str, Form, &str); 14] = [
    ("OPSANI_OPTIMIZER", Form::Opsani, "id"),
    ("OPSANI_TOKEN", Form::Opsani, "token"),
    ("OPSANI_TOKEN_FILE", Form::Opsani, "token_file"),
    ("OPSANI_BASE_URL", Form::Opsani, "base_url"),
    ("OPSANI_URL", Form::Opsani, "url"),
    ("APPD_OPTIMIZER_ID", Form::AppDynamics, "optimizer_id"),
    ("APPD_CONNECTION_FILE", Form::AppDynamics, "connection_file"),
    ("APPD_TOKEN", Form::AppDynamics, "token"),
    ("APPD_TENANT_ID", Form::AppDynamics, "tenant_id"),
    ("APPD_BASE_URL", Form::AppDynamics, "base_url"),
    ("APPD_CLIENT_ID", Form::AppDynamics, "client_id"),
    ("APPD_CLIENT_SECRET", Form::AppDynamics, "client_secret"),
    ("APPD_URL", Form::AppDynamics, "url"),
    ("APPD_TOKEN_URL", Form::AppDynamics, "token_url"),
];

/// The keys of `checks` and of `settings`, which have beginnings of their own (specification, sections 2.5 and 2.6).
const STANZAS: [(&str, &str, &str, Shape); 19] = [
    ("CHECKS_CONNECTORS", "checks", "connectors", Shape::Any),
    ("CHECKS_NAME", "checks", "name", Shape::Any),
    ("CHECKS_ID", "checks", "id", Shape::Any),
    ("CHECKS_TAG", "checks", "tag", Shape::Any),
    ("CHECKS_QUIET", "checks", "quiet", Shape::Flag),
    ("CHECKS_VERBOSE", "checks", "verbose", Shape::Flag),
    ("CHECKS_PROGRESSIVE", "checks", "progressive", Shape::Flag),
    ("CHECKS_WAIT", "checks", "wait", Shape::Any),
    ("CHECKS_DELAY", "checks", "delay", Shape::Any),
    ("CHECKS_HALT_ON", "checks", "halt_on", Shape::Any),
    ("CHECKS_REMEDY", "checks", "remedy", Shape::Flag),
    ("CHECKS_CHECK_HALTING", "checks", "check_halting", Shape::Flag),
    ("COMMON_BACKOFF", "settings", "backoff", Shape::Any),
    ("COMMON_PROXIES", "settings", "proxies", Shape::Any),
    ("COMMON_TIMEOUTS", "settings", "timeouts", Shape::Any),
    ("COMMON_SSL_VERIFY", "settings", "ssl_verify", Shape::Flag),
    ("COMMON_CLIENT_CERTIFICATE", "settings", "client_certificate", Shape::Any),
    ("COMMON_ALLOW_PLAIN_HTTP", "settings", "allow_plain_http", Shape::Flag),
    ("COMMON_MAX_BODY", "settings", "max_body", Shape::Any),
];

/// Variables that say which optimizer or which servo it is, or prove who asks: they cannot stand for several.
const OF_ONE: [&str; 13] = [
    "OPSANI_OPTIMIZER",
    "OPSANI_TOKEN",
    "OPSANI_TOKEN_FILE",
    "OPSANI_URL",
    "APPD_OPTIMIZER_ID",
    "APPD_CLIENT_ID",
    "APPD_CLIENT_SECRET",
    "APPD_CONNECTION_FILE",
    "APPD_TOKEN",
    "APPD_URL",
    "SERVO_NAME",
    "SERVO_UID",
    "SERVO_OPTIMIZER",
];

/// What a variable stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// A key of the document.
    Key(&'static str, Shape),
    /// A key of `checks` or `settings`.
    Stanza(&'static str, &'static str, Shape),
    /// A key of a remote optimizer of this form; the number is its place among them.
    Optimizer(usize, Form, &'static str),
    /// The section of a connector.
    Section(String),
    /// A key in the section of a connector.
    Field(String, String),
}

impl Target {
    pub(super) fn path(&self) -> Path {
        let root = Path::root();
        match self {
            Self::Key(key, _) => root.key(*key),
            Self::Stanza(stanza, key, _) => root.key(*stanza).key(*key),
            Self::Optimizer(_, _, key) => root.key("optimizer").key(*key),
            Self::Section(section) => root.key(section),
            Self::Field(section, field) => root.key(section).key(field),
        }
    }

    pub(super) fn shape(&self) -> Shape {
        match self {
            Self::Key(_, shape) | Self::Stanza(_, _, shape) => *shape,
            Self::Optimizer(..) => Shape::Text,
            Self::Field(_, field) if is_secret(field) => Shape::Text,
            Self::Section(_) | Self::Field(..) => Shape::Any,
        }
    }

    /// In which order variables count: what stands for more first.
    pub(super) const fn rank(&self) -> usize {
        match self {
            Self::Key(..) | Self::Section(_) => 0,
            Self::Stanza(..) | Self::Field(..) => 1,
            Self::Optimizer(place, ..) => 2 + *place,
        }
    }
}

/// What a variable stands for in every document.
pub(super) fn fixed(name: &str) -> Option<Target> {
    if let Some((_, key, shape)) = KEYS.iter().find(|(variable, ..)| *variable == name) {
        return Some(Target::Key(key, *shape));
    }
    if let Some((_, stanza, key, shape)) = STANZAS.iter().find(|(variable, ..)| *variable == name) {
        return Some(Target::Stanza(stanza, key, *shape));
    }
    let place = OPTIMIZER.iter().position(|(variable, ..)| *variable == name)?;
    OPTIMIZER.get(place).map(|(_, form, key)| Target::Optimizer(place, *form, key))
}

/// What a variable stands for among the sections of a document, which have their names in variables beside them, the
/// longest first.
pub(super) fn in_sections(name: &str, sections: &[(String, String)]) -> Option<Target> {
    let name = name.strip_prefix("SERVO_")?;
    sections.iter().find_map(|(in_variables, section)| {
        let rest = name.strip_prefix(in_variables.as_str())?;
        if rest.is_empty() {
            return Some(Target::Section(section.clone()));
        }
        let field = rest.strip_prefix('_').filter(|field| !field.is_empty() && !field.starts_with('_'))?;
        Some(Target::Field(section.clone(), field.to_lowercase()))
    })
}

pub(super) fn is_of_one(name: &str) -> bool {
    OF_ONE.contains(&name)
}

/// Whether a variable is of no concern to the configuration.
pub(super) fn is_of_the_program(name: &str) -> bool {
    OF_THE_PROGRAM.contains(&name) || name.starts_with("SERVO_BANNER_")
}

/// A name as variables have it: `opsani-dev:app` becomes `OPSANI_DEV_APP`.
pub(super) fn in_variables(name: &str) -> String {
    name.to_uppercase().replace(|c: char| !c.is_alphanumeric(), "_")
}

/// Whether a variable stands for this key of this section alone, and so may be there for other reasons.
pub(crate) fn is_field_of(variable: &str, section: &str, key: &str) -> bool {
    let name = format!("SERVO_{}_{}", in_variables(section), key.to_uppercase());
    variable.strip_prefix(name.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with("__"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::servo;
    use crate::remote::account::{APPDYNAMICS_KEYS, OPSANI_KEYS};

    #[test]
    fn every_key_has_its_variable() {
        for key in servo::KEYS {
            assert!(KEYS.iter().any(|(_, known, _)| *known == key), "{key}");
        }
        for key in OPSANI_KEYS.iter().chain(&APPDYNAMICS_KEYS) {
            assert!(OPTIMIZER.iter().any(|(.., known)| known == key), "{key}");
        }
        for name in OF_ONE {
            assert!(fixed(name).is_some(), "{name}");
        }
    }

    #[test]
    fn sections_are_found_by_their_longest_name() {
        let sections = ["prom_two", "prom"].map(|name| (in_variables(name), name.to_owned()));
        let found = |name| in_sections(name, &sections);
        assert_eq!(found("SERVO_PROM"), Some(Target::Section("prom".to_owned())));
        assert_eq!(found("SERVO_PROM_TWO"), Some(Target::Section("prom_two".to_owned())));
        let field = |section: &str, key: &str| Some(Target::Field(section.to_owned(), key.to_owned()));
        assert_eq!(found("SERVO_PROM_TWO_STEP"), field("prom_two", "step"));
        assert_eq!(found("SERVO_PROM_STEP"), field("prom", "step"));
        assert_eq!(
            (found("SERVO_PROMSTEP"), found("SERVO_PROM_"), found("SERVO_PROM__A")),
            (None, None, None)
        );
    }

    #[test]
    fn a_variable_of_a_field_is_known_with_and_without_its_servo() {
        assert!(is_field_of("SERVO_MY_APP_PORT", "my-app", "port"));
        assert!(is_field_of("SERVO_MY_APP_PORT__SHOP", "my-app", "port"));
        assert!(
            !is_field_of("SERVO_MY_APP", "my-app", "port")
                && !is_field_of("SERVO_MY_APP_PORTS", "my-app", "port")
        );
    }
}
