//! YAML in block style, such as readers of YAML 1.1 and of 1.2 understand alike.

mod scalar;

use super::tree::Tree;

pub(crate) use scalar::scalar;

/// How much further in a collection stands than what holds it.
const INDENT: usize = 2;

/// Renders a document; it ends with a newline.
pub(crate) fn render(tree: &Tree) -> String {
    let mut text = String::new();
    block(tree, 0, &mut text);
    text
}

/// Renders documents one after another, with `---` between them.
pub(crate) fn documents(trees: &[Tree]) -> String {
    trees.iter().map(render).collect::<Vec<_>>().join("---\n")
}

/// Writes a value on lines of its own.
fn block(tree: &Tree, indent: usize, text: &mut String) {
    match tree {
        Tree::Map(entries) if !entries.is_empty() => {
            for (key, value) in entries {
                pad(indent, text);
                text.push_str(&scalar::key(key));
                text.push(':');
                behind(value, indent, text);
            }
        }
        Tree::List(items) if !items.is_empty() => {
            for item in items {
                pad(indent, text);
                text.push('-');
                match item {
                    // The first entry stands on the line of the dash.
                    Tree::Map(_) | Tree::List(_) if !item.is_empty() => {
                        let mut inner = String::new();
                        block(item, indent + INDENT, &mut inner);
                        text.push(' ');
                        text.push_str(inner.get(indent + INDENT..).unwrap_or_default());
                    }
                    item => behind(item, indent, text),
                }
            }
        }
        other => {
            text.push_str(&inline(other));
            text.push('\n');
        }
    }
}

/// Writes a value behind its key or dash, and the end of the line.
fn behind(value: &Tree, indent: usize, text: &mut String) {
    if !value.is_empty() && matches!(value, Tree::Map(_) | Tree::List(_)) {
        text.push('\n');
        block(value, indent + INDENT, text);
        return;
    }
    text.push(' ');
    match value {
        Tree::Scalar(value) if let Some(literal) = value.as_str().and_then(scalar::literal) => {
            text.push_str(literal.header);
            text.push('\n');
            for line in literal.lines {
                if !line.is_empty() {
                    pad(indent + INDENT, text);
                    text.push_str(line);
                }
                text.push('\n');
            }
        }
        value => {
            text.push_str(&inline(value));
            text.push('\n');
        }
    }
}

/// Renders what holds no other on one line.
pub(crate) fn inline(tree: &Tree) -> String {
    match tree {
        Tree::Scalar(value) => scalar(value),
        Tree::List(_) => "[]".to_owned(),
        Tree::Map(_) => "{}".to_owned(),
    }
}

fn pad(indent: usize, text: &mut String) {
    text.extend(std::iter::repeat_n(' ', indent));
}

#[cfg(test)]
mod tests;
