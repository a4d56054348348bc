//! Progress: lines that are redrawn on a terminal, log lines elsewhere.

mod display;
mod screen;

pub(crate) use display::Display;
pub(crate) use screen::Screen;
