//! Who has set a field last, as `metadata.managedFields` says.

use std::fmt;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::ManagedFieldsEntry;
use serde_json::Value;

use crate::fields::Field;
use crate::plan::Requirement;

/// One who has set a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Owner {
    /// The field manager.
    pub(crate) manager: String,
    /// When it last wrote, as text of RFC 3339.
    time: Option<String>,
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.manager)?;
        match &self.time {
            Some(time) => write!(f, " (which wrote last at {time})"),
            None => Ok(()),
        }
    }
}

/// Lists who has set a field, except one manager.
pub(crate) fn of(field: &Field, managers: &[ManagedFieldsEntry], except: &str) -> Vec<Owner> {
    let path = path(field);
    let others = managers.iter().filter(|entry| entry.manager.as_deref() != Some(except));
    let owning =
        others.filter(|entry| entry.fields_v1.as_ref().is_some_and(|fields| contains(&fields.0, &path)));
    owning
        .map(|entry| Owner {
            manager: entry.manager.clone().unwrap_or_default(),
            time: entry.time.as_ref().map(|time| time.0.to_string()),
        })
        .collect()
}

/// Names those who have set a field, for a message.
pub(crate) fn named(owners: &[Owner]) -> String {
    match owners {
        [] => "somebody who left no name".to_owned(),
        owners => owners.iter().map(Owner::to_string).collect::<Vec<_>>().join(" and "),
    }
}

fn path(field: &Field) -> Vec<String> {
    let in_container = |container: &str, rest: &[String]| {
        let start = ["f:spec", "f:template", "f:spec", "f:containers"].map(str::to_owned);
        let key = format!("k:{{\"name\":{}}}", Value::from(container));
        start.into_iter().chain([key]).chain(rest.iter().cloned()).collect()
    };
    match field {
        Field::Replicas => vec!["f:spec".to_owned(), "f:replicas".to_owned()],
        Field::Amount { container, requirement, resource } => {
            let requirement = match requirement {
                Requirement::Request => "f:requests",
                Requirement::Limit => "f:limits",
            };
            in_container(
                container,
                &["f:resources".to_owned(), requirement.to_owned(), format!("f:{resource}")],
            )
        }
        Field::Variable { container, name } => {
            let key = format!("k:{{\"name\":{}}}", Value::from(name.as_str()));
            in_container(container, &["f:env".to_owned(), key, "f:value".to_owned()])
        }
    }
}

fn contains(fields: &Value, path: &[String]) -> bool {
    path.iter().try_fold(fields, |fields, key| fields.get(key)).is_some()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_owner_of_each_kind_of_field_is_found() {
        let entry = |manager: &str, fields: Value| -> ManagedFieldsEntry {
            serde_json::from_value(json!({ "manager": manager, "operation": "Update", "fieldsV1": fields }))
                .expect("an entry")
        };
        let managers = [
            entry(
                "kubectl",
                json!({ "f:spec": { "f:replicas": {}, "f:template": { "f:spec": { "f:containers": {
                    "k:{\"name\":\"main\"}": {
                        "f:resources": { "f:limits": { "f:cpu": {} } },
                        "f:env": { "k:{\"name\":\"COLOR\"}": { ".": {}, "f:value": {} } },
                    },
                } } } } }),
            ),
            entry("servo-1", json!({ "f:spec": { "f:replicas": {} } })),
        ];
        let amount = |requirement| Field::Amount {
            container: "main".to_owned(),
            requirement,
            resource: "cpu".to_owned(),
        };
        let variable = Field::Variable { container: "main".to_owned(), name: "COLOR".to_owned() };
        let names = |field: &Field, except| named(&of(field, &managers, except));
        assert_eq!(names(&Field::Replicas, "servo-1"), "`kubectl`");
        assert_eq!(names(&Field::Replicas, ""), "`kubectl` and `servo-1`");
        assert_eq!(names(&amount(Requirement::Limit), "servo-1"), "`kubectl`");
        assert_eq!(names(&amount(Requirement::Request), "servo-1"), "somebody who left no name");
        assert_eq!(names(&variable, "servo-1"), "`kubectl`");
    }
}
