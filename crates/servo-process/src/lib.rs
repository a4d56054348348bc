//! The `process` connector: a program of this machine, run under a supervisor, adjusted and measured.
//!
//! [`Process`] is where to begin. What is decided without looking at the system is in `plan`, `template`, `cgroup` and
//! `measure`; the supervisor is a process of its own, of which `instance` is Servo's side.

mod adjust;
mod cgroup;
mod checks;
mod connector;
mod instance;
mod leftovers;
mod life;
mod lock;
mod measure;
mod order;
mod plan;
mod ports;
mod proc;
mod ready;
mod runs;
pub mod settings;
mod state;
mod supervisor;
mod template;

pub use connector::Process;
pub use settings::Settings;
