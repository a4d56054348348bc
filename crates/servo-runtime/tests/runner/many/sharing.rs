//! Servos of one optimizer, which share their connections and do not wait for one another.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use async_trait::async_trait;
use servo_http::dial::{Dial, Stream};
use servo_runtime::assembly::{Assembled, Options};
use servo_runtime::runner::{Fleet, Silent, Stop};
use servo_testkit::backend::{Answer, Backend, Kind, Network};
use tokio::io::{AsyncRead, AsyncWrite, DuplexStream, ReadBuf};
use tokio::time::Instant;

use super::stage::{assemble, seconds};

/// A network whose connections are counted, and a folder for who uses it.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) network: Network,
    open: Arc<AtomicUsize>,
    folder: Arc<tempfile::TempDir>,
}

impl Place {
    pub(super) fn new() -> Self {
        let folder = Arc::new(tempfile::tempdir().unwrap());
        Self { network: Network::new(), open: Arc::default(), folder }
    }

    /// Counts the connections that are open.
    pub(super) fn open(&self) -> usize {
        self.open.load(Ordering::SeqCst)
    }

    /// Counts those that were ever made.
    fn made(&self) -> usize {
        self.network.dialled().len()
    }
}

#[async_trait]
impl Dial for Place {
    async fn dial(&self, host: &str, port: u16) -> io::Result<Box<dyn Stream>> {
        let stream = self.network.dial(host, port)?;
        self.open.fetch_add(1, Ordering::SeqCst);
        Ok(Box::new(Counted { stream, open: Arc::clone(&self.open) }))
    }
}

/// A connection that is counted until it is dropped.
struct Counted {
    stream: DuplexStream,
    open: Arc<AtomicUsize>,
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.open.fetch_sub(1, Ordering::SeqCst);
    }
}

impl AsyncRead for Counted {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Counted {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

/// So many servos of one optimizer, of the applications `app-0` and so on.
pub(super) fn servos(place: &Place, count: usize) -> Vec<Assembled> {
    let document = |n: usize| {
        format!(
            "optimizer: {{id: example.com/app-{n}, token: token-{n}, base_url: 'http://optimizer.example.com'}}\n\
             settings: {{allow_plain_http: true}}\n\
             stage: {{}}\n"
        )
    };
    let text = (0..count).map(document).collect::<Vec<_>>().join("---\n");
    let (base, dial) = (place.folder.path().to_owned(), Arc::new(place.clone()));
    assemble(&text, &Options { base, dial, ..Options::default() })
}

fn path(n: usize) -> String {
    format!("/accounts/example.com/applications/app-{n}/servo")
}

#[tokio::test(start_paused = true)]
async fn servos_of_one_optimizer_use_one_another_s_connections_and_keep_few() {
    const SERVOS: usize = 300;
    let (backend, place) = (Backend::new(), Place::new());
    // In turn, so that each finds the connection of another that is done.
    let turns = (0..SERVOS as u64).map(|n| Answer::sleep(1 + n / 3));
    turns.for_each(|answer| backend.answer(Kind::WhatsNext, answer));
    backend.always(Kind::WhatsNext, Answer::sleep(100));
    place.network.serve("optimizer.example.com", 80, &backend);
    let stop = Stop::default();
    let fleet = Fleet { limit: None, stop: stop.clone(), watch: Arc::new(Silent) };
    let watching = async {
        backend.wait_for(Kind::WhatsNext, SERVOS).await;
        let at_first = place.made();
        assert!(at_first < SERVOS / 2, "{at_first} connections");
        backend.wait_for(Kind::WhatsNext, 10 * SERVOS).await;
        assert!(place.made() - at_first < SERVOS / 10, "{} connections", place.made());
        assert!(place.open() < SERVOS / 10, "{} are kept", place.open());
        stop.request("SIGTERM");
    };
    tokio::join!(fleet.run(servos(&place, SERVOS)), watching);
    seconds(120).await;
    assert_eq!(place.open(), 0, "with the last servo the connections go");
}

#[tokio::test(start_paused = true)]
async fn requests_of_one_servo_that_hang_keep_no_other_from_its_own() {
    const SERVOS: usize = 20;
    let (backend, place) = (Backend::new(), Place::new());
    backend.always(Kind::WhatsNext, Answer::sleep(10));
    for hangs in 0..SERVOS / 2 {
        backend.always_at(&path(hangs), Kind::WhatsNext, Answer::hang());
    }
    place.network.serve("optimizer.example.com", 80, &backend);
    let stop = Stop::default();
    let fleet = Fleet { limit: None, stop: stop.clone(), watch: Arc::new(Silent) };
    let begin = Instant::now();
    let watching = async {
        tokio::time::sleep_until(begin + Duration::from_secs(601)).await;
        stop.request("SIGTERM");
    };
    tokio::join!(fleet.run(servos(&place, SERVOS)), watching);
    for n in SERVOS / 2..SERVOS {
        let asked = backend.requests_of(Kind::WhatsNext).iter().filter(|it| it.path == path(n)).count();
        assert!(asked >= 60, "{asked} questions of app-{n}");
    }
}
