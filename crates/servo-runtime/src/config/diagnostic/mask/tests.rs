//! What is starred in a text, and that nothing else is.

use super::*;

fn masked(text: &str) -> String {
    let shown = Mask::of(&Source::new("servo.yaml", text)).text().to_string();
    assert_eq!(shown.len(), text.len(), "every other character stands where it stood");
    shown
}

#[test]
fn a_file_without_secrets_is_shown_as_it_is() {
    let text = "name: ü\noptimizer: {id: dev.opsani.com/shop, token_file: /run/token}\nsettings:\n  backoff: {token: {max_tries: 3}}\n";
    assert_eq!(masked(text), text);
}

#[test]
fn what_stands_under_the_name_of_a_secret_is_stars() {
    assert_eq!(masked("optimizer: {id: a, token: abc}\n"), "optimizer: {id: a, token: ***}\n");
    assert_eq!(
        masked("a:\n  client_secret: \"ü b\" # c\nd: 1 # e\n"),
        "a:\n  client_secret: **********\nd: 1 # e\n"
    );
    assert_eq!(masked("a: {password: 12, b: 12}\n"), "a: {password: **, b: 12}\n");
    assert_eq!(
        masked("a: {tokens: [a, b], x: {secret: {b: c}}}\n"),
        "a: {tokens: [*, *], x: {secret: {b: *}}}\n"
    );
    assert_eq!(masked("a: {headers: {X-Who: abc}, header: b}\n"), "a: {headers: {X-Who: ***}, header: b}\n");
}

#[test]
fn a_misspelt_key_of_an_optimizer_may_hold_its_token() {
    assert_eq!(masked("optimizer: {tokn: abc, url: x}\n"), "optimizer: {tokn: ***, url: x}\n");
    assert_eq!(masked("optimizer: {embedded: {seed: 7}}\n"), "optimizer: {embedded: {seed: 7}}\n");
}

#[test]
fn a_secret_is_found_where_its_alias_is_defined_and_wherever_else_it_stands() {
    let text = "x: &t canary-1\noptimizer: {token: *t}\nb: say canary-1\n";
    assert_eq!(masked(text), "x: &t ********\noptimizer: {token: **}\nb: say ********\n");
}

#[test]
fn users_of_urls_and_of_proxies_are_stars() {
    let text = "a: https://u:p@ss@h/\nb: 'http://u:p@h'\nc: u:p/q@h:1\nd: me@h\nsettings: {proxies: {x: 'u v:p@h'}}\n";
    let shown = "a: https://******@h/\nb: 'http://***@h'\nc: *****@h:1\nd: me@h\nsettings: {proxies: {x: ******@h'}}\n";
    assert_eq!(masked(text), shown);
}

#[test]
fn comments_may_hold_secrets_too() {
    assert_eq!(
        masked("a: 1 # token: abc\n#  SECRET=abc\nb: 2\n"),
        "a: 1 # token:****\n#  SECRET=***\nb: 2\n"
    );
}

#[test]
fn a_text_that_is_no_yaml_is_judged_line_by_line() {
    let text = "\
optimizer:
  token: |
    abc
    def
  id: [
- \"password\": x
  b: y
  token_file: z
tokn: d
";
    let shown = "\
optimizer:
  token:**
*******
*******
  id: [
- \"password\":**
  b: y
  token_file: z
tokn:**
";
    assert_eq!(masked(text), shown);
}
