//! Which of the two forms an `optimizer` section has.

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
    /// Decides by the keys.
    pub(crate) fn of<'a>(keys: impl IntoIterator<Item = &'a str>) -> Self {
        let is_appdynamics = keys.into_iter().any(|key| APPDYNAMICS_KEYS.contains(&key));
        if is_appdynamics { Self::AppDynamics } else { Self::Opsani }
    }
}
