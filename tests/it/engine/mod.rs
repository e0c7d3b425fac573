//! Launches on a real Docker Engine: the private one that `scripts/test` starts, in whose network these tests run.

mod case;
mod proxy;

mod ci;
mod deaths;
mod detached;
mod endpoints;
mod explain;
mod failures;
mod faults;
mod gateway;
mod gc;
mod gpus;
mod holders;
mod if_exists;
mod launched;
mod needs;
mod networks;
mod parity;
mod plans;
mod ports;
mod races;
mod readme;
mod ready;
mod refusals;
mod reports;
mod rules;
mod run_sh;
mod secrets;
mod shell;
mod shell_sessions;
mod shell_target;
mod signals;
mod streams;
mod surroundings;
mod terminal;
