//! A web shop's product pages: a service to optimize, with real work in it.
//!
//! A request names a product. A worker reads its record from the store, renders the page and compresses it, and
//! keeps rendered pages of its own. How many workers there are, how much each keeps, how hard pages are compressed and how many
//! requests a worker takes at once are settings, and the best of each depends on the others.

mod cache;
mod catalogue;
mod exposition;
mod page;
mod popularity;
mod record;
mod server;
mod store;
mod words;
mod workers;

use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, Subcommand};

/// A web shop's product pages: a service to optimize, with real work in it.
#[derive(Parser)]
#[command(name = "local-web", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serves product pages at /products/ID, with /healthz and /metrics, until SIGTERM
    Serve(Serve),
    /// Writes requests as visitors make them, one a line, in the format that `vegeta` reads
    Targets(Targets),
}

/// What the service is set to. Each has a variable of the environment, since that is what a container is given.
#[derive(Clone, Copy, Debug, clap::Args)]
pub(crate) struct Serve {
    /// Where it listens; several instances may listen at one address, and share what arrives
    #[arg(long, env = "LISTEN", default_value = "127.0.0.1:8480")]
    listen: SocketAddr,
    /// How many threads read, render and compress
    #[arg(long, env = "WORKERS", default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..=256))]
    workers: u16,
    /// How many MiB of rendered pages each worker keeps; 0 keeps none
    #[arg(long, env = "CACHE_MIB", default_value_t = 32)]
    cache_mib: u32,
    /// How hard pages are compressed, from 1 to 9
    #[arg(long, env = "COMPRESSION", default_value_t = 6, value_parser = clap::value_parser!(u32).range(1..=9))]
    compression: u32,
    /// How many requests a worker takes at once, which it reads from the store together
    #[arg(long, env = "BATCH", default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..=256))]
    batch: u16,
    /// How many products there are
    #[arg(long, env = "PRODUCTS", default_value_t = 2000, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    products: u32,
    /// How many milliseconds the store takes to answer, however many records it is asked for at once
    #[arg(long, env = "STORE_MS", default_value_t = 12, value_parser = clap::value_parser!(u16).range(0..=1000))]
    store_ms: u16,
}

impl Serve {
    fn store_wait(&self) -> Duration {
        Duration::from_millis(self.store_ms.into())
    }
}

#[derive(clap::Args)]
struct Targets {
    /// How many
    #[arg(long, default_value_t = 3000)]
    count: u32,
    /// How many products there are
    #[arg(long, default_value_t = 2000, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    products: u32,
    /// Where the service is
    #[arg(long, default_value = "http://127.0.0.1:8480")]
    base_url: String,
    /// Other visitors for each number
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

fn main() -> ExitCode {
    match Cli::parse().command {
        Command::Serve(serve) => match server::run(serve) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                say(&mut std::io::stderr(), &format!("local-web: {error}\n"));
                ExitCode::FAILURE
            }
        },
        Command::Targets(targets) => {
            let text = popularity::targets(&targets.base_url, targets.products, targets.count, targets.seed);
            say(&mut std::io::stdout(), &text);
            ExitCode::SUCCESS
        }
    }
}

/// Writes to whoever started the program; that nobody reads it is no reason to end.
fn say(to: &mut impl std::io::Write, text: &str) {
    let _ = to.write_all(text.as_bytes());
}
