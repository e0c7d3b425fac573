//! Pulls from a real registry on loopback, Debian's own, with and without a password; and from one behind a proxy that
//! stalls or spoils what comes. E21, M11, M29, F23, F24, F74, S18.

use super::case::{BUSYBOX, Case, Done, wait_for};
use crate::pty::Pty;
use nix::sys::signal::Signal;
use std::fmt::Write as _;
use std::fs::Permissions;
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// A user that the registry with a password knows, `me:s3cr3t-word`, as htpasswd writes it.
const USER: &str = "me:$2y$04$abcdefghijklmnopqrstuuwz0R8gxBLj0tYpXWff3vuypSOSNzxtC\n";
/// The same as docker's configuration has it.
const AUTH: &str = "bWU6czNjcjN0LXdvcmQ=";
/// How soon Ctrl-C has to end a launch.
const SOON: Duration = Duration::from_secs(2);

/// A registry, which ends with this.
struct Registry {
    server: Child,
    port: u16,
}

impl Registry {
    #[expect(clippy::disallowed_methods, reason = "scripts/test says so where the workloads are")]
    fn start(case: &Case, has_password: bool) -> Self {
        let workloads = std::env::var("DYNRUN_TEST_WORKLOADS").expect("scripts/test unpacks the workloads");
        let port =
            TcpListener::bind(("127.0.0.1", 0)).and_then(|free| free.local_addr()).expect("a port").port();
        let folder = case.folder().display();
        let mut config = format!(
            "version: 0.1\nlog: {{level: error}}\nstorage: {{filesystem: {{rootdirectory: {folder}/registry}}}}\n\
             http: {{addr: \"127.0.0.1:{port}\"}}\n"
        );
        if has_password {
            let users = case.file("htpasswd", USER);
            let _ = writeln!(config, "auth: {{htpasswd: {{realm: test, path: {}}}}}", users.display());
        }
        let config = case.file("registry.yml", &config);
        let mut command = Command::new(format!("{workloads}/usr/bin/docker-registry"));
        command.arg("serve").arg(config).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let server = Self { server: command.spawn().expect("it starts"), port };
        wait_for("the registry", || TcpStream::connect(("127.0.0.1", port)).ok());
        server
    }

    /// Puts an image into the registry that the engine has not, and whose command says `pulled`. It holds so many
    /// kilobytes that nothing compresses.
    fn holds(&self, case: &Case, kilobytes: usize) -> Image<'_> {
        let image = Image {
            name: format!("127.0.0.1:{}/{}:1", self.port, case.word),
            engine: case.engine.clone(),
            registry: self,
        };
        let line = "mkdir -p root && cp \"$(command -v busybox)\" root/busybox && echo \"$WORD\" >root/word &&
            head -c \"$SIZE\"k /dev/urandom >root/noise &&
            tar -C root -c . | docker import --change 'CMD [\"/busybox\", \"echo\", \"pulled\"]' - \"$IMAGE\" &&
            docker push -q \"$IMAGE\" && docker rmi \"$IMAGE\"";
        let call = case.call("sh", &["-c", line]).env("WORD", &case.word).env("IMAGE", &image.name);
        let config = case.folder().join("pusher");
        std::fs::create_dir_all(&config).expect("a folder");
        std::fs::write(config.join("config.json"), image.auths()).expect("a file");
        let done = call
            .env("SIZE", &kilobytes.to_string())
            .env("DOCKER_CONFIG", &config.display().to_string())
            .run();
        assert_eq!(done.code, 0, "{}", done.stderr);
        image
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// An image that the registry holds; what of it the engine has goes with this.
struct Image<'a> {
    name: String,
    engine: String,
    registry: &'a Registry,
}

