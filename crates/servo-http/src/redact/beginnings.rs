//! Where a secret may begin in a text, told without looking at every secret.

/// How many bytes of a secret are looked at; no form of one is shorter.
const WINDOW: usize = 4;

/// How many bits there are, as a power of two: 8 KiB, of which a thousand tokens with all their forms fill a twelfth.
const BITS: u32 = 16;

/// The beginnings of everything secret, as a filter: it says where there can be no secret, and is wrong in a few
/// places where there is none. It takes no memory before the first.
#[derive(Default)]
pub(super) struct Beginnings {
    words: Vec<u64>,
}

impl Beginnings {
    /// Takes note of a secret.
    pub(super) fn add(&mut self, secret: &str) {
        let Some(bit) = secret.as_bytes().first_chunk().copied().map(bit) else { return };
        self.words.resize(1 << (BITS - u64::BITS.ilog2()), 0);
        if let Some(word) = self.words.get_mut(bit / 64) {
            *word |= 1 << (bit % 64);
        }
    }

    /// Lists the places, in order, where a secret may begin.
    pub(super) fn within<'a>(&'a self, text: &'a str) -> impl Iterator<Item = usize> + 'a {
        let windows = if self.words.is_empty() { &[] } else { text.as_bytes() };
        windows.windows(WINDOW).enumerate().filter_map(|(at, window)| {
            let bit = window.first_chunk().copied().map(bit)?;
            self.words.get(bit / 64).is_some_and(|word| word >> (bit % 64) & 1 == 1).then_some(at)
        })
    }
}

/// The bit of a beginning: the highest bits of a product (D. Knuth, The Art of Computer Programming, vol. 3,
/// section 6.4: multiplicative hashing, by 2^32 divided by the golden ratio).
fn bit(window: [u8; WINDOW]) -> usize {
    (u32::from_le_bytes(window).wrapping_mul(0x9E37_79B9) >> (u32::BITS - BITS)) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_never_missed_and_most_other_places_are() {
        let mut beginnings = Beginnings::default();
        assert_eq!(beginnings.within("nothing is known yet").count(), 0);
        let secrets: Vec<String> = (0..5000_u32).map(|n| format!("{:08x}", n.wrapping_mul(0x9E37))).collect();
        for secret in &secrets {
            beginnings.add(secret);
        }
        for secret in &secrets {
            assert!(beginnings.within(&format!("<{secret}>")).any(|at| at == 1), "{secret}");
        }
        let text =
            "a line of a log as long as they are, in which no secret is: 2026-11-22T10:20:30Z INFO servo";
        assert!(beginnings.within(text).count() < text.len() / 4);
        assert_eq!(beginnings.within("abc").count(), 0);
    }
}
