//! A reference as one page of HTML that needs nothing beside it.

use std::fmt::Write as _;

use super::reference::{Entry, Reference};

const STYLE: &str = "\
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
dt { margin-top: 1rem; } dt code { font-weight: bold; } dd { margin-left: 1.5rem; }
dd dl { border-left: 1px solid #ccc; padding-left: 1rem; } p, ul { margin: 0.25rem 0; } .kind { color: #666; }
@media (prefers-color-scheme: dark) { body { background: #111; color: #ddd; } .kind { color: #999; } }";

/// Renders a reference as a page.
pub(crate) fn render(reference: &Reference) -> String {
    let title = escaped(&reference.title);
    let mut page = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n\
         <style>\n{STYLE}\n</style>\n</head>\n<body>\n<h1>{title}</h1>\n"
    );
    paragraph(&mut page, &reference.description);
    list(&mut page, &reference.entries);
    page.push_str("</body>\n</html>\n");
    page
}

fn list(page: &mut String, entries: &[Entry]) {
    if entries.is_empty() {
        return;
    }
    page.push_str("<dl>\n");
    for entry in entries {
        let required = if entry.is_required { " <span class=\"kind\">required</span>" } else { "" };
        let (key, kind) = (escaped(&entry.key), escaped(&entry.kind));
        let _ =
            write!(page, "<dt><code>{key}</code> <span class=\"kind\">{kind}</span>{required}</dt>\n<dd>\n");
        paragraph(page, &entry.description);
        if !entry.choices.is_empty() {
            page.push_str("<ul>\n");
            for (value, meaning) in &entry.choices {
                let _ = writeln!(page, "<li><code>{}</code>: {}</li>", escaped(value), marked_up(meaning));
            }
            page.push_str("</ul>\n");
        }
        if let Some(default) = &entry.default {
            let _ = writeln!(page, "<p>Default: <code>{}</code></p>", escaped(default));
        }
        if !entry.examples.is_empty() {
            let examples: Vec<String> =
                entry.examples.iter().map(|example| format!("<code>{}</code>", escaped(example))).collect();
            let _ = writeln!(page, "<p>Examples: {}</p>", examples.join("; "));
        }
        list(page, &entry.entries);
        page.push_str("</dd>\n");
    }
    page.push_str("</dl>\n");
}

fn paragraph(page: &mut String, text: &str) {
    for part in text.split("\n\n").filter(|part| !part.is_empty()) {
        let _ = writeln!(page, "<p>{}</p>", marked_up(part));
    }
}

/// Text with what stands between backticks as code.
fn marked_up(text: &str) -> String {
    let parts = text.split('`').enumerate().map(|(at, part)| {
        let part = escaped(part);
        if at % 2 == 1 { format!("<code>{part}</code>") } else { part }
    });
    parts.collect()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}