impl Image<'_> {
    /// Its registry, as people name it.
    fn host(&self) -> String {
        format!("127.0.0.1:{}", self.registry.port)
    }

    /// Docker's configuration with the password.
    fn auths(&self) -> String {
        format!("{{\"auths\": {{\"{}\": {{\"auth\": \"{AUTH}\"}}}}}}", self.host())
    }

    /// Launches it with docker's configuration saying this.
    fn launched(&self, case: &Case, config: &str, options: &[&str]) -> Done {
        self.call(case, config, options).run()
    }

    fn call(&self, case: &Case, config: &str, options: &[&str]) -> super::case::Call {
        let folder = case.folder().join("docker");
        std::fs::create_dir_all(&folder).expect("a folder");
        std::fs::write(folder.join("config.json"), config).expect("a file");
        let label = case.label();
        let base = ["run", "--profile", "bare", "--rm", "--image", &self.name, "--label", &label];
        let path = format!("{}:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", case.folder().display());
        case.dynrun(&[&base[..], options].concat())
            .env("DOCKER_CONFIG", &folder.display().to_string())
            .env("PATH", &path)
    }

    fn forget(&self) {
        let mut docker = Command::new("docker");
        docker.args(["--host", &self.engine, "rmi", "--force", &self.name]);
        let _ = docker.stdout(Stdio::null()).stderr(Stdio::null()).status();
    }
}

impl Drop for Image<'_> {
    fn drop(&mut self) {
        self.forget();
    }
}

/// A helper of that name in the test's folder, which is in PATH.
fn helper(case: &Case, name: &str, script: &str) {
    let file = case.file(&format!("docker-credential-{name}"), &format!("#!/bin/sh\n{script}\n"));
    std::fs::set_permissions(file, Permissions::from_mode(0o755)).expect("a mode");
}

/// What a pull says, with the layer's id and the digest that it names.
fn words_of_a_pull(image: &str, stderr: &str) -> String {
    let between = |front: &str, end: &str| {
        let rest = stderr.split_once(front).expect("a word").1;
        rest.split_once(end).expect("its end").0.to_owned()
    };
    let (layer, digest) = (between("note: layer ", ":"), between("sha256:", "\n"));
    assert_eq!((layer.len(), digest.len()), (12, 64), "{stderr}");
    format!("note: pulling {image}\nnote: layer {layer}: pulled\nnote: pulled {image}, sha256:{digest}\n")
}

#[test]
fn an_image_is_pulled_when_it_is_not_there_or_always_and_else_not() {
    let case = Case::new();
    let registry = Registry::start(&case, false);
    let image = registry.holds(&case, 1);
    let done = image.launched(&case, "{}", &[]);
    done.expect(0, "pulled\n", &words_of_a_pull(&image.name, &done.stderr));
    image.launched(&case, "{}", &[]).expect(0, "pulled\n", "");
    image.launched(&case, "{}", &["--pull", "never"]).expect(0, "pulled\n", "");
    let again = image.launched(&case, "{}", &["--pull", "always"]);
    let digest = again.stderr.split_once("sha256:").expect("a digest").1.trim_end();
    let name = &image.name;
    again.expect(0, "pulled\n", &format!("note: pulling {name}\nnote: pulled {name}, sha256:{digest}\n"));
    image.forget();
    image.launched(&case, "{}", &["--quiet"]).expect(0, "pulled\n", "");
    // The image is for this machine's kind alone, and the registry gives it to whoever asks for another.
    image.forget();
    let done = image.launched(&case, "{}", &["--quiet", "--platform", "linux/s390x"]);
    let own = case.docker(&["version", "--format", "{{.Server.Arch}}"]);
    let stderr = done.refused(125, "image-platform");
    let head = format!("error[image-platform]: the local image is {own}, asked s390x: {name}\n");
    assert!(stderr.starts_with(&head), "{stderr}");
    image.forget();
    let done = case.dynrun(&["run", "--profile", "bare", "--image", &format!("{name}0"), "-q"]).run();
    done.expect(
        125,
        "",
        &format!(
            "error[image-missing]: the engine does not have the image {name}0, and {host} has none that it gives out\n  \
             asked: `--image {name}0` on the command line\n  \
             note: the engine says: manifest for {name}0 not found: manifest unknown: manifest unknown\n  \
             help: load it: docker load -i FILE, or build it: docker build -t {name}0 FOLDER\n",
            host = image.host()
        ),
    );
    case.leaves_nothing();
}

