//! The emulated world of one operation: what is emulated, as its file says that it is.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use servo_core::duration::Duration;
use servo_core::model::{Component, Description};
use servo_core::{Error, Result};

use crate::assignment::Assignment;
use crate::clock;
use crate::replay::Replay;
use crate::settings::TableSettings;
use crate::state::WorldState;
use crate::subject::Subject;

/// Where what is emulated comes from.
pub(crate) enum Origin {
    /// It is known from the configuration alone.
    Known(Arc<dyn Subject>),
    /// It is a table, read when it is first needed.
    Table {
        /// What is written about it.
        written: Box<TableSettings>,
        /// The seed of the random choice between repeated rows.
        seed: u64,
        /// The table once it has been read.
        read: OnceLock<Arc<Replay>>,
    },
}

impl Origin {
    /// Gives what is emulated, reading its table if that has not been done. `resolve` says where a path that the operator
    /// wrote leads.
    ///
    /// # Errors
    ///
    /// Class configuration: a table that cannot be read or has no row of the baseline.
    pub(crate) fn subject(&self, resolve: impl Fn(&Path) -> PathBuf) -> Result<Arc<dyn Subject>> {
        match self {
            Self::Known(subject) => Ok(Arc::clone(subject)),
            Self::Table { written, seed, read } => {
                if let Some(replay) = read.get() {
                    return Ok(Arc::<Replay>::clone(replay));
                }
                let replay = match (&written.csv, &written.file) {
                    (Some(csv), _) => Replay::new(written, csv, *seed)?,
                    (None, file) => {
                        let file = file.as_deref().unwrap_or_else(|| Path::new(""));
                        Replay::new(written, &table(&resolve(file))?, *seed)?
                    }
                };
                Ok(Arc::<Replay>::clone(read.get_or_init(|| Arc::new(replay))))
            }
        }
    }
}

fn table(file: &Path) -> Result<String> {
    std::fs::read_to_string(file).map_err(|error| {
        Error::configuration(format!("cannot read the table {}", file.display()))
            .at("surface.file")
            .with_help(
                "a relative path starts at the folder of the configuration; `csv:` takes the table itself",
            )
            .with_source(error)
    })
}

/// What is emulated, and how it is right now.
pub(crate) struct World {
    pub(crate) subject: Arc<dyn Subject>,
    pub(crate) state: WorldState,
    file: PathBuf,
}

impl World {
    /// Reads the world as it is; without a file it is at its beginning. Blocks on files. `resolve` says where a path
    /// that the operator wrote leads.
    ///
    /// # Errors
    ///
    /// What is emulated cannot be told, or the file cannot be used.
    pub(crate) fn open(origin: &Origin, file: PathBuf, resolve: impl Fn(&Path) -> PathBuf) -> Result<Self> {
        let subject = origin.subject(resolve)?;
        let baseline = Assignment::of(subject.components());
        let state = match WorldState::read(&file)? {
            None => WorldState::begin(baseline),
            Some(state) => {
                state.check(&baseline, &file)?;
                state
            }
        };
        Ok(Self { subject, state, file })
    }

    /// Describes what is deployed, and says which of its values the settings would not take.
    pub(crate) fn described(&self) -> (Description, Vec<String>) {
        let (components, warnings) = self.components();
        (Description::new(components, self.subject.metrics().to_vec()), warnings)
    }

    /// Gives the components with the values that are deployed, and which of these they would not take.
    pub(crate) fn components(&self) -> (Vec<Component>, Vec<String>) {
        self.state.deployed.values.observed(self.subject.components())
    }

    /// Says whether what is deployed runs at this moment.
    ///
    /// # Errors
    ///
    /// A rejection with its reason.
    pub(crate) fn run(&self) -> Result<()> {
        let deployed = &self.state.deployed;
        self.subject.run(&deployed.values, deployed.machines, self.state.clock)
    }

    /// Lets the emulated clock show that it is later.
    ///
    /// # Errors
    ///
    /// A time that it cannot show.
    pub(crate) fn advance(&mut self, duration: Duration) -> Result<()> {
        self.state.clock = clock::after(self.state.clock, duration)?;
        Ok(())
    }

    /// Writes the world down, as one step. Blocks on files.
    ///
    /// # Errors
    ///
    /// The file cannot be written; then the world is as it was.
    pub(crate) fn save(self) -> Result<Self> {
        self.state.write(&self.file)?;
        Ok(self)
    }

    /// Gives the file that it lives in.
    pub(crate) fn file(&self) -> &Path {
        &self.file
    }
}
