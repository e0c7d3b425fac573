//! TLS: the engine listens with it, too, at one address that its certificate is for, and wants to know who asks.

use super::case::{Call, Case, Done, wait_for};
use sha2::{Digest, Sha256};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// Where the engine listens with TLS.
const ADDRESS: &str = "tcp://127.0.0.1:2376";

/// The certificates that `scripts/test` has made.
#[expect(clippy::disallowed_methods, reason = "scripts/test says so where they are")]
pub(super) fn certificates() -> PathBuf {
    std::env::var("DYNRUN_TEST_TLS").expect("the tests of an engine run in scripts/test").into()
}

/// A launch over TLS, by a caller that has the files of this folder.
fn launch(case: &Case, caller: &str, options: &[&str], command: &[&str]) -> Call {
    let folder = certificates().join(caller);
    let call = case.launch(options, command).env("DOCKER_HOST", ADDRESS);
    call.env("DOCKER_TLS_VERIFY", "1").env("DOCKER_CERT_PATH", folder.to_str().unwrap())
}

/// The whole of what is said of a TLS that fails.
#[track_caller]
fn fails(done: &Done, asked: &str, problem: &str, help: &str) {
    let address = asked.rsplit(['=', ' ']).next().unwrap();
    let place = if asked.starts_with('-') { "on the command line" } else { "in the environment" };
    let stderr = format!(
        "error[engine-tls]: TLS with the engine at {address} fails: {problem}\n  \
         asked: `{asked}` {place}\n  \
         help: {help}\n"
    );
    done.expect(125, "", &stderr);
}

#[test]
fn launches_go_over_tls_with_streams_and_exit_codes() {
    let case = Case::new();
    let line = "cat; echo err >&2; exit 7";
    let done = launch(&case, "own", &["--rm", "-i"], &["sh", "-c", line]).input(b"in\n").run();
    done.expect(7, "in\n", "err\n");
    let bytes: Vec<u8> = (0..3_000_000_u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let done = launch(&case, "own", &["--rm", "-i"], &["cat"]).input(&bytes).run();
    assert!((done.code, &done.stdout) == (0, &bytes), "{} bytes, {}", done.stdout.len(), done.stderr);
    case.leaves_nothing();
}

#[test]
fn who_is_not_trusted_is_told_apart() {
    let case = Case::new();
    let said = format!("DOCKER_HOST={ADDRESS}");
    let done = |caller: &str| launch(&case, caller, &[], &["true"]).run();
    let issuer = "its certificate is signed by nobody that is trusted here";
    fails(&done("misled"), &said, issuer, "name the folder whose ca.pem signed it: DOCKER_CERT_PATH=FOLDER");
    let unknown = "it wants to know who asks, and is given no certificate";
    let remedy = "put cert.pem and key.pem, signed by the engine's own CA, beside ca.pem";
    fails(&done("nameless"), &said, unknown, remedy);
    let cert = certificates().join("stranger/cert.pem");
    let refused = format!("it does not accept the certificate {}: bad certificate", cert.display());
    fails(&done("stranger"), &said, &refused, "take a certificate that the engine's own CA has signed");
    // The certificate is for 127.0.0.1.
    let host = "tcp://localhost:2376";
    let done = launch(&case, "own", &["--host", host], &["true"]).run();
    let name = "its certificate is for another name: 127.0.0.1";
    let remedy = "name the engine by one of these, or make its certificate anew with this name";
    fails(&done, &format!("--host {host}"), name, remedy);
    let done = launch(&case, "nowhere", &[], &["true"]).run();
    let file = certificates().join("nowhere/ca.pem");
    done.expect(
        125,
        "",
        &format!(
            "error[engine-tls]: TLS to {ADDRESS} cannot be set up: {} does not exist\n  \
             asked: `{said}` in the environment\n  \
             help: the files are ca.pem, cert.pem and key.pem, in DOCKER_CERT_PATH or ~/.docker\n",
            file.display()
        ),
    );
}

#[test]
fn one_that_speaks_tls_and_one_that_does_not_are_told() {
    let case = Case::new();
    let done = case.launch(&[], &["true"]).env("DOCKER_HOST", ADDRESS).run();
    let problem = "it speaks TLS, which it was not asked for";
    let remedy = "with TLS: DOCKER_TLS_VERIFY=1, and DOCKER_CERT_PATH=FOLDER";
    fails(&done, &format!("DOCKER_HOST={ADDRESS}"), problem, remedy);
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("tcp://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = std::io::Read::read(&mut stream, &mut [0; 4096]);
            let _ = std::io::Write::write_all(&mut stream, b"HTTP/1.1 400 Bad Request\r\n\r\n");
        }
    });
    let done = launch(&case, "own", &["--host", &address], &["true"]).run();
    let remedy = "without TLS: unset DOCKER_TLS_VERIFY DOCKER_TLS";
    fails(&done, &format!("--host {address}"), "it does not speak TLS", remedy);
}

