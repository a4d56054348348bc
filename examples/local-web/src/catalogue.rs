//! All products: which there are, and which resemble each other.

use std::io;

use crate::Serve;
use crate::record::{FEATURES, Record, features};
use crate::store::Store;

/// The products of the shop.
pub(crate) struct Catalogue {
    pub(crate) store: Store,
    features: Vec<[f32; FEATURES]>,
}

impl Catalogue {
    /// Makes the products.
    pub(crate) fn new(serve: &Serve) -> io::Result<Self> {
        let store = Store::with((0..serve.products).map(Record::of), serve.store_wait())?;
        Ok(Self { store, features: (0..serve.products).map(features).collect() })
    }

    /// Returns true where there is such a product.
    pub(crate) fn has(&self, id: u32) -> bool {
        usize::try_from(id).is_ok_and(|index| index < self.features.len())
    }

    /// Finds the products that resemble one most.
    pub(crate) fn related(&self, id: u32, count: usize) -> Vec<usize> {
        let Some(own) = usize::try_from(id).ok().and_then(|index| self.features.get(index)) else {
            return Vec::new();
        };
        let likeness = |other: &[f32; FEATURES]| own.iter().zip(other).map(|(a, b)| a * b).sum::<f32>();
        let mut best: Vec<(f32, usize)> =
            self.features.iter().enumerate().map(|(index, other)| (likeness(other), index)).collect();
        best.sort_unstable_by(|a, b| b.0.total_cmp(&a.0));
        best.into_iter()
            .map(|(_, index)| index)
            .filter(|&index| index as u64 != u64::from(id))
            .take(count)
            .collect()
    }
}
