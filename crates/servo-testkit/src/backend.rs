//! A scripted optimizer that speaks HTTP/1.1, well or badly: in memory, over TCP, or over any stream.
//!
//! ```
//! # use servo_testkit::backend::{Answer, Backend, Kind, Network};
//! # use serde_json::json;
//! # tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap().block_on(async {
//! let network = Network::new();
//! let backend = Backend::new();
//! network.serve("optimizer.example.com", 443, &backend);
//! backend.answer(Kind::WhatsNext, Answer::command("DESCRIBE", "c-1", json!({})));
//! backend.always(Kind::Description, Answer::status(503));
//! let stream = network.dial("optimizer.example.com", 443)?;
//! # drop(stream);
//! # std::io::Result::Ok(())
//! # }).unwrap();
//! ```
//!
//! An answer that is queued is given once, in the order of its kind. Where none is queued the one that was set for
//! always is given, and else what an optimizer without work says: `{"status": "ok"}`, or SLEEP for a minute.

mod answer;
mod conversation;
mod kind;
mod network;
mod plan;
mod received;
mod request;

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

pub use answer::Answer;
pub use kind::Kind;
pub use network::Network;
pub use received::Received;

use conversation::Conversation;
use plan::Plan;
use request::Message;

/// A scripted optimizer. Clones are the same one; with the last of them its connections end.
#[derive(Clone, Debug, Default)]
pub struct Backend {
    shared: Arc<Shared>,
    tasks: Arc<Mutex<JoinSet<()>>>,
}

/// What the connections of a backend share.
#[derive(Debug, Default)]
struct Shared {
    plan: Mutex<Plan>,
    /// Counts the requests, to wake who waits for one.
    arrivals: watch::Sender<u64>,
    /// Counts how often all connections were dropped.
    drops: watch::Sender<u64>,
}

impl Shared {
    fn take(&self, connection: u64, message: Message) -> Answer {
        let answer = lock(&self.plan).take(connection, message);
        self.arrivals.send_modify(|count| *count += 1);
        answer
    }

