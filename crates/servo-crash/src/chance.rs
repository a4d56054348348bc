//! Random moments, the same for the same seed.

use std::time::Duration;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};

use crate::fault::Fault;

/// A source of chance.
#[derive(Debug)]
pub(crate) struct Chance(ChaCha8Rng);

impl Chance {
    pub(crate) fn new(seed: u64, fault: Fault) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed.wrapping_mul(31).wrapping_add(fault as u64)))
    }

    /// A whole number below a bound.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.0.next_u64() % bound.max(1)
    }

    /// A moment after a start: one in four is in its first tenth of a second, where files are opened and read; the
    /// others are within as long as a few trials take.
    pub(crate) fn moment(&mut self) -> Duration {
        let bound = if self.below(4) == 0 { 100_000 } else { 3_000_000 };
        Duration::from_micros(self.below(bound))
    }
}
