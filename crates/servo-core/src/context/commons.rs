//! What the connectors of all servos of a process share among themselves.

use std::any::{Any, TypeId, type_name};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

/// A place for what the connectors of all servos of a process share, such as one connection to a system that many of them
/// speak to: one thing of each type, made when somebody first asks for it.
///
/// It outlives servos that are removed or built again. What is kept here should therefore hold whatever it is about
/// weakly, so that this ends with its last user.
#[derive(Default)]
pub struct Commons(Mutex<Vec<Kept>>);

/// A thing of a type, with the name of the type.
type Kept = (TypeId, &'static str, Arc<dyn Any + Send + Sync>);

impl Commons {
    /// Returns the one thing of a type.
    ///
    /// # Panics
    ///
    /// Where making it panics.
    pub fn get_or_default<T: Default + Send + Sync + 'static>(&self) -> Arc<T> {
        let of = TypeId::of::<T>();
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = kept.iter().find(|(other, ..)| *other == of);
        if let Some(Ok(known)) = known.map(|(.., known)| Arc::clone(known).downcast()) {
            return known;
        }
        let made = Arc::<T>::default();
        kept.push((of, type_name::<T>(), Arc::clone(&made) as Arc<dyn Any + Send + Sync>));
        made
    }
}

/// Shows the types.
impl fmt::Debug for Commons {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        f.debug_set().entries(kept.iter().map(|(_, name, _)| name)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_asks_for_a_type_gets_the_same_thing() {
        let commons = Commons::default();
        commons.get_or_default::<Mutex<u8>>().lock().unwrap().clone_from(&7);
        assert_eq!(*commons.get_or_default::<Mutex<u8>>().lock().unwrap(), 7);
        assert_eq!(*commons.get_or_default::<Mutex<u16>>().lock().unwrap(), 0);
        let shown = format!("{commons:?}");
        assert!(shown.contains("u8") && shown.contains("u16"), "{shown}");
    }
}
