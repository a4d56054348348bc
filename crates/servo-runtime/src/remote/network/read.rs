//! Files of certificates and keys.

use std::io;
use std::path::Path;
use std::time::Duration;

use secrecy::SecretString;
use servo_core::{Error, Result};

/// The largest file that is read, in bytes: the authorities of a system take a quarter of a MiB.
const MAX_BYTES: u64 = 4 * 1024 * 1024;

/// How long reading may take; a file system of the network may hang.
const LIMIT: Duration = Duration::from_secs(10);

/// Reads a file that is named at `key`.
pub(super) async fn file(base: &Path, path: &Path, key: &'static str) -> Result<Vec<u8>> {
    let path = base.join(path);
    let cannot = |error: io::Error| {
        let error = Error::configuration(format!("cannot read {}: {error}", path.display())).at(key);
        error.with_help("name a PEM file that the servo may read; relative paths start at the configuration")
    };
    let reading = tokio::time::timeout(LIMIT, bytes(&path)).await;
    let slow = |_| Err(io::Error::other(format!("it took longer than {}s", LIMIT.as_secs())));
    reading.unwrap_or_else(slow).map_err(cannot)
}

async fn bytes(path: &Path) -> io::Result<Vec<u8>> {
    let metadata = tokio::fs::metadata(path).await?;
    if !metadata.is_file() || metadata.len() > MAX_BYTES {
        let limit = format!("expected a file of {} MiB at most", MAX_BYTES / (1024 * 1024));
        return Err(io::Error::other(limit));
    }
    tokio::fs::read(path).await
}

/// Reads a file whose text is secret.
pub(super) async fn secret(base: &Path, path: &Path, key: &'static str) -> Result<SecretString> {
    let bytes = file(base, path, key).await?;
    // The error of the conversion would hold the bytes.
    let text = String::from_utf8(bytes).ok();
    text.map(SecretString::from).ok_or_else(|| {
        let error = Error::configuration(format!("{} is not PEM text", base.join(path).display())).at(key);
        error.with_help("convert the key with `openssl pkey -inform der`")
    })
}
