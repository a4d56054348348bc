//! What was begun and has not ended, written down before it begins so that a crash leaves nothing behind.
//!
//! It is a file of the connector's own, guarded by its lock: the journal of a servo is in use where a servo runs or
//! adjusts, and a single measurement runs the program, too.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use servo_core::{Error, Result};

use crate::leftovers::Record;
use crate::state::replace;

/// The newest form of the file that is understood.
const VERSION: u64 = 1;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    version: u64,
    runs: BTreeMap<String, Record>,
}

/// The runs that have not ended, by their keys. Whoever changes them holds the lock.
#[derive(Clone, Debug)]
pub(crate) struct Runs(pub(crate) PathBuf);

impl Runs {
    /// Reads them. Blocks on files.
    ///
    /// # Errors
    ///
    /// Class failed: the file cannot be read or is damaged.
    pub(crate) fn all(&self) -> Result<BTreeMap<String, Record>> {
        let failed = |error: io::Error| {
            Error::failed(format!("cannot read which programs are running, {}", self.0.display()))
                .with_help("end what is left of the program by hand, then remove the file")
                .with_source(error)
        };
        match fs::read(&self.0) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(BTreeMap::new()),
            Err(error) => Err(failed(error)),
            Ok(text) => {
                let wire: Wire = serde_json::from_slice(&text).map_err(io::Error::from).map_err(failed)?;
                if wire.version > VERSION {
                    return Err(failed(io::Error::other("it was written by a newer servo")));
                }
                Ok(wire.runs)
            }
        }
    }

    /// Writes down a run, in place of what was known of it; `None` forgets it. Blocks on files.
    ///
    /// # Errors
    ///
    /// Class failed: it cannot be written down. Then do not begin it.
    pub(crate) fn set(&self, key: &str, record: Option<Record>) -> Result<()> {
        let mut runs = self.all()?;
        match record {
            Some(record) => drop(runs.insert(key.to_owned(), record)),
            None => drop(runs.remove(key)),
        }
        let text = serde_json::to_vec_pretty(&Wire { version: VERSION, runs });
        text.map_err(io::Error::from).and_then(|text| replace(&self.0, &text)).map_err(|error| {
            Error::failed(format!("cannot write down which programs are running, {}", self.0.display()))
                .with_help("make room, and make the folder writable")
                .with_source(error)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_known_until_it_is_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let runs = Runs(folder.path().join("runs.json"));
        let record = Record {
            cookie: "a".to_owned(),
            groups: None,
            supervisor: Some((7, 9)),
            grace_milliseconds: 5,
            boot: String::new(),
        };
        runs.set("1", Some(record.clone())).unwrap();
        runs.set("2", Some(record.clone())).unwrap();
        runs.set("2", None).unwrap();
        assert_eq!(runs.all().unwrap(), BTreeMap::from([("1".to_owned(), record)]));
    }
}