    fn sent(&self, bytes: usize) {
        lock(&self.plan).bytes_sent += bytes as u64;
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Backend {
    /// Creates an optimizer without work.
    pub fn new() -> Self {
        Self::default()
    }

    /// Queues an answer to requests of a kind.
    pub fn answer(&self, kind: Kind, answer: Answer) {
        lock(&self.shared.plan).queue(None, kind, answer);
    }

    /// Queues an answer to requests of a kind to one path. It comes before those for any path.
    pub fn answer_at(&self, path: &str, kind: Kind, answer: Answer) {
        lock(&self.shared.plan).queue(Some(path), kind, answer);
    }

    /// Sets what requests of a kind are answered while nothing is queued for them.
    pub fn always(&self, kind: Kind, answer: Answer) {
        lock(&self.shared.plan).stand(None, kind, answer);
    }

    /// Sets what requests of a kind to one path are answered while nothing is queued for them.
    pub fn always_at(&self, path: &str, kind: Kind, answer: Answer) {
        lock(&self.shared.plan).stand(Some(path), kind, answer);
    }

    /// Goes down, or comes back: while it is down connections are refused, and those there were are dropped.
    ///
    /// Over TCP, where the port stays open, a connection is accepted and dropped at once instead.
    pub fn refuse(&self, is_refusing: bool) {
        lock(&self.shared.plan).is_refusing = is_refusing;
        if is_refusing {
            self.disconnect();
        }
    }

    /// Says whether it is down.
    pub fn is_refusing(&self) -> bool {
        lock(&self.shared.plan).is_refusing
    }

    /// Drops every connection there is.
    pub fn disconnect(&self) {
        self.shared.drops.send_modify(|count| *count += 1);
    }

    /// Forgets every answer and fault that it was told, and serves again as an optimizer without work.
    pub fn recover(&self) {
        lock(&self.shared.plan).forget_answers();
        self.refuse(false);
    }

    /// Gives the requests received so far, in the order in which their last bytes came.
    pub fn requests(&self) -> Vec<Received> {
        lock(&self.shared.plan).requests.clone()
    }

    /// Gives the requests of a kind received so far.
    pub fn requests_of(&self, kind: Kind) -> Vec<Received> {
        lock(&self.shared.plan).requests.iter().filter(|request| request.kind == kind).cloned().collect()
    }

    /// Counts the requests of a kind received so far.
    pub fn count(&self, kind: Kind) -> usize {
        lock(&self.shared.plan).requests.iter().filter(|request| request.kind == kind).count()
    }

    /// Counts the answers that were queued and not given yet.
    pub fn queued(&self) -> usize {
        lock(&self.shared.plan).queued()
    }

    /// Counts the connections made so far.
    pub fn connections(&self) -> u64 {
        lock(&self.shared.plan).connections
    }

    /// Counts the bytes that streams took of all answers, heads included. A stream in memory takes up to 64 KiB more
    /// than its client has read.
    pub fn bytes_sent(&self) -> u64 {
        lock(&self.shared.plan).bytes_sent
    }

    /// Forgets the requests received so far.
    pub fn clear(&self) {
        lock(&self.shared.plan).requests.clear();
    }

    /// Waits until `count` requests of a kind have been received, and gives the last of these.
    ///
    /// # Panics
    ///
    /// Where `count` is zero: there is no last one of none.
    pub async fn wait_for(&self, kind: Kind, count: usize) -> Received {
        assert!(count > 0, "there is no last one of no requests");
        self.wait_until(|requests| {
            requests.iter().filter(|request| request.kind == kind).nth(count - 1).cloned()
        })
        .await
    }

    /// Waits until the requests received so far say enough: until `enough` gives something for them.
    pub async fn wait_until<T>(&self, mut enough: impl FnMut(&[Received]) -> Option<T>) -> T {
        let mut arrivals = self.shared.arrivals.subscribe();
        loop {
            arrivals.mark_unchanged();
            let found = enough(&lock(&self.shared.plan).requests);
            if let Some(found) = found {
                return found;
            }
            if arrivals.changed().await.is_err() {
                // The sender lives as long as this backend, so that this is never reached.
                std::future::pending::<()>().await;
            }
        }
    }

    /// Serves one connection, whatever it is made over, in a task that ends with the backend. Needs a runtime of tokio.
    pub fn serve_stream(&self, stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static) {
        let mut tasks = lock(&self.tasks);
        while tasks.try_join_next().is_some() {}
        if let Some(conversation) = converse(&self.shared, stream) {
            tasks.spawn(conversation);
        }
    }

    /// Serves a free port of 127.0.0.1, in a task that ends with the backend, and gives the address.
    ///
    /// A paused clock does not wait for sockets: do not mix the two.
    ///
    /// # Errors
    ///
    /// There is no port to be had.
    pub async fn listen(&self) -> io::Result<SocketAddr> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let shared = Arc::clone(&self.shared);
        lock(&self.tasks).spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                while connections.try_join_next().is_some() {}
                if let Some(conversation) = converse(&shared, stream) {
                    connections.spawn(conversation);
                }
            }
        });
        Ok(address)
    }
}

/// Makes the task of one connection; none, and the stream is dropped, while the backend is down.
fn converse<S>(shared: &Arc<Shared>, stream: S) -> Option<impl Future<Output = ()> + Send + use<S>>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let mut drops = shared.drops.subscribe();
    let number = {
        let mut plan = lock(&shared.plan);
        if plan.is_refusing {
            return None;
        }
        plan.connections += 1;
        plan.connections
    };
    let conversation = Conversation::new(stream, Arc::clone(shared), number);
    Some(async move {
        tokio::select! {
            () = conversation.run() => {}
            _ = drops.changed() => {}
        }
    })
}

#[cfg(test)]
mod tests;
