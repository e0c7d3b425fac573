//! Images that are built by the engine, where they are neither here nor to be pulled. E21, M11, M13; user-ask 15.

use super::case::{BUSYBOX, Call, Case, Done, wait_for};
use nix::sys::signal::Signal;
use std::net::TcpListener;
use std::time::{Duration, Instant};

/// A secret that no output may hold.
const SECRET: &str = "canary-77aa";

/// A service whose image is built, of which nothing is left at the end.
struct Service<'a> {
    case: &'a Case,
    /// The image that is built. Nobody answers where it would be pulled from.
    image: String,
}

impl<'a> Service<'a> {
    /// With these lines in its table of a build, and this Dockerfile.
    fn new(case: &'a Case, table: &str, dockerfile: &str) -> Self {
        let image = format!("127.0.0.1:1/{}:1", case.word);
        let file = format!("[service.app]\nimage = \"{image}\"\n[service.app.build]\n{table}\n");
        case.file("app.toml", &file);
        std::fs::create_dir_all(case.folder().join("src")).expect("a folder");
        // What a step leaves running carries the test's label.
        let labelled = format!("{dockerfile}\n").replacen('\n', &format!("\nLABEL {}\n", case.label()), 1);
        case.file("src/Dockerfile", &labelled);
        Self { case, image }
    }

    fn call(&self, options: &[&str]) -> Call {
        let label = self.case.label();
        let base = ["run", "app", "--config", "app.toml", "--profile", "bare", "--rm", "--label", &label];
        self.case.dynrun(&[&base[..], options].concat()).env("APP_TOKEN", SECRET)
    }

    fn run(&self, options: &[&str]) -> Done {
        self.call(options).run()
    }

    /// A value of the image that was built.
    fn inspect(&self, format: &str) -> String {
        self.case.docker(&["image", "inspect", "--format", format, &self.image])
    }
}

impl Drop for Service<'_> {
    fn drop(&mut self) {
        self.case.call("docker", &["rmi", "--force", &self.image]).run();
        // What the good steps of a build made that failed.
        let label = format!("label={}", self.case.label());
        self.case.call("docker", &["image", "prune", "--force", "--filter", &label]).run();
    }
}

/// Here, else pulled, else built: with each failure in the message, and then here.
#[test]
fn an_image_that_cannot_be_had_is_built() {
    let case = Case::new();
    let dockerfile = format!("FROM {BUSYBOX}\nCMD [\"echo\", \"built\"]");
    let service = Service::new(&case, "context = \"src\"", &dockerfile);
    let (image, context) = (&service.image, case.folder().join("src"));
    let done = service.run(&[]);
    let (head, rest) = done.stderr.split_once("Step 1/3 : ").expect("a step");
    let want = format!(
        "note: pulling {image}\n\
         note: not pulled: the engine does not reach 127.0.0.1:1 to pull {image}\n\
         note: building {image} from {}\n",
        context.display()
    );
    assert_eq!((done.code, done.text().as_str(), head), (0, "built\n", want.as_str()), "{}", done.stderr);
    assert!(rest.starts_with(&format!("FROM {BUSYBOX}\n ---> ")), "{rest}");
    assert!(rest.ends_with(&format!("Successfully tagged {image}\nnote: built {image}\n")), "{rest}");
    service.run(&[]).expect(0, "built\n", "");
    service.run(&["--pull", "always", "-q"]).expect(0, "built\n", "");
    case.docker(&["rmi", image]);
    // What will be is told before.
    let check = ["check", "app", "--config", "app.toml", "--profile", "bare"];
    let told = |how: &str| {
        format!("note[image-pulled]: the engine does not have the image {image}: a launch {how}\n")
    };
    let fine = |done: &str| {
        let untried = format!("image: cannot tell: whether {image} can be {done} was not tried\n");
        format!("service app, profile bare, image {image}\n{untried}fine\n")
    };
    case.dynrun(&check).run().expect(0, &fine("pulled, or built"), &told("pulls it, or builds it"));
    let never = case.dynrun(&[&check[..], &["--pull", "never"]].concat()).run();
    never.expect(0, &fine("built"), &told("builds it"));
    // An image that somebody else names is not what the service says how to build.
    let other = format!("{image}0");
    let done = service.run(&["--image", &other, "--pull", "never"]);
    done.refused(125, "image-missing");
    case.leaves_nothing();
}

