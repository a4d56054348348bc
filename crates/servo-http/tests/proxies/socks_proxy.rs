//! A small SOCKS proxy: version 5 (RFC 1928) with user and password (RFC 1929), and version 4a.

use std::net::{Ipv4Addr, Ipv6Addr};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::relay::{Asked, Relay, carry, upstream};

/// Starts a proxy of version 5 that leads to a port of this machine. It notes users with their passwords, and then
/// what is to be connected to.
pub(crate) async fn start_5(port: u16, credentials: Option<(&'static str, &'static str)>) -> Relay {
    Relay::start(move |stream, asked| serve_5(stream, asked, port, credentials)).await
}

/// Starts a proxy of version 4a that leads to a port of this machine. It notes what is to be connected to.
pub(crate) async fn start_4(port: u16) -> Relay {
    Relay::start(move |stream, asked| serve_4(stream, asked, port)).await
}

async fn serve_5(
    mut client: TcpStream,
    asked: Asked,
    port: u16,
    credentials: Option<(&str, &str)>,
) -> Option<()> {
    let (5, count) = (client.read_u8().await.ok()?, client.read_u8().await.ok()?) else { return None };
    let offered = bytes(&mut client, count).await?;
    let method = if credentials.is_some() { 2 } else { 0 };
    if !offered.contains(&method) {
        return client.write_all(&[5, 0xff]).await.ok();
    }
    client.write_all(&[5, method]).await.ok()?;
    if let Some((user, password)) = credentials {
        let 1 = client.read_u8().await.ok()? else { return None };
        let given = (counted(&mut client).await?, counted(&mut client).await?);
        asked.push(format!("{}:{}", given.0, given.1));
        let is_known = given == (user.to_owned(), password.to_owned());
        client.write_all(&[1, u8::from(!is_known)]).await.ok()?;
        if !is_known {
            return None;
        }
    }
    // Version, CONNECT, reserved.
    let [5, 1, 0] = bytes(&mut client, 3).await?[..] else { return None };
    let host = match client.read_u8().await.ok()? {
        1 => Ipv4Addr::from_bits(client.read_u32().await.ok()?).to_string(),
        3 => counted(&mut client).await?,
        4 => format!("[{}]", Ipv6Addr::from_bits(client.read_u128().await.ok()?)),
        _ => return None,
    };
    asked.push(format!("{host}:{}", client.read_u16().await.ok()?));
    let mut server = upstream(port).await?;
    client.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).await.ok()?;
    carry(&mut client, &mut server).await
}

async fn serve_4(mut client: TcpStream, asked: Asked, port: u16) -> Option<()> {
    // Version, CONNECT.
    let [4, 1] = bytes(&mut client, 2).await?[..] else { return None };
    let (to, address) = (client.read_u16().await.ok()?, client.read_u32().await.ok()?);
    let _user = terminated(&mut client).await?;
    // An address of 0.0.0.x says that a name follows.
    let host = match address {
        1..=0xff => terminated(&mut client).await?,
        address => Ipv4Addr::from_bits(address).to_string(),
    };
    asked.push(format!("{host}:{to}"));
    let mut server = upstream(port).await?;
    client.write_all(&[0, 0x5a, 0, 0, 0, 0, 0, 0]).await.ok()?;
    carry(&mut client, &mut server).await
}

/// Reads so many bytes.
async fn bytes(client: &mut TcpStream, count: u8) -> Option<Vec<u8>> {
    let mut bytes = vec![0; usize::from(count)];
    client.read_exact(&mut bytes).await.ok()?;
    Some(bytes)
}

/// Reads text with its length in front.
async fn counted(client: &mut TcpStream) -> Option<String> {
    let count = client.read_u8().await.ok()?;
    String::from_utf8(bytes(client, count).await?).ok()
}

/// Reads text with a zero behind.
async fn terminated(client: &mut TcpStream) -> Option<String> {
    let mut text = Vec::new();
    loop {
        match client.read_u8().await.ok()? {
            0 => return String::from_utf8(text).ok(),
            byte => text.push(byte),
        }
    }
}
