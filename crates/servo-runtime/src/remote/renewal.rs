//! The HTTP client of a link, made again when the operator asks for it.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{PoisonError, RwLock};

use futures::future::BoxFuture;
use servo_core::Result;
use servo_http::Client;

/// Makes a client, for which files may be read.
pub type Make = Box<dyn Fn() -> BoxFuture<'static, Result<Client>> + Send + Sync>;

/// A client, and how another is made of files that have changed.
pub struct Renewal {
    make: Make,
    client: RwLock<Client>,
    is_stale: AtomicBool,
}

impl Renewal {
    /// Makes the first client.
    ///
    /// # Errors
    ///
    /// Class configuration: the files cannot be used.
    pub async fn of(make: Make) -> Result<Self> {
        let client = RwLock::new(make().await?);
        Ok(Self { make, client, is_stale: AtomicBool::new(false) })
    }

    /// Has the client made again before it is used the next time.
    pub fn renew(&self) {
        self.is_stale.store(true, Ordering::Release);
    }

    /// Gives the client. What is under way keeps the one that it was given, and so does everybody where another cannot
    /// be made.
    pub async fn client(&self) -> Client {
        if self.is_stale.swap(false, Ordering::AcqRel) {
            match (self.make)().await {
                Ok(client) => *self.client.write().unwrap_or_else(PoisonError::into_inner) = client,
                Err(error) => tracing::warn!("the old certificates stay in use: {}", error.chain()),
            }
        }
        self.client.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl fmt::Debug for Renewal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Renewal").field("is_stale", &self.is_stale).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::AtomicUsize;

    use futures::FutureExt as _;
    use servo_core::Error;
    use servo_http::Options;

    use super::*;

    /// Makes clients and counts them; the one of that number cannot be made.
    fn counting(made: &Arc<AtomicUsize>, fails_at: usize) -> Make {
        let made = Arc::clone(made);
        Box::new(move || {
            let number = made.fetch_add(1, Ordering::SeqCst) + 1;
            let failed = (number == fails_at).then(|| Error::configuration("no certificate in it"));
            async move {
                match failed {
                    Some(error) => Err(error),
                    None => Ok(Client::new(Options::default()).unwrap()),
                }
            }
            .boxed()
        })
    }

    #[tokio::test]
    async fn a_client_is_made_again_only_when_it_is_asked_for_and_then_once() {
        let made = Arc::new(AtomicUsize::new(0));
        let renewal = Renewal::of(counting(&made, 3)).await.unwrap();
        renewal.client().await;
        assert_eq!(made.load(Ordering::SeqCst), 1);
        renewal.renew();
        renewal.renew();
        renewal.client().await;
        renewal.client().await;
        assert_eq!(made.load(Ordering::SeqCst), 2);
        renewal.renew();
        renewal.client().await;
        assert_eq!(made.load(Ordering::SeqCst), 3, "where that fails the old one stays, until it is asked for again");
        renewal.client().await;
        assert_eq!(made.load(Ordering::SeqCst), 3);
    }

    #[tokio::test]
    async fn the_first_must_be_made() {
        let made = Arc::new(AtomicUsize::new(0));
        assert!(Renewal::of(counting(&made, 1)).await.is_err());
    }
}
