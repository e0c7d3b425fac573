//! README.md's commands that need an engine.

use crate::document::{Block, Document};
use std::process::Command;

#[test]
#[expect(clippy::disallowed_methods, reason = "scripts/test says so where the engine is")]
fn commands_do_what_the_readme_says() {
    let engine = std::env::var("DYNRUN_TEST_ENGINE").expect("the tests of an engine run in scripts/test");
    let docker =
        |arguments: &[&str]| Command::new("docker").args(["--host", &engine]).args(arguments).output();
    // The name under which a reader has the image, and an engine that has never launched the gateway.
    let tagged = docker(&["tag", "dynrun-test/busybox:1", "busybox"]);
    assert!(tagged.is_ok_and(|done| done.status.success()), "the engine has no busybox");
    let _ = docker(&["image", "rm", "--force", "dynrun/state-gateway"]);
    Document::open("README.md", &engine).run(Block::needs_engine);
}