/// M13: everything that the table can say arrives.
#[test]
fn a_build_is_what_its_table_says() {
    let case = Case::new();
    let table = format!(
        "context = \"src\"\ndockerfile = \"../Other\"\ntarget = \"wanted\"\nnetwork = \"none\"\npull = false\n\
         labels = {{ \"a.b\" = \"c d\" }}\ncache-from = [\"{BUSYBOX}\"]\n\
         args = {{ WORD = \"hello\", APP_TOKEN = \"${{env.APP_TOKEN}}\" }}\n"
    );
    let service = Service::new(&case, &table, "FROM unused");
    let other = format!(
        "FROM {BUSYBOX} AS wanted\nLABEL {}\nARG WORD\nARG APP_TOKEN\nCOPY . /copied\n\
         RUN echo \"$WORD:${{#APP_TOKEN}}\" >/said; echo \"told $APP_TOKEN\" >&2; ls /sys/class/net | grep -c eth >/net || true\n\
         CMD [\"sh\", \"-c\", \"cat /said /net; cd /copied; find . | sort; readlink link\"]\n\
         FROM nosuch-base:1\n",
        case.label()
    );
    case.file("Other", &other);
    case.file("src/kept.txt", "");
    case.file("src/left.o", "");
    case.file("src/.dockerignore", "*.o\nDockerfile\n");
    std::os::unix::fs::symlink("kept.txt", case.folder().join("src/link")).expect("a link");
    let _socket = std::os::unix::net::UnixListener::bind(case.folder().join("src/socket")).expect("a socket");
    let done = service.run(&["--pull", "never"]);
    assert_eq!(done.code, 0, "{}", done.stderr);
    assert_eq!(done.text(), "hello:11\n0\n.\n./kept.txt\n./link\nkept.txt\n", "{}", done.stderr);
    assert!(done.stderr.contains("\ntold ***\n") && !done.stderr.contains(SECRET), "{}", done.stderr);
    assert_eq!(service.inspect("{{index .Config.Labels \"a.b\"}}"), "c d");
    case.leaves_nothing();
}

/// E21: an image that nothing says how to build but the call.
#[test]
fn an_image_is_built_from_the_folder_that_the_call_names() {
    let case = Case::new();
    let dockerfile = format!("FROM {BUSYBOX}\nCMD [\"echo\", \"built\"]");
    let service = Service::new(&case, "context = \"nosuch\"", &dockerfile);
    let (image, label, context) = (&service.image, case.label(), case.folder().join("src"));
    let run = |more: &[&str]| {
        let base = ["run", "--profile", "bare", "--rm", "--label", &label, "--image", image];
        case.dynrun(&[&base[..], &["--build-on-missing", "./src"], more].concat()).run()
    };
    let done = run(&[]);
    let head = format!(
        "note: pulling {image}\n\
         note: not pulled: the engine does not reach 127.0.0.1:1 to pull {image}\n\
         note: building {image} from {}\n",
        context.display()
    );
    assert_eq!((done.code, done.text().as_str()), (0, "built\n"), "{}", done.stderr);
    assert!(done.stderr.starts_with(&head), "{}", done.stderr);
    run(&["--pull", "newer", "-q", "--log-level", "error"]).expect(0, "built\n", "");
    case.docker(&["rmi", image]);
    run(&["--pull", "never", "-q"]).expect(0, "built\n", "");
    case.docker(&["rmi", image]);
    // Every failure is kept.
    case.file("src/Dockerfile", "FROM scratch\nRUN false\n");
    let done = run(&["-q"]);
    let stderr = done.refused(125, "build-failed");
    let asked = format!("\n  asked: `--build-on-missing {}` on the command line\n", context.display());
    let not_pulled = format!("\n  note: not pulled: the engine does not reach 127.0.0.1:1 to pull {image}\n");
    assert!(stderr.contains(&asked) && stderr.contains(&not_pulled), "{stderr}");
    assert!(stderr.contains("connection refused"), "{stderr}");
    case.leaves_nothing();
}

/// What the service says of its build holds in another folder, too; but an image that is named nearer to the caller than
/// the folder is none of the folder's.
#[test]
fn the_folder_of_a_build_may_be_named_apart() {
    let case = Case::new();
    let table = "args = { WORD = \"hello\" }\ntarget = \"wanted\"";
    let dockerfile = format!(
        "FROM {BUSYBOX} AS wanted\nARG WORD\nENV SAID=$WORD\nCMD [\"sh\", \"-c\", \"echo $SAID\"]\nFROM nosuch-base:1"
    );
    let service = Service::new(&case, table, &dockerfile);
    let here = ["--pull", "never", "-q"];
    service.run(&here).refused(125, "image-missing");
    service.run(&[&here[..], &["--build-on-missing", "src"]].concat()).expect(0, "hello\n", "");
    case.docker(&["rmi", &service.image]);
    let held = std::fs::read_to_string(case.folder().join("app.toml")).expect("a file");
    let said = held.replacen("[service.app]\n", "[service.app]\nbuild-on-missing = \"src\"\n", 1);
    case.file("app.toml", &said);
    let other = format!("{}0", service.image);
    service.run(&[&here[..], &["--image", &other]].concat()).refused(125, "image-missing");
    service.run(&here).expect(0, "hello\n", "");
    case.leaves_nothing();
}

