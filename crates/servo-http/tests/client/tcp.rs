//! One exchange over a real socket.

use std::sync::Arc;

use servo_http::dial::Tcp;
use servo_http::{Error, Response};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use crate::net::{chain, client, get};

#[tokio::test]
async fn a_request_over_tcp_is_answered_and_a_closed_port_refuses() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}/", listener.local_addr().expect("a bound port"));
    let client = client(Arc::new(Tcp));
    let serving = async move {
        let (mut stream, _) = listener.accept().await.expect("a connection");
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await.expect("a request"));
        }
        stream.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok").await
    };
    let (response, served) = tokio::join!(client.send(get(&url)), serving);
    served.expect("it was written");
    let Response { status, body, .. } = response.expect("an answer");
    assert_eq!((status.as_u16(), body.as_ref()), (200, b"ok".as_ref()));

    // The listener is gone with the future that owned it.
    let error = client.send(get(&url)).await.expect_err("nobody listens");
    assert!(matches!(error, Error::Connect { .. }), "{}", chain(&error));
    assert!(chain(&error).contains("refused"), "{}", chain(&error));
}
