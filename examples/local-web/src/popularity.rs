//! Which products visitors look at: a few often, most of them now and then.

use std::fmt::Write as _;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// How quickly popularity falls with the rank: the exponent of Zipf's law, which web requests were found to follow with
/// 0.64 to 0.83 (Breslau et al., "Web Caching and Zipf-like Distributions", 1999).
const EXPONENT: f64 = 0.8;

/// Draws visits: one request a line. The lower the number of a product, the more often it is looked at.
pub(crate) fn targets(base_url: &str, products: u32, count: u32, seed: u64) -> String {
    let mut reached = 0.0;
    let upto: Vec<f64> = (1..=products)
        .map(|rank| {
            reached += f64::from(rank).powf(-EXPONENT);
            reached
        })
        .collect();
    let random = &mut ChaCha8Rng::seed_from_u64(seed);
    let mut out = String::new();
    for _ in 0..count {
        let at = random.random_range(0.0..reached);
        let id = upto.partition_point(|&bound| bound < at);
        let _ = writeln!(out, "GET {base_url}/products/{id}\nAccept-Encoding: gzip\n");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_product_is_looked_at_most() {
        let text = targets("http://x", 100, 5000, 3);
        let visits = |id: u32| text.lines().filter(|line| line.ends_with(&format!("/products/{id}"))).count();
        assert!(visits(0) > 4 * visits(20), "{} and {}", visits(0), visits(20));
        assert_eq!(text.lines().filter(|line| line.starts_with("GET ")).count(), 5000);
        assert_eq!(text, targets("http://x", 100, 5000, 3));
    }
}
