//! What of an application a study may touch, by the mode of its servo.

use servo_core::model::{Component, Description};
use servo_core::safety::Mode;

use crate::space::is_free;

/// What a study does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Aim {
    /// Searches the free settings.
    Search,
    /// Measures the application as it is, as often as a winner would be.
    Watch,
    /// Measures the application as it is, once, and says what a search would try.
    Advise,
}

/// What a study does, and the application with everything pinned that it may not touch.
#[derive(Debug, Clone)]
pub(super) struct Scope {
    pub(super) aim: Aim,
    pub(super) description: Description,
}

impl Scope {
    pub(super) fn new(mode: Mode, description: &Description) -> Self {
        let is_harmless =
            |component: &Component| component.is_tuning && component.settings.iter().any(is_free);
        let (aim, touches): (Aim, fn(&Component) -> bool) = match mode {
            Mode::Auto => (Aim::Search, |_| true),
            Mode::Recommend if description.components.iter().any(is_harmless) => {
                (Aim::Search, |component| component.is_tuning)
            }
            Mode::Recommend => (Aim::Advise, |_| false),
            Mode::Observe => (Aim::Watch, |_| false),
        };
        let mut description = description.clone();
        for component in description.components.iter_mut().filter(|component| !touches(component)) {
            for setting in &mut component.settings {
                *setting = setting.clone().pinned(true);
            }
        }
        Self { aim, description }
    }
}

#[cfg(test)]
mod tests {
    use servo_core::model::{Decimal, Range, Setting};

    use super::*;

    fn application() -> Description {
        let cpu = || {
            let range = Range::new(Decimal::ONE, Decimal::from(4), Decimal::ONE).expect("a range");
            Setting::range("cpu", range).with_value(2).expect("2 cores")
        };
        let tuning = Component::new("tuning", vec![cpu(), cpu().pinned(true)]).tuning();
        Description::new(vec![Component::new("web", vec![cpu()]), tuning], Vec::new())
    }

    fn free(scope: &Scope) -> Vec<&str> {
        let components = scope.description.components.iter();
        components.filter(|it| it.settings.iter().any(is_free)).map(|it| it.name.as_str()).collect()
    }

    #[test]
    fn each_mode_leaves_free_what_it_may_touch() {
        let auto = Scope::new(Mode::Auto, &application());
        assert_eq!((auto.aim, free(&auto)), (Aim::Search, vec!["web", "tuning"]));
        let recommend = Scope::new(Mode::Recommend, &application());
        assert_eq!((recommend.aim, free(&recommend)), (Aim::Search, vec!["tuning"]));
        let observe = Scope::new(Mode::Observe, &application());
        assert_eq!((observe.aim, free(&observe)), (Aim::Watch, vec![]));
    }

    #[test]
    fn a_tuning_instance_without_anything_free_is_none() {
        let mut application = application();
        application.components[1].settings.remove(0);
        let scope = Scope::new(Mode::Recommend, &application);
        assert_eq!((scope.aim, free(&scope)), (Aim::Advise, vec![]));
    }
}
