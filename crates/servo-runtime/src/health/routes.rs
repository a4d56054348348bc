//! What is answered to a request.

use bytes::Bytes;
use http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderValue, Method, Response, StatusCode, Uri};
use http_body_util::Full;

use super::board::Board;
use super::metrics;
use super::process::Process;
use super::readiness;

/// The media type of what people read.
const TEXT: &str = "text/plain; charset=utf-8";

/// Answers a request. Nothing of it counts but the method, the path, and whether it asks for `verbose`.
pub(super) fn answer(board: &Board, method: &Method, uri: &Uri) -> Response<Full<Bytes>> {
    let handler = match uri.path() {
        "/livez" => livez,
        "/readyz" => readyz,
        "/metrics" => exposition,
        _ => {
            let help = "there is nothing here: this server has /livez, /readyz (?verbose) and /metrics";
            return response(StatusCode::NOT_FOUND, TEXT, format!("{help}\n"));
        }
    };
    if *method != Method::GET && *method != Method::HEAD {
        let mut refused = response(
            StatusCode::METHOD_NOT_ALLOWED,
            TEXT,
            "use GET or HEAD: nothing can be changed here\n".to_owned(),
        );
        refused.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
        return refused;
    }
    handler(board, uri)
}

/// The runtime answers, or this would not run.
fn livez(_: &Board, _: &Uri) -> Response<Full<Bytes>> {
    response(StatusCode::OK, TEXT, "ok\n".to_owned())
}

fn readyz(board: &Board, uri: &Uri) -> Response<Full<Bytes>> {
    let winding_up = board.winding_up();
    let found = readiness::check(&board.read(), winding_up.as_deref(), is_verbose(uri.query()));
    let status = if found.is_ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    response(status, TEXT, board.redact(&found.text) + "\n")
}

fn exposition(board: &Board, _: &Uri) -> Response<Full<Bytes>> {
    match metrics::render(board.read(), board.last_reload(), Process::read()) {
        Ok(text) => response(StatusCode::OK, metrics::CONTENT_TYPE, text),
        Err(error) => {
            tracing::error!("cannot write the metrics: {error}");
            response(StatusCode::INTERNAL_SERVER_ERROR, TEXT, "cannot write the metrics\n".to_owned())
        }
    }
}

/// Says whether a query asks for everything: `verbose`, with or without a value, as with Kubernetes.
fn is_verbose(query: Option<&str>) -> bool {
    let mut keys =
        query.unwrap_or_default().split('&').map(|pair| pair.split('=').next().unwrap_or_default());
    keys.any(|key| key == "verbose")
}

fn response(status: StatusCode, media_type: &'static str, text: String) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::from(text));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(method: &Method, uri: &'static str) -> Response<Full<Bytes>> {
        answer(&Board::default(), method, &Uri::from_static(uri))
    }

    #[test]
    fn only_looking_is_allowed() {
        for method in [Method::POST, Method::PUT, Method::DELETE, Method::OPTIONS] {
            let refused = asked(&method, "/metrics");
            assert_eq!(refused.status(), StatusCode::METHOD_NOT_ALLOWED);
            assert_eq!(refused.headers()[ALLOW], "GET, HEAD");
        }
        assert_eq!(asked(&Method::HEAD, "/livez").status(), StatusCode::OK);
    }

    #[test]
    fn paths_are_exact() {
        for uri in ["/", "/livez/", "/metrics/x", "/LIVEZ", "*"] {
            assert_eq!(asked(&Method::GET, uri).status(), StatusCode::NOT_FOUND, "{uri}");
        }
        assert_eq!(asked(&Method::GET, "/livez?verbose").status(), StatusCode::OK);
    }

    #[test]
    fn everything_is_asked_for_as_with_kubernetes() {
        for query in ["verbose", "verbose=true", "timeout=1s&verbose", "verbose="] {
            assert!(is_verbose(Some(query)), "{query}");
        }
        for query in [None, Some(""), Some("verbosely"), Some("a=verbose")] {
            assert!(!is_verbose(query), "{query:?}");
        }
    }

    #[test]
    fn metrics_say_what_they_are_and_are_not_to_be_kept() {
        let response = asked(&Method::GET, "/metrics");
        assert_eq!(response.headers()[CONTENT_TYPE], metrics::CONTENT_TYPE);
        assert_eq!(response.headers()[CACHE_CONTROL], "no-store");
    }
}
