//! The syntax tree of an expression: what it refers to, and its numbers as floating-point ones.

use std::collections::BTreeSet;

use cel::IdedExpr;
use cel::common::ast::{EntryExpr, Expr, LiteralValue, operators};
use cel::common::types::CelDouble;

use super::super::COST;
use super::{ExpressionError, METRICS, SETTINGS};

/// What an expression refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct References {
    pub(super) cost: bool,
    /// `None` where a metric's name is worked out.
    pub(super) metrics: Option<BTreeSet<String>>,
    /// Components, and their settings where these are named.
    pub(super) settings: BTreeSet<(String, Option<String>)>,
}

impl References {
    /// Collects what a tree refers to.
    ///
    /// # Errors
    ///
    /// Unknown variables, and parts of the language that could run for long.
    pub(super) fn of(tree: &IdedExpr) -> Result<Self, ExpressionError> {
        let mut found = Self { cost: false, metrics: Some(BTreeSet::new()), settings: BTreeSet::new() };
        found.visit(tree)?;
        Ok(found)
    }

    fn visit(&mut self, node: &IdedExpr) -> Result<(), ExpressionError> {
        if let Some((variable, field)) = selection(node) {
            match variable {
                Name::Metrics => return self.metric(field),
                Name::Component(component) => {
                    let name = match field {
                        Field::Named(name) => Some(name.to_owned()),
                        Field::Computed(_) => None,
                    };
                    self.settings.insert((component.to_owned(), name));
                    return self.field(field);
                }
            }
        }
        match &node.expr {
            Expr::Ident(name) => match name.as_str() {
                COST => self.cost = true,
                METRICS => self.metrics = None,
                SETTINGS => {}
                other => return Err(ExpressionError::Variable { name: other.to_owned() }),
            },
            Expr::Comprehension(_) => {
                return Err(ExpressionError::Unsupported { what: "a macro over a list" });
            }
            Expr::Struct(_) => return Err(ExpressionError::Unsupported { what: "a message" }),
            _ => {}
        }
        children(node).into_iter().try_for_each(|child| self.visit(child))
    }

    fn metric(&mut self, field: Field<'_>) -> Result<(), ExpressionError> {
        match field {
            Field::Named(name) => {
                if let Some(metrics) = &mut self.metrics {
                    metrics.insert(name.to_owned());
                }
            }
            Field::Computed(_) => self.metrics = None,
        }
        self.field(field)
    }

    fn field(&mut self, field: Field<'_>) -> Result<(), ExpressionError> {
        match field {
            Field::Named(_) => Ok(()),
            Field::Computed(node) => self.visit(node),
        }
    }
}

/// What a field is selected of.
enum Name<'a> {
    Metrics,
    Component(&'a str),
}

#[derive(Clone, Copy)]
enum Field<'a> {
    Named(&'a str),
    Computed(&'a IdedExpr),
}

/// Reads `metrics.NAME` and `settings.COMPONENT.SETTING`, with brackets or without.
fn selection(node: &IdedExpr) -> Option<(Name<'_>, Field<'_>)> {
    let (operand, field) = access(node)?;
    if is_variable(operand, METRICS) {
        return Some((Name::Metrics, field));
    }
    match access(operand)? {
        (inner, Field::Named(component)) if is_variable(inner, SETTINGS) => {
            Some((Name::Component(component), field))
        }
        _ => None,
    }
}

/// Reads `operand.field` and `operand["field"]`.
fn access(node: &IdedExpr) -> Option<(&IdedExpr, Field<'_>)> {
    match &node.expr {
        Expr::Select(select) => Some((&*select.operand, Field::Named(&select.field))),
        Expr::Call(call) if call.func_name == operators::INDEX => match call.args.as_slice() {
            [operand, IdedExpr { expr: Expr::Literal(LiteralValue::String(name)), .. }] => {
                Some((operand, Field::Named(name.inner())))
            }
            [operand, index] => Some((operand, Field::Computed(index))),
            _ => None,
        },
        _ => None,
    }
}

fn is_variable(node: &IdedExpr, name: &str) -> bool {
    matches!(&node.expr, Expr::Ident(ident) if ident == name)
}

fn children(node: &IdedExpr) -> Vec<&IdedExpr> {
    match &node.expr {
        Expr::Call(call) => call.target.as_deref().into_iter().chain(&call.args).collect(),
        Expr::List(list) => list.elements.iter().collect(),
        Expr::Map(map) => map
            .entries
            .iter()
            .flat_map(|entry| match &entry.expr {
                EntryExpr::MapEntry(entry) => vec![&entry.key, &entry.value],
                EntryExpr::StructField(field) => vec![&field.value],
            })
            .collect(),
        Expr::Select(select) => vec![&*select.operand],
        Expr::Unspecified | Expr::Ident(_) | Expr::Literal(_) | Expr::Comprehension(_) | Expr::Struct(_) => {
            Vec::new()
        }
    }
}

/// Counts the levels of a tree.
pub(super) fn depth(node: &IdedExpr) -> usize {
    let below = match &node.expr {
        Expr::Comprehension(_) | Expr::Struct(_) => 0,
        _ => children(node).into_iter().map(depth).max().unwrap_or(0),
    };
    below + 1
}

/// Turns whole numbers into floating-point ones, except where they count places in a list.
pub(super) fn floating(mut node: IdedExpr) -> IdedExpr {
    match &mut node.expr {
        Expr::Literal(literal) => {
            #[expect(clippy::cast_precision_loss, reason = "an objective is a float")]
            let number = match literal {
                LiteralValue::Int(number) => Some(*number.inner() as f64),
                LiteralValue::UInt(number) => Some(*number.inner() as f64),
                _ => None,
            };
            if let Some(number) = number {
                *literal = LiteralValue::Double(CelDouble::from(number));
            }
        }
        Expr::Call(call) => {
            let places = if call.func_name == operators::INDEX { 1 } else { call.args.len() };
            call.target = call.target.take().map(|target| Box::new(floating(*target)));
            for argument in call.args.iter_mut().take(places) {
                *argument = floating(std::mem::take(argument));
            }
        }
        Expr::List(list) => {
            for element in &mut list.elements {
                *element = floating(std::mem::take(element));
            }
        }
        Expr::Select(select) => *select.operand = floating(std::mem::take(&mut *select.operand)),
        _ => {}
    }
    node
}
