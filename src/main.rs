//! argv into an exit code.

fn main() {}
