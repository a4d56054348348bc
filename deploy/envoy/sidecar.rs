//! What the container of the sidecar runs: Envoy, with what three variables of the environment say, until it is told to
//! end; then no request is lost that Envoy has.
//!
//! It is compiled by `rustc` alone, with the standard library and nothing else, so that it needs no file of the image.

use std::io::{Read, Write};
use std::os::linux::net::SocketAddrExt as _;
use std::os::unix::net::{SocketAddr, UnixStream};
use std::path::Path;
use std::process::{Child, Command, ExitCode};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// What Envoy is given.
const BOOTSTRAP: &str = include_str!("bootstrap.yaml");
/// The abstract socket of its admin interface.
const ADMIN: &str = "servo-envoy-admin";
/// Where it is looked for first; otherwise along `PATH`.
const ENVOY: &str = "/envoy";
/// How long new connections are taken after the container was told to end: it takes a cluster a while to send none.
const DRAIN: Duration = Duration::from_secs(5);
/// How long requests may take after that. Kubernetes ends a container by force 30 s after it was told, unless the pod says
/// otherwise.
const LAST_REQUESTS: Duration = Duration::from_secs(20);
/// How long Envoy may take to end, and to answer.
const PATIENCE: Duration = Duration::from_secs(2);
/// How often it is looked.
const LOOK: Duration = Duration::from_millis(50);

/// The one way to hear of a signal without a crate.
mod system {
    use std::sync::atomic::{AtomicBool, Ordering};

    static IS_TOLD: AtomicBool = AtomicBool::new(false);
    const SIGNALS: [i32; 2] = [2, 15];

    unsafe extern "C" {
        fn signal(number: i32, handler: usize) -> usize;
    }

    extern "C" fn tell(_number: i32) {
        IS_TOLD.store(true, Ordering::Relaxed);
    }

    /// Listens to SIGINT and SIGTERM: the first process of a container gets no signal that it has no handler for.
    pub fn listen() {
        for number in SIGNALS {
            // SAFETY: the handler does nothing but store to an atomic, which a handler may do.
            unsafe { signal(number, tell as *const () as usize) };
        }
    }

    /// Says whether the container was told to end.
    pub fn is_told_to_end() -> bool {
        IS_TOLD.load(Ordering::Relaxed)
    }
}

/// The ports, as the environment has them.
struct Ports {
    /// Where Envoy listens.
    service: u16,
    /// Where the application does.
    app: u16,
    /// Where Envoy says what it has counted.
    metrics: u16,
}

fn main() -> ExitCode {
    system::listen();
    match run() {
        Ok(code) => ExitCode::from(code),
        Err(message) => {
            let _ = writeln!(std::io::stderr(), "sidecar: {message}");
            ExitCode::from(2)
        }
    }
}

fn run() -> Result<u8, String> {
    let ports = Ports::read(|name| std::env::var(name).ok())?;
    // A kernel without IPv6 has no such file.
    let has_ipv6 = Path::new("/proc/net/if_inet6").exists();
    let bootstrap = filled(&ports, has_ipv6);
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments == ["print"] {
        let _ = std::io::stdout().write_all(bootstrap.as_bytes());
        return Ok(0);
    }
    let program = if Path::new(ENVOY).exists() { ENVOY } else { "envoy" };
    let mut envoy = Command::new(program)
        .args(["--config-yaml", &bootstrap, "--disable-hot-restart", "--log-level", "warning"])
        // One thread is more than the container may use of a processor; each takes memory.
        .args(["--concurrency", "1", "--drain-strategy", "immediate"])
        .args(["--drain-time-s", &DRAIN.as_secs().to_string()])
        .args(&arguments)
        .spawn()
        .map_err(|error| format!("cannot start {program}: {error}"))?;
    loop {
        if let Some(code) = ended(&mut envoy)? {
            return Ok(code);
        }
        if system::is_told_to_end() {
            return end(&mut envoy);
        }
        sleep(LOOK);
    }
}