/// E21: the registry is asked, and where it has another image under the name, that one is pulled.
#[test]
fn a_newer_image_is_pulled_where_the_registry_has_another() {
    let case = Case::new();
    let registry = Registry::start(&case, false);
    let image = registry.holds(&case, 1);
    let newer = |more: &[&str]| image.launched(&case, "{}", &[&["--pull", "newer"][..], more].concat());
    let done = newer(&[]);
    done.expect(0, "pulled\n", &words_of_a_pull(&image.name, &done.stderr));
    newer(&[]).expect(0, "pulled\n", "");
    // Another one is put into the registry, and the engine has the old one under the name.
    let (name, old) = (&image.name, case.name("old"));
    let id = || case.docker(&["image", "inspect", "--format", "{{.Id}}", name]);
    let first = id();
    case.docker(&["tag", name, &old]);
    let _other = registry.holds(&case, 2);
    case.docker(&["tag", &old, name]);
    case.docker(&["rmi", &old]);
    assert_eq!(id(), first);
    image.launched(&case, "{}", &[]).expect(0, "pulled\n", "");
    assert_eq!(id(), first, "nobody asks for a newer one unasked");
    let done = newer(&[]);
    done.expect(0, "pulled\n", &words_of_a_pull(name, &done.stderr));
    assert_ne!(id(), first);
    newer(&[]).expect(0, "pulled\n", "");
    case.docker(&["rmi", "--force", &first]);
    case.leaves_nothing();
}

/// A registry that does not answer, knows no such image, or nobody, holds up no launch of an image that is here.
#[test]
fn an_image_that_is_here_is_taken_where_its_registry_does_not_tell() {
    let case = Case::new();
    let registry = Registry::start(&case, true);
    let image = registry.holds(&case, 1);
    let warned = |name: &str, host: &str| {
        format!(
            "warning[image-kept]: {host} does not say whether there is a newer {name}: the one that is here is taken\n  \
             asked: `--pull newer` on the command line\n  note: the engine says: "
        )
    };
    image.launched(&case, &image.auths(), &["-q"]).expect(0, "pulled\n", "");
    image.launched(&case, &image.auths(), &["--pull", "newer"]).expect(0, "pulled\n", "");
    let denied = image.launched(&case, "{}", &["--pull", "newer", "-q"]);
    assert_eq!((denied.code, denied.text().as_str()), (0, "pulled\n"), "{}", denied.stderr);
    let none = format!("\n  note: there are no credentials for {} in ", image.host());
    let head = warned(&image.name, &image.host());
    assert!(denied.stderr.starts_with(&head) && denied.stderr.contains(&none), "{}", denied.stderr);
    for (name, host, words) in [
        (format!("{}9", image.name), image.host(), "manifest unknown"),
        (format!("127.0.0.1:1/{}:1", case.word), "127.0.0.1:1".to_owned(), "connection refused"),
    ] {
        case.docker(&["tag", &image.name, &name]);
        let kept = Image { name, engine: case.engine.clone(), registry: &registry };
        let done = kept.launched(&case, &image.auths(), &["--pull", "newer"]);
        assert_eq!((done.code, done.text().as_str()), (0, "pulled\n"), "{}", done.stderr);
        let head = warned(&kept.name, &host);
        assert!(done.stderr.starts_with(&head) && done.stderr.contains(words), "{}", done.stderr);
        // What is not here cannot be kept.
        kept.forget();
        let done = kept.launched(&case, &image.auths(), &["--pull", "newer", "-q"]);
        let code = if host.ends_with(":1") { "registry-unreachable" } else { "image-missing" };
        done.refused(125, code);
    }
    case.leaves_nothing();
}

/// There is another one, and it does not come.
#[test]
fn an_image_that_is_here_is_taken_where_a_newer_one_does_not_come() {
    let case = Case::new();
    let registry = Registry::start(&case, false);
    let image = registry.holds(&case, 600);
    let (port, _) = harmful(&registry, Harm::Spoil);
    let spoilt = behind(&image, port);
    let mine = BUSYBOX.to_owned();
    case.docker(&["tag", &mine, &spoilt.name]);
    let call = spoilt.call(&case, "{}", &["--pull", "newer", "-q", "--", "echo", "kept"]);
    let done = call.run();
    let head = format!(
        "warning[image-kept]: a newer {} was not pulled: the one that is here is taken\n  \
         asked: `--pull newer` on the command line\n  note: the engine says: ",
        spoilt.name
    );
    assert_eq!((done.code, done.text().as_str()), (0, "kept\n"), "{}", done.stderr);
    assert!(done.stderr.starts_with(&head), "{}", done.stderr);
    case.leaves_nothing();
}

