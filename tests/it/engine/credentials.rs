//! `dynrun probe` with what shows who asks, and over TLS: real servers of NATS and etcd that ask for both. The token comes from a
//! variable or a file, and stands in nothing that is printed. B26, K24.

use super::case::{Call, Case, Done, wait_for};
use super::needs::{Server, workloads};
use super::tls::certificates;
use serde_json::{Value, json};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;

/// The token of these tests: no output may hold it.
const TOKEN: &str = "hush-5b1f";

/// A container on the host's network, where the servers are; its name.
#[track_caller]
fn launched(case: &Case) -> String {
    let name = case.name("web");
    let options = ["-d", "--name", &name, "--network", "host", "--stop-signal", "KILL"];
    assert_eq!(case.launch(&options, &["sleep", "600"]).run().code, 0);
    name
}

/// `dynrun probe`, with the token in a variable.
fn probe(case: &Case, words: &[&str]) -> Call {
    let call = case.dynrun(&[&["probe"], words, &["--format", "json"]].concat());
    call.env("PROBE_TOKEN", TOKEN).env("WRONG_TOKEN", "other-5b1f")
}

/// The exit code, and what each step came to.
#[track_caller]
fn answers(done: &Done) -> (i32, Vec<String>) {
    assert!(!format!("{}{}", done.text(), done.stderr).contains("5b1f"), "{}{}", done.text(), done.stderr);
    let document: Value = serde_json::from_slice(&done.stdout).unwrap_or_default();
    let step = |step: &Value| {
        let answer = if step["error"].is_null() { &step["answer"] } else { &step["error"] };
        format!("{}: {}", step["asked"].as_str().unwrap_or_default(), answer.as_str().unwrap_or_default())
    };
    (done.code, document["steps"].as_array().into_iter().flatten().map(step).collect())
}

/// The first step's answer names a version and a server: it is not looked at.
#[track_caller]
fn last(done: &Done, code: i32, want: &str) {
    let (found, steps) = answers(done);
    assert_eq!((found, steps.last().map(String::as_str)), (code, Some(want)), "{}", done.stderr);
}

#[test]
fn nats_lets_in_who_shows_a_token_over_tls() {
    let case = Case::new();
    let (name, place) = (launched(&case), certificates());
    let file = |name: &str| place.join(name).display().to_string();
    let (cert, key, ca, wrong) =
        (file("engine-cert.pem"), file("engine-key.pem"), file("right.pem"), file("wrong.pem"));
    let secured = ["-p", "21961", "--auth", TOKEN, "--tls", "--tlscert", &cert, "--tlskey", &key];
    let _plain = Server::start(
        &workloads(),
        ("usr/sbin/nats-server", &["-p", "21960", "--user", "me", "--pass", TOKEN]),
        case.folder(),
        21960,
    );
    let _secured = Server::start(&workloads(), ("usr/sbin/nats-server", &secured), case.folder(), 21961);
    // A password, of a variable and of a file.
    case.file("token", &format!("{TOKEN}\n"));
    for token in ["env=PROBE_TOKEN", "src=token"] {
        let done = probe(&case, &[&name, "--as", "nats:21960", "--user", "me", "--token", token]).run();
        last(&done, 0, "CONNECT: me is let in");
    }
    let done =
        probe(&case, &[&name, "--as", "nats:21960", "--user", "me", "--token", "env=WRONG_TOKEN"]).run();
    last(&done, 1, "CONNECT: it says -ERR 'Authorization Violation'");
    let secured = [&name, "--as", "nats:21961", "--token", "env=PROBE_TOKEN"];
    last(&probe(&case, &[&secured[..], &["--ca", &ca]].concat()).run(), 0, "CONNECT: it is let in");
    let done = probe(&case, &[&secured[..], &["--ca", &wrong]].concat()).run();
    last(&done, 1, "CONNECT: TLS fails: its certificate is signed by nobody that is trusted here");
    let done = probe(&case, &[&secured[..], &["--ca", &ca, "--tls-name", "nats"]].concat()).run();
    last(&done, 1, "CONNECT: TLS fails: its certificate is for another name: 127.0.0.1");
}

/// Asks etcd's own interface in JSON.
fn etcd(port: u16, path: &str, document: &Value) -> Option<String> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    let body = document.to_string();
    let length = body.len();
    write!(stream, "POST {path} HTTP/1.0\r\nContent-Length: {length}\r\n\r\n{body}").ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    answer.starts_with("HTTP/1.0 200").then_some(answer)
}