impl Ports {
    fn read(variable: impl Fn(&str) -> Option<String>) -> Result<Self, String> {
        let port = |name: &str, otherwise: Option<u16>| match variable(name).filter(|it| !it.is_empty()) {
            Some(text) => text
                .trim()
                .parse()
                .ok()
                .filter(|port| *port > 0)
                .ok_or_else(|| format!("{name}: expected a port, found `{text}`")),
            None => otherwise.ok_or_else(|| format!("{name} is not set: which port is the application's?")),
        };
        let ports = Self {
            service: port("OPSANI_ENVOY_PROXY_SERVICE_PORT", Some(9980))?,
            app: port("OPSANI_ENVOY_PROXIED_CONTAINER_PORT", None)?,
            metrics: port("OPSANI_ENVOY_PROXY_METRICS_PORT", Some(9901))?,
        };
        if [ports.app, ports.metrics].contains(&ports.service) || ports.app == ports.metrics {
            return Err("the three ports must differ".to_owned());
        }
        Ok(ports)
    }
}

/// Fills in what the bootstrap leaves open.
fn filled(ports: &Ports, has_ipv6: bool) -> String {
    let any = if has_ipv6 { "::" } else { "0.0.0.0" };
    // It is an argument, which whoever lists processes sees: what is said to people is left out.
    let said = BOOTSTRAP.lines().filter(|line| !line.trim_start().starts_with('#') && !line.is_empty());
    said.flat_map(|line| [line, "\n"])
        .collect::<String>()
        .replace("{any}", any)
        .replace("{compatible}", if has_ipv6 { "true" } else { "false" })
        .replace("{service_port}", &ports.service.to_string())
        .replace("{app_port}", &ports.app.to_string())
        .replace("{metrics_port}", &ports.metrics.to_string())
}

/// Gives the exit code once Envoy has ended.
fn ended(envoy: &mut Child) -> Result<Option<u8>, String> {
    let status = envoy.try_wait().map_err(|error| format!("cannot wait for Envoy: {error}"))?;
    Ok(status.map(|status| status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1)))
}

/// Ends Envoy once it has no request any more: it goes on to take connections for a while, says on each that there are to
/// be no more requests, then takes none, and what still runs is waited for.
fn end(envoy: &mut Child) -> Result<u8, String> {
    let told = Instant::now();
    // It is not ready from now on, which probes see.
    let _ = asked("POST", "/healthcheck/fail");
    let _ = asked("POST", "/drain_listeners?graceful&skip_exit");
    let last = told + DRAIN + LAST_REQUESTS;
    while Instant::now() < last {
        if let Some(code) = ended(envoy)? {
            return Ok(code);
        }
        if told.elapsed() >= DRAIN && is_idle() {
            break;
        }
        sleep(LOOK);
    }
    let _ = asked("POST", "/quitquitquit");
    let last = Instant::now() + PATIENCE;
    while Instant::now() < last {
        if ended(envoy)?.is_some() {
            return Ok(0);
        }
        sleep(LOOK);
    }
    envoy.kill().and_then(|()| envoy.wait()).map_err(|error| format!("cannot end Envoy: {error}"))?;
    Ok(0)
}

/// Says whether no request of the application is under way; also where Envoy does not say.
fn is_idle() -> bool {
    let Ok(said) = asked("GET", "/stats?filter=^http\\.app\\.downstream_rq_active$") else { return true };
    let active = said.lines().find_map(|line| line.strip_prefix("http.app.downstream_rq_active: "));
    active.is_none_or(|active| active.trim() == "0")
}

/// Asks the admin interface.
fn asked(method: &str, path: &str) -> std::io::Result<String> {
    let mut stream = UnixStream::connect_addr(&SocketAddr::from_abstract_name(ADMIN)?)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let head = "Host: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    write!(stream, "{method} {path} HTTP/1.1\r\n{head}")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}
