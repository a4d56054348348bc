//! HTTP around the workshop.

use std::convert::Infallible;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::Serve;
use crate::exposition::Figures;
use crate::workers::Workshop;

/// How long answers that were begun may take once the service is to end.
const GRACE: Duration = Duration::from_secs(5);
/// How many connections wait to be taken.
const BACKLOG: u32 = 1024;

struct Site {
    workshop: Arc<Workshop>,
    figures: Arc<Figures>,
}

/// Serves until SIGTERM or SIGINT.
pub(crate) fn run(serve: Serve) -> io::Result<()> {
    let figures = Arc::new(Figures::new());
    let workshop = Arc::new(Workshop::open(&serve, Arc::clone(&figures))?);
    let staff = workshop.staff(&serve)?;
    let site = Arc::new(Site { workshop: Arc::clone(&workshop), figures });
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let served = runtime.block_on(accept(&serve, site));
    workshop.close();
    for worker in staff {
        worker.join().map_err(|_| io::Error::other("a worker panicked"))?;
    }
    served
}

async fn accept(serve: &Serve, site: Arc<Site>) -> io::Result<()> {
    let listener = listen(serve).map_err(|error| {
        io::Error::new(error.kind(), format!("cannot listen at {}: {error}", serve.listen))
    })?;
    let mut terminated = signal(SignalKind::terminate())?;
    let mut interrupted = signal(SignalKind::interrupt())?;
    let (end, ends) = watch::channel(false);
    let mut connections = JoinSet::new();
    crate::say(&mut io::stderr(), &format!("listening at http://{}\n", listener.local_addr()?));
    loop {
        tokio::select! {
            _ = terminated.recv() => break,
            _ = interrupted.recv() => break,
            accepted = listener.accept() => {
                // A connection that ended before it was taken, or no more open files: the next may do.
                let Ok((stream, _)) = accepted else { continue };
                connections.spawn(connection(stream, Arc::clone(&site), ends.clone()));
            }
            Some(_) = connections.join_next() => {}
        }
    }
    drop(listener);
    end.send_replace(true);
    let _ = tokio::time::timeout(GRACE, async { while connections.join_next().await.is_some() {} }).await;
    Ok(())
}

/// Listens beside whatever instance listens there already, so that one can replace another without a gap.
fn listen(serve: &Serve) -> io::Result<TcpListener> {
    let socket = if serve.listen.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    socket.set_reuseaddr(true)?;
    socket.set_reuseport(true)?;
    socket.bind(serve.listen)?;
    socket.listen(BACKLOG)
}

async fn connection(stream: TcpStream, site: Arc<Site>, mut ends: watch::Receiver<bool>) {
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request| {
        let site = Arc::clone(&site);
        async move { Ok::<_, Infallible>(site.answer(request).await) }
    });
    let connection =
        http1::Builder::new().timer(TokioTimer::new()).serve_connection(TokioIo::new(stream), service);
    let mut connection = std::pin::pin!(connection);
    tokio::select! {
        // What went wrong with a connection concerns whoever was at its other end.
        _ = connection.as_mut() => return,
        _ = ends.changed() => connection.as_mut().graceful_shutdown(),
    }
    let _ = connection.await;
}

impl Site {
    async fn answer(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        match request.uri().path() {
            "/healthz" => plain(StatusCode::OK, "ok\n"),
            "/metrics" => self.metrics(),
            path => match path.strip_prefix("/products/").and_then(|id| id.parse().ok()) {
                Some(id) if self.workshop.has(id) => self.product(&request, id).await,
                _ => plain(StatusCode::NOT_FOUND, "no such page\n"),
            },
        }
    }

    fn metrics(&self) -> Response<Full<Bytes>> {
        let Ok(text) = self.figures.text() else {
            return plain(StatusCode::INTERNAL_SERVER_ERROR, "the figures cannot be written\n");
        };
        let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
        with_kind(Response::new(Full::from(text)), kind)
    }

    async fn product(&self, request: &Request<Incoming>, id: u32) -> Response<Full<Bytes>> {
        let begin = Instant::now();
        let accepted = request.headers().get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok());
        let is_compressed = accepted.is_some_and(|names| names.contains("gzip"));
        let made = match self.workshop.ask(id, is_compressed) {
            Some(made) => made.await,
            None => return self.count(plain(StatusCode::SERVICE_UNAVAILABLE, "too busy\n"), begin, 0),
        };
        let Ok(Ok(page)) = made else {
            return self.count(plain(StatusCode::INTERNAL_SERVER_ERROR, "no page came of it\n"), begin, 0);
        };
        let bytes = page.len();
        let mut response = with_kind(Response::new(Full::from(page)), "text/html; charset=utf-8");
        if is_compressed {
            response.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        self.count(response, begin, bytes)
    }

    fn count(&self, response: Response<Full<Bytes>>, begin: Instant, bytes: usize) -> Response<Full<Bytes>> {
        self.figures.answered(response.status().as_u16(), begin.elapsed(), bytes);
        response
    }
}

fn plain(status: StatusCode, text: &'static str) -> Response<Full<Bytes>> {
    let mut response = with_kind(Response::new(Full::from(text)), "text/plain; charset=utf-8");
    *response.status_mut() = status;
    response
}

fn with_kind(mut response: Response<Full<Bytes>>, kind: &'static str) -> Response<Full<Bytes>> {
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}
