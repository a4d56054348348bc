//! What may be the name of a channel.

use servo_core::pubsub::{ChannelName, NameError};
use servo_core::{Class, Error};

use crate::fixture::name;

#[test]
fn names_are_letters_digits_dots_dashes_and_underscores() {
    for good in ["metrics.prometheus", "ab", "0a", "a.-_b", "A9", &"x".repeat(253)] {
        assert_eq!(name(good).as_str(), good);
    }
}

#[test]
fn space_around_a_name_is_taken_away() {
    assert_eq!(name("  loadgen.vegeta\n").as_str(), "loadgen.vegeta");
}

#[test]
fn what_is_no_name_says_why() {
    let long = "x".repeat(254);
    for (bad, why) in [
        ("", "expected the name of a channel, found an empty text"),
        ("  ", "expected the name of a channel, found an empty text"),
        ("a", "expected the name of a channel, of at least two characters, found 'a'"),
        (".a", "expected the name of a channel, which begins and ends with a letter or a digit, found '.a'"),
        ("a-", "expected the name of a channel, which begins and ends with a letter or a digit, found 'a-'"),
        ("_", "expected the name of a channel, which begins and ends with a letter or a digit, found '_'"),
        (
            "a b",
            "expected the name of a channel, made of letters, digits, '.', '-' and '_', found ' ' in 'a b'",
        ),
        (
            "größe",
            "expected the name of a channel, made of letters, digits, '.', '-' and '_', found 'ö' in 'größe'",
        ),
        (long.as_str(), "expected the name of a channel, of at most 253 characters, found 254"),
    ] {
        assert_eq!(bad.parse::<ChannelName>().unwrap_err().to_string(), why);
    }
    assert_eq!("".parse::<ChannelName>(), Err(NameError::Empty));
}

#[test]
fn a_wrong_name_crosses_the_border_as_what_somebody_wrote() {
    let error = Error::from("a b".parse::<ChannelName>().unwrap_err());
    assert_eq!(error.class(), Class::Configuration);
}
