//! What is compiled into the program: connector types and kinds of optimizers.

use crate::connector::Descriptor;
use crate::optimizer::OptimizerDescriptor;
use crate::{Error, Result};

/// The connector types and optimizers of the program, sorted by key.
#[derive(Clone, Debug)]
pub struct Registry {
    connectors: Vec<&'static Descriptor>,
    optimizers: Vec<&'static OptimizerDescriptor>,
}

impl Registry {
    /// Collects what the crates of the program submitted.
    ///
    /// A crate that no other names is not compiled in, submission or not: name it with
    /// `use servo_x as _;`.
    ///
    /// # Errors
    ///
    /// Class internal: two submissions have the same key.
    pub fn collect() -> Result<Self> {
        Self::of(inventory::iter::<Descriptor>(), inventory::iter::<OptimizerDescriptor>())
    }

    fn of(
        connectors: impl IntoIterator<Item = &'static Descriptor>,
        optimizers: impl IntoIterator<Item = &'static OptimizerDescriptor>,
    ) -> Result<Self> {
        Ok(Self {
            connectors: sorted("connectors", connectors, |descriptor| descriptor.key)?,
            optimizers: sorted("optimizers", optimizers, |descriptor| descriptor.key)?,
        })
    }

    /// Returns the connector types, sorted by key.
    pub fn connectors(&self) -> &[&'static Descriptor] {
        &self.connectors
    }

    /// Returns the connector type of that key.
    pub fn connector(&self, key: &str) -> Option<&'static Descriptor> {
        self.connectors.iter().find(|descriptor| descriptor.key == key).copied()
    }

    /// Returns the kinds of optimizers, sorted by key.
    pub fn optimizers(&self) -> &[&'static OptimizerDescriptor] {
        &self.optimizers
    }

    /// Returns the kind of optimizer of that key.
    pub fn optimizer(&self, key: &str) -> Option<&'static OptimizerDescriptor> {
        self.optimizers.iter().find(|descriptor| descriptor.key == key).copied()
    }
}

/// Submissions come in no defined order, and nothing but this refuses two of the same key.
fn sorted<T>(
    what: &str,
    submitted: impl IntoIterator<Item = &'static T>,
    key: fn(&'static T) -> &'static str,
) -> Result<Vec<&'static T>> {
    let mut all: Vec<&'static T> = submitted.into_iter().collect();
    all.sort_by_key(|descriptor| key(descriptor));
    match all.windows(2).find(|pair| key(pair[0]) == key(pair[1])) {
        Some(pair) => Err(Error::internal(format!(
            "two {what} of the program have the key `{}`: remove one of the crates that submit it",
            key(pair[0])
        ))),
        None => Ok(all),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Handlers;
    use crate::{Connector, Result};

    struct Nothing;

    impl Connector for Nothing {
        type Settings = ();
        fn new(_: &str, (): ()) -> Result<Self> {
            Ok(Self)
        }
        fn handlers(_: &mut Handlers<Self>) {}
    }

    static ZETA: Descriptor = Descriptor::of::<Nothing>("zeta");
    static ALPHA: Descriptor = Descriptor::of::<Nothing>("alpha");
    static SECOND_ALPHA: Descriptor = Descriptor::of::<Nothing>("alpha");

    #[test]
    fn sorted_by_key() {
        let registry = Registry::of([&ZETA, &ALPHA], []).unwrap();
        let keys: Vec<_> = registry.connectors().iter().map(|descriptor| descriptor.key).collect();
        assert_eq!(keys, ["alpha", "zeta"]);
        assert!(registry.connector("zeta").is_some());
        assert!(registry.connector("beta").is_none());
    }

    #[test]
    fn duplicates_are_refused() {
        let error = Registry::of([&ALPHA, &SECOND_ALPHA], []).unwrap_err();
        assert!(error.message().contains("`alpha`"), "{error}");
    }
}
