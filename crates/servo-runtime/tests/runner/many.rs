//! A fleet to which servos are added, from which they are removed, and in which they are restarted while it runs.

mod coming;
mod configuring;
mod ending;
mod idling;
mod restarting;
mod sharing;
mod stage;