/// The helpers of these tests, one that has the password and three that have not.
fn helpers(case: &Case) {
    let answer = "{\"ServerURL\":\"%s\",\"Username\":\"me\",\"Secret\":\"s3cr3t-word\"}";
    helper(case, "good", &format!("read -r server; printf '{answer}' \"$server\""));
    helper(case, "empty", "echo credentials not found in native keychain; exit 1");
    helper(case, "broken", "echo no keychain here; exit 1");
    helper(case, "odd", "echo s3cr3t-word");
}

/// S18, M29: whom the registry knows comes from docker's configuration or its helpers, and is told without the secret.
#[test]
fn a_registry_with_a_password_is_shown_what_docker_keeps() {
    let case = Case::new();
    let registry = Registry::start(&case, true);
    let image = registry.holds(&case, 1);
    helpers(&case);
    let own = format!("{{\"credsStore\": \"empty\", \"credHelpers\": {{\"{}\": \"good\"}}}}", image.host());
    for config in [image.auths(), "{\"credsStore\": \"good\"}".to_owned(), own] {
        image.launched(&case, &config, &["-q"]).expect(0, "pulled\n", "");
        image.forget();
    }
    let traced = image.launched(&case, &image.auths(), &["--log-level", "trace"]).stderr;
    assert!(!traced.contains("s3cr3t") && !traced.contains(AUTH.trim_end_matches('=')), "{traced}");
    case.leaves_nothing();
}

/// Who is not known is told what was shown, and who had nothing to show.
#[test]
fn a_registry_that_denies_is_told_with_what_it_was_shown() {
    let case = Case::new();
    let registry = Registry::start(&case, true);
    let image = registry.holds(&case, 1);
    helpers(&case);
    let (host, name) = (image.host(), image.name.clone());
    let file = format!("{}/docker/config.json", case.folder().display());
    let store = |name: &str| format!("{{\"credsStore\": \"{name}\"}}");
    let helper = |name: &str, words: &str| format!("the helper docker-credential-{name} {words}");
    let wrong = image.auths().replace(AUTH, "bWU6bm8=");
    let none = "there are no credentials for it";
    let refused = "it does not take the credentials, or they do not suffice";
    let nowhere = format!("there are no credentials for {host} in");
    let no_json = format!("{file} cannot be read: EOF while parsing an object at line 1 column 1");
    for (config, why, note) in [
        ("{}".to_owned(), none, format!("{nowhere} {file}")),
        ("{".to_owned(), none, no_json),
        (wrong, refused, format!("credentials of me from {file}")),
        (image.auths().replace(AUTH, "!"), none, format!("{file} holds an `auth` for {host} that is none")),
        (store("empty"), none, format!("{nowhere} the helper docker-credential-empty")),
        (store("broken"), none, helper("broken", "failed: no keychain here")),
        (store("odd"), none, helper("odd", "gave an answer that is no helper's")),
        (store("nosuch"), none, helper("nosuch", "is not in PATH")),
    ] {
        let done = image.launched(&case, &config, &["-q"]);
        let stderr = done.refused(125, "registry-denied");
        let (before, after) = stderr.split_once("  note: the engine says: ").expect("the engine's words");
        let head = format!(
            "error[registry-denied]: {host} does not give {name} to whoever asks: {why}\n  \
             asked: `--image {name}` on the command line\n"
        );
        assert_eq!(before, head, "{config}");
        let (_, rest) = after.split_once('\n').expect("an end");
        assert_eq!(rest, format!("  note: {note}\n  help: docker login {host}\n"), "{config}");
    }
    let loud = image.launched(&case, &store("nosuch"), &[]).stderr;
    let head = format!("note: pulling {name}\nnote: {}; the registry", helper("nosuch", "is not in PATH"));
    assert!(loud.starts_with(&format!("{head} is asked without credentials\n")), "{loud}");
    case.leaves_nothing();
}

