//! dynrun launches inference gateways and engines in containers, through the Docker Engine API.

pub mod cli;
pub mod config;
pub mod convert;
pub mod engine;
pub mod finding;
#[cfg(feature = "gateway")]
pub mod gateway;
pub mod host;
pub mod options;
pub mod preflight;
pub mod session;
pub mod spec;
pub mod ui;
pub mod values;
