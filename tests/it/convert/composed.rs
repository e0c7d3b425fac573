//! `dynrun import --compose`: services of compose files.

use super::{data, printed};
use crate::common::{Test, expected};

#[test]
fn a_compose_file_becomes_its_services() {
    let test = Test::new()
        .file("compose.yaml", &data("compose.yaml"))
        .file("web.env", "PLAIN=2\nQUOTED=\"x\"\n")
        .args(["import", "--compose", "compose.yaml"]);
    expected("import-compose.txt", &printed(test));
}

#[test]
fn a_file_that_was_imported_is_launched() {
    let test = Test::sh(
        "dynrun import --compose compose.yaml web >web.toml 2>notes \
         && HF_TOKEN=x DB_PASSWORD=y HOME_OF=/h FORWARDED=z dynrun --config web.toml run web --dry-run",
    );
    let test = test.file("compose.yaml", &data("compose.yaml")).file("web.env", "");
    let output = test.any_stdout().any_stderr().run();
    assert!(
        output
            .stdout
            .starts_with("docker run --name web --network name=demo_front,alias=web,alias=w,ip=10.9.0.5"),
        "{}",
        output.stdout
    );
    assert!(output.stdout.contains(" -e HF_TOKEN -e HOME_OF=/h -e 'DOLLAR=a$b' "), "{}", output.stdout);
}

#[test]
fn what_is_wrong_with_a_compose_file_is_told_with_its_place() {
    for (name, text, want) in [
        (
            "twice",
            "services:\n  a:\n    image: x\n    image: y\n",
            "error[not-understood]: not YAML: the key `image` stands twice\n  asked: `...` at compose.yaml:4\n",
        ),
        (
            "unknown",
            "services:\n  a:\n    image: x\n    prots: []\n",
            "error[not-understood]: service `a`: compose has no key `prots`; did you mean `ports`?\n  asked: `...` at compose.yaml:4\n",
        ),
        ("value", "services:\n  a:\n    image: x\n    mem_limit: much\n", "error[bad-value]: mem_limit: "),
        (
            "type",
            "services:\n  a:\n    image: [x]\n",
            "error[not-understood]: service `a`: `image` is one value\n  asked: `...` at compose.yaml:3\n",
        ),
        ("v1", "web:\n  image: x\n", "error[not-understood]: compose.yaml names no `services`\n"),
        (
            "circle",
            "services:\n  a:\n    extends: b\n  b:\n    extends: a\n",
            "error[profile-cycle]: services extend each other without an end: ",
        ),
        ("syntax", "services: [\n", "error[not-understood]: not YAML: "),
    ] {
        let test = Test::new().file("compose.yaml", text).args(["import", "--compose", "compose.yaml"]);
        let output = test.any_stdout().any_stderr().status(1).run();
        assert!(output.stderr.contains(want), "{name}: {}", output.stderr);
    }
}

#[test]
fn a_service_that_is_not_there_is_named_with_the_nearest() {
    Test::new()
        .file("compose.yaml", "services: {web: {image: x}}\n")
        .args(["import", "--compose", "compose.yaml", "wbe"])
        .status(1)
        .stderr(
            "
            error[unknown-service]: compose.yaml has no service `wbe`
              help: did you mean web?
            ",
        )
        .run();
}

/// A compose file may be made of several, each in a folder of its own.
#[test]
fn files_that_are_included_and_extended_are_read() {
    let output = Test::new()
        .file(
            "compose.yaml",
            "include: [parts/one.yaml]\nservices:\n  a: {extends: {file: parts/base.yaml, service: base}}\n",
        )
        .file("parts/one.yaml", "include: [two.yaml]\nservices: {one: {image: x, volumes: [\"./d:/d\"]}}\n")
        .file("parts/two.yaml", "include: [{path: one.yaml}]\n")
        .file("parts/base.yaml", "services: {base: {image: y, volumes: [\"./b:/b\"]}}\n")
        .args(["import", "--compose", "compose.yaml"])
        .any_stdout()
        .any_stderr()
        .any_status()
        .run();
    assert!(
        output.stderr.starts_with("error[not-understood]: files include each other without an end"),
        "{}",
        output.stderr
    );
    let output = Test::new()
        .file(
            "compose.yaml",
            "include: [parts/one.yaml]\nservices:\n  a: {extends: {file: parts/base.yaml, service: base}}\n",
        )
        .file("parts/one.yaml", "include: [two.yaml]\nservices: {one: {image: x, volumes: [\"./d:/d\"]}}\n")
        .file("parts/two.yaml", "services: {two: {image: z}}\n")
        .file("parts/base.yaml", "services: {base: {image: y, volumes: [\"./b:/b\"]}}\n")
        .args(["import", "--compose", "compose.yaml"])
        .any_stdout()
        .run();
    for part in [
        "[service.a]\nimage = \"y\"",
        "[\"./parts/b:/b\"]",
        "[service.one]",
        "[\"./parts/d:/d\"]",
        "[service.two]",
    ] {
        assert!(output.stdout.contains(part), "{part}: {}", output.stdout);
    }
}
