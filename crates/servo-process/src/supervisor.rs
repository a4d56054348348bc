//! The supervisor: a process of its own between Servo and a program, which sees to it that nothing outlives them.
//!
//! It is Servo's executable under another name. It begins the program, adopts whatever the program leaves behind, and
//! ends all of it when its standard input does, which it does in whatever way Servo ends.

mod family;

use std::io;
use std::os::fd::AsFd as _;

use rustix::process::set_child_subreaper;
use servo_core::applet::Applet;
use servo_exec::Bare;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::UnixStream;
use tokio::net::unix::OwnedWriteHalf;
use tokio::signal::unix::{SignalKind, signal};

use crate::cgroup::{Mounts, return_to};
use crate::order::{LONGEST_LINE, Order, Report, Started};
use crate::proc;
use family::Family;

/// The name by which the executable is called.
pub(crate) const NAME: &str = "servo-supervisor";

servo_core::inventory::submit! { Applet { name: NAME, main } }

/// Supervises one program, from the order on standard input to the end of all of it.
fn main() -> u8 {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    match runtime.and_then(|runtime| runtime.block_on(supervise())) {
        Ok(()) => 0,
        // Nobody reads what it would say: whoever gave the order sees that it is gone.
        Err(_) => 70,
    }
}

async fn supervise() -> io::Result<()> {
    // What ends Servo ends the program through Servo: first it is brought back to its baseline.
    let _deaf = [SignalKind::terminate(), SignalKind::interrupt(), SignalKind::hangup()]
        .map(signal)
        .into_iter()
        .collect::<io::Result<Vec<_>>>()?;
    // Whoever lists processes sees what it is, not the path by which it was executed; the system keeps 15 bytes.
    let _ = std::fs::write("/proc/self/comm", NAME);
    let mut children = signal(SignalKind::child())?;
    set_child_subreaper(Some(rustix::process::getpid()))?;
    let socket = std::os::unix::net::UnixStream::from(io::stdin().as_fd().try_clone_to_owned()?);
    socket.set_nonblocking(true)?;
    let (reader, mut writer) = UnixStream::from_std(socket)?.into_split();
    let mut reader = BufReader::new(reader).take(LONGEST_LINE);
    let mut line = String::new();
    reader.read_line(&mut line).await?;
    let order: Order = serde_json::from_str(&line)?;
    let (pid, is_in_groups) = match begin(&order) {
        Ok(begun) => begun,
        Err(error) => {
            tell(&mut writer, &Report::Refused(error.to_string())).await;
            return Ok(());
        }
    };
    let mut family = Family::new(pid, order.groups.clone().filter(|_| is_in_groups));
    tell(&mut writer, &Report::Started(Started { pid, is_in_groups })).await;
    let mut nothing = [0; 64];
    loop {
        tokio::select! {
            read = reader.read(&mut nothing) => match read {
                Ok(count) if count > 0 => {}
                _ => break,
            },
            _ = children.recv() => {}
        }
        family.reap();
        if let Some(end) = family.end() {
            tell(&mut writer, &Report::Ended(end)).await;
            break;
        }
    }
    let was_running = family.end().is_none();
    family.stop(&order, &mut children).await;
    if was_running && let Some(end) = family.end() {
        tell(&mut writer, &Report::Ended(end)).await;
    }
    Ok(())
}

/// Begins the program in its groups. Says its number, and whether it is in them.
fn begin(order: &Order) -> io::Result<(i32, bool)> {
    let groups = order.groups.as_ref();
    let is_limited = order.limits.cpu_cores.is_some() || order.limits.memory_bytes.is_some();
    let home = Mounts::read(None).unwrap_or_default();
    // What is begun here is where this process is at that moment.
    let entered = match groups.map(|groups| groups.make(order.limits).and_then(|()| groups.enter())) {
        Some(Err(error)) => {
            leave(order, &home)?;
            // Groups that limit nothing only make looking easier.
            if is_limited {
                return Err(error);
            }
            false
        }
        Some(Ok(())) => true,
        None => false,
    };
    let bare = Bare {
        file: &order.file,
        words: &order.words,
        folder: &order.folder,
        environment: &order.environment,
        identity: order.identity,
        stdin: None,
        output: None,
    };
    let begun = bare.begin();
    if let (true, Some(groups)) = (entered, groups) {
        let returned = return_to(&home, groups);
        match (&begun, returned) {
            (Ok(pid), Err(error)) => {
                proc::kill(*pid, rustix::process::Signal::KILL);
                return Err(error);
            }
            (Err(_), _) => _ = groups.remove(),
            (Ok(_), Ok(())) => {}
        }
    }
    Ok((begun?, entered))
}

/// Goes back from groups of which not all could be made.
fn leave(order: &Order, home: &Mounts) -> io::Result<()> {
    let Some(groups) = &order.groups else { return Ok(()) };
    return_to(home, groups)?;
    groups.remove();
    Ok(())
}

/// Tells whoever gave the order. Servo may be gone: then there is nobody to be told.
async fn tell(writer: &mut OwnedWriteHalf, report: &Report) {
    if let Ok(mut line) = serde_json::to_vec(report) {
        line.push(b'\n');
        let _ = writer.write_all(&line).await;
    }
}
