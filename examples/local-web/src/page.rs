//! A product as a page, and a page as it travels.

use std::fmt::Write as _;
use std::io::{self, Write as _};

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::catalogue::Catalogue;
use crate::record::Record;

/// How many other products a page shows.
const RELATED: usize = 12;

/// Renders the page of a product.
pub(crate) fn render(catalogue: &Catalogue, record: &Record) -> Vec<u8> {
    let mut out = String::with_capacity(40_000);
    out.push_str("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>");
    escape(&mut out, &record.title);
    out.push_str("</title></head><body><h1>");
    escape(&mut out, &record.title);
    out.push_str("</h1><p class=\"price\">");
    let _ = write!(out, "{}.{:02}", record.price_cents / 100, record.price_cents % 100);
    out.push_str("</p><section class=\"description\">");
    for sentence in record.description.split(". ") {
        out.push_str("<p>");
        escape(&mut out, sentence);
        out.push_str(".</p>");
    }
    out.push_str("</section><table>");
    for (name, value) in &record.attributes {
        out.push_str("<tr><th>");
        escape(&mut out, name);
        out.push_str("</th><td>");
        escape(&mut out, value);
        out.push_str("</td></tr>");
    }
    out.push_str("</table><section class=\"reviews\">");
    for review in &record.reviews {
        out.push_str("<article><h2>");
        escape(&mut out, &review.author);
        let _ = write!(out, "</h2><span class=\"stars\">{}</span><p>", "★".repeat(review.stars.into()));
        escape(&mut out, &review.text);
        out.push_str("</p></article>");
    }
    out.push_str("</section><ul class=\"related\">");
    for other in catalogue.related(record.id, RELATED) {
        let _ = write!(out, "<li><a href=\"/products/{other}\">Product {other}</a></li>");
    }
    out.push_str("</ul></body></html>");
    out.into_bytes()
}

/// Compresses a page for its way to the visitor.
pub(crate) fn compress(page: &[u8], level: u32) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(page.len() / 3), Compression::new(level));
    encoder.write_all(page)?;
    encoder.finish()
}

fn escape(out: &mut String, text: &str) {
    for letter in text.chars() {
        match letter {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
}
