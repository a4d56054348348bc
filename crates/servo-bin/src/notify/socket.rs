//! Where systemd listens.

use std::io;
use std::os::unix::net::UnixDatagram;
use std::path::PathBuf;

/// Where systemd listens: a socket of the file system, or one of the abstract namespace of Linux.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Socket {
    Path(PathBuf),
    Abstract(String),
}

impl Socket {
    /// Reads the value of `NOTIFY_SOCKET`. `None` for what is neither a path from the root nor begins with `@`, such as
    /// a socket outside of a virtual machine.
    pub(super) fn parse(text: &str) -> Option<Self> {
        match (text.strip_prefix('@'), text.starts_with('/')) {
            (Some(name), _) => Some(Self::Abstract(name.to_owned())),
            (None, true) => Some(Self::Path(PathBuf::from(text))),
            (None, false) => {
                tracing::warn!("NOTIFY_SOCKET is neither a path nor an abstract socket: nobody is notified");
                None
            }
        }
    }

    /// Sends a message, now or never.
    ///
    /// # Errors
    ///
    /// Nobody listens, or whoever does is busy.
    pub(super) fn send(&self, message: &str) -> io::Result<()> {
        let socket = UnixDatagram::unbound()?;
        // A supervisor that hangs must not hang the program.
        socket.set_nonblocking(true)?;
        match self {
            Self::Path(path) => socket.connect(path)?,
            Self::Abstract(name) => connect(&socket, name)?,
        }
        socket.send(message.as_bytes()).map(drop)
    }
}

#[cfg(target_os = "linux")]
fn connect(socket: &UnixDatagram, name: &str) -> io::Result<()> {
    use std::os::linux::net::SocketAddrExt as _;
    socket.connect_addr(&std::os::unix::net::SocketAddr::from_abstract_name(name)?)
}

#[cfg(not(target_os = "linux"))]
fn connect(_: &UnixDatagram, _: &str) -> io::Result<()> {
    Err(io::Error::new(io::ErrorKind::Unsupported, "there are no abstract sockets on this system"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_socket_is_a_path_or_a_name() {
        assert_eq!(Socket::parse("/run/systemd/notify"), Some(Socket::Path("/run/systemd/notify".into())));
        assert_eq!(Socket::parse("@servo"), Some(Socket::Abstract("servo".to_owned())));
        for other in ["vsock:2:1234", "notify", ""] {
            assert_eq!(Socket::parse(other), None, "{other}");
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn an_abstract_socket_is_reached() {
        use std::os::linux::net::SocketAddrExt as _;
        let name = format!("servo-test-{}", std::process::id());
        let address = std::os::unix::net::SocketAddr::from_abstract_name(&name).unwrap();
        let listener = UnixDatagram::bind_addr(&address).unwrap();
        Socket::parse(&format!("@{name}")).unwrap().send("READY=1\n").unwrap();
        let mut message = [0; 64];
        let length = listener.recv(&mut message).unwrap();
        assert_eq!(&message[..length], b"READY=1\n");
    }

    #[test]
    fn nobody_who_listens_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notify");
        assert!(Socket::Path(path).send("READY=1\n").is_err());
    }
}
