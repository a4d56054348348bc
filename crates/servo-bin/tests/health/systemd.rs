//! What systemd is told of a program that it has started, over a socket as it has one.

use std::os::unix::net::UnixDatagram;

use crate::program::Program;
use crate::{AWAY, EXAMPLE, PATIENCE};

/// A program that a supervisor has started.
struct Supervised {
    listener: UnixDatagram,
    program: Program,
    told: Vec<String>,
}

impl Supervised {
    fn start(configuration: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("servo.yaml"), configuration).unwrap();
        let path = folder.path().join("notify");
        let listener = UnixDatagram::bind(&path).unwrap();
        listener.set_read_timeout(Some(PATIENCE)).unwrap();
        let variables = [("NOTIFY_SOCKET", path.to_str().unwrap()), ("WATCHDOG_USEC", "400000")];
        let program = Program::start_in(folder, &["run"], &variables);
        Self { listener, program, told: Vec::new() }
    }

    /// Waits for a message that begins like this.
    fn hear(&mut self, beginning: &str) -> String {
        let mut message = [0; 4096];
        loop {
            let Ok(length) = self.listener.recv(&mut message) else {
                panic!("no {beginning:?} in {:?}", self.told);
            };
            let message = String::from_utf8(message[..length].to_vec()).unwrap();
            self.told.push(message.clone());
            if message.starts_with(beginning) {
                return message;
            }
        }
    }
}

#[test]
fn a_service_is_ready_shows_signs_of_life_reloads_and_stops() {
    let mut supervised = Supervised::start(EXAMPLE);
    supervised.hear("READY=1\n");
    let status = supervised.hear("STATUS=1 servo: ");
    assert!(status.ends_with('\n') && status.lines().count() == 1, "{status:?}");
    for _ in 0..3 {
        supervised.hear("WATCHDOG=1\n");
    }
    supervised.program.signal("HUP");
    let reloading = supervised.hear("RELOADING=1\nMONOTONIC_USEC=");
    assert_eq!(reloading.lines().count(), 2);
    supervised.hear("READY=1\n");
    let two = format!("{EXAMPLE}---\n{}", EXAMPLE.replace("name: shop", "name: other"));
    std::fs::write(supervised.program.folder().join("servo.yaml"), two).unwrap();
    supervised.program.signal("HUP");
    supervised.hear("RELOADING=1\n");
    supervised.hear("READY=1\n");
    supervised.hear("STATUS=2 servos: ");
    supervised.program.signal("TERM");
    assert_eq!(supervised.hear("STOPPING=1\n"), "STOPPING=1\nSTATUS=winding up after SIGTERM\n");
    let (code, stderr) = supervised.program.end();
    assert_eq!(code, 0, "{stderr}");
}

#[test]
fn a_service_whose_optimizer_is_away_has_started_all_the_same() {
    let mut supervised = Supervised::start(AWAY);
    supervised.hear("READY=1\n");
    supervised.program.signal("TERM");
    supervised.hear("STOPPING=1\n");
    assert_eq!(supervised.program.end().0, 0);
}

#[test]
fn a_service_whose_servos_are_done_says_that_it_stops() {
    let mut supervised = Supervised::start(&EXAMPLE.replace("speed: 300", "speed: 100000"));
    assert!(supervised.hear("STOPPING=1\n").ends_with("the last servo has ended\n"));
    let (code, stderr) = supervised.program.end();
    assert_eq!(code, 0, "{stderr}");
}
