//! A file that credentials come from: read for every request, with what it held last where it cannot be read.

use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use servo_http::Redactor;
use url::Url;

use super::blocking::Blocking;
use super::connection_file::Connection;
use super::header::{self, Header};
use super::look::{Fingerprint, Look};
use crate::remote::fault::Fault;

/// How often a file is looked at by who waits for a change.
const POLL: Duration = Duration::from_secs(5);

/// How long reading may take; a file system of the network may hang.
const READ_LIMIT: Duration = Duration::from_secs(10);

/// What is in a file.
#[derive(Debug)]
pub(super) enum Format {
    /// Nothing but a token, for the optimizer at this URL.
    Token {
        /// The optimizer's URL.
        url: Url,
    },
    /// What an agent sidecar writes.
    Connection {
        /// The optimizer's id, of which the URL is made.
        optimizer_id: String,
        /// A URL that counts instead.
        url: Option<Url>,
    },
}

/// Where requests go and what they carry, as a file has it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Held {
    pub(super) url: Url,
    pub(super) header: Header,
}

/// A file that credentials come from.
#[derive(Debug)]
pub(super) struct CredentialFile {
    path: PathBuf,
    format: Format,
    redactor: Redactor,
    /// Held while the file is read, so that what was read last is what counts.
    reading: tokio::sync::Mutex<()>,
    looks: Blocking<Look>,
    fingerprints: Blocking<Fingerprint>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// The fingerprint at the last look, where there was one.
    seen: Option<Fingerprint>,
    held: Option<Held>,
    generation: u64,
    /// Why the file cannot be used, where it cannot; it was told.
    trouble: Option<String>,
    is_told_readable: bool,
}

impl CredentialFile {
    pub(super) fn new(path: PathBuf, format: Format, redactor: Redactor) -> Self {
        let (reading, state) = (tokio::sync::Mutex::default(), Mutex::default());
        let (looks, fingerprints) = (Blocking::default(), Blocking::default());
        Self { path, format, redactor, reading, looks, fingerprints, state }
    }

    /// Reads the file. Returns what it holds and its generation; where it cannot be used, what it held when it was
    /// last usable.
    ///
    /// # Errors
    ///
    /// The file cannot be used, and never could.
    pub(super) async fn read(&self) -> Result<(Held, u64), Fault> {
        let _reading = self.reading.lock().await;
        let look = self.look().await;
        let read = look.text.and_then(|text| self.format.read(&text, &self.redactor));
        let mut state = self.state();
        state.seen = Some(look.fingerprint);
        if look.is_readable_by_others && !state.is_told_readable {
            state.is_told_readable = true;
            tracing::warn!("{self} can be read by every user: chmod 600 {}", self.path.display());
        }
        match read {
            Ok(held) => {
                if state.trouble.take().is_some() {
                    tracing::info!("{self} can be used again");
                }
                if state.held.as_ref() != Some(&held) {
                    state.generation = state.generation.saturating_add(1);
                    state.held = Some(held.clone());
                }
                Ok((held, state.generation))
            }
            Err(reason) => {
                let Some(held) = state.held.clone() else {
                    return Err(Fault::Credentials(format!("{self} {reason}")));
                };
                if state.trouble.as_ref() != Some(&reason) {
                    tracing::warn!("{self} {reason}; what it held before is used");
                    state.trouble = Some(reason);
                }
                Ok((held, state.generation))
            }
        }
    }

    /// Returns true where the file holds something else than it did as this generation.
    pub(super) async fn has_other_than(&self, generation: u64) -> bool {
        // Where the file system hangs there is nothing else to be had.
        let found = self.fingerprint().await;
        let state = self.state();
        generation < state.generation || found.is_some_and(|found| state.seen != Some(found))
    }

    /// Waits until the file is another than when it was read last.
    ///
    /// The first look comes after some seconds, so that a file that changes all the time wakes nobody all the time.
    pub(super) async fn changed(&self) {
        let seen = self.state().seen;
        let seen = match seen {
            Some(seen) => Some(seen),
            None => self.fingerprint().await,
        };
        loop {
            tokio::time::sleep(POLL).await;
            let found = self.fingerprint().await;
            if found.is_some() && found != seen {
                return;
            }
        }
    }

    async fn look(&self) -> Look {
        let path = self.path.clone();
        let look = self.looks.call(READ_LIMIT, move || Look::at(&path)).await;
        look.unwrap_or_else(|| Look::failed(format!("cannot be read within {}s", READ_LIMIT.as_secs())))
    }

    /// Takes the file's fingerprint; `None` where the file system hangs.
    async fn fingerprint(&self) -> Option<Fingerprint> {
        let path = self.path.clone();
        self.fingerprints.call(READ_LIMIT, move || Fingerprint::at(&path)).await
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Names the file in messages.
impl std::fmt::Display for CredentialFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let kind = match self.format {
            Format::Token { .. } => "the token file",
            Format::Connection { .. } => "the connection file",
        };
        write!(f, "{kind} {}", self.path.display())
    }
}

impl Format {
    /// Reads the text of a file; every secret in it is told to the redactor before anything else.
    fn read(&self, text: &str, redactor: &Redactor) -> Result<Held, String> {
        match self {
            Self::Token { url } => {
                tell_passing(redactor, text);
                let header = header::of_token(text).map_err(|wrong| format!("cannot be used: it {wrong}"))?;
                Ok(Held { url: url.clone(), header })
            }
            Self::Connection { optimizer_id, url } => {
                let connection = Connection::parse(text)?;
                tell_passing(redactor, &connection.authorization);
                let header = header::of_token(&connection.authorization)
                    .map_err(|wrong| connection.about_token(wrong))?;
                let url = match url {
                    Some(url) => url.clone(),
                    None => connection.optimizer(optimizer_id)?,
                };
                Ok(Held { url, header })
            }
        }
    }
}

/// Tells a redactor what must not be shown of a token that another may take the place of.
pub(super) fn tell_passing(redactor: &Redactor, token: &str) {
    for secret in header::secrets(token) {
        redactor.add_passing(secret);
    }
}

/// Tells a redactor what must not be shown of a token.
pub(super) fn tell(redactor: &Redactor, token: &str) {
    for secret in header::secrets(token) {
        redactor.add(secret);
    }
}

#[cfg(test)]
mod tests;