/// DOCKER_TLS without DOCKER_TLS_VERIFY: TLS with whoever it is.
#[test]
fn an_engine_that_nobody_verifies_may_be_anybody() {
    let case = Case::new();
    let folder = certificates().join("own");
    let call = case.launch(&["--rm", "--host", "tcp://localhost:2376"], &["echo", "hi"]);
    let call = call.env("DOCKER_TLS", "1").env("DOCKER_CERT_PATH", folder.to_str().unwrap());
    call.run().expect(0, "hi\n", "");
}

/// A TLS server with a certificate of these files; it goes with this value.
struct Server(Child);

impl Server {
    fn new(cert: &Path, key: &Path) -> (Self, String) {
        let files = [Path::new("-cert"), cert, Path::new("-key"), key];
        let mut command = Command::new("openssl");
        command.args(["s_server", "-accept", "127.0.0.1:0"]).args(files);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("openssl starts");
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let address = lines.find_map(|line| line.unwrap().strip_prefix("ACCEPT ").map(str::to_owned));
        (Self(child), format!("tcp://{}", address.expect("openssl says where it listens")))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_certificate_that_has_expired_is_told() {
    let case = Case::new();
    let folder = certificates();
    let (_server, address) = Server::new(&folder.join("expired-cert.pem"), &folder.join("expired-key.pem"));
    let done = launch(&case, "own", &["--host", &address], &["true"]).run();
    let remedy = "make the engine's certificate anew, and restart the engine";
    fails(&done, &format!("--host {address}"), "its certificate has expired", remedy);
}

/// An engine's clock that is ahead, or one's own that is behind.
#[test]
fn a_certificate_that_is_not_valid_yet_is_told() {
    let case = Case::new();
    let folder = certificates();
    let (_server, address) = Server::new(&folder.join("early-cert.pem"), &folder.join("early-key.pem"));
    let done = launch(&case, "own", &["--host", &address], &["true"]).run();
    let remedy = "compare the clocks of the two machines: date -u\n  \
                  help: where both are right, make the engine's certificate anew, and restart the engine";
    let problem = "its certificate is not valid yet, but from 2099-01-01 on";
    fails(&done, &format!("--host {address}"), problem, remedy);
}

#[test]
fn a_context_brings_its_own_files() {
    let case = Case::new();
    let docker = case.folder().join("docker");
    let digest: String = Sha256::digest(b"far").iter().map(|byte| format!("{byte:02x}")).collect();
    let [meta, tls] = ["meta", "tls"].map(|kind| docker.join("contexts").join(kind).join(&digest));
    std::fs::create_dir_all(&meta).unwrap();
    std::fs::create_dir_all(tls.join("docker")).unwrap();
    let host = |more: &str| {
        let text = format!(r#"{{"Name":"far","Endpoints":{{"docker":{{"Host":"{ADDRESS}"{more}}}}}}}"#);
        std::fs::write(meta.join("meta.json"), text).unwrap();
    };
    host("");
    for name in ["ca.pem", "cert.pem", "key.pem"] {
        std::fs::copy(certificates().join("own").join(name), tls.join("docker").join(name)).unwrap();
    }
    let folder = docker.to_str().unwrap().to_owned();
    let launch = || {
        let call = case.launch(&["--rm", "--context", "far"], &["echo", "hi"]);
        call.without("DOCKER_HOST").env("DOCKER_CONFIG", &folder)
    };
    launch().run().expect(0, "hi\n", "");
    std::fs::copy(certificates().join("misled/ca.pem"), tls.join("docker/ca.pem")).unwrap();
    assert!(launch().run().refused(125, "engine-tls").contains("signed by nobody"));
    host(r#","SkipTLSVerify":true"#);
    launch().run().expect(0, "hi\n", "");
}

/// A client that ends in the middle leaves nothing, over TLS as over the socket.
#[test]
fn a_signal_ends_a_launch_over_tls() {
    let case = Case::new();
    let running =
        launch(&case, "own", &["--rm"], &["sh", "-c", "trap 'exit 3' INT; echo on; sleep 60 & wait"]).start();
    running.says("on\n");
    running.signal(nix::sys::signal::Signal::SIGINT);
    running.end().expect(3, "on\n", "");
    wait_for("its removal", || case.left().is_empty().then_some(()));
}
