//! Where records are: as a database keeps them, packed, and a way off.

use std::io::{self, Read, Write};
use std::time::Duration;

use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;

use crate::record::Record;

/// A store that answers after a while, however many records it is asked for at once.
pub(crate) struct Store {
    packed: Vec<Vec<u8>>,
    wait: Duration,
}

impl Store {
    /// Fills a store with products.
    pub(crate) fn with(records: impl Iterator<Item = Record>, wait: Duration) -> io::Result<Self> {
        let pack = |record: Record| {
            let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
            serde_json::to_writer(&mut encoder, &record)?;
            encoder.flush()?;
            encoder.finish()
        };
        Ok(Self { packed: records.map(pack).collect::<io::Result<_>>()?, wait })
    }

    /// Reads records, all of them in one round trip.
    pub(crate) fn read(&self, ids: &[u32]) -> io::Result<Vec<Record>> {
        #[expect(clippy::disallowed_methods, reason = "a worker waits for its database, as threads do")]
        std::thread::sleep(self.wait);
        ids.iter().map(|&id| self.unpack(id)).collect()
    }

    /// Reads a record without a way to go, as whoever fills a cache beforehand does.
    pub(crate) fn unpack(&self, id: u32) -> io::Result<Record> {
        let packed = usize::try_from(id).ok().and_then(|index| self.packed.get(index));
        let packed =
            packed.ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, format!("no product {id}")))?;
        let mut json = Vec::new();
        DeflateDecoder::new(packed.as_slice()).read_to_end(&mut json)?;
        Ok(serde_json::from_slice(&json)?)
    }
}
