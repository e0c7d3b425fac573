//! A compose file into sections: one service each, in the project's networks and with its volumes, as `docker compose` would
//! launch it, and several of them as a stack. Compose's builds and its books have no counterpart: they are named.

mod declared;
mod extends;
mod fill;
mod keys;
mod nested;
mod places;
mod project;
mod service;
mod stack;
mod yaml;

pub(in crate::convert) use keys::{PLAIN as COMPOSE_KEYS, Shape};
pub use project::{Composed, compose, compose_services};
