//! `servo run`: every servo against its optimizer, and the report at the end.

mod asking;
mod beside;
mod ending;
mod listen;
mod reloading;
mod signals;
mod watching;

use std::process::ExitCode;
use std::sync::Arc;

use servo_runtime::assembly::{Assembled, Assembly, Configured, Options};
use servo_runtime::gate::Rate;
use servo_runtime::runner::{Fleet, Reload, Stop};
use tokio::sync::Notify;

use self::asking::Terminal;
use self::beside::Beside;
use self::reloading::Reloading;
use self::watching::Watching;
use signals::Signals;

use super::checking::{self, Wanted};
use super::{assemble_with, options, report, surroundings};
use crate::cli::{Globals, Run};
use crate::failure::Failure;
use crate::output::banner::{self, Banner};
use crate::output::progress::Display;
use crate::output::{self, Look};

/// Runs the servos until each has ended or a signal stops them, then prints the report.
pub(super) async fn run(globals: &Globals, arguments: &Run, look: &Look) -> Result<ExitCode, Failure> {
    let address = arguments.listen.as_deref().map(listen::parse).transpose()?;
    let options = with_arguments(options(globals)?, arguments, look)?;
    let assembly = assemble_with(globals, &options)?;
    if arguments.interactive {
        asking::only_one(&assembly)?;
    }
    if arguments.check || arguments.dry_run {
        let servos: Vec<&Assembled> = assembly.servos().iter().collect();
        let examined = checking::all(assembly.source(), &servos, &Wanted::before_run(), look).await?;
        let code = checking::code(&examined);
        if arguments.dry_run || code != ExitCode::SUCCESS {
            return Ok(code);
        }
    }
    greet(globals, arguments, &assembly, &options, look);
    let watching = arguments.watch.then(|| Watching::new(&globals.config_file, assembly.source()));
    let configured = Configured::of(assembly);
    let (stop, reload, wanted) = (Stop::default(), Reload::default(), Notify::new());
    // Before anybody is told that the program is there.
    let signals = Signals::listen()?;
    let display = Display::new(look.screen.clone());
    let display = Arc::new(if arguments.interactive { display.logging() } else { display });
    let supervisor = surroundings::supervisor(&options.layers.environment);
    let beside = Beside::begin(address, supervisor, configured.names(), &stop, &options.redactor).await?;
    let fleet = Fleet {
        limit: arguments.limit.map(std::num::NonZeroUsize::get),
        stop: stop.clone(),
        watch: beside.watch_with(Arc::clone(&display) as _),
    };
    let (running, handle) = fleet.open(&reload);
    let servos = configured.servos();
    let mut reloading = Reloading {
        globals,
        options: &options,
        look,
        beside: &beside,
        stop: &stop,
        reload: &reload,
        handle,
        configured,
        unstarted: Vec::new(),
    };
    let ended = tokio::select! {
        ended = running.run(servos) => ended,
        () = signals::heed(signals, &stop, &wanted, look.is_terminal) => return Ok(ExitCode::FAILURE),
        never = reloading.serve(&wanted, watching) => match never {},
        never = display.draw() => match never {},
    };
    let Reloading { configured, unstarted, .. } = reloading;
    beside.end();
    display.clear();
    let code = ending::tell_failures(&configured, &ended, &unstarted, look);
    let shown = report::render(&configured.servos(), arguments.form.format).await?;
    output::result(&shown, &arguments.form)?;
    Ok(code)
}

/// Adds what the arguments say to the options.
fn with_arguments(options: Options, arguments: &Run, look: &Look) -> Result<Options, Failure> {
    let Run { exit_on_fatal, no_poll, new_study: begins_anew, interactive, .. } = *arguments;
    Ok(Options {
        exit_on_fatal,
        no_poll,
        begins_anew,
        ask: if interactive { Some(Arc::new(Terminal::open(&look.screen)?)) } else { None },
        change_rate: Arc::new(Rate::new(arguments.change_rate)),
        log: look.log.clone(),
        redactor: look.screen.redactor().clone(),
        ..options
    })
}

/// Shows the banner where somebody looks.
fn greet(globals: &Globals, arguments: &Run, assembly: &Assembly, options: &Options, look: &Look) {
    if !look.is_terminal || arguments.no_banner {
        return;
    }
    let banner = Banner {
        file: globals.config_file.display().to_string(),
        servos: assembly.servos().iter().map(Assembled::name).collect(),
    };
    let named = options.layers.environment.get("SERVO_BANNER_COLOR");
    output::line_on_stderr(&banner::text(&banner, look.color.then(|| banner::colors(named))));
}
