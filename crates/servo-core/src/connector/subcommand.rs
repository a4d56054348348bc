//! Commands of a connector's own: what they are called, what they take, and what they do with an instance.

mod arguments;
mod table;

use std::any::{Any, TypeId};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use async_trait::async_trait;

use super::Connector;
use crate::event::{Bus, EventContext, Member, Phase, Scope, caught};
use crate::{Context, Error, Result};

pub use arguments::{Argument, Arguments};
pub use table::Table;

/// What a subcommand does with an instance of its connector.
///
/// ```
/// use servo_core::connector::{Arguments, Run, Table};
/// # use servo_core::{Connector, Context, Result, event::Handlers};
/// # struct Wait;
/// # impl Connector for Wait {
/// #     type Settings = std::collections::BTreeMap<String, String>;
/// #     fn new(_: &str, _: Self::Settings) -> Result<Self> { Ok(Self) }
/// #     fn handlers(_: &mut Handlers<Self>) {}
/// # }
///
/// /// `servo wait names`
/// struct Names;
///
/// #[async_trait::async_trait]
/// impl Run for Names {
///     type Connector = Wait;
///
///     async fn run(_connector: &Wait, cx: &Context, _arguments: &Arguments) -> Result<Table> {
///         let mut table = Table::new(["NAME"]);
///         table.push([cx.connector().into()]);
///         Ok(table)
///     }
/// }
/// ```
#[async_trait]
pub trait Run: 'static {
    /// The connector that it is a command of.
    type Connector: Connector;

    /// Carries it out. The connector is attached.
    async fn run(connector: &Self::Connector, cx: &Context, arguments: &Arguments) -> Result<Table>;
}

type Running<'a> = Pin<Box<dyn Future<Output = Result<Table>> + Send + 'a>>;

/// A command of a connector's own, which the program shows below the connector's key: `servo emulator truth`.
#[derive(Clone, Copy)]
pub struct Subcommand {
    /// Its name: a lower-case noun, unique within the connector.
    pub name: &'static str,
    /// One line that says what it shows or does, without a full stop.
    pub about: &'static str,
    /// An example of its arguments.
    pub example: &'static str,
    /// What it takes, in that order.
    pub arguments: &'static [Argument],
    connector: TypeId,
    run: for<'a> fn(&'a (dyn Any + Send + Sync), &'a Context, &'a Arguments) -> Running<'a>,
}

impl Subcommand {
    /// Declares the subcommand that `R` carries out.
    pub const fn of<R: Run>(name: &'static str) -> Self {
        Self {
            name,
            about: "",
            example: "",
            arguments: &[],
            connector: TypeId::of::<R::Connector>(),
            run: erased::<R>,
        }
    }

    /// Says in one line what it shows or does.
    pub const fn about(mut self, about: &'static str) -> Self {
        self.about = about;
        self
    }

    /// Sets an example of its arguments.
    pub const fn example(mut self, example: &'static str) -> Self {
        self.example = example;
        self
    }

    /// Declares what it takes, in that order.
    pub const fn arguments(mut self, arguments: &'static [Argument]) -> Self {
        self.arguments = arguments;
        self
    }

    /// Returns the connector type that it is one of.
    pub(super) fn connector(&self) -> TypeId {
        self.connector
    }

    /// Carries it out with an instance, in an operation of its own. A panic is an error.
    ///
    /// # Errors
    ///
    /// What it could not do; class internal where it is one of another connector type.
    pub async fn run(
        &self,
        bus: &Arc<Bus>,
        scope: &Scope,
        member: &Member,
        arguments: &Arguments,
    ) -> Result<Table> {
        let event = EventContext::new(self.name, Phase::On);
        let cx = Context::new(Arc::clone(bus), scope.clone(), Arc::clone(member.name()), event, None);
        let ran = caught((self.run)(member.instance(), &cx, arguments)).await;
        ran.map_err(|error| error.in_connector(member.name()))
    }
}

impl std::fmt::Debug for Subcommand {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Subcommand").field("name", &self.name).finish_non_exhaustive()
    }
}

fn erased<'a, R: Run>(
    instance: &'a (dyn Any + Send + Sync),
    cx: &'a Context,
    arguments: &'a Arguments,
) -> Running<'a> {
    match instance.downcast_ref::<R::Connector>() {
        Some(connector) => R::run(connector, cx, arguments),
        None => Box::pin(async { Err(Error::internal("the subcommand is one of another connector type")) }),
    }
}

#[cfg(test)]
mod tests;
