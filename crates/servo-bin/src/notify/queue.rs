//! Messages on their way to systemd, in order, of which none that matters is lost.

use std::collections::VecDeque;

use super::socket::Socket;

/// How many messages wait at most.
const MOST: usize = 16;

/// Messages on their way.
#[derive(Debug)]
pub(super) struct Queue {
    socket: Socket,
    waiting: VecDeque<String>,
    is_failing: bool,
}

impl Queue {
    /// Sends to this socket.
    pub(super) fn new(socket: Socket) -> Self {
        Self { socket, waiting: VecDeque::new(), is_failing: false }
    }

    /// Sends a message that may be lost, since another will follow.
    pub(super) fn tell(&mut self, message: &str) {
        self.resend();
        if self.waiting.is_empty() {
            self.send(&format!("{message}\n"));
        }
    }

    /// Sends a message, and as often as it takes.
    pub(super) fn insist(&mut self, message: &str) {
        if self.waiting.len() >= MOST {
            self.waiting.pop_front();
        }
        self.waiting.push_back(format!("{message}\n"));
        self.resend();
    }

    /// Sends what was not taken.
    pub(super) fn resend(&mut self) {
        while let Some(message) = self.waiting.pop_front() {
            if !self.send(&message) {
                self.waiting.push_front(message);
                return;
            }
        }
    }

    /// Says whether there is something that was not taken.
    pub(super) fn has_more(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// Says whether the message was taken. Failures in a row are told once.
    fn send(&mut self, message: &str) -> bool {
        let sent = self.socket.send(message);
        if let (Err(error), false) = (&sent, self.is_failing) {
            tracing::warn!("systemd cannot be notified: {error}");
        }
        self.is_failing = sent.is_err();
        sent.is_ok()
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::net::UnixDatagram;

    use super::*;

    fn take(listener: &UnixDatagram) -> Vec<String> {
        listener.set_nonblocking(true).unwrap();
        let mut message = [0; 4096];
        std::iter::from_fn(|| listener.recv(&mut message).ok().map(|length| message[..length].to_vec()))
            .map(|bytes| String::from_utf8(bytes).unwrap())
            .collect()
    }

    #[test]
    fn what_matters_arrives_in_order_once_somebody_listens() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notify");
        let mut queue = Queue::new(Socket::Path(path.clone()));
        queue.tell("STATUS=lost");
        queue.insist("READY=1");
        queue.insist("STOPPING=1");
        assert!(queue.has_more());
        let listener = UnixDatagram::bind(&path).unwrap();
        queue.tell("STATUS=last");
        assert!(!queue.has_more());
        assert_eq!(take(&listener), ["READY=1\n", "STOPPING=1\n", "STATUS=last\n"]);
    }

    #[test]
    fn a_supervisor_that_takes_nothing_holds_nobody_up() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notify");
        let listener = UnixDatagram::bind(&path).unwrap();
        let mut queue = Queue::new(Socket::Path(path));
        for number in 0..5000 {
            queue.insist(&format!("STATUS={number}"));
        }
        assert!(queue.has_more() && queue.waiting.len() <= MOST);
        while queue.has_more() {
            assert!(!take(&listener).is_empty());
            queue.resend();
        }
        assert_eq!(take(&listener).last().unwrap(), "STATUS=4999\n");
    }
}
