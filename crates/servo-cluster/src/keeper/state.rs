//! How far a cluster is, and what is said of it.

use std::io::ErrorKind;
use std::net::SocketAddr;

use tokio::net::UnixStream;
use tokio::sync::watch;

use crate::conversation::{Progress, Status, Told, say};
use crate::error::{Error, Result};
use crate::options::Options;

/// How far a cluster is.
#[derive(Clone, Debug)]
pub(super) struct State {
    pub(super) options: Options,
    pub(super) progress: Vec<Progress>,
    /// Whether it is ready or has failed, once that is known.
    pub(super) outcome: Option<Result<(), String>>,
    pub(super) stays: bool,
    pub(super) init: Option<i32>,
    api: SocketAddr,
}

impl State {
    pub(super) fn new(options: Options, api: SocketAddr) -> Self {
        Self { options, progress: Vec::new(), outcome: None, stays: false, init: None, api }
    }

    pub(super) fn status(&self) -> Status {
        Status {
            options: self.options.clone(),
            ready: matches!(self.outcome, Some(Ok(()))),
            stays: self.stays,
            keeper: std::process::id(),
            init: self.init,
            api: self.api,
            progress: self.progress.clone(),
        }
    }
}

/// Tells whoever waits for the cluster how far it is, until it is ready or has failed.
pub(super) async fn follow(mut state: watch::Receiver<State>, stream: &mut UnixStream) -> Result<()> {
    let mut told = 0;
    loop {
        let now = state.borrow_and_update().clone();
        for progress in now.progress.iter().skip(told) {
            say(stream, &Told::Progress(progress.clone())).await?;
        }
        told = now.progress.len();
        match now.outcome {
            Some(Ok(())) => return say(stream, &Told::Ready).await,
            Some(Err(why)) => return say(stream, &Told::Failed(why)).await,
            None => {}
        }
        tokio::select! {
            changed = state.changed() => if changed.is_err() { return Ok(()) },
            // Nothing is said meanwhile: what can be read is the end. That something can be read may be old news.
            _ = stream.readable() => match stream.try_read(&mut [0]) {
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                _ => return Err(Error::failed("whoever waited is gone")),
            },
        }
    }
}
