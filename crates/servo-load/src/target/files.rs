//! Targets and bodies that are in files.

use std::path::Path;

use bytes::Bytes;
use servo_core::{Context, Error, Result};
use tokio::io::AsyncReadExt as _;

use super::{Body, Format, Target, parse};

/// The most bytes of a file of targets, and of all bodies together.
const MOST: u64 = 64 * 1024 * 1024;

/// Reads a file of targets.
///
/// # Errors
///
/// Class configuration, at the key `targets`: the file cannot be read, or holds what is no target.
pub(crate) async fn read_targets(path: &Path, format: Format) -> Result<Vec<Target>> {
    let cannot = |error: Error| error.at("targets");
    let bytes = read(path, MOST).await.map_err(cannot)?;
    let text = std::str::from_utf8(&bytes).map_err(|error| {
        let message = format!("expected text in UTF-8 in {}", path.display());
        cannot(Error::configuration(message).with_source(error))
    })?;
    parse(text, format).map_err(|error| {
        let help = error.fault.help();
        cannot(Error::configuration(format!("{}: {error}", path.display())).with_help(help))
    })
}

/// Puts what is in files in the place of their names. Relative paths start at the folder of the configuration.
///
/// # Errors
///
/// Class configuration, at `key`: a file cannot be read.
pub(crate) async fn read_bodies(cx: &Context, targets: &mut [Target], key: &'static str) -> Result<()> {
    let mut left = MOST;
    for target in targets {
        if let Body::File(path) = &target.body {
            let bytes = read(&cx.resolve(path), left).await.map_err(|error| error.at(key))?;
            left = left.saturating_sub(bytes.len() as u64);
            target.body = Body::Bytes(bytes);
        }
    }
    Ok(())
}

async fn read(path: &Path, most: u64) -> Result<Bytes> {
    let failed = |error: std::io::Error| {
        let help = "a relative path starts at the folder of the configuration file";
        Error::configuration(format!("cannot read {}", path.display())).with_source(error).with_help(help)
    };
    let file = tokio::fs::File::open(path).await.map_err(failed)?;
    let mut bytes = Vec::new();
    file.take(most.saturating_add(1)).read_to_end(&mut bytes).await.map_err(failed)?;
    if bytes.len() as u64 > most {
        let message =
            format!("expected at most {MOST} bytes of targets and bodies, found more in {}", path.display());
        return Err(Error::configuration(message));
    }
    Ok(bytes.into())
}
