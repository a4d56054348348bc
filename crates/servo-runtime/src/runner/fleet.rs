//! Several servos at once, none of which touches another, and which come and go.

mod apply;
mod handle;
mod life;
mod running;

use std::sync::Arc;

use servo_core::Result;
use servo_core::optimizer::Outcome;

pub use handle::Handle;
pub use running::Running;

use super::{Reload, Stop, Watch};
use crate::assembly::Assembled;

/// How one servo of a fleet ended.
#[derive(Debug)]
pub struct Ended {
    /// The servo's name.
    pub servo: String,
    /// Its outcome, or why there is none.
    pub result: Result<Outcome>,
}

/// Runs servos side by side.
pub struct Fleet {
    /// How many operations may be under way at once; `None` sets no bound.
    pub limit: Option<usize>,
    /// Asks all of them to end.
    pub stop: Stop,
    /// Who is shown what happens.
    pub watch: Arc<dyn Watch>,
}

impl Fleet {
    /// Runs the servos until each has ended, where nobody reloads. One that fails or panics touches no other.
    ///
    /// The results are in the order of the servos.
    pub async fn run(self, servos: Vec<Assembled>) -> Vec<Ended> {
        self.run_with(servos, &Reload::default()).await
    }

    /// Runs the servos as [`run`](Self::run) does, and tells their optimizers when someone asks to reload.
    pub async fn run_with(self, servos: Vec<Assembled>, reload: &Reload) -> Vec<Ended> {
        // Nobody keeps the handle, so nothing is added or removed.
        self.open(reload).0.run(servos).await
    }

    /// Gives what runs the servos, and what adds, removes and restarts some meanwhile.
    pub fn open(self, reload: &Reload) -> (Running, Handle) {
        Running::new(self, reload.clone())
    }
}
