//! What containers of the test cluster run: one program that serves, burns, fills, prints or ends as its arguments say.
//!
//! It is compiled by `rustc` alone, with the standard library and nothing else, so that an image of it is one file.

use std::hint::black_box;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream, ToSocketAddrs};
use std::process::ExitCode;
use std::sync::OnceLock;
use std::thread;
use std::time::{Duration, Instant};

const USAGE: &str = "\
usage: workload serve [--port N]  answers /, /healthz and /burn?ms=N, which costs that much processor time
       workload app [--port N]    serves the same and /ready, with habits that its environment asks for: COLOR=bad ends it,
                                  COLOR=dark never lets it be ready, MEM_MIB is what it holds, DISK_MIB what it writes
                                  to /data; READY_AFTER, UNREADY_AFTER and CRASH_AFTER are seconds
       workload burn [N]          keeps N threads busy
       workload fill MIB          holds that much memory
       workload print TEXT        prints a line
       workload sleep             does nothing
       workload ignore            does nothing, and ignores SIGTERM
       workload exit CODE         ends at once
       workload probe HOST:PORT   ends with 0 where 200 is answered there
";

/// The one way to have a word with the kernel about signals and clocks without a crate.
mod system {
    const SIGTERM: i32 = 15;
    const IGNORE: usize = 1;
    const THREAD_CPU_TIME: i32 = 3;

    #[repr(C)]
    struct Time {
        seconds: i64,
        nanoseconds: i64,
    }

    unsafe extern "C" {
        fn signal(number: i32, handler: usize) -> usize;
        fn clock_gettime(clock: i32, time: *mut Time) -> i32;
        fn _exit(code: i32) -> !;
    }

    extern "C" fn end(_number: i32) {
        // SAFETY: it may be called in a handler of a signal, and does not return.
        unsafe { _exit(0) }
    }

    /// Ends at SIGTERM: the first process of a container gets no signal that it has no handler for.
    pub fn end_when_told() {
        // SAFETY: the handler calls nothing that a handler must not call.
        unsafe { signal(SIGTERM, end as *const () as usize) };
    }

    /// Lets SIGTERM pass.
    pub fn ignore_end() {
        // SAFETY: no handler is run.
        unsafe { signal(SIGTERM, IGNORE) };
    }

    /// What this thread has had of a processor, in milliseconds. Time that it was throttled for is not in it.
    pub fn processor_time() -> i64 {
        let mut time = Time { seconds: 0, nanoseconds: 0 };
        // SAFETY: it writes one `timespec`, which has this form where a word has 64 bits.
        unsafe { clock_gettime(THREAD_CPU_TIME, &raw mut time) };
        time.seconds * 1000 + time.nanoseconds / 1_000_000
    }
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    system::end_when_told();
    match run(&arguments) {
        Ok(code) => ExitCode::from(code),
        Err(message) => {
            eprint!("workload: {message}\n{USAGE}");
            ExitCode::from(2)
        }
    }
}

fn run(arguments: &[&str]) -> Result<u8, String> {
    match arguments {
        ["serve"] => serve(8080),
        ["serve", "--port", port] => serve(number(port)?),
        ["app"] => app(8080),
        ["app", "--port", port] => app(number(port)?),
        ["burn"] => burn(1),
        ["burn", threads] => burn(number(threads)?),
        ["fill", size] => fill(number(size)?),
        ["print", text] => say_and_sleep(text),
        ["sleep"] => say_and_sleep("sleeping"),
        ["ignore"] => {
            system::ignore_end();
            say_and_sleep("ignoring SIGTERM")
        }
        ["exit", code] => {
            say(&format!("ending with {code}"));
            number(code)
        }
        ["probe", address] => Ok(probe(address)),
        _ => Err(format!("{arguments:?} is none of what it does")),
    }
}

fn number<N: std::str::FromStr>(text: &str) -> Result<N, String> {
    text.parse().map_err(|_| format!("`{text}` is no number for that"))
}

/// Prints a line. A reader that is gone ends nothing.
fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

fn say_and_sleep(line: &str) -> ! {
    say(line);
    loop {
        thread::park();
    }
}

fn burn(threads: usize) -> ! {
    for _ in 1..threads {
        thread::spawn(|| burn_for(i64::MAX));
    }
    say(&format!("keeping {threads} threads busy"));
    burn_for(i64::MAX);
    unreachable!("nobody waits that long")
}

/// Takes that much processor time, in milliseconds. With less of a processor it takes as much longer.
fn burn_for(milliseconds: i64) {
    let begun = system::processor_time();
    let mut value = 1_u64;
    while system::processor_time() - begun < milliseconds {
        for _ in 0..10_000 {
            value = black_box(value.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1));
        }
    }
}

/// Holds memory, each page of it written to, since pages that were never touched cost nothing.
fn fill(size: usize) -> ! {
    let held: Vec<Vec<u8>> = (0..size).map(|_| vec![1; 1 << 20]).collect();
    black_box(&held);
    say_and_sleep(&format!("holding {size} MiB"))
}

/// What it is called: by its pod, or else by its host.
fn name() -> String {
    let of_kernel = || std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let name = std::env::var("POD_NAME").or_else(|_| std::env::var("HOSTNAME"));
    name.unwrap_or_else(|_| of_kernel()).trim().to_owned()
}

