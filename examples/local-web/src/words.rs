//! Texts that read like a shop's: the same for the same seed, and as compressible as prose.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

const STEMS: [&str; 64] = [
    "light", "cotton", "frame", "travel", "garden", "winter", "handle", "quiet", "copper", "leather",
    "kitchen", "steel", "walnut", "carbon", "summer", "pocket", "ocean", "linen", "ceramic", "mountain",
    "classic", "double", "wool", "silver", "compact", "river", "marble", "paper", "bamboo", "studio",
    "field", "signal", "velvet", "bridge", "amber", "harbour", "north", "solid", "slate", "canvas", "urban",
    "meadow", "cobalt", "island", "timber", "desert", "crystal", "forest", "iron", "maple", "lunar", "coral",
    "granite", "willow", "brass", "orchid", "prairie", "cedar", "saffron", "quartz", "juniper", "indigo",
    "basalt", "heather",
];
const ENDINGS: [&str; 16] = [
    "", "s", "ed", "ing", "er", "ly", "ness", "able", "ful", "less", "ish", "ward", "like", "work", "wise",
    "ship",
];
const SMALL: [&str; 16] =
    ["the", "and", "of", "with", "for", "a", "in", "that", "is", "on", "by", "as", "to", "its", "from", "&"];

/// Appends a text of at least so many bytes.
pub(crate) fn prose(random: &mut ChaCha8Rng, out: &mut String, bytes: usize) {
    let end = out.len() + bytes;
    let mut left_in_sentence = 0_u32;
    while out.len() < end {
        if left_in_sentence == 0 {
            left_in_sentence = random.random_range(6..18);
        }
        out.push_str(word(random));
        if random.random_range(0..3) == 0 {
            out.push_str(ENDINGS[random.random_range(0..ENDINGS.len())]);
        }
        left_in_sentence -= 1;
        out.push_str(if left_in_sentence == 0 { ". " } else { " " });
        if random.random_range(0..4) == 0 {
            out.push_str(SMALL[random.random_range(0..SMALL.len())]);
            out.push(' ');
        }
        if random.random_range(0..9) == 0 {
            let number: u32 = random.random_range(1..100_000);
            out.push_str(&number.to_string());
            out.push(' ');
        }
    }
}

/// Gives a word.
pub(crate) fn word(random: &mut ChaCha8Rng) -> &'static str {
    STEMS[random.random_range(0..STEMS.len())]
}
