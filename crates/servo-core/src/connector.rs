//! What a connector is, and the descriptor by which its type is known.

mod declaration;
mod maturity;
mod preset;
mod read;
mod subcommand;
mod workload;

use std::any::TypeId;

use schemars::{JsonSchema, Schema};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::Result;
use crate::event::{Handled, Handlers, Member};

pub use declaration::Declaration;
pub use maturity::Maturity;
pub use preset::Preset;
pub use read::typed;
pub use subcommand::{Argument, Arguments, Run, Subcommand, Table};
pub use workload::Workload;

/// One outside system: its settings, and the events in which it takes part.
///
/// `docs/writing-a-connector.md` leads through writing one.
pub trait Connector: Sized + Send + Sync + 'static {
    /// What the operator writes under the connector's key.
    ///
    /// Refuse unknown keys (`#[serde(deny_unknown_fields)]`), and use neither `flatten` nor
    /// `untagged` nor internally tagged enums: errors inside these lose their place in the file.
    type Settings: DeserializeOwned + JsonSchema + Send;

    /// Builds an instance named `name`. No input and no output happens here: that begins with the
    /// first event.
    ///
    /// # Errors
    ///
    /// What is wrong with the settings, as [`Error::configuration`](crate::Error::configuration) with the key at fault.
    fn new(name: &str, settings: Self::Settings) -> Result<Self>;

    /// Says what its settings alone tell of the application. No input and no output happens here, either.
    fn declares(&self) -> Declaration {
        Declaration::default()
    }

    /// Gives connectors that it brings along. They come on the bus behind it, under names of their own, and take part as
    /// if each had a section: for a connector that sets up others.
    fn parts(&self) -> Vec<Member> {
        Vec::new()
    }

    /// Declares what the type handles.
    fn handlers(handlers: &mut Handlers<Self>);
}

/// A connector type as the registry knows it. Submit one for each type:
///
/// ```
/// # use servo_core::{Connector, Descriptor, Result, event::Handlers};
/// # struct Wait;
/// # impl Connector for Wait {
/// #     type Settings = std::collections::BTreeMap<String, String>;
/// #     fn new(_: &str, _: Self::Settings) -> Result<Self> { Ok(Self) }
/// #     fn handlers(_: &mut Handlers<Self>) {}
/// # }
/// servo_core::inventory::submit! {
///     Descriptor::of::<Wait>("wait").description("Waits").example("{}")
/// }
/// ```
#[derive(Clone, Copy)]
pub struct Descriptor {
    /// The key of its section in a configuration, such as `emulator`.
    pub key: &'static str,
    /// One line that says what it does.
    pub description: &'static str,
    /// Its version.
    pub version: &'static str,
    /// Where to read more.
    pub homepage: &'static str,
    /// Its licence.
    pub license: &'static str,
    /// How far it can be relied upon.
    pub maturity: Maturity,
    /// A complete example of its section, as YAML.
    pub example: &'static str,
    /// Whether it changes nothing real: trials of it harm nobody.
    pub harmless: bool,
    /// Its own commands.
    pub subcommands: &'static [Subcommand],
    /// Sections that are ready for a purpose.
    pub presets: &'static [Preset],
    connector: TypeId,
    /// Whether its section can name programs that it runs on this machine. Such a section takes effect when Servo is
    /// started: reloading the configuration never starts a program.
    pub runs_programs: bool,
    build: fn(&str, &'static str, Value) -> Result<Member>,
    handled: fn() -> Vec<Handled>,
    schema: fn() -> Schema,
}

inventory::collect!(Descriptor);

impl Descriptor {
    /// Describes the connector type `C`, whose section has the key `key`: a lower-case noun.
    pub const fn of<C: Connector>(key: &'static str) -> Self {
        Self {
            key,
            description: "",
            version: "0.0.0",
            homepage: "",
            license: "Apache-2.0",
            maturity: Maturity::Experimental,
            example: "{}",
            harmless: false,
            subcommands: &[],
            presets: &[],
            connector: TypeId::of::<C>(),
            runs_programs: false,
            build: build::<C>,
            handled: handled::<C>,
            schema: schema::<C>,
        }
    }

    /// Says in one line what the connector does.
    pub const fn description(mut self, description: &'static str) -> Self {
        self.description = description;
        self
    }

    /// Sets the version; usually `env!("CARGO_PKG_VERSION")`.
    pub const fn version(mut self, version: &'static str) -> Self {
        self.version = version;
        self
    }

    /// Sets where to read more.
    pub const fn homepage(mut self, homepage: &'static str) -> Self {
        self.homepage = homepage;
        self
    }

    /// Sets how far the connector can be relied upon.
    pub const fn maturity(mut self, maturity: Maturity) -> Self {
        self.maturity = maturity;
        self
    }

    /// Sets a complete example of the connector's section, as YAML.
    pub const fn example(mut self, example: &'static str) -> Self {
        self.example = example;
        self
    }

    /// Says that the connector changes nothing real, so that trials of it harm nobody.
    pub const fn harmless(mut self) -> Self {
        self.harmless = true;
        self
    }

    /// Adds commands of the connector's own.
    pub const fn subcommands(mut self, subcommands: &'static [Subcommand]) -> Self {
        self.subcommands = subcommands;
        self
    }

    /// Adds sections that are ready for a purpose.
    pub const fn presets(mut self, presets: &'static [Preset]) -> Self {
        self.presets = presets;
        self
    }

    /// Returns true where a command can be carried out by instances of the type.
    pub fn owns(&self, subcommand: &Subcommand) -> bool {
        subcommand.connector() == self.connector
    }

    /// Says that the connector runs programs that its section names.
    pub const fn runs_programs(mut self) -> Self {
        self.runs_programs = true;
        self
    }

    /// Builds an instance from the value of its section.
    ///
    /// # Errors
    ///
    /// Class configuration with the key at fault, relative to the section.
    pub fn build(&self, name: &str, settings: Value) -> Result<Member> {
        (self.build)(name, self.key, settings)
    }

    /// Returns the events that the type handles, in the order of declaration.
    pub fn handled(&self) -> Vec<Handled> {
        (self.handled)()
    }

    /// Returns the JSON schema of its section.
    pub fn schema(&self) -> Schema {
        (self.schema)()
    }
}

impl std::fmt::Debug for Descriptor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Descriptor").field("key", &self.key).finish_non_exhaustive()
    }
}

fn build<C: Connector>(name: &str, kind: &'static str, settings: Value) -> Result<Member> {
    Ok(Member::new(name, kind, C::new(name, typed(settings)?)?))
}

fn handled<C: Connector>() -> Vec<Handled> {
    let mut handlers = Handlers::<C>::new();
    C::handlers(&mut handlers);
    handlers.handled()
}

fn schema<C: Connector>() -> Schema {
    schemars::schema_for!(C::Settings)
}