#[test]
fn etcd_lets_in_who_shows_a_password_and_speaks_tls() {
    let case = Case::new();
    let (name, place) = (launched(&case), certificates());
    let file = |name: &str| place.join(name).display().to_string();
    let (cert, key, ca) = (file("engine-cert.pem"), file("engine-key.pem"), file("right.pem"));
    let of = |folder: &'static str, client: &'static str, peer: &'static str| {
        let words = ["--data-dir", folder, "--log-level", "error", "--listen-client-urls", client];
        let more = ["--advertise-client-urls", client, "--listen-peer-urls", peer];
        [words, [more[0], more[1], more[2], more[3], "--name", "one"]].concat()
    };
    let plain = of("plain.data", "http://127.0.0.1:21962", "http://127.0.0.1:21963");
    let _plain = Server::start(&workloads(), ("usr/bin/etcd", &plain), case.folder(), 21962);
    let secured = of("tls.data", "https://127.0.0.1:21964", "http://127.0.0.1:21965");
    let secured = [&secured[..], &["--cert-file", &cert, "--key-file", &key]].concat();
    let _secured = Server::start(&workloads(), ("usr/bin/etcd", &secured), case.folder(), 21964);
    wait_for("a user", || etcd(21962, "/v3/auth/user/add", &json!({ "name": "root", "password": TOKEN })));
    for (path, document) in [
        ("/v3/auth/role/add", json!({ "name": "root" })),
        ("/v3/auth/user/grant", json!({ "user": "root", "role": "root" })),
        ("/v3/auth/enable", json!({})),
    ] {
        etcd(21962, path, &document).unwrap_or_else(|| panic!("{path}"));
    }
    let ask =
        |token: &str| probe(&case, &[&name, "--as", "etcd:21962", "--user", "root", "--token", token]).run();
    let (code, steps) = answers(&ask("env=PROBE_TOKEN"));
    assert_eq!(
        (code, &steps[1..]),
        (
            0,
            &["POST /v3/auth/authenticate: root is let in".to_owned(), "GET /health: healthy".to_owned()][..]
        )
    );
    let (code, steps) = answers(&ask("env=WRONG_TOKEN"));
    let refused = "POST /v3/auth/authenticate: it answers 400 Bad Request: ";
    assert!(code == 1 && steps[1].starts_with(refused), "{steps:?}");
    let tls = [&name, "--as", "etcd:21964", "--ca", &ca];
    wait_for("a leader", || (probe(&case, &tls).run().code == 0).then_some(()));
    last(&probe(&case, &tls).run(), 0, "GET /health: healthy");
    let done = probe(&case, &[&name, "--as", "etcd:21964", "--tls"]).run();
    last(&done, 1, "GET /version: TLS fails: its certificate is signed by nobody that is trusted here");
    // What is asked without TLS is told, and so is TLS where none is spoken.
    let done = probe(&case, &[&name, "--as", "etcd:21962", "--ca", &ca]).run();
    last(&done, 1, "GET /version: TLS fails: it ends the connection, and may not speak TLS");
}

#[test]
fn a_token_that_is_not_there_is_told_and_never_repeated() {
    let case = Case::new();
    let name = launched(&case);
    case.file("empty", "\n");
    let missing = |word: &str| probe(&case, &[&name, "--as", "openai:21966", "--token", word]).run();
    let told = |why: &str| {
        format!(
            "error[secret-missing]: the token is missing: {why}\n  asked: `--token` on the command line\n"
        )
    };
    missing("env=NO_SUCH").expect(
        1,
        "",
        &format!("{}  help: export NO_SUCH=...\n", told("NO_SUCH is not set here")),
    );
    missing("src=empty").expect(1, "", &told("it is empty"));
    let done = missing(TOKEN);
    done.expect(
        2,
        "",
        "error[bad-value]: --token names where the token is, and is not the token itself\n  \
         help: of a variable: --token env=VARIABLE\n  help: or what a file holds: --token src=FILE\n",
    );
    let done =
        probe(&case, &[&name, "--as", "openai:21966", "--token", "env=PROBE_TOKEN", "--user", "me"]).run();
    done.expect(
        1,
        "",
        "error[probe-failed]: OpenAI's API knows tokens, and no users\n  \
         help: leave out --user: the token is shown by itself\n",
    );
    let done = probe(&case, &[&name, "--as", "datagram:21966", "--tls"]).run();
    done.expect(1, "", "error[probe-failed]: a datagram shows no token, and goes without TLS\n");
}
