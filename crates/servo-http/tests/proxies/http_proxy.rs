//! A small HTTP proxy: `CONNECT`, and absolute targets (RFC 9112, section 3.2.2).

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::relay::{Asked, Relay, carry, upstream};
use crate::server::read_head;

/// How a proxy answers who does not say who he is.
const DENIED: &[u8] =
    b"HTTP/1.1 407 Proxy Authentication Required\r\nproxy-authenticate: Basic realm=\"proxy\"\r\n\
    content-length: 0\r\nconnection: close\r\n\r\n";

/// Starts a proxy that leads to a port of this machine. With an authorization it denies requests without it. It notes
/// the head of every request.
pub(crate) async fn start(port: u16, authorization: Option<&'static str>) -> Relay {
    Relay::start(move |stream, asked| serve(stream, asked, port, authorization)).await
}

async fn serve(mut client: TcpStream, asked: Asked, port: u16, authorization: Option<&str>) -> Option<()> {
    let head = read_head(&mut client).await?;
    asked.push(head.clone());
    let given = head.lines().find_map(|line| {
        line.to_ascii_lowercase().starts_with("proxy-authorization:").then(|| line.split_once(": "))?
    });
    if authorization.is_some() && authorization != given.map(|(_, value)| value) {
        client.write_all(DENIED).await.ok()?;
        // Until the client hangs up, so that the answer is not lost to a reset.
        return client.read_to_end(&mut Vec::new()).await.ok().map(|_| ());
    }
    let mut server = upstream(port).await?;
    if head.starts_with("CONNECT ") {
        client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await.ok()?;
    } else {
        server.write_all(forwarded(&head)?.as_bytes()).await.ok()?;
    }
    carry(&mut client, &mut server).await
}

/// Returns the head for the server: with the path alone, and without what is for the proxy.
fn forwarded(head: &str) -> Option<String> {
    let (line, fields) = head.split_once("\r\n")?;
    let mut words = line.split(' ');
    let (method, target) = (words.next()?, words.next()?.parse::<url::Url>().ok()?);
    let mut forwarded = format!("{method} {} HTTP/1.1\r\n", target.path());
    for field in
        fields.split_inclusive("\r\n").filter(|field| !field.to_ascii_lowercase().starts_with("proxy-"))
    {
        forwarded += field;
    }
    Some(forwarded)
}
