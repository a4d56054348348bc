//! What the kernel tells of a process in one line (`proc_pid_stat(5)`).

/// A process as `/proc/PID/stat` tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stat {
    /// Its number.
    pub pid: i32,
    /// The name of what it runs, of which the kernel keeps 15 bytes.
    pub name: String,
    /// What it does: `R`, `S`, `Z` for one that has ended and that nobody has asked for, and others.
    pub state: char,
    /// The number of its parent.
    pub parent: i32,
    /// The number of its process group.
    pub group: i32,
    /// When it began, in clock ticks since the machine did.
    pub start_time_ticks: u64,
}

impl Stat {
    /// Reads the line. `None` where it is not one.
    pub fn parse(line: &str) -> Option<Self> {
        // The name is a process's own choice and may hold blanks, brackets and line ends.
        let (pid, rest) = line.split_once(" (")?;
        let (name, rest) = rest.rsplit_once(") ")?;
        let mut fields = rest.split_ascii_whitespace();
        let mut state = fields.next()?.chars();
        let (state, None) = (state.next()?, state.next()) else { return None };
        let (parent, group) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
        // Fields 6 to 21 of the manual lie between the group and the time.
        let start_time_ticks = fields.nth(16)?.parse().ok()?;
        Some(Self { pid: pid.parse().ok()?, name: name.to_owned(), state, parent, group, start_time_ticks })
    }

    /// Returns true where it has ended, and only its exit status is left.
    pub const fn has_ended(&self) -> bool {
        matches!(self.state, 'Z' | 'X' | 'x')
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn line(pid: i32, name: &str, ticks: u64) -> String {
        format!(
            "{pid} ({name}) S 1 77 77 0 -1 4194304 110 0 0 0 0 0 0 0 20 0 1 0 {ticks} 2560000 450 18446744073709551615\n"
        )
    }

    #[test]
    fn the_fields_are_those_of_the_manual() {
        let stat = Stat::parse(&line(4711, "sh", 12_345)).unwrap();
        assert_eq!((stat.pid, stat.parent, stat.group, stat.start_time_ticks), (4711, 1, 77, 12_345));
        assert_eq!((stat.state, stat.has_ended()), ('S', false));
        assert!(Stat::parse(&line(1, "x", 1).replace(") S ", ") Z ")).unwrap().has_ended());
    }

    #[test]
    fn a_name_may_look_like_the_rest_of_the_line() {
        for name in ["a) R 1 2 3", "((", ") ", "a\nb", ""] {
            let stat = Stat::parse(&line(9, name, 5)).unwrap();
            assert_eq!((stat.name.as_str(), stat.start_time_ticks), (name, 5));
        }
    }

    #[test]
    fn what_is_no_line_is_none() {
        for text in ["", "12", "12 (sh)", "12 (sh) S 1 2", "x (sh) S 1 2 3", &line(1, "a", 1)[..40]] {
            assert_eq!(Stat::parse(text), None, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_a_panic(text in "(?s).{0,120}") {
            let _ = Stat::parse(&text);
        }

        #[test]
        fn every_name_is_read(name in "(?s).{0,30}", ticks: u64) {
            let stat = Stat::parse(&line(3, &name, ticks)).unwrap();
            prop_assert_eq!((stat.name, stat.start_time_ticks), (name, ticks));
        }
    }
}
