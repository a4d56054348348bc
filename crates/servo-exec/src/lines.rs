//! Lines out of bytes as they come: cut where they are overlong, lossy where they are no text.

/// The most bytes of a line that are handed on; the rest of a longer one is dropped.
pub const LONGEST_LINE: usize = 64 * 1024;

/// Which stream a line was printed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

/// A line that has begun.
#[derive(Debug, Default)]
pub struct Lines {
    begun: Vec<u8>,
    /// Whether something of the line has been seen, which is not the same as there being any of it left.
    is_begun: bool,
}

impl Lines {
    /// Takes what comes next, and hands on each line that it ends.
    pub fn push(&mut self, bytes: &[u8], mut line: impl FnMut(&str)) {
        let mut rest = bytes;
        // A line that has no end is passed over fast, however long it is.
        while rest.contains(&b'\n')
            && let Some(at) = rest.iter().position(|&byte| byte == b'\n')
        {
            self.keep(&rest[..at]);
            self.end(&mut line);
            rest = &rest[at + 1..];
        }
        self.keep(rest);
        self.is_begun |= !rest.is_empty();
    }

    /// Hands on what is left without an end.
    pub fn finish(&mut self, mut line: impl FnMut(&str)) {
        if self.is_begun {
            self.end(&mut line);
        }
    }

    fn keep(&mut self, bytes: &[u8]) {
        let room = LONGEST_LINE - self.begun.len();
        self.begun.extend_from_slice(&bytes[..bytes.len().min(room)]);
    }

    fn end(&mut self, line: &mut impl FnMut(&str)) {
        let text = String::from_utf8_lossy(&self.begun);
        line(text.trim_end_matches('\r'));
        self.begun.clear();
        self.is_begun = false;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn lines(pieces: &[&[u8]]) -> Vec<String> {
        let (mut all, mut lines) = (Vec::new(), Lines::default());
        for piece in pieces {
            lines.push(piece, |line| all.push(line.to_owned()));
        }
        lines.finish(|line| all.push(line.to_owned()));
        all
    }

    #[test]
    fn lines_are_put_together_whatever_the_pieces() {
        assert_eq!(lines(&[b"a", b"b\nc\r\n", b"\n", b"d"]), ["ab", "c", "", "d"]);
        assert_eq!(lines(&[b"a\n"]), ["a"]);
        assert!(lines(&[]).is_empty());
        assert_eq!(lines(&[b"\xff\xfe\n"]), ["\u{fffd}\u{fffd}"]);
    }

    #[test]
    fn an_overlong_line_is_cut_and_the_next_one_is_whole() {
        let long = vec![b'x'; LONGEST_LINE + 10];
        let lines = lines(&[&long, b"y\nnext\n"]);
        assert_eq!((lines[0].len(), lines[1].as_str(), lines.len()), (LONGEST_LINE, "next", 2));
    }

    proptest! {
        #[test]
        fn pieces_make_no_difference(text in prop::collection::vec(any::<u8>(), 0..200), at in 0..200_usize) {
            let at = at.min(text.len());
            prop_assert_eq!(lines(&[&text[..at], &text[at..]]), lines(&[&text]));
        }
    }
}