#[test]
fn a_build_that_fails_says_at_which_step() {
    let case = Case::new();
    let dockerfile = format!("FROM {BUSYBOX}\nARG APP_TOKEN\nRUN echo no luck with $APP_TOKEN; exit 3");
    let service = Service::new(&case, "context = \"src\"\nargs = [\"APP_TOKEN\"]", &dockerfile);
    let (image, step) = (&service.image, "4/4 : RUN echo no luck with $APP_TOKEN; exit 3");
    let loud = service.run(&["--pull", "never"]);
    let stderr = loud.refused(125, "build-failed");
    let finding = format!(
        "error[build-failed]: the build of {image} failed at step {step}\n  \
         asked: `context = \"src\"` at app.toml:4\n  \
         note: the engine says: The command '/bin/sh -c echo no luck with $APP_TOKEN; exit 3' returned a non-zero code: 3\n"
    );
    assert!(stderr.contains("\nno luck with ***\n") && stderr.ends_with(&finding), "{stderr}");
    // Who heard nothing of it is told its last lines, and why it was not pulled.
    let quiet = service.run(&["-q"]);
    let stderr = quiet.refused(125, "build-failed");
    assert!(stderr.starts_with(&finding) && stderr.contains("\n  note: no luck with ***\n"), "{stderr}");
    let not_pulled = format!("\n  note: not pulled: the engine does not reach 127.0.0.1:1 to pull {image}\n");
    assert!(stderr.contains(&not_pulled) && stderr.contains("connection refused"), "{stderr}");
    // What the engine's own builder cannot do, another one can.
    let line = format!("FROM {BUSYBOX}\nRUN --mount=type=cache,target=/x true");
    let service = Service::new(&case, "context = \"src\"", &line);
    let stderr = service.run(&["--pull", "never", "-q"]).stderr;
    let help = format!("  help: docker buildx build -t {} {}/src\n", service.image, case.folder().display());
    assert!(stderr.ends_with(&help), "{stderr}");
    case.leaves_nothing();
}

#[test]
fn a_context_that_cannot_be_read_is_told_before_and_at_the_launch() {
    let case = Case::new();
    let service = Service::new(&case, "context = \"nosuch\"", "FROM unused");
    let path = case.folder().join("nosuch");
    let words = format!(
        "{} cannot be read for the build: No such file or directory (os error 2)\n  \
         asked: `context = \"nosuch\"` at app.toml:4\n",
        path.display()
    );
    let error = format!("error[build-context]: {words}");
    service.run(&["--pull", "never"]).expect(125, "", &error);
    let check = |pull: &str| {
        case.dynrun(&["check", "app", "--config", "app.toml", "--profile", "bare", "--pull", pull]).run()
    };
    let head = format!("service app, profile bare, image {}\n", service.image);
    check("never").expect(1, &format!("{head}refused\n"), &error);
    check("missing").expect(0, &format!("{head}fine\n"), &format!("warning[build-context]: {words}"));
    case.leaves_nothing();
}

/// User-ask 15: what is in the way of the launch is told before minutes are spent on its image.
#[test]
fn ports_are_looked_at_before_an_image_is_built() {
    let case = Case::new();
    let service = Service::new(&case, "context = \"src\"", &format!("FROM {BUSYBOX}"));
    let held = TcpListener::bind(("0.0.0.0", 0)).expect("a port");
    let port = held.local_addr().expect("a port").port();
    let done = service.run(&["--publish", &format!("{port}:80")]);
    let stderr = done.refused(125, "port-taken");
    assert!(stderr.starts_with("error[port-taken]: "), "{stderr}");
    case.leaves_nothing();
}

#[test]
fn ctrl_c_ends_a_build_and_what_it_runs() {
    let case = Case::new();
    let service = Service::new(&case, "context = \"src\"", &format!("FROM {BUSYBOX}\nRUN sleep 600"));
    let running = service.call(&["--pull", "never"]).start();
    wait_for("the step", || case.containers().pop());
    let begun = Instant::now();
    running.signal(Signal::SIGINT);
    let done = running.end();
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    let note = "warning[interrupted]: a signal called the launch off; nothing was left behind\n";
    assert!(done.code == 130 && done.stderr.ends_with(note), "{}: {}", done.code, done.stderr);
    wait_for("the step's end", || case.containers().is_empty().then_some(()));
    case.leaves_nothing();
}
