//! Programs within the program: what an executable does when it is called by another name.
//!
//! A connector that needs a process beside Servo's own, such as one that outlives it, submits an applet. Whoever runs the
//! program looks for the name by which it was called before anything else.

use std::path::PathBuf;

/// A program within the program. Submit one with [`inventory::submit!`](crate::inventory::submit).
#[derive(Clone, Copy, Debug)]
pub struct Applet {
    /// The name by which the executable is called, such as `servo-supervisor`.
    pub name: &'static str,
    /// Does everything, and returns the exit code.
    pub main: fn() -> u8,
}

inventory::collect!(Applet);

impl Applet {
    /// Finds the applet of that name.
    pub fn named(name: &str) -> Option<&'static Self> {
        inventory::iter::<Self>().find(|applet| applet.name == name)
    }
}

/// The executable that runs applets when it is called by their names, as a host lends it. A host that lends none has no
/// applets: calling its executable would run something else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Executable(pub PathBuf);

#[cfg(test)]
mod tests {
    use super::*;

    inventory::submit! { Applet { name: "servo-of-a-test", main: || 7 } }

    #[test]
    fn an_applet_is_found_by_the_name_it_is_called_by() {
        assert_eq!(Applet::named("servo-of-a-test").map(|applet| (applet.main)()), Some(7));
        assert!(Applet::named("servo").is_none());
    }
}
