//! Ways into the network namespace of a cluster: what arrives on a loopback port of this machine goes on inside.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio::task::JoinSet;

use crate::conversation::{Ask, say};
use crate::error::{Error, Result};

/// A loopback port of this machine that leads to an address inside. It closes when this is dropped.
#[derive(Debug)]
pub struct Way {
    address: SocketAddr,
    /// The task that accepts connections; it ends with this.
    _accepting: JoinSet<()>,
}

impl Way {
    /// Opens a way through the socket of the process inside, from a port of loopback that is free where it is 0.
    pub(crate) async fn open(port: u16, inside: PathBuf, to: SocketAddr) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await;
        let listener = listener.map_err(Error::io(format!("cannot listen at port {port} of loopback")))?;
        let address = listener.local_addr().map_err(Error::io("cannot find the port that it listens at"))?;
        let mut accepting = JoinSet::new();
        accepting.spawn(carry(listener, inside, to));
        Ok(Self { address, _accepting: accepting })
    }

    /// Where it begins.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

/// Accepts connections and carries each into the cluster.
async fn carry(listener: TcpListener, inside: PathBuf, to: SocketAddr) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                // A connection that could not be accepted is the client's to try again.
                if let Ok((client, _)) = accepted {
                    let inside = inside.clone();
                    connections.spawn(async move {
                        let _ = through(client, &inside, to).await;
                    });
                }
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn through(mut client: TcpStream, inside: &PathBuf, to: SocketAddr) -> Result<()> {
    // Otherwise answers that come in parts wait for acknowledgements, tens of milliseconds each.
    let _ = client.set_nodelay(true);
    let mut stream = UnixStream::connect(inside).await.map_err(Error::at("connect to", inside))?;
    say(&mut stream, &Ask::Relay(to)).await?;
    copy_bidirectional(&mut client, &mut stream).await.map_err(Error::io("a connection broke"))?;
    Ok(())
}

/// The other end of it: carries what a client says to an address of the namespace.
pub(crate) async fn arrive(mut stream: UnixStream, to: SocketAddr) -> Result<()> {
    let server = TcpStream::connect(to).await;
    let mut server = server.map_err(Error::io(format!("cannot connect to {to}")))?;
    let _ = server.set_nodelay(true);
    copy_bidirectional(&mut stream, &mut server).await.map_err(Error::io("a connection broke"))?;
    Ok(())
}
