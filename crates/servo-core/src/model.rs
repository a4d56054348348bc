//! What an application is made of and what is known about it: settings, metrics, readings, control and
//! objectives.

pub mod adjustment;
pub mod choices;
pub mod component;
pub mod control;
pub mod decimal;
pub mod description;
mod entries;
pub mod measurement;
pub mod metric;
pub mod range;
pub mod reading;
pub mod setting;
pub mod slo;
pub mod unit;
pub mod value;

pub use adjustment::{Adjustment, AdjustmentError, State};
pub use choices::{Choices, ChoicesError};
pub use component::Component;
pub use control::{Control, ControlError};
pub use decimal::{Decimal, NumberError};
pub use description::{Description, DescriptionError};
pub use measurement::{Measurement, MeasurementError};
pub use metric::Metric;
pub use range::{Range, RangeError};
pub(crate) use reading::mean_of;
pub use reading::{DataPoint, Reading, TimeSeries};
pub use setting::{Domain, Kind, NumberType, Setting, SettingError};
pub use slo::{Condition, Keep, Slo, SloError, Threshold, Trigger};
pub use unit::Unit;
pub use value::Value;
