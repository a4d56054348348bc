//! Objects that belong to others.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// Objects of one kind, by the uid of the one that each belongs to, then by name.
pub(super) struct Owned<K> {
    objects: HashMap<String, BTreeMap<String, Arc<K>>>,
    /// Whom the object of a name belongs to: that may change, and then the former has it no more.
    owners: HashMap<String, String>,
}

impl<K> Default for Owned<K> {
    fn default() -> Self {
        Self { objects: HashMap::new(), owners: HashMap::new() }
    }
}

impl<K> Owned<K> {
    /// Keeps an object in place of the one of its name, whomever that belonged to. What belongs to nobody is not kept.
    pub(super) fn put(&mut self, owner: Option<&str>, name: String, object: Arc<K>) {
        if self.owners.get(&name).map(String::as_str) != owner {
            self.remove(&name);
        }
        let Some(owner) = owner else { return };
        self.owners.insert(name.clone(), owner.to_owned());
        self.objects.entry(owner.to_owned()).or_default().insert(name, object);
    }

    /// Forgets the object of a name.
    pub(super) fn remove(&mut self, name: &str) {
        let Some(owner) = self.owners.remove(name) else { return };
        if let Some(objects) = self.objects.get_mut(&owner) {
            objects.remove(name);
            if objects.is_empty() {
                self.objects.remove(&owner);
            }
        }
    }

    /// Forgets all.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Gives what belongs to a uid, by name.
    pub(super) fn of(&self, owner: &str) -> Vec<Arc<K>> {
        self.objects.get(owner).map(|objects| objects.values().cloned().collect()).unwrap_or_default()
    }
}
