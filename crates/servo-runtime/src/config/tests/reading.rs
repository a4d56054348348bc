//! Texts that cannot be read, each with what is told of it.

use super::check;

#[test]
fn a_syntax_error_in_the_third_document_is_on_its_line() {
    check(
        "\
name: a
optimizer: {embedded: {}}
---
name: b
optimizer: {embedded: {}}
---
name: c
optimizer: {embedded: [}
---
name: d
optimizer: {embedded: {}}
",
        "\
servo.yaml:8:23: mismatched bracket '[' closed by '}'
  help: close each `[` with `]` and each `{` with `}`",
    );
}

#[test]
fn syntax_errors_of_several_documents_and_other_mistakes_are_told_together() {
    check(
        "\
name: a
emulater: {}
optimizer: {embedded: {}}
---
name: [
---
name: b: c
---
name: d
optimizer: {embeded: {}}
",
        "\
servo.yaml:2:1: unknown key `emulater` (at emulater)
  help: did you mean `emulator`? valid keys: …
servo.yaml:5:7: unclosed bracket '['
  help: close each `[` with `]` and each `{` with `}`
servo.yaml:7:8: mapping values are not allowed in this context
  help: put each key on a line of its own, and quote a value that holds `: `
servo.yaml:10:13: unknown optimizer `embeded` (at optimizer.embeded)
  help: did you mean `embedded`? known optimizers: embedded",
    );
}

#[test]
fn columns_count_characters_after_text_that_is_not_ascii() {
    check(
        "\
näme: ünf 🔑
# größer
b: [ü, 🔑, }
",
        "\
servo.yaml:3:4: mismatched bracket '[' closed by '}'
  help: close each `[` with `]` and each `{` with `}`",
    );
}

#[test]
fn lines_end_with_crlf_too() {
    check(
        "name: ü\r\noptimizer: {embedded: {}}\r\nemulator: [}\r\n",
        "\
servo.yaml:3:11: mismatched bracket '[' closed by '}'
  help: close each `[` with `]` and each `{` with `}`",
    );
}

#[test]
fn a_byte_order_mark_moves_no_column() {
    check(
        "\u{feff}nam: [}\n",
        "\
servo.yaml:1:6: mismatched bracket '[' closed by '}'
  help: close each `[` with `]` and each `{` with `}`",
    );
}

#[test]
fn tabs_do_not_indent() {
    check(
        "emulator:\n\tcpu: 1\n",
        "\
servo.yaml:2:2: tabs disallowed within this context (block indentation)
  help: indent with spaces: YAML allows no tabs there",
    );
}

#[test]
fn an_unclosed_bracket_is_hinted_at() {
    check(
        "\
name: a
connectors: [emulator
optimizer: {embedded: {}}
",
        "\
servo.yaml:3:10: illegal placement of ':' indicator
  help: close the `[` or `{` opened before it, or quote a value that holds `: `",
    );
}

#[test]
fn an_unclosed_quote_is_hinted_at() {
    check(
        "\
name: \"shop
emulator: {}
",
        "\
servo.yaml:2:1: invalid indentation in multiline quoted scalar
  help: close the quotation mark opened before it, or indent the lines that follow that",
    );
}

#[test]
fn a_key_given_twice_names_itself() {
    check(
        "\
name: a
optimizer: {embedded: {}}
name: b
",
        "\
servo.yaml:3:1: key `name` is given twice
  help: keep one of them",
    );
}

#[test]
fn an_unknown_anchor_is_named() {
    check(
        "name: *shop\n",
        "\
servo.yaml:1:7: the alias names no anchor defined before it
  help: define it first with `&name`, or quote the value if it begins with `*`",
    );
}

#[test]
fn an_anchor_that_holds_itself_is_refused() {
    check(
        "\
name: a
emulator: &a {b: *a}
",
        "\
servo.yaml:2:18: the alias stands for a value that holds it
  help: an alias cannot stand within the value of its own anchor",
    );
}

#[test]
fn infinity_is_no_number() {
    check(
        "\
name: a
emulator: {cpu: .inf}
",
        "\
servo.yaml:2:17: `.inf` is not a finite number
  help: write a finite number, or quote it to make it text",
    );
}

#[test]
fn an_empty_text_has_no_document() {
    check(
        "\
# nothing
---
---
",
        "\
servo.yaml:1:1: the file holds no document
  help: describe a servo: `optimizer:`, and the section of at least one connector",
    );
}

#[test]
fn documents_are_mappings() {
    check(
        "\
hello
---
- name: a
---
12
",
        "\
servo.yaml:1:1: a document is a mapping of keys, found text
  help: write `key: value` lines, such as `name: shop`
servo.yaml:3:1: a document is a mapping of keys, found a list
  help: write `key: value` lines, such as `name: shop`
servo.yaml:5:1: a document is a mapping of keys, found a number
  help: write `key: value` lines, such as `name: shop`",
    );
}

#[test]
fn keys_are_text() {
    check(
        "\
name: a
~: b
[1, 2]: c
1: x
'1': y
",
        "\
servo.yaml:2:1: a key is text, found nothing
  help: quote the key to make it text
servo.yaml:3:1: a key is text, found a list
  help: quote the key to make it text
servo.yaml:4:1: unknown key `1` (at 1)
  help: valid keys: …
servo.yaml:5:1: key `1` is given twice
  note: it is given first at servo.yaml:4:1
  help: keep one of them",
    );
}

#[test]
fn a_document_marker_in_an_indented_block_scalar_is_text() {
    check(
        "\
name: a
emulator: |
  ---
  x
optimizer: {embedded: {}}
foo: [
",
        "\
servo.yaml:6:6: unclosed bracket '['
  help: close each `[` with `]` and each `{` with `}`",
    );
}

#[test]
fn control_characters_of_a_message_are_escaped() {
    check(
        "\
name: a
\"\\e[31mred\": 1
",
        "\
servo.yaml:2:1: unknown key `\\u{1b}[31mred` (at \"\\u{1b}[31mred\")
  help: valid keys: …",
    );
}
