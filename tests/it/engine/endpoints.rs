//! Which engine, and engines that are none.

use super::case::{BUSYBOX, Case, DYNRUN};
use sha2::{Digest, Sha256};
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixListener;
use std::time::Instant;

#[test]
fn an_address_that_is_none_is_refused_before_anybody_is_asked() {
    let case = Case::new();
    let done = case.launch(&[], &["true"]).env("DOCKER_HOST", "garbage").run();
    done.expect(
        125,
        "",
        "error[engine-address]: the engine's address is unusable: it has no scheme\n  \
         asked: `DOCKER_HOST=garbage` in the environment\n  \
         help: the accepted forms are unix:///PATH and tcp://HOST:PORT\n",
    );
}

/// The system calls of a whole run: no socket but those that are the process's own.
#[test]
fn an_address_that_is_none_opens_no_socket() {
    let case = Case::new();
    if case.call("sh", &["-c", "command -v strace"]).run().code != 0 {
        eprintln!("skipped: strace is missing");
        return;
    }
    let call = ["-f", "-e", "trace=network", "-o", "trace", DYNRUN, "run", "gateway"];
    case.call("strace", &call).env("DOCKER_HOST", "garbage").run().refused(125, "engine-address");
    let trace = std::fs::read_to_string(case.folder().join("trace")).unwrap();
    assert!(!trace.contains("connect(") && !trace.contains("AF_INET"), "{trace}");
}

#[test]
fn a_missing_socket_is_named() {
    let case = Case::new();
    let address = format!("unix://{}/nowhere.sock", case.folder().display());
    let done = case.launch(&["--host", &address], &["true"]).run();
    done.expect(
        125,
        "",
        &format!(
            "error[engine-unreachable]: no engine answers at {address}: the socket does not exist\n  \
             asked: `--host {address}` on the command line\n  \
             help: start it: systemctl start docker, or: dockerd\n  \
             help: or name another: --host unix:///PATH, or DOCKER_HOST\n"
        ),
    );
}

#[test]
fn a_socket_that_nobody_listens_at_is_named() {
    let case = Case::new();
    drop(UnixListener::bind(case.folder().join("dead.sock")).unwrap());
    let address = format!("unix://{}/dead.sock", case.folder().display());
    let done = case.launch(&["--host", &address], &["true"]).run();
    assert!(done.refused(125, "engine-unreachable").contains(": connection refused\n"), "{}", done.stderr);
    let done = case.launch(&["--host", "tcp://127.0.0.1:1"], &["true"]).run();
    assert!(done.refused(125, "engine-unreachable").contains(": connection refused\n"), "{}", done.stderr);
}

#[test]
fn a_socket_that_may_not_be_opened_is_named() {
    let case = Case::new();
    let socket = case.folder().join("shut.sock");
    let _listener = UnixListener::bind(&socket).unwrap();
    std::fs::set_permissions(&socket, std::fs::Permissions::from_mode(0o600)).unwrap();
    std::fs::set_permissions(case.folder(), std::fs::Permissions::from_mode(0o755)).unwrap();
    // Where nobody may run it from, whatever the folders above the build are.
    let copy = case.folder().join("dynrun");
    std::fs::copy(DYNRUN, &copy).unwrap();
    let address = format!("unix://{}", socket.display());
    let copy = copy.to_str().unwrap();
    let nobody = ["--reuid", "65534", "--regid", "65534", "--clear-groups", copy];
    let launch = ["run", "--profile", "bare", "--image", BUSYBOX, "--host", &address];
    let done = case.call("setpriv", &[&nobody[..], &launch].concat()).run();
    done.expect(
        125,
        "",
        &format!(
            "error[engine-denied]: {address} may not be opened by this user\n  \
             asked: `--host {address}` on the command line\n  \
             help: join the group of the socket: usermod -aG docker $USER, then log in again\n"
        ),
    );
}

