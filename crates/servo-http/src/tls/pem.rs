//! Files of certificates and keys, read within limits.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use secrecy::SecretString;

/// The largest file that is read, in bytes: the authorities of a system take a quarter of a MiB.
const MAX_BYTES: u64 = 4 * 1024 * 1024;

/// How long reading may take; a file system of the network may hang.
const LIMIT: Duration = Duration::from_secs(10);

/// Why a file cannot be used. No part of what is in it is in the error.
#[derive(Debug, thiserror::Error)]
pub enum PemError {
    /// It cannot be read.
    #[error("cannot read {}: {reason}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why not.
        reason: io::Error,
    },
    /// It was to hold a key as text, and is no text.
    #[error("{} is not PEM text", path.display())]
    NotText {
        /// The file.
        path: PathBuf,
    },
}

impl PemError {
    /// Returns what to do about it.
    pub const fn help(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => {
                "name a PEM file that the servo may read; relative paths start at the configuration"
            }
            Self::NotText { .. } => "convert the key with `openssl pkey -inform der`",
        }
    }
}

/// Reads a file of certificates. What is in it is not looked at yet.
///
/// # Errors
///
/// It is no file, is larger than 4 MiB, or cannot be read within ten seconds.
pub async fn read_certificates(path: &Path) -> Result<Vec<u8>, PemError> {
    let reading = tokio::time::timeout(LIMIT, bytes(path)).await;
    let slow = |_| Err(io::Error::other(format!("it took longer than {}s", LIMIT.as_secs())));
    reading.unwrap_or_else(slow).map_err(|reason| PemError::Unreadable { path: path.to_owned(), reason })
}

/// Reads a file with a private key.
///
/// # Errors
///
/// As [`read_certificates`], and where it is no text.
pub async fn read_key(path: &Path) -> Result<SecretString, PemError> {
    let bytes = read_certificates(path).await?;
    // The error of the conversion would hold the bytes.
    let text = String::from_utf8(bytes).ok();
    text.map(SecretString::from).ok_or_else(|| PemError::NotText { path: path.to_owned() })
}

async fn bytes(path: &Path) -> io::Result<Vec<u8>> {
    let metadata = tokio::fs::metadata(path).await?;
    if !metadata.is_file() || metadata.len() > MAX_BYTES {
        let limit = format!("expected a file of {} MiB at most", MAX_BYTES / (1024 * 1024));
        return Err(io::Error::other(limit));
    }
    tokio::fs::read(path).await
}
