//! Progress: lines that are redrawn on a terminal, log lines elsewhere.

mod display;
mod line;
mod screen;
mod status;

pub(crate) use display::Display;
pub(crate) use screen::Screen;
