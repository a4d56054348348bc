//! A reader of OpenMetrics text that takes nothing that the specification does not allow
//! (<https://github.com/prometheus/OpenMetrics/blob/v1.0.0/specification/OpenMetrics.md>).

use std::collections::{BTreeMap, BTreeSet};

/// A family of metrics.
#[derive(Debug, Default)]
pub(crate) struct Family {
    pub(crate) kind: String,
    has_help: bool,
    unit: Option<String>,
    /// The samples by their labels.
    pub(crate) samples: BTreeMap<BTreeMap<String, String>, f64>,
}

/// All families of a text, by name.
#[derive(Debug)]
pub(crate) struct Exposition(pub(crate) BTreeMap<String, Family>);

impl Exposition {
    /// Gives the value of the sample with these labels.
    pub(crate) fn value(&self, family: &str, labels: &[(&str, &str)]) -> Option<f64> {
        let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        self.0.get(family)?.samples.get(&labels.iter().map(own).collect()).copied()
    }
}

/// Reads a text.
pub(crate) fn parse(text: &str) -> Result<Exposition, String> {
    let text = text.strip_suffix("# EOF\n").ok_or("it does not end with `# EOF`")?;
    let mut families: BTreeMap<String, Family> = BTreeMap::new();
    let (mut present, mut seen) = (String::new(), BTreeSet::new());
    for line in text.split_terminator('\n') {
        if let Some(comment) = line.strip_prefix("# ") {
            let mut words = comment.splitn(3, ' ');
            let (Some(word), Some(name), Some(rest)) = (words.next(), words.next(), words.next()) else {
                return Err(format!("too little in {line:?}"));
            };
            if name != present {
                if !seen.insert(name.to_owned()) {
                    return Err(format!("`{name}` is interrupted, or there twice"));
                }
                name.clone_into(&mut present);
            }
            let family = families.entry(present.clone()).or_default();
            describe(family, word, name, rest)?;
        } else {
            let (name, labels, value) = sample(line)?;
            let family = families.get_mut(&present).ok_or(format!("nothing was said of {line:?}"))?;
            check(family, &present, &name, value)?;
            if family.samples.insert(labels, value).is_some() {
                return Err(format!("{line:?} is there twice"));
            }
        }
    }
    match families
        .iter()
        .find(|(_, family)| family.kind.is_empty() || !family.has_help || family.samples.is_empty())
    {
        Some((name, family)) => Err(format!("`{name}` is not complete: {family:?}")),
        None => Ok(Exposition(families)),
    }
}

fn describe(family: &mut Family, word: &str, name: &str, rest: &str) -> Result<(), String> {
    if !family.samples.is_empty() {
        return Err(format!("`{name}` is described behind its samples"));
    }
    if !is_name(name, true) {
        return Err(format!("`{name}` is no name"));
    }
    let is_first = match word {
        "HELP" => !std::mem::replace(&mut family.has_help, true) && !rest.is_empty(),
        "TYPE" => std::mem::replace(&mut family.kind, rest.to_owned()).is_empty(),
        "UNIT" => family.unit.replace(rest.to_owned()).is_none() && name.ends_with(&format!("_{rest}")),
        _ => false,
    };
    if is_first { Ok(()) } else { Err(format!("unexpected: {word} {name} {rest}")) }
}

fn check(family: &Family, present: &str, name: &str, value: f64) -> Result<(), String> {
    let suffix = name.strip_prefix(present).ok_or(format!("`{name}` is not of `{present}`"))?;
    let is_right = match (&*family.kind, suffix) {
        ("counter", "_total") => value >= 0.0,
        ("info", "_info") => value.to_bits() == 1.0_f64.to_bits(),
        ("gauge", "") => true,
        _ => false,
    };
    if is_right { Ok(()) } else { Err(format!("`{name}` {value} is no {}", family.kind)) }
}

/// Reads a line such as `name{label="value"} 1.5`.
fn sample(line: &str) -> Result<(String, BTreeMap<String, String>, f64), String> {
    let wrong = || format!("{line:?} is no sample");
    let end = line.find(['{', ' ']).ok_or_else(wrong)?;
    let (name, mut rest) = line.split_at(end);
    let mut labels = BTreeMap::new();
    if let Some(inside) = rest.strip_prefix('{') {
        rest = inside;
        loop {
            let (label, behind) = rest.split_once("=\"").ok_or_else(wrong)?;
            let (value, behind) = quoted(behind).ok_or_else(wrong)?;
            if !is_name(label, false) || labels.insert(label.to_owned(), value).is_some() {
                return Err(wrong());
            }
            rest = match (behind.strip_prefix(','), behind.strip_prefix('}')) {
                (Some(more), _) => more,
                (None, Some(end)) => {
                    rest = end;
                    break;
                }
                (None, None) => return Err(wrong()),
            };
        }
    }
    let value = rest.strip_prefix(' ').ok_or_else(wrong)?;
    let value: f64 = value.parse().map_err(|_| wrong())?;
    if is_name(name, true) { Ok((name.to_owned(), labels, value)) } else { Err(wrong()) }
}

/// Reads to the closing quotation mark; returns what is behind it, too.
fn quoted(text: &str) -> Option<(String, &str)> {
    let (mut value, mut characters) = (String::new(), text.char_indices());
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return Some((value, &text[at + 1..])),
            '\\' => value.push(match characters.next()?.1 {
                'n' => '\n',
                other @ ('"' | '\\') => other,
                _ => return None,
            }),
            other => value.push(other),
        }
    }
    None
}

fn is_name(text: &str, may_have_colons: bool) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '_' || (may_have_colons && c == ':');
    text.chars().all(fits) && text.starts_with(|c: char| !c.is_ascii_digit())
}

#[test]
fn the_reader_refuses_what_is_not_allowed() {
    let family = "# HELP a Text.\n# TYPE a gauge\n";
    parse(&format!("{family}a{{b=\"c\"}} 1\na 2\n# EOF\n")).unwrap();
    for wrong in [
        format!("{family}a 1\n"),
        format!("{family}a 1\n\n# EOF\n"),
        format!("{family}a 1\n# EOF\n# EOF\n"),
        format!("{family}a 1\na 2\n# EOF\n"),
        format!("{family}a_total 1\n# EOF\n"),
        format!("{family}a{{b=\"c}} 1\n# EOF\n"),
        format!("{family}a{{b=\"\\d\"}} 1\n# EOF\n"),
        format!("{family}a one\n# EOF\n"),
        format!("{family}# EOF\n"),
        "# TYPE a gauge\na 1\n# EOF\n".to_owned(),
        "a 1\n# EOF\n".to_owned(),
        "# HELP a Text.\n# TYPE a counter\na_total -1\n# EOF\n".to_owned(),
        "# HELP a Text.\n# TYPE a gauge\n# UNIT a seconds\na 1\n# EOF\n".to_owned(),
        format!("{family}a 1\n# HELP b Text.\n# TYPE b gauge\nb 1\n{family}a{{b=\"c\"}} 1\n# EOF\n"),
    ] {
        assert!(parse(&wrong).is_err(), "{wrong}");
    }
}