#[test]
fn an_engine_that_never_answers_is_given_up() {
    let case = Case::new();
    let socket = case.folder().join("silent.sock");
    let listener = UnixListener::bind(&socket).unwrap();
    std::thread::spawn(move || {
        let held: Vec<_> = listener.incoming().flatten().collect();
        drop(held);
    });
    let address = format!("unix://{}", socket.display());
    let began = Instant::now();
    let done = case.launch(&["--host", &address], &["true"]).limit(15).run();
    let took = began.elapsed().as_secs_f64();
    done.expect(
        125,
        "",
        &format!(
            "error[engine-silent]: the engine at {address} did not answer within 5 s when asked to say its version\n  \
             asked: `--host {address}` on the command line\n"
        ),
    );
    assert!((4.9..8.0).contains(&took), "{took} s");
}

#[test]
fn a_listener_that_is_no_engine_is_told() {
    let case = Case::new();
    for (index, answer) in
        ["SSH-2.0-x\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", ""].iter().enumerate()
    {
        let socket = case.folder().join(format!("odd{index}.sock"));
        let listener = UnixListener::bind(&socket).unwrap();
        let answer = answer.as_bytes().to_vec();
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let _ = stream.read(&mut [0; 4096]);
                let _ = std::io::Write::write_all(&mut stream, &answer);
            }
        });
        let address = format!("unix://{}", socket.display());
        let done = case.launch(&["--host", &address], &["true"]).run();
        assert_eq!((done.code, done.text().as_str()), (125, ""), "{}", done.stderr);
        assert!(done.stderr.starts_with("error[engine-"), "{}", done.stderr);
    }
}

#[test]
fn an_engine_that_is_too_old_is_named() {
    let case = Case::new();
    let socket = case.folder().join("old.sock");
    let listener = UnixListener::bind(&socket).unwrap();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.read(&mut [0; 4096]);
            let answer = b"HTTP/1.1 200 OK\r\nApi-Version: 1.40\r\nContent-Length: 0\r\n\r\n";
            let _ = std::io::Write::write_all(&mut stream, answer);
        }
    });
    let address = format!("unix://{}", socket.display());
    let done = case.launch(&["--host", &address], &["true"]).run();
    let words = "the engine speaks API 1.40; dynrun needs 1.41 or newer";
    assert!(done.refused(125, "engine-version").contains(words), "{}", done.stderr);
}

/// Writes a docker context, and its folder's `config.json` where it is the current one.
fn context(case: &Case, name: &str, current: bool) -> String {
    let folder = case.folder().join("docker");
    let digest: String = Sha256::digest(name.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    let meta = folder.join("contexts/meta").join(digest);
    std::fs::create_dir_all(&meta).unwrap();
    let text = format!(
        r#"{{"Name":"{name}","Metadata":{{}},"Endpoints":{{"docker":{{"Host":"{}"}}}}}}"#,
        case.engine
    );
    std::fs::write(meta.join("meta.json"), text).unwrap();
    if current {
        std::fs::write(folder.join("config.json"), format!(r#"{{"currentContext":"{name}"}}"#)).unwrap();
    }
    folder.to_str().unwrap().to_owned()
}

#[test]
fn dockers_contexts_are_followed() {
    let case = Case::new();
    let folder = context(&case, "desk", false);
    let launch = |options: &[&str]| {
        case.launch(options, &["echo", "hi"]).without("DOCKER_HOST").env("DOCKER_CONFIG", &folder)
    };
    launch(&["--rm"]).env("DOCKER_CONTEXT", "desk").run().expect(0, "hi\n", "");
    launch(&["--rm", "--context", "desk"]).run().expect(0, "hi\n", "");
    let done = launch(&["--rm", "--context", "nowhere"]).run();
    assert!(done.refused(125, "engine-context").contains("the docker context `nowhere` does not exist"));
    context(&case, "desk", true);
    launch(&["--rm"]).run().expect(0, "hi\n", "");
    // The environment's engine goes before the current context.
    let done = launch(&["--rm"]).env("DOCKER_HOST", "unix:///nonexistent/docker.sock").run();
    done.refused(125, "engine-unreachable");
    case.leaves_nothing();
}