/// F74: whoever hangs is nothing to an image that is there; and Ctrl-C ends it with all that it started.
#[test]
fn a_helper_that_hangs_does_not_hold_a_launch() {
    let case = Case::new();
    let registry = Registry::start(&case, true);
    let image = registry.holds(&case, 1);
    helper(&case, "hung", "echo $$ >asked; sleep 600");
    let config = "{\"credsStore\": \"hung\"}";
    let here =
        Image { name: BUSYBOX.to_owned(), engine: "unix:///nonexistent".to_owned(), registry: &registry };
    here.launched(&case, config, &["--", "echo", "here"]).expect(0, "here\n", "");
    assert!(!case.folder().join("asked").exists(), "nobody asks for an image that is there");
    let running = image.call(&case, config, &[]).start();
    let asked =
        || std::fs::read_to_string(case.folder().join("asked")).ok().filter(|pid| pid.ends_with('\n'));
    let group = wait_for("the helper", asked).trim().to_owned();
    let begun = Instant::now();
    running.signal(Signal::SIGINT);
    let done = running.end();
    assert!(begun.elapsed() < SOON, "{:?}", begun.elapsed());
    let note = "warning[interrupted]: a signal called the launch off; nothing was left behind\n";
    done.expect(130, "", &format!("note: pulling {}\n{note}", image.name));
    wait_for("the helper's end", || has_ended(&group).then_some(()));
    case.leaves_nothing();
}

/// Whether no process of a group runs.
fn has_ended(group: &str) -> bool {
    let runs = |stat: String| {
        let fields: Vec<&str> =
            stat.rsplit_once(')').map_or(Vec::new(), |(_, rest)| rest.split_whitespace().collect());
        fields.get(2) == Some(&group) && !fields.first().is_some_and(|state| ["Z", "X"].contains(state))
    };
    let processes = std::fs::read_dir("/proc").expect("/proc").flatten();
    !processes.filter_map(|process| std::fs::read_to_string(process.path().join("stat")).ok()).any(runs)
}

#[test]
#[ignore = "it waits until a helper is given up, for ten seconds"]
fn a_helper_that_hangs_is_given_up() {
    let case = Case::new();
    let registry = Registry::start(&case, true);
    let image = registry.holds(&case, 1);
    helper(&case, "hung", "sleep 600");
    let done = image.launched(&case, "{\"credsStore\": \"hung\"}", &[]);
    let stderr = done.refused(125, "registry-denied");
    let words = "the helper docker-credential-hung has not answered within 10 s";
    let note = format!("\nnote: {words}; the registry is asked without credentials\n");
    assert!(stderr.contains(&note) && stderr.contains(&format!("\n  note: {words}\n")), "{stderr}");
    case.leaves_nothing();
}

/// What a proxy before a registry does to what comes of a layer.
#[derive(Clone, Copy, PartialEq)]
enum Harm {
    Stall,
    Spoil,
}

/// How much of a connection comes through unharmed: more than all but a layer.
const UNHARMED: usize = 100 << 10;

/// A proxy before the registry, and whether it has done harm.
fn harmful(registry: &Registry, harm: Harm) -> (u16, Arc<AtomicBool>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    let (port, upstream) = (listener.local_addr().expect("a port").port(), registry.port);
    let is_done = Arc::new(AtomicBool::new(false));
    let done = is_done.clone();
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            let done = done.clone();
            thread::spawn(move || {
                let server = TcpStream::connect(("127.0.0.1", upstream))?;
                let (mut up, mut down) = (client.try_clone()?, server.try_clone()?);
                thread::spawn(move || io::copy(&mut up, &mut &server).map(drop));
                let (mut buffer, mut passed, mut client) = (vec![0; 16 << 10], 0, client);
                loop {
                    let read = down.read(&mut buffer)?;
                    if read == 0 {
                        return io::Result::Ok(());
                    }
                    if passed > UNHARMED {
                        done.store(true, Ordering::SeqCst);
                        match harm {
                            // Until the engine gives up.
                            Harm::Stall => return client.read_to_end(&mut buffer).map(drop),
                            Harm::Spoil => buffer[0] ^= 0xff,
                        }
                    }
                    client.write_all(&buffer[..read])?;
                    passed += read;
                }
            });
        }
    });
    (port, is_done)
}

/// F24: the image behind a proxy that stops in the middle of its layer.
fn behind<'a>(image: &Image<'a>, port: u16) -> Image<'a> {
    let name = image.name.replace(&image.registry.port.to_string(), &port.to_string());
    Image { name, engine: image.engine.clone(), registry: image.registry }
}

