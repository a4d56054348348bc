//! What the store knows of a product.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use crate::words;

/// How many features products are compared by.
pub(crate) const FEATURES: usize = 96;

/// A product.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Record {
    pub(crate) id: u32,
    pub(crate) title: String,
    pub(crate) price_cents: u32,
    pub(crate) description: String,
    pub(crate) attributes: Vec<(String, String)>,
    pub(crate) reviews: Vec<Review>,
}

/// What a customer wrote.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Review {
    pub(crate) author: String,
    pub(crate) stars: u8,
    pub(crate) text: String,
}

impl Record {
    /// Makes the product with that number: the same wherever and whenever it is made.
    pub(crate) fn of(id: u32) -> Self {
        let random = &mut ChaCha8Rng::seed_from_u64(u64::from(id));
        let title = format!("{} {} {id}", words::word(random), words::word(random));
        let mut description = String::new();
        words::prose(random, &mut description, 6_000);
        let attributes = (0..40)
            .map(|_| {
                let value: u32 = random.random_range(1..5_000);
                (words::word(random).to_owned(), format!("{value} {}", words::word(random)))
            })
            .collect();
        let reviews = (0..24)
            .map(|_| {
                let mut text = String::new();
                words::prose(random, &mut text, 700);
                Review { author: words::word(random).to_owned(), stars: random.random_range(1..=5), text }
            })
            .collect();
        let price_cents = random.random_range(99..99_999);
        Self { id, title, price_cents, description, attributes, reviews }
    }
}

/// Gives what a product is compared by.
pub(crate) fn features(id: u32) -> [f32; FEATURES] {
    let random = &mut ChaCha8Rng::seed_from_u64(u64::from(id) | 1 << 40);
    std::array::from_fn(|_| random.random_range(-1.0..1.0))
}
