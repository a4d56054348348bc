//! The one way to run a program: an argument list, its own process group, bounded output, an end that is certain.
//!
//! A [`Program`] says what is run; [`run`] waits for its end under [`Limits`], [`start`] gives a [`Running`] to
//! whoever keeps it. What is told of its end is [`Ended`]. A [`Process`] is known again after a restart by more than its
//! number, and a [`Group`] is ended as a whole.
//!
//! Nothing here reads the environment of this process: the host lends what programs inherit, as [`Inherited`].

mod account;
mod bare;
mod describe;
mod ended;
mod find;
mod group;
mod inherited;
mod limits;
mod lines;
mod pipe;
mod process;
mod program;
mod run;
mod running;
mod stat;
mod tail;

pub use account::Account;
pub use bare::Bare;
pub use ended::{Ended, Why};
pub use find::{DEFAULT_PATH, find};
pub use group::{Group, Stopped, stop};
pub use inherited::Inherited;
pub use limits::Limits;
pub use lines::{LONGEST_LINE, Lines, Stream};
pub use process::{Process, is_alive, start_time};
pub use program::Program;
pub use run::{run, run_with};
pub use running::{Running, start};
pub use stat::Stat;
pub use tail::Tail;
