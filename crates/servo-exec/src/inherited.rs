//! What programs inherit of the environment of Servo, and what stays with Servo.

use std::collections::BTreeMap;
use std::fmt;

/// Beginnings of names that are Servo's own: its configuration, credentials included, and who supervises it.
const OWN: &[&str] = &["OPSANI_", "SERVO_", "APPD_", "COMMON_", "CHECKS_", "NOTIFY_SOCKET", "WATCHDOG_"];

/// Words of names whose values are credentials.
const CREDENTIALS: &[&str] = &[
    "TOKEN",
    "SECRET",
    "SECRETS",
    "PASSWORD",
    "PASSWD",
    "PASSPHRASE",
    "CREDENTIAL",
    "CREDENTIALS",
    "KEY",
    "APIKEY",
    "PAT",
];

/// Variables that a host lends to the programs of its connectors.
///
/// Names that are Servo's own (`SERVO_…`, `OPSANI_…`, …) and names of which one word says that the value is a credential
/// (`…_TOKEN`, `…_KEY`, `…PASSWORD…`) are handed on only where they are asked for by name.
#[derive(Clone, Default)]
pub struct Inherited(BTreeMap<String, String>);

impl Inherited {
    /// Returns a variable, whatever it is called.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Returns the variables that every program gets.
    pub fn harmless(&self) -> impl Iterator<Item = (&str, &str)> {
        let all = self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        all.filter(|(name, _)| !Self::is_withheld(name))
    }

    /// Returns true where a variable of that name is handed on only if it is asked for.
    pub fn is_withheld(name: &str) -> bool {
        let name = name.to_ascii_uppercase();
        let is_credential = || name.split('_').any(|word| CREDENTIALS.contains(&word));
        OWN.iter().any(|own| name.starts_with(own)) || is_credential() || name.contains("PASSWORD")
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Inherited {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(variables: I) -> Self {
        Self(variables.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}

/// Shows names only: values may be secrets.
impl fmt::Debug for Inherited {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_and_what_is_servos_own_stay_with_servo() {
        for name in [
            "OPSANI_TOKEN",
            "OPSANI_ID",
            "SERVO_PROMETHEUS_BEARER_TOKEN",
            "GITHUB_TOKEN",
            "AWS_SECRET_ACCESS_KEY",
            "PGPASSWORD",
            "db_password",
            "NOTIFY_SOCKET",
        ] {
            assert!(Inherited::is_withheld(name), "{name}");
        }
        for name in
            ["PATH", "HOME", "LANG", "KEYBOARD", "MONKEY", "TOKENIZERS_PARALLELISM", "PATH_INFO", "SERVOS"]
        {
            assert!(!Inherited::is_withheld(name), "{name}");
        }
    }

    #[test]
    fn what_is_withheld_is_there_for_whoever_names_it_and_never_shown() {
        let inherited: Inherited = [("PATH", "/bin"), ("API_TOKEN", "canary-77")].into_iter().collect();
        assert_eq!(inherited.harmless().collect::<Vec<_>>(), [("PATH", "/bin")]);
        assert_eq!(inherited.get("API_TOKEN"), Some("canary-77"));
        assert!(!format!("{inherited:?}").contains("canary"));
    }
}
