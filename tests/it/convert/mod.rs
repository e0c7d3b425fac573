//! What other launchers launch becomes a file, and a launch becomes what others launch from. The lines of docker's client
//! are held to its requests beside this, in `parity`.

mod composed;
mod export;
mod import;

use crate::common::Test;
use std::fs;
use std::path::Path;

/// A file beside this one.
fn data(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/convert").join(name)).unwrap()
}

/// What is printed, both streams in one text, for a file of `expected`.
fn printed(test: Test) -> String {
    let output = test.any_stdout().any_stderr().any_status().run();
    format!("{}---\n{}--- {}\n", output.stdout, output.stderr, output.status)
}
