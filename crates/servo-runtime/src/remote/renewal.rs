//! The HTTP client of a link, made again when the operator asks for it.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
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
    /// How often another client was asked for.
    wanted: AtomicU64,
    /// The request that the last making was for; held while one is made, so that each is answered once.
    answered: tokio::sync::Mutex<u64>,
}

impl Renewal {
    /// Makes the first client.
    ///
    /// # Errors
    ///
    /// Class configuration: the files cannot be used.
    pub async fn of(make: Make) -> Result<Self> {
        let client = RwLock::new(make().await?);
        Ok(Self { make, client, wanted: AtomicU64::new(0), answered: tokio::sync::Mutex::new(0) })
    }

    /// Has the client made again before it is used the next time.
    pub fn renew(&self) {
        self.wanted.fetch_add(1, Ordering::AcqRel);
    }

    /// Gives the client. What is under way keeps the one that it was given, and so does everybody where another cannot
    /// be made.
    pub async fn client(&self) -> Client {
        let mut answered = self.answered.lock().await;
        let wanted = self.wanted.load(Ordering::Acquire);
        if *answered != wanted {
            match (self.make)().await {
                Ok(client) => *self.client.write().unwrap_or_else(PoisonError::into_inner) = client,
                Err(error) => tracing::warn!("the old certificates stay in use: {}", error.chain()),
            }
            // Not before: a caller that is dropped meanwhile, as progress is, leaves the making to the next one.
            *answered = wanted;
        }
        drop(answered);
        self.client.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl fmt::Debug for Renewal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Renewal").field("wanted", &self.wanted).finish_non_exhaustive()
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
        assert_eq!(
            made.load(Ordering::SeqCst),
            3,
            "where that fails the old one stays, until it is asked for again"
        );
        renewal.client().await;
        assert_eq!(made.load(Ordering::SeqCst), 3);
    }

    #[tokio::test]
    async fn a_caller_that_is_dropped_while_it_makes_a_client_leaves_that_to_the_next() {
        let made = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&made);
        let slow: Make = Box::new(move || {
            let is_slow = counted.fetch_add(1, Ordering::SeqCst) == 1;
            async move {
                if is_slow {
                    std::future::pending::<()>().await;
                }
                Ok(Client::new(Options::default()).unwrap())
            }
            .boxed()
        });
        let renewal = Renewal::of(slow).await.unwrap();
        renewal.renew();
        assert!(renewal.client().now_or_never().is_none(), "it is being made");
        renewal.client().await;
        assert_eq!(made.load(Ordering::SeqCst), 3);
    }

    #[tokio::test]
    async fn the_first_must_be_made() {
        let made = Arc::new(AtomicUsize::new(0));
        assert!(Renewal::of(counting(&made, 1)).await.is_err());
    }
}
