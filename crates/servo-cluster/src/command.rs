//! The command line of the cluster.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "this program talks to whoever runs it in a terminal"
)]

mod make_image;
mod told;
mod ways;
mod with;

use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use clap::{Parser, Subcommand};

use crate::cluster::{Cluster, Place};
use crate::component::Component;
use crate::error::{Error, Result};
use crate::options::Options;
use crate::programs::Programs;
use crate::site::Site;
use crate::{cgroups, inside, keeper};

/// A real Kubernetes cluster of one node on this machine, in namespaces of its own
///
/// `cargo xtask cluster build` gets the programs that it is made of.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask cluster", arg_required_else_help = true)]
struct Line {
    /// The root of the checkout
    #[arg(long, default_value = ".", global = true, hide = true)]
    root: PathBuf,
    /// The folder that everything of the cluster is in [default: target/cluster]
    #[arg(long, global = true)]
    folder: Option<PathBuf>,
    #[command(subcommand)]
    command: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Starts it and returns when its node is ready; where it runs already, nothing happens
    Up {
        #[command(flatten)]
        options: Options,
        /// Take it down when this command ends, instead of letting it go on
        #[arg(long)]
        hold: bool,
    },
    /// Starts it, runs a program as `exec` does, and takes it down when that has ended
    With(with::With),
    /// Opens ways from loopback ports of this machine to addresses inside, until it is ended or the cluster is
    Way {
        /// From where to where, such as `8080=10.96.0.10:80` for a Service
        #[arg(required = true, value_name = "PORT=ADDRESS")]
        ways: Vec<ways::FromTo>,
    },
    /// Takes it down; nothing of it is left
    Down,
    /// Says what it is, where it is reached, and what it holds of memory
    Status {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Makes an image archive of files
    Image(make_image::MakeImage),
    /// Imports an image archive, as `image` or `cargo xtask image` makes it
    Load {
        /// The archive
        archive: PathBuf,
    },
    /// Imports the image of the Envoy sidecar, and prints its name
    LoadEnvoy,
    /// Imports the image of a Prometheus that finds pods, and prints its name
    LoadPrometheus,
    /// Runs a program with the cluster's `kubectl` and `KUBECONFIG`, such as `exec kubectl get pods`
    Exec {
        /// Run it inside the namespaces, as the node's own processes see them
        #[arg(long)]
        inside: bool,
        /// The program and its arguments
        #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true)]
        command: Vec<String>,
    },
    /// Prints the log of a component
    Logs {
        /// Which
        component: Component,
    },
    /// Pauses a component: it takes connections and answers nothing
    Pause {
        /// Which
        component: Component,
    },
    /// Lets a component go on that was paused
    Resume {
        /// Which
        component: Component,
    },
    /// Ends a component by force
    Stop {
        /// Which
        component: Component,
    },
    /// Starts a component that was stopped
    Start {
        /// Which
        component: Component,
    },
    /// Ends the containers of the node by force
    EndContainers,
}

/// Does what the arguments say.
///
/// # Errors
///
/// It cannot be done; the error says why.
pub fn run(arguments: &[String]) -> Result<ExitCode> {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        // The parts of a cluster that are this program.
        ["keep", root, folder, options] => {
            let (site, programs, options) = part(root, folder, options)?;
            runtime()?.block_on(keeper::run(site, Path::new(root), &programs, options))?;
        }
        ["join", group, rest @ ..] => {
            cgroups::join(group)?;
            return Err(into_namespaces(rest));
        }
        ["init", ..] => inside::first(&arguments[1..])?,
        ["inside", root, folder, options] => {
            let (site, programs, options) = part(root, folder, options)?;
            runtime()?.block_on(inside::run(site, programs, options))?;
        }
        ["fake", kubeconfig, count] => {
            let count = count.parse().map_err(|_| Error::failed("how many nodes?"))?;
            runtime()?.block_on(inside::fake::run(Path::new(kubeconfig), count))?;
        }
        _ => {
            let line = match Line::try_parse_from(std::iter::once("servo-cluster").chain(words)) {
                Ok(line) => line,
                Err(error) => {
                    let _ = error.print();
                    return Ok(ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2)));
                }
            };
            return runtime()?.block_on(line.run());
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn runtime() -> Result<tokio::runtime::Runtime> {
    // One thread: the kernel ends a child with the thread that started it.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(Error::io("cannot start"))
}

fn part(root: &str, folder: &str, options: &str) -> Result<(Site, Programs, Options)> {
    let options = serde_json::from_str(options).map_err(|error| Error::failed(error.to_string()))?;
    Ok((Site::new(Path::new(folder))?, Programs::of(Path::new(root), &own()?)?, options))
}

fn own() -> Result<PathBuf> {
    std::env::current_exe().map_err(Error::io("cannot find this program"))
}

/// Becomes the first process of new namespaces, which the kernel ends where the process that keeps the cluster ends.
fn into_namespaces(arguments: &[&str]) -> Error {
    let own = match own() {
        Ok(own) => own,
        Err(error) => return error,
    };
    let error = Command::new("setpriv")
        .args(["--pdeathsig", "KILL", "unshare", "--net", "--mount", "--pid", "--cgroup", "--ipc", "--fork"])
        .args(["--kill-child", "--mount-proc"])
        .arg(own)
        .arg("init")
        .args(arguments)
        .exec();
    Error::io("cannot start `setpriv` (Debian: util-linux)")(error)
}

impl Line {
    async fn run(self) -> Result<ExitCode> {
        let root = std::path::absolute(&self.root).map_err(Error::at("find", &self.root))?;
        let folder = self.folder.clone().unwrap_or_else(|| root.join("target/cluster"));
        let place = Place { root, own: own()?, site: Site::new(&folder)? };
        match self.command {
            Action::Up { options, hold } => up(&place, &options, hold).await?,
            Action::With(with) => return with.run(&place).await,
            Action::Way { ways } => ways::open(running(&place).await?, &ways).await?,
            Action::Down => {
                let was = Cluster::down(&place.site).await?;
                eprintln!("{}", if was { "it is down" } else { "there is none" });
            }
            Action::Image(image) => image.make()?,
            Action::Status { json } => return told::status(&place, json).await,
            Action::Load { archive } => println!("{}", running(&place).await?.load(&archive).await?),
            Action::LoadEnvoy => println!("{}", running(&place).await?.load_envoy().await?),
            Action::LoadPrometheus => println!("{}", running(&place).await?.load_prometheus().await?),
            Action::Exec { inside, command } => return exec(&place, inside, &command).await,
            Action::Logs { component } => {
                let path = place.site.log(component.name());
                let text = std::fs::read(&path).map_err(Error::at("read", &path))?;
                print!("{}", String::from_utf8_lossy(&text));
            }
            Action::Pause { component } => running(&place).await?.pause(component).await?,
            Action::Resume { component } => running(&place).await?.resume(component).await?,
            Action::Stop { component } => running(&place).await?.stop(component).await?,
            Action::Start { component } => running(&place).await?.start(component).await?,
            Action::EndContainers => println!("{}", running(&place).await?.end_containers().await?),
        }
        Ok(ExitCode::SUCCESS)
    }
}

async fn up(place: &Place, options: &Options, hold: bool) -> Result<()> {
    let cluster = start(place, options).await?;
    println!("export KUBECONFIG={}", cluster.site().kubeconfig().display());
    if hold {
        eprintln!("it goes on until this command ends");
        let interrupted = tokio::signal::ctrl_c().await;
        return interrupted.map_err(Error::io("cannot wait"));
    }
    cluster.stay().await
}

/// Takes the cluster or starts one, and tells how far it is.
async fn start(place: &Place, options: &Options) -> Result<Cluster> {
    let mut told = |progress: &crate::Progress| eprintln!("{:6.1} s  {}", progress.seconds, progress.step);
    Cluster::up(place, options, &mut told).await
}

async fn running(place: &Place) -> Result<Cluster> {
    Cluster::running(place).await?.ok_or_else(|| {
        Error::failed(format!(
            "no cluster runs in {}: `cargo xtask cluster up` starts one",
            place.site.folder().display()
        ))
    })
}

async fn exec(place: &Place, inside: bool, command: &[String]) -> Result<ExitCode> {
    let cluster = running(place).await?;
    let (program, arguments) = command.split_first().ok_or_else(|| Error::failed("run what?"))?;
    let mut command = if inside { cluster.command_inside(program).await? } else { cluster.command(program) };
    let status = command.args(arguments).status().map_err(Error::at("start", Path::new(program)))?;
    Ok(status.code().map_or(ExitCode::FAILURE, |code| ExitCode::from(u8::try_from(code).unwrap_or(1))))
}
