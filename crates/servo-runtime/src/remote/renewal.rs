//! The HTTP client of a link, made again when the operator asks for it: once for all links that share it.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;

use futures::future::BoxFuture;
use servo_core::{Error, Result};
use servo_http::Client;
use tokio::sync::OnceCell;
use tokio::time::Instant;

/// Makes a client, for which files may be read.
pub type Make = Box<dyn Fn() -> BoxFuture<'static, Result<Client>> + Send + Sync>;

/// Within what time the requests of different links for another client are one: the operator asks once, and each
/// link hears of it by itself.
const TOGETHER: Duration = Duration::from_secs(1);

/// A client that links share, and how another is made of files that have changed.
pub struct Source {
    make: Make,
    /// The client, once the first was made, or why it could not be.
    held: OnceCell<Result<Arc<RwLock<Client>>, Arc<Error>>>,
    wish: Mutex<Wish>,
    /// The wish that the last making was for.
    answered: AtomicU64,
    /// Held while another client is made, so that each wish is answered once.
    making: tokio::sync::Mutex<()>,
}

/// The last request for another client.
#[derive(Debug, Default)]
struct Wish {
    number: u64,
    at: Option<Instant>,
}

impl Source {
    /// Says how clients are made. None is made yet.
    pub fn new(make: Make) -> Arc<Self> {
        let (wish, making) = (Mutex::default(), tokio::sync::Mutex::default());
        Arc::new(Self { make, held: OnceCell::new(), wish, answered: AtomicU64::new(0), making })
    }

    /// Returns true where the first client could not be made: this will never have one.
    pub fn is_failed(&self) -> bool {
        matches!(self.held.get(), Some(Err(_)))
    }

    /// Makes the first client, or waits for who is about to.
    async fn first(&self) -> Result<Arc<RwLock<Client>>> {
        let first = async {
            let made = (self.make)().await;
            made.map(|client| Arc::new(RwLock::new(client))).map_err(Arc::new)
        };
        self.held.get_or_init(|| first).await.as_ref().map(Arc::clone).map_err(|error| copy(error))
    }

    /// Makes another client where one was asked for; the old one stays where that cannot be done.
    async fn renew(&self, held: &RwLock<Client>) {
        if self.answered.load(Ordering::Acquire) == self.wish().number {
            return;
        }
        let _making = self.making.lock().await;
        let wanted = self.wish().number;
        if self.answered.load(Ordering::Acquire) == wanted {
            return;
        }
        match (self.make)().await {
            Ok(client) => *held.write().unwrap_or_else(PoisonError::into_inner) = client,
            Err(error) => tracing::warn!("the old certificates stay in use: {}", error.chain()),
        }
        // Not before: a caller that is dropped meanwhile, as progress is, leaves the making to the next one.
        self.answered.store(wanted, Ordering::Release);
    }

    fn wish(&self) -> MutexGuard<'_, Wish> {
        self.wish.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Repeats an error for each of those that it befalls.
fn copy(error: &Error) -> Error {
    let mut copy = Error::new(error.class(), error.message().to_owned());
    if let Some(key) = error.key() {
        copy = copy.at(key);
    }
    if let Some(help) = error.help() {
        copy = copy.with_help(help);
    }
    let chain = error.chain();
    match chain.strip_prefix(error.message()).and_then(|causes| causes.strip_prefix(": ")) {
        Some(causes) => copy.with_source(causes.to_owned()),
        None => copy,
    }
}

/// One link's part of a client.
pub struct Renewal {
    source: Arc<Source>,
    held: Arc<RwLock<Client>>,
    /// The wish that the link has heard of.
    heard: AtomicU64,
}

impl Renewal {
    /// Makes the first client, which nobody else has.
    ///
    /// # Errors
    ///
    /// Class configuration: the files cannot be used.
    pub async fn of(make: Make) -> Result<Self> {
        Self::sharing(Source::new(make)).await
    }

    /// Takes part in a client; the first one makes it.
    ///
    /// # Errors
    ///
    /// As [`of`](Self::of), to everybody that waits for it.
    pub async fn sharing(source: Arc<Source>) -> Result<Self> {
        let held = source.first().await?;
        let heard = AtomicU64::new(source.wish().number);
        Ok(Self { source, held, heard })
    }

    /// Has the client made again before anybody uses it the next time. Where others who share it have just asked for
    /// the same, this is that.
    pub fn renew(&self) {
        let mut wish = self.source.wish();
        let is_told = self.heard.load(Ordering::Acquire) < wish.number
            && wish.at.is_some_and(|at| at.elapsed() < TOGETHER);
        if !is_told {
            *wish = Wish { number: wish.number.wrapping_add(1), at: Some(Instant::now()) };
        }
        self.heard.store(wish.number, Ordering::Release);
    }

    /// Gives the client. What is under way keeps the one that it was given, and so does everybody where another cannot
    /// be made.
    pub async fn client(&self) -> Client {
        self.source.renew(&self.held).await;
        self.held.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl fmt::Debug for Renewal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Renewal").field("wish", &self.source.wish()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
