//! The checks of the connector: whether its commands can be run. None of them is.

use std::os::unix::fs::PermissionsExt as _;

use async_trait::async_trait;
use servo_core::check::{self, Checking, Checks};
use servo_core::event::On;
use servo_core::event::standard::Check;
use servo_core::{Context, Error, Result};
use servo_exec::{Account, Inherited, find};

use crate::connector::Scripts;
use crate::settings::Command;

#[async_trait]
impl On<Check> for Scripts {
    async fn on(&self, cx: &Context, input: &Checking) -> Result<Vec<check::Check>> {
        let commands = self.commands();
        let mut checks = Checks::new();
        checks
            .critical("Folder of the commands is there", || self.folder(cx))
            .id("working_dir")
            .hint("make it, or correct `working_dir`");
        if let Some(user) = &self.setup.user {
            checks
                .critical(format!("Commands can be run as `{user}`"), move || async move {
                    Account::of_machine(user).await?.check()
                })
                .id("user");
        }
        checks.each("variable", &self.setup.passed, |name| {
            let inherited = cx.lent::<Inherited>();
            let is_set = move || inherited.is_some_and(|inherited| inherited.get(name).is_some());
            check::warning(format!("Variable `{name}` is set"), is_set)
                .key(name.to_ascii_lowercase())
                .hint("set it where servo is started, or take it out of `pass_environment`")
        });
        checks.each("command", &commands, |(key, command)| {
            check::common(format!("`{}` can be run ({key})", command.shown()), move || {
                self.can_run(cx, command)
            })
            .key(key)
        });
        checks.each("owner", &commands, |(key, command)| {
            let name = format!("`{}` can be changed by its owner alone ({key})", command.shown());
            check::warning(name, move || self.is_safe(cx, command)).key(key)
        });
        checks.run(cx, input).await
    }
}

impl Scripts {
    /// Gives all commands, each with a key.
    fn commands(&self) -> Vec<(String, &Command)> {
        let exec = self.exec.iter().flat_map(|exec| exec.settings.commands());
        let exec = exec.map(|(verb, command)| (format!("exec_{verb}"), command));
        self.hooks.commands().chain(exec).collect()
    }

    async fn folder(&self, cx: &Context) -> Result<String> {
        let folder = self.setup.folder(cx);
        let shown = folder.display().to_string();
        match tokio::fs::metadata(&folder).await {
            Ok(found) if found.is_dir() => Ok(shown),
            Ok(_) => Err(Error::failed(format!("{shown} is no folder"))),
            Err(error) => Err(Error::failed(format!("cannot look into {shown}")).with_source(error)),
        }
    }

    /// Finds the program of a command; of a line for the shell, the shell.
    async fn can_run(&self, cx: &Context, command: &Command) -> Result<String> {
        let program = self.setup.bare(cx, command)?;
        let file = find(program.name(), program.path(), program.working_folder()).await?;
        Ok(file.display().to_string())
    }

    /// Finds out whether everybody may change the program of a command. Where it is, another check says.
    async fn is_safe(&self, cx: &Context, command: &Command) -> Result<()> {
        let program = self.setup.bare(cx, command)?;
        let Ok(file) = find(program.name(), program.path(), program.working_folder()).await else {
            return Ok(());
        };
        let Ok(found) = tokio::fs::metadata(&file).await else { return Ok(()) };
        if found.permissions().mode() & 0o002 == 0 {
            return Ok(());
        }
        let shown = file.display();
        Err(Error::failed(format!("every user of this machine may change {shown}"))
            .with_help(format!("`chmod o-w {shown}`")))
    }
}
