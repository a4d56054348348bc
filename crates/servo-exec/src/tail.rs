//! The last of what was printed: so many bytes, and no more memory than that.

use std::collections::VecDeque;

/// The last bytes of a stream that may be endless.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tail {
    kept: VecDeque<u8>,
    most: usize,
    total: u64,
}

impl Tail {
    /// Keeps the last `most` bytes.
    pub const fn new(most: usize) -> Self {
        Self { kept: VecDeque::new(), most, total: 0 }
    }

    /// Takes what comes next.
    pub fn push(&mut self, bytes: &[u8]) {
        self.total = self.total.saturating_add(bytes.len() as u64);
        let bytes = &bytes[bytes.len().saturating_sub(self.most)..];
        let excess = (self.kept.len() + bytes.len()).saturating_sub(self.most);
        self.kept.drain(..excess.min(self.kept.len()));
        self.kept.extend(bytes);
    }

    /// Returns how many bytes there were in all.
    pub const fn total(&self) -> u64 {
        self.total
    }

    /// Returns true where not all of them are kept.
    pub fn is_truncated(&self) -> bool {
        self.total > self.kept.len() as u64
    }

    /// Returns what is kept.
    pub fn bytes(&self) -> Vec<u8> {
        self.kept.iter().copied().collect()
    }

    /// Returns what is kept as text; bytes that are none stand as `\u{FFFD}`. Where the beginning is gone, so is what is
    /// left of the first line, unless that is all.
    pub fn text(&self) -> String {
        let bytes = self.bytes();
        let text = String::from_utf8_lossy(&bytes);
        match text.split_once('\n') {
            Some((_, rest)) if self.is_truncated() && !rest.is_empty() => rest.to_owned(),
            _ => text.into_owned(),
        }
    }

    /// Returns the last `most` lines that have text, none of them longer than `longest` characters.
    pub fn last_lines(&self, most: usize, longest: usize) -> Vec<String> {
        let text = self.text();
        let lines: Vec<&str> = text.lines().map(str::trim_end).filter(|line| !line.is_empty()).collect();
        let skip = lines.len().saturating_sub(most);
        let cut = |line: &&str| match line.char_indices().nth(longest) {
            Some((at, _)) => format!("{}…", &line[..at]),
            None => (*line).to_owned(),
        };
        lines.iter().skip(skip).map(cut).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_last_lines_are_cut_and_blank_ones_left_out() {
        let mut tail = Tail::new(100);
        tail.push(b"one\n\ntwo  \nthree is long\n");
        assert_eq!(tail.last_lines(2, 5), ["two", "three…"]);
        assert!(!tail.is_truncated());
    }

    #[test]
    fn a_line_of_which_the_beginning_is_gone_is_left_out() {
        let mut tail = Tail::new(8);
        tail.push(b"beginning\nend\n");
        assert_eq!((tail.text().as_str(), tail.is_truncated()), ("end\n", true));
        // There is nothing else to show.
        let mut tail = Tail::new(4);
        tail.push(b"beginning");
        assert_eq!(tail.text(), "ning");
    }

    proptest! {
        #[test]
        fn whatever_the_pieces_the_end_is_kept(pieces in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..20), 0..20), most in 0..50_usize) {
            let mut tail = Tail::new(most);
            for piece in &pieces {
                tail.push(piece);
            }
            let all: Vec<u8> = pieces.concat();
            prop_assert_eq!(tail.bytes(), &all[all.len().saturating_sub(most)..]);
            prop_assert_eq!(tail.total(), all.len() as u64);
            prop_assert_eq!(tail.is_truncated(), all.len() > most);
            tail.last_lines(3, 10);
        }
    }
}
