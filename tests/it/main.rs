//! The tests of dynrun as its users meet it: one binary, one module a subject.

// A test reads its own surroundings, as its runner sets them, and fails where something is not there.
#![allow(clippy::disallowed_methods, clippy::unwrap_used)]

mod bad;
mod canary;
mod check;
mod citations;
mod committed;
#[allow(dead_code, reason = "each module uses a part")]
mod common;
mod complete;
mod completions;
mod config;
mod config_forms;
mod config_layers;
mod config_toml;
mod convert;
mod deny_list;
mod doctor;
mod document;
mod dotenv;
mod engine;
mod env_files;
mod explain;
mod fault_table;
mod gate;
mod gateway;
mod gpu_hosts;
mod gpus;
mod help;
mod hostile;
mod inference;
mod json_schema;
mod networks;
mod odd_files;
mod options;
mod parity;
mod policies;
mod ports;
mod profile_verb;
mod profiles;
#[allow(dead_code, reason = "each module uses a part")]
mod pty;
mod readme;
mod recorder;
mod requests;
mod roll;
mod rooms;
mod rule_cases;
mod rules;
mod run_sh;
mod secret_references;
mod secrets;
mod share;
mod shell;
mod stacks;
mod terminal;
mod unreached;
mod volumes;
mod wait;

/// A file that is not listed here would never be compiled, and never fail.
#[test]
fn every_file_is_listed() {
    let main = include_str!("main.rs");
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it");
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let is_room = path.is_dir() && path.join("mod.rs").exists();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        if (is_room || path.extension().is_some_and(|end| end == "rs")) && name != "main" {
            assert!(main.contains(&format!("\nmod {name};\n")), "tests/it/{name} is not listed in main.rs");
        }
    }
}
