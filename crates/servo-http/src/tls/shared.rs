//! TLS, set up once for all clients that speak it the same way.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use rustls::ClientConfig;

use super::{TlsError, configuration};
use crate::Options;

/// The clients that may share how they speak TLS: what they verify with, and the sessions that servers let them
/// resume. It keeps none of them alive, and clones are the same.
#[derive(Clone, Default)]
pub struct Shared(Arc<Mutex<Vec<Member>>>);

/// A client and what it has.
struct Member {
    options: Weak<Options>,
    configuration: Weak<ClientConfig>,
}

impl Shared {
    /// Gives what a client speaks TLS with: what another has that speaks it the same way, or else something new.
    ///
    /// # Errors
    ///
    /// Certificates or keys that cannot be used.
    pub(crate) fn configuration(&self, options: &Arc<Options>) -> Result<Arc<ClientConfig>, TlsError> {
        let mut members = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        members.retain(|member| member.options.strong_count() > 0);
        let same = |member: &Member| {
            let is_same = member.options.upgrade().is_some_and(|other| other.tls == options.tls);
            is_same.then(|| member.configuration.upgrade()).flatten()
        };
        let configuration = match members.iter().find_map(same) {
            Some(configuration) => configuration,
            None => Arc::new(configuration(&options.tls)?),
        };
        let (options, shared) = (Arc::downgrade(options), Arc::downgrade(&configuration));
        members.push(Member { options, configuration: shared });
        Ok(configuration)
    }
}

/// Shows how many there are.
impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let members = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        write!(f, "Shared({} clients)", members.len())
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Tls, Trust};
    use super::*;

    fn options(tls: &Tls) -> Arc<Options> {
        Arc::new(Options { tls: tls.clone(), ..Options::default() })
    }

    #[test]
    fn who_speaks_tls_the_same_way_shares_it_for_as_long_as_anybody_does() {
        let shared = Shared::default();
        let anyone = Tls { trust: Trust::Anyone, identity: None };
        let (first, second, other) = (options(&anyone), options(&anyone), options(&Tls::default()));
        let one = shared.configuration(&first).unwrap();
        let two = shared.configuration(&second).unwrap();
        assert!(Arc::ptr_eq(&one, &two));
        assert!(!Arc::ptr_eq(&one, &shared.configuration(&other).unwrap()));
        drop(first);
        let third = options(&anyone);
        assert!(Arc::ptr_eq(&one, &shared.configuration(&third).unwrap()), "the second has it still");
        let gone = Arc::downgrade(&one);
        drop((one, two, second, third));
        assert!(gone.upgrade().is_none());
        assert!(shared.configuration(&options(&anyone)).is_ok());
        assert_eq!(format!("{shared:?}"), "Shared(2 clients)", "those that are gone are forgotten");
    }

    #[test]
    fn what_cannot_be_used_is_refused_each_time() {
        let shared = Shared::default();
        let empty = Tls { trust: Trust::Bundle(Vec::new()), identity: None };
        for _ in 0..2 {
            assert!(shared.configuration(&options(&empty)).is_err());
        }
    }
}
