//! Commands by the events that they belong to.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Command;

/// Declares the events as keys, so that a misspelt one is an error at its place with the name that was meant.
macro_rules! events {
    ($($(#[$doc:meta])* $event:ident)*) => {
        /// Lists of commands by the standard events; those of one event run one after another.
        #[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields, default)]
        pub struct Events {
            $($(#[$doc])* pub $event: Vec<Command>,)*
        }

        impl Events {
            /// Returns the commands of an event.
            pub fn of(&self, event: &str) -> &[Command] {
                match event {
                    $(stringify!($event) => &self.$event,)*
                    _ => &[],
                }
            }

            /// Returns all commands, each with its event and its place in the event's list.
            pub fn commands(&self) -> impl Iterator<Item = (&'static str, usize, &Command)> {
                let all = [$((stringify!($event), &self.$event)),*];
                all.into_iter().flat_map(|(event, commands)| {
                    commands.iter().enumerate().map(move |(index, command)| (event, index, command))
                })
            }
        }

        #[cfg(test)]
        mod tests {
            use servo_core::event::standard;

            use super::*;

            #[test]
            fn there_is_a_key_for_every_standard_event() {
                assert_eq!([$(stringify!($event)),*], standard::NAMES);
                assert!(Events::default().of("attach").is_empty() && Events::default().of("x").is_empty());
            }
        }
    };
}

events! {
    /// The servo was put together: the first event of all, also of single operations.
    attach
    /// The servo is taken apart: the last event of all.
    detach
    /// The servo begins to run.
    startup
    /// The servo ends.
    shutdown
    /// It is asked which metrics there are.
    metrics
    /// It is asked which components there are.
    components
    /// The servo is checked.
    check
    /// The application is described.
    describe
    /// The application is measured.
    measure
    /// Settings of the application are changed.
    adjust
    /// The configuration in force is to stay.
    promote
}
