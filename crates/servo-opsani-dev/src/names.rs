//! Names of optimizers as Kubernetes takes them (compatibility specification, section 8.1.11). Pure.

/// The longest value of a label.
const LONGEST_LABEL: usize = 63;
/// The longest DNS subdomain.
const LONGEST_SUBDOMAIN: usize = 253;

/// Makes the value of a label of a text: `/` becomes `_`, white space `-`, and what a label cannot have is left out.
pub(crate) fn dns_labelize(text: &str) -> String {
    let letter = |c: char| match c {
        '/' => Some('_'),
        c if c.is_whitespace() => Some('-'),
        c if c.is_ascii_alphanumeric() || "-_.".contains(c) => Some(c),
        _ => None,
    };
    ended(text.chars().filter_map(letter).collect(), LONGEST_LABEL)
}

/// Makes a DNS subdomain of a text: in lower case, `/` becomes `.`, white space `-`, and what a subdomain cannot have is
/// left out.
pub(crate) fn dns_subdomainify(text: &str) -> String {
    let letter = |c: char| match c {
        '/' => Some('.'),
        c if c.is_whitespace() => Some('-'),
        c if c.is_ascii_lowercase() || c.is_ascii_digit() || "-.".contains(c) => Some(c),
        _ => None,
    };
    let text: String = text.to_lowercase().chars().filter_map(letter).collect();
    // A subdomain is labels with dots between them, and each begins and ends with a letter or a digit.
    let labels = text.split('.').map(|label| label.trim_matches('-')).filter(|label| !label.is_empty());
    ended(labels.collect::<Vec<_>>().join("."), LONGEST_SUBDOMAIN)
}

/// Gives a text that begins and ends with a letter or a digit and is not too long: `0-` and `-1` are added where it does
/// not. It is ASCII.
fn ended(text: String, longest: usize) -> String {
    let is_end = |c: char| c.is_ascii_alphanumeric();
    let text = if text.starts_with(is_end) { text } else { format!("0-{text}") };
    let end = "-1";
    if text.len() <= longest && text.ends_with(is_end) {
        return text;
    }
    let cut = &text[..text.len().min(longest)];
    if cut.ends_with(is_end) {
        return cut.to_owned();
    }
    format!("{}{end}", &cut[..cut.len().min(longest - end.len())])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_keeps_case_and_says_where_a_slash_was() {
        for (text, label) in [
            ("dev.opsani.com/My App_x", "dev.opsani.com_My-App_x"),
            ("generated-id.test/generated", "generated-id.test_generated"),
            ("a:b+c", "abc"),
            ("_x_", "0-_x_-1"),
            ("", "0--1"),
        ] {
            assert_eq!(dns_labelize(text), label, "{text}");
        }
        assert_eq!(dns_labelize(&"x".repeat(80)), "x".repeat(63));
        assert_eq!(dns_labelize(&format!("{}__", "x".repeat(62))), format!("{}-1", "x".repeat(61)));
    }

    #[test]
    fn a_subdomain_has_only_what_dns_knows() {
        for (text, name) in [
            ("dev.opsani.com/My App_x", "dev.opsani.com.my-appx"),
            ("Shop", "shop"),
            ("/shop/", "shop"),
            ("a..b-.c", "a.b.c"),
            ("", "0--1"),
        ] {
            assert_eq!(dns_subdomainify(text), name, "{text}");
        }
        assert_eq!(dns_subdomainify(&"x".repeat(300)).len(), 253);
    }

    #[test]
    fn whatever_is_given_the_api_server_takes_it() {
        for text in ["Ünïcode Ä", "---", "...", "a/", "/", "x y\tz\n", &"é/".repeat(400), &"-".repeat(70)]
        {
            let label = dns_labelize(text);
            assert!(label.len() <= 63 && !label.is_empty(), "{label}");
            assert!(label.starts_with(|c: char| c.is_ascii_alphanumeric()), "{label}");
            assert!(label.ends_with(|c: char| c.is_ascii_alphanumeric()), "{label}");
            servo_kube::names::workload(&dns_subdomainify(text)).expect("a subdomain");
        }
    }
}
