//! Rust text with everything that is not code blanked out, so that a rule never trips over a comment.

/// Stands for a character inside a string or character literal.
pub(super) const LITERAL: char = '"';

/// Replaces each character of a comment by a space and each inside a literal by [`LITERAL`].
///
/// Lines stay lines and columns stay columns, counted in characters. Text that is not Rust gives some
/// text of the same shape, never an error.
pub(super) fn blank(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut scanner = Scanner { chars: &chars, at: 0, out: String::with_capacity(text.len()) };
    while scanner.at < chars.len() {
        scanner.step();
    }
    scanner.out
}

struct Scanner<'a> {
    chars: &'a [char],
    at: usize,
    out: String,
}

impl Scanner<'_> {
    fn peek(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.at + ahead).copied()
    }

    /// Moves over `count` characters; `fill` stands for each that does not end a line.
    fn skip(&mut self, count: usize, fill: Option<char>) {
        let end = (self.at + count).min(self.chars.len());
        for &c in &self.chars[self.at..end] {
            self.out.push(match fill {
                Some(fill) if c != '\n' => fill,
                _ => c,
            });
        }
        self.at = end;
    }

    fn step(&mut self) {
        match (self.peek(0), self.peek(1)) {
            (Some('/'), Some('/')) => self.line_comment(),
            (Some('/'), Some('*')) => self.block_comment(),
            (Some('"'), _) => self.string(),
            (Some('\''), _) => self.character_or_lifetime(),
            (Some('r' | '#'), _) => match self.raw_string_hashes() {
                Some(hashes) => self.raw_string(hashes),
                None => self.skip(1, None),
            },
            _ => self.skip(1, None),
        }
    }

    fn line_comment(&mut self) {
        let length = self.chars[self.at..].iter().take_while(|&&c| c != '\n').count();
        self.skip(length, Some(' '));
    }

    fn block_comment(&mut self) {
        let mut depth = 0_usize;
        loop {
            match (self.peek(0), self.peek(1)) {
                (Some('/'), Some('*')) => {
                    depth += 1;
                    self.skip(2, Some(' '));
                }
                (Some('*'), Some('/')) => {
                    depth = depth.saturating_sub(1);
                    self.skip(2, Some(' '));
                    if depth == 0 {
                        return;
                    }
                }
                (Some(_), _) => self.skip(1, Some(' ')),
                (None, _) => return,
            }
        }
    }

    fn string(&mut self) {
        self.skip(1, None);
        while let Some(c) = self.peek(0) {
            match c {
                '"' => return self.skip(1, None),
                '\\' => self.skip(2, Some(LITERAL)),
                _ => self.skip(1, Some(LITERAL)),
            }
        }
    }

    /// Number of `#` when a raw string starts here: an `r` that ends no other word, hashes, a quote.
    fn raw_string_hashes(&self) -> Option<usize> {
        if self.peek(0) != Some('r') {
            return None;
        }
        let before = |back: usize| self.at.checked_sub(back).and_then(|at| self.chars.get(at)).copied();
        let word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
        let prefixed = matches!(before(1), Some('b' | 'c')) && !word(before(2));
        if word(before(1)) && !prefixed {
            return None;
        }
        let hashes = self.chars[self.at + 1..].iter().take_while(|&&c| c == '#').count();
        (self.peek(1 + hashes) == Some('"')).then_some(hashes)
    }

    fn raw_string(&mut self, hashes: usize) {
        self.skip(2 + hashes, None);
        while let Some(c) = self.peek(0) {
            let closes = c == '"' && (1..=hashes).all(|ahead| self.peek(ahead) == Some('#'));
            if closes {
                return self.skip(1 + hashes, None);
            }
            self.skip(1, Some(LITERAL));
        }
    }

    fn character_or_lifetime(&mut self) {
        let length = match (self.peek(1), self.peek(2)) {
            (Some('\\'), Some(_)) => {
                let rest = self.chars.get(self.at + 3..).unwrap_or_default();
                rest.iter().take_while(|&&c| c != '\'' && c != '\n').count() + 2
            }
            (Some(_), Some('\'')) => 1,
            _ => return self.skip(1, None),
        };
        self.skip(1, None);
        self.skip(length, Some(LITERAL));
        self.skip(1, None);
    }
}

/// Tells for each line of blanked code whether it stands in an item under `#[cfg(test)]`.
///
/// Relies on the layout of rustfmt: an item that opens a block ends with `}` at its own indentation.
pub(super) fn test_lines(code: &str) -> Vec<bool> {
    let lines: Vec<&str> = code.lines().collect();
    let mut marked = vec![false; lines.len()];
    let mut at = 0;
    while at < lines.len() {
        if lines[at].trim() != "#[cfg(test)]" {
            at += 1;
            continue;
        }
        let indentation = lines[at].len() - lines[at].trim_start().len();
        let closing = format!("{}}}", &lines[at][..indentation]);
        let opens = lines[at + 1..].iter().find(|line| !line.trim_start().starts_with("#["));
        let end = match opens {
            Some(line) if line.trim_end().ends_with('{') => lines[at..]
                .iter()
                .position(|line| line.trim_end() == closing)
                .map_or(lines.len() - 1, |n| at + n),
            _ => at,
        };
        marked[at..=end].fill(true);
        at = end + 1;
    }
    marked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_become_spaces_and_literals_quotes() {
        let check = |text: &str, expected: &str| assert_eq!(blank(text), expected, "{text}");
        check("a // b\nc", "a     \nc");
        check("a /* b /* c */ d\n */ e", "a               \n    e");
        check("f(\"x\\\"y\") g", "f(\"\"\"\"\"\") g");
        check("r#\"a\"b\"# c", "r#\"\"\"\"\"# c");
        check("br\"\\\" c", "br\"\"\" c");
        check("&'a str; 'b'; '\\''; '\\n'", "&'a str; '\"'; '\"\"'; '\"\"'");
        check("var\"s\"", "var\"\"\"");
        check("'\\u{1F600}' x", "'\"\"\"\"\"\"\"\"\"' x");
    }

    #[test]
    fn the_shape_stays_whatever_the_text() {
        for text in
            ["\"open", "/* open", "r##\"open\"#", "'", "'\\", "b'\\", "é // ü\n'é'", "r", "#\"a\"", "'\\\n"]
        {
            let blanked = blank(text);
            assert_eq!(blanked.chars().count(), text.chars().count(), "{text}");
            assert_eq!(blanked.matches('\n').count(), text.matches('\n').count(), "{text}");
        }
    }

    #[test]
    fn test_modules_are_known_by_their_lines() {
        let code = "fn a() {}\n#[cfg(test)]\nmod tests {\n    fn b() {\n    }\n}\nfn c() {}\n#[cfg(test)]\nmod tests;\nfn d() {}\n";
        let marked: Vec<usize> = test_lines(code)
            .iter()
            .enumerate()
            .filter(|(_, test)| **test)
            .map(|(line, _)| line + 1)
            .collect();
        assert_eq!(marked, [2, 3, 4, 5, 6, 8]);
    }

    #[test]
    fn a_test_module_without_its_end_reaches_to_the_last_line() {
        assert_eq!(test_lines("#[cfg(test)]\nmod tests {\n"), [true, true]);
        assert_eq!(test_lines("#[cfg(test)]"), [true]);
    }
}
