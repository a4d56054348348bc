//! Signals to a study that runs: it ends as it should, or reloads.

use crate::environment::Environment;
use crate::left::slow;
use crate::running::{Running, a_moment};
use crate::studies::{json, shop};
use crate::terminal::Terminal;

/// Runs a study until its first changed configuration is in force, sends it signals, and expects that it winds up.
fn interrupted_by(signals: impl Fn(&mut Running)) {
    let slow = shop("shop").replace("speed: 100000", "speed: 60").replace("trials: 8", "trials: 100");
    let environment = Environment::with(&slow);
    let before = environment.servo(&["describe"]).stdout;
    let mut running = Running::start(&environment, &["run", "--format", "json"]);
    // The emulator writes down what is in force.
    let changed = || environment.servo(&["describe"]).stdout != before;
    let mut waited = 0;
    while !changed() && waited < 200 {
        waited += 1;
        a_moment();
    }
    signals(&mut running);
    let ran = running.end();
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(json(&ran)["servos"][0]["outcome"], "interrupted");
    assert_eq!(environment.servo(&["describe"]).stdout, before);
}

#[test]
fn a_signal_restores_the_baseline_and_the_report_says_interrupted() {
    interrupted_by(|running| running.signal("TERM"));
}

#[test]
fn hangups_reload_where_there_is_no_terminal_and_the_study_goes_on() {
    interrupted_by(|running| {
        for _ in 0..2 {
            running.signal("HUP");
            running.hear("SIGHUP: the configuration and credentials are read again, and waits are cut short");
        }
        running.signal("USR1");
        running.hear("SIGUSR1: winding up");
        running.signal("HUP");
    });
}

#[test]
fn a_hangup_reloads_while_the_terminal_is_there_and_ends_the_servo_once_it_is_closed() {
    let environment = Environment::with(&slow());
    let before = environment.servo(&["describe"]).stdout;
    let mut terminal = Terminal::start(&environment, &["run"], &[]);
    let mut waited = 0;
    while environment.servo(&["describe"]).stdout == before && waited < 200 {
        waited += 1;
        a_moment();
    }
    for _ in 0..2 {
        terminal.signal("HUP");
        terminal.see("SIGHUP: the configuration and credentials are read again");
        terminal.see("nothing is to be done: 1 unchanged");
    }
    assert_ne!(environment.servo(&["describe"]).stdout, before, "the study goes on");
    assert_eq!(terminal.hang_up(), 0);
    assert_eq!(environment.servo(&["describe"]).stdout, before, "nothing is left in force");
    assert!(environment.servo(&["journal"]).stdout.starts_with("shop: at its baseline"));
    let report = json(&environment.servo(&["report", "--format", "json"]));
    assert_eq!(report["servos"][0]["outcome"], "interrupted", "it did not come to its end by itself");
}
