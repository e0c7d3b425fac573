//! `dynrun config --format toml`: what is printed settles to the same when it is read in again.

use crate::common::Test;
use crate::profiles::{PROFILES, SERVICES};
use crate::share::share;
use serde_json::Value;

/// The options that a launch comes to, without those that name the sections they are said in.
fn options(test: Test, words: &[&str]) -> (Value, Value) {
    let output = test.args(["config", "--format", "json"]).args(words).any_stdout().any_stderr().run();
    let mut settled: Value = serde_json::from_str(&output.stdout).unwrap();
    let options = settled["options"].as_object_mut().unwrap();
    options.remove("service");
    options.remove("reset");
    (settled["service"].clone(), settled["options"].take())
}

#[track_caller]
fn is_read_back(test: impl Fn() -> Test, words: &[&str]) {
    let text = test().args(["config", "--format", "toml"]).args(words).any_stdout().any_stderr().run().stdout;
    let again = test().file("settled.toml", &text);
    let (want, got) = (options(test(), words), options(again, &["--config", "settled.toml"]));
    assert_eq!(got, want, "{words:?}\n{text}");
}

/// Every service that is built in, under every profile.
#[test]
fn what_is_built_in_is_read_back() {
    let pairs = SERVICES.iter().flat_map(|service| PROFILES.iter().map(move |profile| (service, profile)));
    for (service, profile) in share(pairs, 4) {
        is_read_back(Test::new, &[service, "--profile", profile]);
    }
}

/// Odd words: what looks like an expression, quotes, line breaks, letters that a terminal obeys.
#[test]
fn odd_words_are_read_back() {
    let file = r#"
        [service.s]
        image = "app:1"
        command = ["serve", "$${not.filled}", "a \"b\" \\ c"]
        label = ["a=$${env.X}", "b=two\nlines", "c=\u202E\u007F"]
        env = { A = "1", B = "$$" }
        publish = ["8000-8002:8000-8002"]
        [profile.p]
        refuse = ["privileged"]
        allow = [{ code = "privileged", reason = "a \"test\"", until = 2999-12-31 }]
        wait = "5s"
        "#;
    is_read_back(|| Test::new().file("mine.toml", file), &["s", "--profile", "p", "--config", "mine.toml"]);
}

/// An image alone, and a command of the caller's.
#[test]
fn what_the_caller_says_is_read_back() {
    is_read_back(Test::new, &["--image", "app:1", "-p", "80:80", "--profile", "bare"]);
    is_read_back(Test::new, &["--image", "app:1", "--gpus", "all", "--privileged"]);
    is_read_back(Test::new, &["nats", "--name", "bus", "--image", "nats:2.12", "--network", "host"]);
}

/// A secret is left to the caller's environment, by its name; what is hidden elsewhere is left out, and said.
#[test]
fn no_secret_is_printed() {
    let words = ["config", "--image", "app:1", "--profile", "bare", "--format", "toml"];
    Test::new()
        .args(words)
        .args(["-e", "HF_TOKEN=canary", "-e", "A=1", "-l", "dsn=redis://me:canary@host/0"])
        .stdout(
            "
            # The settled options of service none, profile bare: --config with this file settles to the same, beside the files
            # that describe the service.
            default-profile = \"settled\"

            [profile.settled]
            about = \"none under bare\"
            service = \"none\"
            image = \"app:1\"
            env = [
              \"HF_TOKEN\", # a secret: its name alone
              \"A=1\",
            ]
            label = [
              # a secret is left out
            ]
            ",
        )
        .run();
}

/// A command has no names by which its secrets could be left to the environment.
#[test]
fn no_secret_of_a_command_is_printed() {
    let file = "[service.s]\nimage = \"app:1\"\ncommand = [\"serve\", \"redis://me:canary@host/0\"]\n";
    let words = ["config", "s", "--format", "toml", "--config", "f.toml"];
    let output = Test::new().file("f.toml", file).args(words).any_stdout().any_stderr().run();
    assert!(!output.all().contains("canary"), "{}", output.all());
    assert!(output.stdout.contains("# the command holds a secret and is left out\n"), "{}", output.stdout);
}

/// One option alone, and where it was said.
#[test]
fn one_option_is_a_line() {
    let words = ["config", "gateway", "network", "--format", "toml", "--origin"];
    Test::new()
        .args(words)
        .stdout(
            "
            network = [
              \"bridge\", # profiles/gateway.toml:11 (built in)
            ]
            ",
        )
        .run();
}
