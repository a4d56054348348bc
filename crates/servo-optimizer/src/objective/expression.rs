//! An objective in the Common Expression Language, over `cost`, `metrics` and `settings`.
//!
//! Numbers in it are floating-point throughout: `2 * cost` means what it says, although the language itself keeps
//! integers and floating-point numbers apart. Expressions always end: macros over lists are refused, and so is more
//! text than a person writes.

mod tree;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;
use std::sync::Arc;

use cel::objects::Key;
use cel::{Context, Env, IdedExpr, Program};
use servo_core::model::{Adjustment, Value};

use super::COST;
use tree::References;

/// The longest expression, in bytes.
const LONGEST: usize = 1000;
/// How deeply operations may be nested: evaluating takes a part of the stack for each level.
const DEEPEST: usize = 24;
/// The stack on which an expression is parsed, in bytes.
const STACK: usize = 64 << 20;
pub(super) const METRICS: &str = "metrics";
pub(super) const SETTINGS: &str = "settings";

/// A compiled expression.
#[derive(Clone)]
pub struct Expression {
    text: String,
    tree: IdedExpr,
    env: Arc<Env>,
    references: References,
}

/// Why a text is not a usable expression, or why it has no value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExpressionError {
    /// It is too long.
    #[error("the expression has {length} bytes: write at most {LONGEST}")]
    Length {
        /// How long it is.
        length: usize,
    },
    /// It is nested too deeply.
    #[error("the expression nests more than {DEEPEST} operations: put brackets around parts of long sums")]
    Deep,
    /// It is not CEL.
    #[error("neither `cost`, nor a metric, nor a CEL expression: {message} (line {line}, column {column})")]
    Syntax {
        /// What the parser says.
        message: String,
        /// The line, from 1.
        line: isize,
        /// The column, from 1.
        column: isize,
    },
    /// It uses a part of the language that is not needed for numbers.
    #[error("{what} cannot be used in an objective: write arithmetic, `cond ? a : b`, `min` and `max`")]
    Unsupported {
        /// The part of the language.
        what: &'static str,
    },
    /// It names a variable that there is not.
    #[error("unknown variable `{name}`: expected `cost`, `metrics.NAME` or `settings.COMPONENT.SETTING`")]
    Variable {
        /// The variable's name.
        name: String,
    },
    /// A metric was not measured.
    #[error("metric `{metric}` is missing from the measurement")]
    Missing {
        /// The metric's name.
        metric: String,
    },
    /// Evaluating it fails.
    #[error("cannot evaluate `{text}`: {message}")]
    Evaluation {
        /// The expression.
        text: String,
        /// What the interpreter says.
        message: String,
    },
    /// Its value is not a number.
    #[error("expected a number, found {found} as the value of `{text}`")]
    NotNumber {
        /// The expression.
        text: String,
        /// What it is instead.
        found: String,
    },
    /// Its value is infinite or not a number.
    #[error("expected a finite number, found {value}")]
    NotFinite {
        /// What it is instead.
        value: String,
    },
}

/// What the variables of an expression stand for.
#[derive(Debug, Clone, Copy)]
pub struct Variables<'a> {
    /// The cost of the configuration for an hour, where there is one.
    pub cost: Option<f64>,
    /// Metrics by their names.
    pub metrics: &'a BTreeMap<String, f64>,
    /// The settings of the configuration.
    pub settings: &'a [Adjustment],
}

impl Expression {
    /// Compiles an expression.
    ///
    /// # Errors
    ///
    /// A text that is too long, not CEL, uses macros, or names other variables than `cost`, `metrics` and `settings`.
    pub fn compile(text: &str) -> Result<Self, ExpressionError> {
        if text.len() > LONGEST {
            return Err(ExpressionError::Length { length: text.len() });
        }
        let env = Arc::new(Env::stdlib());
        let tree = parse(text, &env)?;
        let references = References::of(&tree)?;
        Ok(Self { text: text.to_owned(), tree, env, references })
    }

    /// Says whether its value is known without measuring: it names no metric.
    pub fn is_known(&self) -> bool {
        self.references.metrics.as_ref().is_some_and(BTreeSet::is_empty)
    }

