//! What a way to a cluster depends on beside what an operator wrote for it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use servo_core::Context;
use servo_exec::Inherited;
use servo_http::Outlet;

/// What a way to a cluster depends on beside an [`Access`](crate::Access): the environment, the folder at which relative
/// paths start, and the proxies.
#[derive(Clone, Debug, Default)]
pub struct Surroundings {
    base: PathBuf,
    inherited: Arc<Inherited>,
    outlet: Option<Arc<Outlet>>,
}

impl Surroundings {
    /// Takes those of a handler, as its host lends them.
    pub fn of(cx: &Context) -> Self {
        Self { base: cx.resolve(Path::new("")), inherited: cx.lent().unwrap_or_default(), outlet: cx.lent() }
    }

    /// Takes those of a command that no configuration is read for: relative paths start at the working folder.
    pub fn new(inherited: Arc<Inherited>, outlet: Outlet) -> Self {
        Self { base: PathBuf::new(), inherited, outlet: Some(Arc::new(outlet)) }
    }

    /// Gives a variable of the environment that is set and not empty.
    pub(crate) fn variable(&self, name: &str) -> Option<String> {
        self.inherited.get(name).filter(|value| !value.is_empty()).map(str::to_owned)
    }

    /// Gives a path as seen from the working folder.
    pub(crate) fn resolve(&self, path: &Path) -> PathBuf {
        self.base.join(path)
    }

    /// Gives the way to the network that the operator configured for everything.
    pub(crate) fn outlet(&self) -> Option<&Outlet> {
        self.outlet.as_deref()
    }
}
