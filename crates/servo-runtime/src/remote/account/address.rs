//! The URLs of optimizers and of what issues their tokens (specification, sections 3.1 and 2.3).

use servo_core::Result;
use url::Url;

use super::given::Given;

/// Reads an http or https URL that holds nothing beside host, port and path. The error does not repeat it, since it
/// may hold a password.
pub(super) fn parse(given: &Given) -> Result<Url> {
    let help = "write a URL such as `https://optimizer.example.com/`";
    let url = Url::parse(&given.text)
        .map_err(|error| given.wrong(format!("not a URL: {error}")).with_help(help))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(given.wrong("expected a URL that begins with `https://` or `http://`").with_help(help));
    }
    if !url.username().is_empty() || url.password().is_some() {
        let help = "remove them, up to the `@`: a token or client credentials say who asks";
        return Err(given.wrong("the URL holds a user or a password").with_help(help));
    }
    if url.query().is_some() || url.fragment().is_some() {
        let help = "remove what follows the `?` or `#`";
        return Err(given.wrong("the URL holds a query or a fragment").with_help(help));
    }
    Ok(url)
}

/// Reads a URL below which others are: it ends in `/`.
pub(super) fn parse_folder(given: &Given) -> Result<Url> {
    Ok(below(parse(given)?, &[""]))
}

/// The URL of a path below another URL, each segment encoded. A last segment that is empty makes it end in `/`.
///
/// No segment is `.` or `..`, which are paths of their own: whoever reads ids refuses them.
pub(super) fn below(mut base: Url, segments: &[&str]) -> Url {
    // Only a URL such as `mailto:` has no path segments.
    if let Ok(mut path) = base.path_segments_mut() {
        path.pop_if_empty().extend(segments);
    }
    base
}