#[test]
fn a_pull_that_stalls_ends_at_ctrl_c() {
    let case = Case::new();
    let registry = Registry::start(&case, false);
    let image = registry.holds(&case, 600);
    let (port, has_stalled) = harmful(&registry, Harm::Stall);
    let stalled = behind(&image, port);
    let running = stalled.call(&case, "{}", &[]).start();
    wait_for("a stall", || has_stalled.load(Ordering::SeqCst).then_some(()));
    let begun = Instant::now();
    running.signal(Signal::SIGINT);
    let done = running.end();
    assert!(begun.elapsed() < SOON, "{:?}", begun.elapsed());
    let note = "warning[interrupted]: a signal called the launch off; nothing was left behind\n";
    done.expect(130, "", &format!("note: pulling {}\n{note}", stalled.name));
    // On a terminal there is a bar a layer, which goes when the launch does.
    let call = stalled.call(&case, "{}", &[]).env("TERM", "xterm").env("NO_COLOR", "1");
    let pty = Pty::run(&call.into_command(), 24, 100);
    pty.takes("pulling     [");
    pty.takes(" of ");
    pty.takes(" left");
    pty.types("\x03");
    let ended = pty.ends();
    assert_eq!(ended.code, 130, "{}", ended.text());
    let last = ended.text().replace('\r', "");
    assert!(last.ends_with(note), "{last:?}");
    case.leaves_nothing();
}

#[test]
#[ignore = "it waits until a stall is said, for five seconds"]
fn a_pull_that_stalls_says_so() {
    let case = Case::new();
    let registry = Registry::start(&case, false);
    let image = registry.holds(&case, 600);
    let (port, _) = harmful(&registry, Harm::Stall);
    let stalled = behind(&image, port);
    let running = stalled.call(&case, "{}", &[]).start();
    let words = "note: nothing has come of the pull for 5 s; Ctrl-C gives up\n";
    wait_for("the note", || running.has_complained(words).then_some(()));
    running.signal(Signal::SIGTERM);
    assert_eq!(running.end().code, 143);
}

/// F23: an error after HTTP 200 is one.
#[test]
fn a_pull_that_fails_late_has_failed() {
    let case = Case::new();
    let registry = Registry::start(&case, false);
    let image = registry.holds(&case, 600);
    let (port, _) = harmful(&registry, Harm::Spoil);
    let spoilt = behind(&image, port);
    let done = spoilt.launched(&case, "{}", &[]);
    let stderr = done.refused(125, "pull-failed");
    let head = format!("error[pull-failed]: the engine cannot pull {} from 127.0.0.1:{port}\n", spoilt.name);
    assert!(stderr.contains(&head) && stderr.contains("\n  note: the engine says: "), "{stderr}");
    case.leaves_nothing();
}

/// M11: who may not have the image that is meant does not get another one that is built in its place.
#[test]
fn a_registry_that_denies_leads_to_no_build() {
    let case = Case::new();
    let registry = Registry::start(&case, true);
    let image = registry.holds(&case, 1);
    case.file("Dockerfile", "FROM scratch\n");
    let config = format!("[service.app]\nimage = \"{}\"\nbuild = \".\"\n", image.name);
    case.file("app.toml", &config);
    let words = ["run", "app", "--config", "app.toml", "--profile", "bare"];
    let done = case.dynrun(&words).run();
    let stderr = done.refused(125, "registry-denied");
    assert!(stderr.ends_with("  help: or build it in its place: --pull never\n"), "{stderr}");
    assert!(!stderr.contains("building"), "{stderr}");
    case.leaves_nothing();
}

/// A build starts from an image of a registry with a password.
#[test]
fn a_build_shows_the_registries_of_its_bases_what_docker_keeps() {
    let case = Case::new();
    let registry = Registry::start(&case, true);
    let image = registry.holds(&case, 1);
    let built = format!("{}-built:1", case.word);
    case.file(
        "Dockerfile",
        &format!("ARG TAG=1\nFROM {}$TAG\nLABEL a=b\n", image.name.trim_end_matches('1')),
    );
    case.file("app.toml", &format!("[service.app]\nimage = \"{built}\"\nbuild = \".\"\n"));
    let folder = case.folder().join("docker");
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::write(folder.join("config.json"), image.auths()).expect("a file");
    let label = case.label();
    let words = [
        "run",
        "app",
        "--config",
        "app.toml",
        "--profile",
        "bare",
        "--pull",
        "never",
        "-q",
        "--label",
        &label,
    ];
    let done = case.dynrun(&words).env("DOCKER_CONFIG", &folder.display().to_string()).run();
    case.call("docker", &["rmi", "--force", &built]).run();
    done.expect(0, "pulled\n", "");
}
