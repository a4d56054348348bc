//! Which checks run, known before the first one does.

use crate::check::Severity;

/// What becomes of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// It runs because it was asked for.
    Selected,
    /// It runs because one that was asked for relies on it.
    Prerequisite,
    /// It does not run.
    Skipped,
}

/// Gives each check its role. What was asked for relies on the critical checks before it.
pub(super) fn roles(checks: &[(Severity, bool)], exclusive: bool) -> Vec<Role> {
    let last = checks.iter().rposition(|(_, selected)| *selected);
    let role = |(index, (severity, selected)): (usize, &(Severity, bool))| {
        if *selected {
            Role::Selected
        } else if !exclusive && *severity == Severity::Critical && Some(index) < last {
            Role::Prerequisite
        } else {
            Role::Skipped
        }
    };
    checks.iter().enumerate().map(role).collect()
}

#[cfg(test)]
mod tests {
    use super::Role::{Prerequisite, Selected, Skipped};
    use super::*;
    use Severity::{Common, Critical, Warning};

    #[test]
    fn everything_that_is_selected_runs() {
        let checks = [(Critical, true), (Common, true), (Warning, true)];
        assert_eq!(roles(&checks, false), [Selected; 3]);
        assert_eq!(roles(&checks, true), [Selected; 3]);
        assert_eq!(roles(&[], false), []);
    }

    #[test]
    fn critical_checks_run_before_what_is_selected_and_not_after() {
        let checks = [(Critical, false), (Common, false), (Common, true), (Critical, false)];
        assert_eq!(roles(&checks, false), [Prerequisite, Skipped, Selected, Skipped]);
        assert_eq!(roles(&checks, true), [Skipped, Skipped, Selected, Skipped]);
    }

    #[test]
    fn nothing_runs_where_nothing_is_selected() {
        assert_eq!(roles(&[(Critical, false), (Common, false)], false), [Skipped; 2]);
    }
}
