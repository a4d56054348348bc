//! The HTTP clients that servos share.

use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use futures::FutureExt as _;
use servo_core::{Error, Result};
use servo_http::dial::Dial;
use servo_http::{Client, Redactor, tls};

use super::Configuration;
use super::network::Network;
use super::renewal::{Renewal, Source};
use crate::runner::AGENT;

/// The HTTP clients that servos share. Whoever is reached in the same way, over the same certificates, proxies and
/// limits, is reached with one client and its connections; those that differ in something else than certificates
/// share what TLS takes in memory.
///
/// No request waits for another: a connection is another's only while nothing is under way on it, and there may be
/// any number of them. What nobody uses is not kept. Clones are the same pool.
#[derive(Clone, Default)]
pub struct Clients {
    tls: tls::Shared,
    sources: Arc<Mutex<Sources>>,
}

/// What clients are made of, and those that are in use.
type Sources = Vec<(Arc<Terms>, Weak<Source>)>;

/// All that a client is made of.
#[derive(Debug)]
struct Terms {
    network: Network,
    base: PathBuf,
    redactor: Redactor,
    dial: Arc<dyn Dial>,
}

impl Terms {
    fn of(configuration: &Configuration) -> Self {
        let Configuration { network, base, redactor, dial, .. } = configuration;
        let (network, base) = (network.clone(), base.clone());
        Self { network, base, redactor: redactor.clone(), dial: Arc::clone(dial) }
    }

    /// Returns true where a client of these serves for those, too.
    fn are_same(&self, other: &Self) -> bool {
        self.network.has_options_of(&other.network)
            && self.base == other.base
            && self.redactor.is_same(&other.redactor)
            && Arc::ptr_eq(&self.dial, &other.dial)
    }

    /// Makes a client, for which the files that `settings` names are read.
    async fn client(&self, tls: tls::Shared) -> Result<Client> {
        let mut options = self.network.options(&self.base).await?;
        AGENT.clone_into(&mut options.user_agent);
        options.dial = Arc::clone(&self.dial);
        options.redactor = self.redactor.clone();
        // The system's certificates are read once per process, which takes some milliseconds.
        let built = tokio::task::spawn_blocking(move || Client::sharing(options, &tls)).await;
        let built =
            built.map_err(|error| Error::internal("cannot build the HTTP client").with_source(error))?;
        built.map_err(Network::explain_tls)
    }
}

impl Clients {
    /// Gives one servo its part of a client: of one that is there, or of one that is made now.
    ///
    /// # Errors
    ///
    /// Class configuration: the files that `settings` names cannot be used.
    pub async fn take(&self, configuration: &Configuration) -> Result<Renewal> {
        Renewal::sharing(self.source(Terms::of(configuration))).await
    }

    /// Gives what clients share of TLS, for those that others make.
    pub(crate) fn tls(&self) -> tls::Shared {
        self.tls.clone()
    }

    fn source(&self, terms: Terms) -> Arc<Source> {
        let mut sources = self.sources.lock().unwrap_or_else(PoisonError::into_inner);
        // Who comes after a failure tries again.
        sources.retain(|(_, source)| source.upgrade().is_some_and(|source| !source.is_failed()));
        let found = sources.iter().find(|(others, _)| others.are_same(&terms));
        if let Some(source) = found.and_then(|(_, source)| source.upgrade()) {
            return source;
        }
        let terms = Arc::new(terms);
        let (tls, made_of) = (self.tls.clone(), Arc::clone(&terms));
        let make = move || {
            let (tls, terms) = (tls.clone(), Arc::clone(&made_of));
            async move { terms.client(tls).await }.boxed()
        };
        let source = Source::new(Box::new(make));
        sources.push((terms, Arc::downgrade(&source)));
        source
    }
}

/// Shows how many there are.
impl fmt::Debug for Clients {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sources = self.sources.lock().unwrap_or_else(PoisonError::into_inner);
        f.debug_struct("Clients").field("sources", &sources.len()).field("tls", &self.tls).finish()
    }
}

#[cfg(test)]
mod tests;