    /// Says whether it names the cost.
    pub fn uses_cost(&self) -> bool {
        self.references.cost
    }

    /// Gives the metrics that it names; `None` where it works them out, so that all are needed.
    pub fn metrics(&self) -> Option<&BTreeSet<String>> {
        self.references.metrics.as_ref()
    }

    /// Gives the settings that it names, as component and setting; the setting is `None` where it is worked out.
    pub(super) fn settings(&self) -> &BTreeSet<(String, Option<String>)> {
        &self.references.settings
    }

    /// Gives its value.
    ///
    /// # Errors
    ///
    /// It cannot be evaluated, or its value is not a number. A value that is infinite or not a number is given as it is.
    pub fn evaluate(&self, variables: &Variables<'_>) -> Result<f64, ExpressionError> {
        let evaluation = |message: String| ExpressionError::Evaluation { text: self.text.clone(), message };
        let mut context = Context::with_env(Arc::clone(&self.env));
        for (name, added) in [
            ("max", context.add_function("max", cel::functions::max)),
            ("min", context.add_function("min", cel::functions::min)),
        ] {
            added.map_err(|error| evaluation(format!("`{name}`: {error}")))?;
        }
        if let Some(cost) = variables.cost {
            context.add_variable_from_value(COST, cel::Value::Float(cost));
        }
        context.add_variable_from_value(METRICS, metrics(variables.metrics));
        context.add_variable_from_value(SETTINGS, settings(variables.settings));
        match cel::Value::resolve(&self.tree, &context) {
            Ok(cel::Value::Float(number)) => Ok(number),
            #[expect(clippy::cast_precision_loss, reason = "an objective is a float")]
            Ok(cel::Value::Int(number)) => Ok(number as f64),
            #[expect(clippy::cast_precision_loss, reason = "an objective is a float")]
            Ok(cel::Value::UInt(number)) => Ok(number as f64),
            Ok(other) => Err(ExpressionError::NotNumber {
                text: self.text.clone(),
                found: format!("a {}", other.type_of()),
            }),
            Err(error) => Err(evaluation(error.to_string())),
        }
    }
}

/// Parses on a thread of its own, because the parser takes up to a hundred KiB of the stack for one pair of brackets.
fn parse(text: &str, env: &Env) -> Result<IdedExpr, ExpressionError> {
    let parse = || {
        let program = env.compile(text).map_err(|errors| syntax(&errors))?;
        if tree::depth(Program::expression(&program)) > DEEPEST {
            return Err(ExpressionError::Deep);
        }
        Ok(tree::floating(Program::expression(&program).clone()))
    };
    let unreadable =
        |message: &str| ExpressionError::Syntax { message: message.to_owned(), line: 1, column: 1 };
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().name("expression".to_owned()).stack_size(STACK);
        let parser = thread.spawn_scoped(scope, parse).map_err(|_| unreadable("no thread to read it on"))?;
        parser.join().map_err(|_| unreadable("it cannot be read"))?
    })
}

fn metrics(metrics: &BTreeMap<String, f64>) -> cel::Value {
    let entries = metrics.iter().map(|(name, value)| (Key::from(name.clone()), cel::Value::Float(*value)));
    cel::Value::from(entries.collect::<HashMap<_, _>>())
}

fn settings(settings: &[Adjustment]) -> cel::Value {
    let mut components: HashMap<String, HashMap<Key, cel::Value>> = HashMap::new();
    for Adjustment { component, setting, value } in settings {
        let value = match value {
            Value::Number(number) => cel::Value::Float(servo_core::model::decimal::to_f64(*number)),
            Value::Text(text) => cel::Value::from(text.clone()),
        };
        components.entry(component.clone()).or_default().insert(Key::from(setting.clone()), value);
    }
    cel::Value::from(components)
}

fn syntax(errors: &cel::ParseErrors) -> ExpressionError {
    let first = errors.errors.first();
    let (line, column) = first.map_or((1, 1), |error| error.pos);
    let message = first.map_or_else(|| "it cannot be read".to_owned(), |error| error.msg.clone());
    ExpressionError::Syntax { message, line, column }
}

impl PartialEq for Expression {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl fmt::Debug for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Expression").field(&self.text).finish()
    }
}

#[cfg(test)]
mod tests;
