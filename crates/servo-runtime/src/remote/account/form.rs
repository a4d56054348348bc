//! Which of the two forms an `optimizer` section has.

use crate::environment::Environment;

/// The keys of the Opsani form (specification, section 2.2).
pub(crate) const OPSANI_KEYS: [&str; 5] = ["id", "token", "token_file", "base_url", "url"];

/// The keys by which the `AppDynamics` form is told from the other one (specification, section 2.3).
pub(crate) const APPDYNAMICS_KEYS: [&str; 6] =
    ["optimizer_id", "tenant_id", "client_id", "client_secret", "connection_file", "token_url"];

/// The form of a section.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// With `id` and a token.
    Opsani,
    /// With `optimizer_id`, and client credentials or a connection file.
    AppDynamics,
}

impl Form {
    /// Decides by the keys, or by the environment where there are none; `None` where neither names an optimizer. Of
    /// two that the environment names, that of `AppDynamics` counts (specification, section 2.1).
    pub(crate) fn of<'a>(keys: impl IntoIterator<Item = &'a str>, environment: &Environment) -> Option<Self> {
        let mut keys = keys.into_iter().peekable();
        if keys.peek().is_none() {
            let named = [("APPD_OPTIMIZER_ID", Self::AppDynamics), ("OPSANI_OPTIMIZER", Self::Opsani)];
            return named.into_iter().find(|(name, _)| environment.get(name).is_some()).map(|(_, form)| form);
        }
        Some(if keys.any(|key| APPDYNAMICS_KEYS.contains(&key)) { Self::AppDynamics } else { Self::Opsani })
    }
}
