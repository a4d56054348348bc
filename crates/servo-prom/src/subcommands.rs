//! The connector's own commands.

mod query;
mod targets;
mod time;

use servo_core::connector::{Argument, Subcommand};

/// All of them.
pub(crate) const ALL: &[Subcommand] = &[
    Subcommand::of::<targets::Targets>("targets").about("Show the targets that Prometheus scrapes"),
    Subcommand::of::<query::Query>("query")
        .about("Show what a query gives, now or over a range of time")
        .example("'sum(rate(http_requests_total[1m]))' --start 10m --step 1m")
        .arguments(&[
            Argument::optional("QUERY", "The query, in PromQL").required(),
            Argument::optional("START", "Begin of a range: a time, or how long ago, such as `10m`").option(),
            Argument::optional("END", "End of the range, or the time of the query; now if left out").option(),
            Argument::optional("STEP", "The time from one value to the next; 1m if left out").option(),
        ]),
];
