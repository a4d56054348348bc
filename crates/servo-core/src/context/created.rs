//! What a connector has created in its outside system, written down so that a crash leaves nothing behind.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use crate::Result;
use crate::journal::{Entry, Journal};

/// What one connector has created and not removed.
///
/// A connector writes down what it needs in order to find an object again *before* it creates it, and forgets it *after*
/// it was removed. What is still there when it starts is from a process that ended in between: it removes that first.
#[derive(Clone, Copy, Debug)]
pub struct Created<'a> {
    journal: &'a Arc<dyn Journal>,
    connector: &'a str,
}

impl<'a> Created<'a> {
    pub(super) fn of(journal: &'a Arc<dyn Journal>, connector: &'a str) -> Self {
        Self { journal, connector }
    }

    /// Gives all of it, by the connector's own keys.
    pub fn all(&self) -> BTreeMap<String, Value> {
        self.journal.ledger().created.remove(self.connector).unwrap_or_default()
    }

    /// Writes down that an object is about to be created. When this returns, it is on disk.
    ///
    /// # Errors
    ///
    /// It could not be written down: then do not create it.
    pub async fn announce(&self, key: impl Into<String> + Send, value: Value) -> Result<()> {
        let connector = self.connector.to_owned();
        self.journal.write(Entry::Created { connector, key: key.into(), value }).await
    }

    /// Forgets an object that was removed.
    ///
    /// # Errors
    ///
    /// It could not be written down: the next start looks for the object in vain.
    pub async fn forget(&self, key: impl Into<String> + Send) -> Result<()> {
        let connector = self.connector.to_owned();
        self.journal.write(Entry::Removed { connector, key: key.into() }).await
    }
}

#[cfg(test)]
mod tests {
    use async_trait::async_trait;

    use super::*;
    use crate::Error;
    use crate::journal::{InMemory, Ledger};

    #[tokio::test]
    async fn each_connector_sees_what_it_announced_until_it_forgets_it() {
        let journal: Arc<dyn Journal> = Arc::new(InMemory::default());
        let (load, emulator) = (Created::of(&journal, "load"), Created::of(&journal, "emulator"));
        load.announce("job", Value::from("load-1")).await.unwrap();
        load.announce("map", Value::from("config")).await.unwrap();
        // Announced again, such as with the name that the system gave it.
        load.announce("job", Value::from("load-2")).await.unwrap();
        let both = BTreeMap::from([("job".to_owned(), "load-2".into()), ("map".to_owned(), "config".into())]);
        assert_eq!((load.all(), emulator.all()), (both, BTreeMap::new()));
        emulator.forget("job").await.unwrap();
        load.forget("map").await.unwrap();
        assert_eq!(load.all(), BTreeMap::from([("job".to_owned(), "load-2".into())]));
        load.forget("job").await.unwrap();
        assert_eq!(journal.ledger(), Ledger::default());
    }

    #[derive(Debug)]
    struct Full;

    #[async_trait]
    impl Journal for Full {
        async fn write(&self, _: Entry) -> Result<()> {
            Err(Error::failed("no space left"))
        }

        fn ledger(&self) -> Ledger {
            Ledger::default()
        }
    }

    #[tokio::test]
    async fn what_cannot_be_written_down_is_told_before_it_is_created() {
        let journal: Arc<dyn Journal> = Arc::new(Full);
        let created = Created::of(&journal, "load");
        assert_eq!(created.announce("job", Value::Null).await.unwrap_err().message(), "no space left");
        assert_eq!(created.all(), BTreeMap::new());
    }
}
