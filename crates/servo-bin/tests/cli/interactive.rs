//! `servo run --interactive`: whoever sits at the terminal is asked, and nobody else can be.

use crate::environment::Environment;
use crate::left::slow;
use crate::studies::shop;
use crate::terminal::Terminal;

const CONNECT: &str = "shop: Connect to the optimizer? [y/N] ";
const POLL: &str = "shop: Poll for next command? [y/N] ";

#[test]
fn whoever_agrees_to_all_of_it_comes_to_the_end() {
    let document = shop("shop").replace("trials: 8", "trials: 1");
    let environment = Environment::with(&document);
    let mut terminal = Terminal::start(&environment, &["run", "--interactive"], &[]);
    terminal.see(CONNECT);
    terminal.type_line("y");
    // Describe, measure, and that nothing is left to do.
    for _ in 0..3 {
        terminal.see(POLL);
        terminal.type_line("yes");
    }
    let (code, rest) = terminal.end();
    assert_eq!(code, 0, "{rest}");
}

#[test]
fn a_no_is_slept_upon_and_a_signal_ends_the_servo_all_the_same() {
    let environment = Environment::with(&slow());
    let mut terminal = Terminal::start(&environment, &["run", "-i"], &[]);
    terminal.see(CONNECT);
    terminal.type_line("y");
    terminal.see(POLL);
    terminal.type_line("n");
    terminal.see("shop: Sleeping for 1m");
    terminal.signal("INT");
    terminal.see("SIGINT: winding up");
    assert_eq!(terminal.end().0, 0);
}

#[test]
fn a_signal_ends_the_servo_while_it_asks() {
    for answers in [&[][..], &["y"]] {
        let environment = Environment::with(&slow());
        let mut terminal = Terminal::start(&environment, &["run", "-i"], &[]);
        terminal.see(CONNECT);
        for answer in answers {
            terminal.type_line(answer);
            terminal.see(POLL);
        }
        terminal.signal("TERM");
        let (code, rest) = terminal.end();
        assert_eq!(code, 0, "{rest}");
    }
}

#[test]
fn whoever_does_not_want_to_connect_is_left_alone() {
    let environment = Environment::with(&slow());
    let mut terminal = Terminal::start(&environment, &["run", "-i"], &[]);
    terminal.see(CONNECT);
    terminal.type_line("");
    terminal.see("shop: Not connected: idle until stopped");
    terminal.signal("TERM");
    assert_eq!(terminal.end().0, 0);
}

#[test]
fn nobody_is_asked_where_there_is_no_terminal() {
    let environment = Environment::with(&shop("shop"));
    let ran = environment.servo(&["run", "--interactive"]);
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert!(ran.stderr.contains("standard input is none"), "{}", ran.stderr);
    assert!(!environment.path().join(".servo").exists());
}

#[test]
fn one_of_several_has_to_be_named() {
    let environment = Environment::with(&format!("{}---\n{}", slow(), shop("other")));
    let terminal = Terminal::start(&environment, &["run", "--interactive"], &[]);
    let (code, rest) = terminal.end();
    assert_eq!(code, 2, "{rest}");
    assert!(rest.contains("select one with `--name`: `shop`, `other`"), "{rest}");
    let mut terminal = Terminal::start(&environment, &["--name", "shop", "run", "--interactive"], &[]);
    terminal.see(CONNECT);
    terminal.signal("TERM");
    assert_eq!(terminal.end().0, 0);
}

#[test]
fn a_servo_that_a_reload_adds_asks_for_itself_and_after_the_other() {
    let environment = Environment::with(&slow());
    let mut terminal = Terminal::start(&environment, &["run", "--interactive", "--watch"], &[]);
    terminal.see(CONNECT);
    environment.write("servo.yaml", &format!("{}---\n{}", slow(), shop("other")));
    terminal.signal("HUP");
    terminal.see("1 added (other), 1 unchanged");
    terminal.see("is in force");
    terminal.type_line("y");
    // One question at a time, and it says whose it is.
    terminal.see("other: Connect to the optimizer? [y/N] ");
    terminal.type_line("n");
    terminal.see("other: Not connected");
    terminal.see(POLL);
    terminal.signal("TERM");
    assert_eq!(terminal.end().0, 0);
}
