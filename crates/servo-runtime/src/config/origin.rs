//! Where a value of the configuration comes from.

use std::fmt;

/// Where a value of the configuration comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Origin {
    /// It is what counts where nothing is said.
    Default,
    /// The document; the index knows the place.
    #[default]
    Document,
    /// A variable of the environment.
    Variable {
        /// Its name.
        name: String,
        /// The `.env` file that sets it; `None` for the environment of the process.
        file: Option<String>,
    },
    /// An option of the command line, such as `--set` or `--token`.
    Option(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("the default"),
            Self::Document => f.write_str("the configuration file"),
            Self::Variable { name, file: None } => write!(f, "the variable {name}"),
            Self::Variable { name, file: Some(file) } => write!(f, "the variable {name} of {file}"),
            Self::Option(option) => write!(f, "the option {option}"),
        }
    }
}
