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
         help: the accepted forms are unix:///PATH, tcp://HOST:PORT and ssh://[USER@]HOST[:PORT][/SOCKET]\n",
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
    done.expect(
        125,
        "",
        &format!(
            "error[engine-not-listening]: nobody listens at {address}: connection refused\n  \
             asked: `--host {address}` on the command line\n  \
             note: the socket is there: an engine that has ended has left it, or one is just starting\n  \
             help: start it: systemctl start docker, or: dockerd\n"
        ),
    );
    let done = case.launch(&["--host", "tcp://127.0.0.1:1"], &["true"]).run();
    done.expect(
        125,
        "",
        "error[engine-not-listening]: nobody listens at tcp://127.0.0.1:1: connection refused\n  \
         asked: `--host tcp://127.0.0.1:1` on the command line\n  \
         help: start it there, with this address among its own: dockerd --host tcp://ADDRESS:PORT --tlsverify\n  \
         help: or go through ssh: --host ssh://USER@HOST\n",
    );
}

#[test]
fn what_is_no_socket_is_named() {
    let case = Case::new();
    case.file("file", "");
    for (name, what) in [("file", "a file"), (".", "a folder")] {
        let address = format!("unix://{}/{name}", case.folder().display());
        let done = case.launch(&["--host", &address], &["true"]).run();
        done.expect(
            125,
            "",
            &format!(
                "error[not-a-socket]: {address} leads to {what}, not to a socket\n  \
                 asked: `--host {address}` on the command line\n  \
                 help: name the engine's socket: --host unix:///var/run/docker.sock\n"
            ),
        );
    }
}

/// A listener that answers everything alike: with the first text to what asks for no words, else with the second.
fn answering(case: &Case, name: &str, head: &'static str, get: &'static str) -> String {
    let socket = case.folder().join(format!("{name}.sock"));
    let listener = UnixListener::bind(&socket).unwrap();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut asked = [0; 4096];
            let length = stream.read(&mut asked).unwrap_or_default();
            let answer = if asked[..length].starts_with(b"HEAD") { head } else { get };
            let _ = std::io::Write::write_all(&mut stream, answer.as_bytes());
        }
    });
    format!("unix://{}", socket.display())
}

#[test]
fn what_answers_and_is_no_engine_is_told() {
    let case = Case::new();
    let page = "HTTP/1.1 404 Not Found\r\nContent-Length: 15\r\n\r\n<h1>nginx</h1>\n";
    for (name, head, get, note) in [
        ("ssh", "SSH-2.0-OpenSSH_9.2\r\n", "", "invalid HTTP version parsed"),
        (
            "nginx",
            "HTTP/1.1 404 Not Found\r\nContent-Length: 15\r\n\r\n",
            page,
            "<h1>nginx</h1> (status 404)",
        ),
        ("mute", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "", "it names no version of its API"),
    ] {
        let address = answering(&case, name, head, get);
        let done = case.launch(&["--host", &address], &["true"]).run();
        done.expect(
            125,
            "",
            &format!(
                "error[not-an-engine]: what answers at {address} is no Docker Engine\n  \
                 asked: `--host {address}` on the command line\n  \
                 note: {note}\n  \
                 help: name the engine's own address: --host unix:///var/run/docker.sock, or DOCKER_HOST\n"
            ),
        );
    }
}

/// The words are what dockerd passes on from a plugin.
#[test]
fn a_plugins_no_comes_with_its_words() {
    let case = Case::new();
    let head = "HTTP/1.1 403 Forbidden\r\nContent-Length: 74\r\n\r\n";
    let get = "HTTP/1.1 403 Forbidden\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n\
               {\"message\":\"authorization denied by plugin opa: not on Sundays\"}\n";
    let address = answering(&case, "opa", head, get);
    let done = case.launch(&["--host", &address], &["true"]).run();
    done.expect(
        125,
        "",
        &format!(
            "error[plugin-denied]: a plugin of the engine at {address} does not allow to say its version\n  \
             asked: `--host {address}` on the command line\n  \
             note: the engine says: authorization denied by plugin opa: not on Sundays\n  \
             help: ask whoever runs the engine; on its machine: docker info --format '{{{{.Plugins.Authorization}}}}'\n"
        ),
    );
}

/// The words are dockerd's own to a client that is older than what it still speaks.
#[test]
fn an_engine_that_is_too_new_is_named() {
    let case = Case::new();
    let head = "HTTP/1.1 200 OK\r\nApi-Version: 1.99\r\nContent-Length: 0\r\n\r\n";
    let get = "HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n\
               {\"message\":\"client version 1.50 is too old. Minimum supported API version is 1.90, please upgrade \
               your client to a newer version\"}\n";
    let address = answering(&case, "new", head, get);
    let done = case.launch(&["--host", &address], &["true"]).run();
    done.expect(
        125,
        "",
        &format!(
            "error[engine-too-new]: the engine is too new for dynrun, which speaks API 1.41 to 1.50\n  \
             asked: `--host {address}` on the command line\n  \
             note: the engine says: client version 1.50 is too old. Minimum supported API version is 1.90, please \
             upgrade your client to a newer version\n  \
             help: update dynrun\n"
        ),
    );
}

/// Who listens on the way is root there. S17.
#[test]
fn an_engine_in_the_clear_on_another_machine_is_warned_about() {
    let case = Case::new();
    let done = case.dynrun(&["ps", "--host", "tcp://0.0.0.0:1"]).run();
    let warning = "warning[plain-tcp]: tcp://0.0.0.0:1 is spoken to without TLS: whoever reaches it, or is on the way, \
                   has root on its machine\n  \
                   asked: `--host tcp://0.0.0.0:1` on the command line\n";
    assert!(done.stderr.starts_with(warning), "{}", done.stderr);
    let done = case.dynrun(&["ps", "--host", "tcp://127.0.0.1:1"]).run();
    assert!(done.stderr.starts_with("error[engine-not-listening]"), "{}", done.stderr);
}

/// Podman is known by its answers' own name for it.
#[test]
fn podman_is_told_where_it_matters() {
    let case = Case::new();
    let head = "HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nLibpod-Api-Version: 5.4.2\r\nServer: Libpod/5.4.2 (linux)\r\n\
                Content-Length: 0\r\n\r\n";
    let get = "HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n\
               {\"message\":\"none\"}\n";
    let address = answering(&case, "podman", head, get);
    let check = ["check", "--profile", "bare", "--image", BUSYBOX, "--host", &address, "--restart", "always"];
    let done = case.dynrun(&check).run();
    let said = format!(
        "warning[podman]: podman answers at {address}, in an engine's place\n  \
         asked: `--restart always` on the command line\n  \
         note: without a daemon, nothing starts a container again after a reboot but podman-restart.service\n"
    );
    let all = format!("{}{}", done.text(), done.stderr);
    assert!(all.contains(&said), "{all}");
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
    done.expect(
        125,
        "",
        &format!(
            "error[engine-version]: the engine speaks API 1.40; dynrun needs 1.41 or newer\n  \
             asked: `--host {address}` on the command line\n  \
             help: update the engine: Docker 20.10 speaks API 1.41\n"
        ),
    );
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