/// An application with habits.
fn app(port: u16) -> Result<u8, String> {
    let color = std::env::var("COLOR").unwrap_or_else(|_| "red".to_owned());
    say(&format!("starting, color {color}"));
    if color == "bad" {
        return Err("this color is bad".to_owned());
    }
    if let Some(size) = setting("MEM_MIB")? {
        let size = usize::try_from(size).unwrap_or_default();
        thread::spawn(move || fill(size));
    }
    if let Some(size) = setting("DISK_MIB")? {
        let size = usize::try_from(size).unwrap_or_default();
        std::fs::write("/data/written", vec![1; size << 20]).map_err(|error| format!("/data/written: {error}"))?;
    }
    if let Some(seconds) = setting("CRASH_AFTER")? {
        thread::spawn(move || {
            thread::sleep(Duration::from_secs(seconds));
            eprintln!("workload: crashing, as CRASH_AFTER says");
            std::process::exit(3);
        });
    }
    let begun = Instant::now();
    let (from, until) = (setting("READY_AFTER")?, setting("UNREADY_AFTER")?);
    READY.get_or_init(|| {
        Box::new(move || {
            let age = begun.elapsed().as_secs();
            color != "dark" && from.is_none_or(|from| age >= from) && until.is_none_or(|until| age < until)
        })
    });
    serve(port)
}

/// Says whether it is ready; there is nothing where it always is.
static READY: OnceLock<Box<dyn Fn() -> bool + Send + Sync>> = OnceLock::new();

/// A number of the environment.
fn setting(name: &str) -> Result<Option<u64>, String> {
    std::env::var(name).ok().map(|text| number(&text)).transpose()
}

fn serve(port: u16) -> Result<u8, String> {
    let listener = TcpListener::bind(("0.0.0.0", port)).map_err(|error| format!("port {port}: {error}"))?;
    let name = name();
    say(&format!("{name} serves at port {port}"));
    for connection in listener.incoming().flatten() {
        let name = name.clone();
        thread::spawn(move || answer(&connection, &name));
    }
    Ok(0)
}

/// Answers the requests of a connection until it ends.
fn answer(connection: &TcpStream, name: &str) -> Option<()> {
    connection.set_nodelay(true).ok()?;
    let mut reader = BufReader::new(connection);
    loop {
        let line = line_of(&mut reader)?;
        let path = line.split(' ').nth(1)?.to_owned();
        let (mut last, mut length) = (line.ends_with("HTTP/1.0"), 0);
        loop {
            let header = line_of(&mut reader)?.to_ascii_lowercase();
            match header.split_once(':').map(|(name, value)| (name, value.trim())) {
                Some(("connection", "close")) => last = true,
                Some(("content-length", value)) => length = value.parse().ok()?,
                Some(_) => {}
                None => break,
            }
        }
        std::io::copy(&mut reader.by_ref().take(length), &mut std::io::sink()).ok()?;
        let (status, body) = reply(&path, name);
        let ending = if last { "close" } else { "keep-alive" };
        let head = format!(
            "HTTP/1.1 {status}\r\ncontent-type: text/plain\r\ncontent-length: {}\r\nconnection: {ending}\r\n\r\n",
            body.len()
        );
        (&*connection).write_all(format!("{head}{body}").as_bytes()).ok()?;
        if last {
            return None;
        }
    }
}

/// A line of a request without its end; nothing where the connection ends, or the line does not.
fn line_of(reader: &mut impl BufRead) -> Option<String> {
    let mut line = String::new();
    reader.take(8192).read_line(&mut line).ok()?;
    line.strip_suffix('\n').map(|line| line.trim_end_matches('\r').to_owned())
}

fn reply(path: &str, name: &str) -> (&'static str, String) {
    match path.split_once('?').unwrap_or((path, "")) {
        ("/" | "/healthz", _) => ("200 OK", format!("{name}\n")),
        ("/ready", _) if READY.get().is_some_and(|is_ready| !is_ready()) => {
            ("503 Service Unavailable", "not ready\n".to_owned())
        }
        ("/ready", _) => ("200 OK", format!("{name}\n")),
        ("/burn", query) => match query.strip_prefix("ms=").and_then(|value| value.parse().ok()) {
            Some(milliseconds) => {
                burn_for(milliseconds);
                ("200 OK", format!("{name}\n"))
            }
            None => ("400 Bad Request", "burn?ms=N\n".to_owned()),
        },
        _ => ("404 Not Found", "no such page\n".to_owned()),
    }
}

/// Asks for `/`, as a probe of the kubelet would.
fn probe(address: &str) -> u8 {
    match status(address) {
        Ok(status) => {
            say(&status);
            u8::from(!status.starts_with("HTTP/1.1 200"))
        }
        Err(error) => {
            say(&format!("{address}: {error}"));
            1
        }
    }
}

fn status(address: &str) -> std::io::Result<String> {
    let limit = Duration::from_secs(5);
    let mut found = address.to_socket_addrs()?;
    let found = found.next().ok_or(std::io::ErrorKind::NotFound)?;
    let mut connection = TcpStream::connect_timeout(&found, limit)?;
    connection.set_read_timeout(Some(limit))?;
    write!(connection, "GET / HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n")?;
    let mut line = String::new();
    BufReader::new(connection).take(8192).read_line(&mut line)?;
    Ok(line.trim_end().to_owned())
}
