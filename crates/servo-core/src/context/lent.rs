//! What the host lends to connectors without knowing what it is for.

use std::any::{Any, TypeId, type_name};
use std::fmt;
use std::sync::Arc;

/// Anything that is lent.
type Loan = Arc<dyn Any + Send + Sync>;

/// What is lent, one of each type: a few, so that a list is as good as a map and takes less memory.
#[derive(Clone, Default)]
pub(super) struct Lent(Vec<(TypeId, &'static str, Loan)>);

impl Lent {
    /// Lends something, in place of what was lent of that type.
    pub(super) fn add<T: Send + Sync + 'static>(&mut self, what: Arc<T>) {
        let of = TypeId::of::<T>();
        self.0.retain(|(other, ..)| *other != of);
        self.0.push((of, type_name::<T>(), what));
    }

    /// Gives what is lent of a type.
    pub(super) fn get<T: Send + Sync + 'static>(&self) -> Option<Arc<T>> {
        let of = TypeId::of::<T>();
        let (.., what) = self.0.iter().find(|(other, ..)| *other == of)?;
        Arc::clone(what).downcast().ok()
    }
}

/// Shows the types.
impl fmt::Debug for Lent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.iter().map(|(_, name, _)| name)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::Host;

    #[test]
    fn a_host_lends_one_thing_of_each_type() {
        let host = Host::named("test");
        assert_eq!(host.lent::<u8>(), None);
        let host = host.lend(Arc::new(1_u8)).lend(Arc::new("text".to_owned())).lend(Arc::new(2_u8));
        assert_eq!((host.lent::<u8>().as_deref(), host.lent::<u16>()), (Some(&2), None));
        assert_eq!(host.lent::<String>().as_deref().map(String::as_str), Some("text"));
        assert!(format!("{host:?}").contains(r#"{"alloc::string::String", "u8"}"#), "{host:?}");
    }
}
