//! What was told of each check, so that it is told once.

use std::collections::HashMap;

use crate::check::{Check, Key};

/// What was told of each check.
#[derive(Debug, Default)]
pub(super) struct Known(HashMap<Key, Told>);

/// What was told last: whether it holds, and if not, why.
type Told = (bool, Option<String>);

impl Known {
    /// Notes how a check ended, and returns true where that is new. A check that was not run is as it was.
    pub(super) fn is_news(&mut self, key: &Key, check: &Check) -> bool {
        let Some(success) = check.success() else { return false };
        // What a check says that holds may change all the time, such as how much it found.
        let told = (success, check.message.clone().filter(|_| !success));
        match self.0.get_mut(key) {
            Some(known) if *known == told => false,
            Some(known) => {
                *known = told;
                true
            }
            None => {
                self.0.insert(key.clone(), told);
                true
            }
        }
    }
}
