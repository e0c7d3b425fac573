//! Called as run.sh: the container of every call of the table is the one that docker's own client would create for
//! the line that run.sh would have run (N24, N26, N32, N33); and launches through the link.

use super::case::{BUSYBOX, Call, Case, DYNRUN};
use super::proxy::{Fault, Proxy, rule};
use crate::recorder::Recorder;
use crate::run_sh::{Call as TableCall, calls};
use crate::share::share;
use dynrun::cli::{Invocation, Verb, parse_run_sh};
use dynrun::config::{self, Request};
use dynrun::engine::{NEWEST, create_request};
use dynrun::host::Host;
use dynrun::spec::{Lifecycle, plan};
use dynrun::values::Roots;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::os::unix::fs::{MetadataExt as _, symlink};
use std::path::PathBuf;

/// The image of framework `none`, as a build of Dynamo would tag it, made of busybox.
const NONE: &str = "dynamo:latest-none";

/// A repository with run.sh in its folder `container`.
struct Repository {
    case: Case,
    root: PathBuf,
}

impl Repository {
    fn new() -> Self {
        let case = Case::new();
        let root = case.folder().canonicalize().expect("a folder");
        std::fs::create_dir(root.join("container")).expect("a folder");
        symlink(DYNRUN, root.join("container/run.sh")).expect("a link");
        Self { case, root }
    }

    fn run_sh(&self, arguments: &[&str]) -> Call {
        let script = self.root.join("container/run.sh");
        self.case.call(script.to_str().expect("a path"), arguments)
    }

    /// run.sh with busybox as the image of framework `none`. A machine that is a container itself may not lift
    /// limits: the engine does not hear of them.
    fn launch(&self, options: &[&str], command: &[&str]) -> Call {
        self.case.docker(&["tag", BUSYBOX, NONE]);
        let unheard = Fault::Reworded("\"Ulimits\"", "\"Unheard\"");
        let proxy = Proxy::new(&self.case, vec![rule("POST", "/containers/create", unheard)]);
        let base = ["--framework", "NONE", "--gpus", "none"];
        let run = self.run_sh(&[&base[..], options, &["--"], command].concat());
        run.env("DOCKER_HOST", &proxy.address)
    }
}

/// What docker's client sends where nobody said anything, dynrun leaves out.
fn said(value: Value) -> Value {
    let is_unsaid = |value: &Value| match value {
        Value::Null => true,
        Value::Bool(is_on) => !is_on,
        Value::Number(number) => number.as_i64() == Some(0),
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(map) => map.is_empty(),
    };
    match value {
        Value::Object(map) => {
            let said = map.into_iter().map(|(key, value)| (key, said(value)));
            let mut said: Map<String, Value> = said.filter(|(_, value)| !is_unsaid(value)).collect();
            said.sort_keys();
            Value::Object(said)
        }
        Value::Array(items) => Value::Array(items.into_iter().map(said).collect()),
        other => other,
    }
}

/// Of a variable that is said twice the engine takes the last.
fn without_repeats(env: Option<&mut Value>) {
    let Some(lines) = env.and_then(Value::as_array_mut) else { return };
    let name = |line: &Value| line.as_str().and_then(|line| line.split('=').next()).map(str::to_owned);
    let said = std::mem::take(lines);
    for line in said {
        lines.retain(|held| name(held) != name(&line));
        lines.push(line);
    }
}

/// A create request without what means nothing: the order of sets, and docker's words for its own defaults.
fn settled(body: Value) -> Value {
    let mut body = said(body);
    without_repeats(body.get_mut("Env"));
    sort(body.get_mut("Env"));
    for list in ["Binds", "CapAdd", "Ulimits"] {
        sort(body["HostConfig"].get_mut(list));
    }
    let host = body["HostConfig"].as_object_mut().expect("an object");
    for (key, unsaid) in [("MemorySwappiness", json!(-1)), ("RestartPolicy", json!({ "Name": "no" }))] {
        if host.get(key) == Some(&unsaid) {
            host.remove(key);
        }
    }
    // The size of a terminal that is not there.
    host.remove("ConsoleSize");
    said(body)
}

fn sort(list: Option<&mut Value>) {
    if let Some(list) = list.and_then(Value::as_array_mut) {
        list.sort_by_key(Value::to_string);
    }
}

/// The create request of a call, from the same value that a launch sends, and whether dynrun removes the container.
fn request(call: &TableCall, repository: &Repository) -> (Value, bool) {
    let script = repository.root.join("container/run.sh");
    let mut env: BTreeMap<OsString, OsString> = BTreeMap::from([("HOME".into(), "/home/me".into())]);
    env.extend(call.env.iter().map(|(name, value)| (name.into(), value.into())));
    let (called, cwd) = (script.into_os_string(), Some(repository.root.clone()));
    let host = Host { called, env, cwd, ..Host::default() };
    let argv: Vec<OsString> = call.args.iter().map(OsString::from).collect();
    let roots = Roots { base: host.folder(), home: host.home() };
    let Ok(Invocation { verb: Verb::Run(launch), .. }) = parse_run_sh(&argv, roots) else {
        panic!("{}: no launch", call.about);
    };
    let asked = Request {
        options: launch.options,
        service: launch.positional,
        profile: launch.call.profile,
        sources: launch.sources,
        command: launch.command,
        ..Request::default()
    };
    let (settled, _) = config::settle(&asked, &host).expect("a launch");
    let (spec, _) = plan(settled).expect("a launch");
    let body = create_request(&spec, &BTreeMap::new(), NEWEST).expect("a body");
    (body, matches!(spec.lifecycle, Lifecycle::Attached { remove: true, .. }))
}

/// What docker's client asks an engine to create, and whether it is to be removed at its end.
fn asked_by_docker(case: &Case, recorder: &Recorder, call: &TableCall, run: Call) -> (Value, bool) {
    let mut run = run.env("DOCKER_HOST", &recorder.address);
    for (name, value) in &call.env {
        run = run.env(name, value);
    }
    let done = run.env("HOME", case.folder().to_str().expect("a path")).run();
    assert_eq!(done.code, 0, "{}: {}", call.about, done.stderr);
    let mut body = recorder.taken().body;
    let remove = body["HostConfig"]["AutoRemove"].take();
    (settled(body), remove == json!(true))
}

/// The body that dynrun sends, and the line that it prints, are what docker's client makes of run.sh's own words.
/// The one difference is `AutoRemove` (`dynrun::engine::DEVIATIONS`): dynrun removes the container itself.
#[test]
fn the_table_makes_what_dockers_client_would_make() {
    let repository = Repository::new();
    let case = &repository.case;
    let recorder = Recorder::new(case.folder(), "1.45");
    let mut wrong = Vec::new();
    for call in share(calls(), 3) {
        let words = call.docker(&repository.root);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let create = case.call("docker", &[&["create"], &words[..]].concat());
        let docker = asked_by_docker(case, &recorder, &call, create);
        let args: Vec<&str> = call.args.iter().map(String::as_str).collect();
        let mut dry = repository.run_sh(&[&["--dry-run"], &args[..]].concat());
        for (name, value) in &call.env {
            dry = dry.env(name, value);
        }
        let line = dry.run().text().replacen("docker run", "docker create", 1);
        let printed = asked_by_docker(case, &recorder, &call, case.call("sh", &["-c", &line]));
        let (body, remove) = request(&call, &repository);
        for (what, (body, remove)) in [("request", (settled(body), remove)), ("line", printed)] {
            if (&body, remove) != (&docker.0, docker.1) {
                let pretty = |value| serde_json::to_string_pretty(value).expect("JSON");
                let difference = crate::common::diff(&pretty(&docker.0), &pretty(&body));
                wrong.push(format!(
                    "{}, {what} (- docker {}, + dynrun {remove}):\n{difference}",
                    call.about, docker.1
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A launch through the link: its output, its exit code, and nothing left.
#[test]
fn a_launch_through_the_link() {
    let repository = Repository::new();
    let name = repository.case.name("box");
    let line = "echo out; echo err >&2; pwd; exit 7";
    let run = repository.launch(&["--name", &name], &["sh", "-c", line]);
    run.run().expect(7, "out\n/workspace\n", "err\n");
    repository.case.leaves_nothing();
}

/// N30: values arrive whole, whatever a shell would make of them. N31: and a secret is in no output of dynrun's.
#[test]
fn values_arrive_whole() {
    let repository = Repository::new();
    let values = ["b c", "it's \"q\"", "*", "a\nb", "$HOME `x` \\n"];
    let said: Vec<String> = values.iter().enumerate().map(|(at, value)| format!("V{at}={value}")).collect();
    let mut options: Vec<&str> = said.iter().flat_map(|word| ["-e", word]).collect();
    options.extend(["-e", "HF_TOKEN=canary"]);
    let line = "for at in 0 1 2 3 4; do eval printf '%s\\\\n' '\"$V'$at'\"'; done; echo ${#HF_TOKEN}";
    let done = repository.launch(&options, &["sh", "-c", line]).run();
    done.expect(0, &format!("{}\n6\n", values.join("\n")), "");
}

/// The workspace, the cache and a volume with a space in its path are where run.sh has them; the cache's folder is
/// made by the caller, and by no dry run (N27).
#[test]
fn the_workspace_and_the_cache() {
    let repository = Repository::new();
    let cache = repository.root.join("container/.cache/huggingface");
    std::fs::create_dir(repository.root.join("a b")).expect("a folder");
    std::fs::write(repository.root.join("a b/file"), "within\n").expect("a file");
    let volume = format!("{}/a b:/c d", repository.root.display());
    let options = ["--mount-workspace", "--privileged", "FALSE", "--user", "root", "-v", &volume];
    let line = "ls -d /workspace/*/; cat '/c d/file'; touch /root/.cache/huggingface/model";
    repository.launch(&[&options[..], &["--dry-run"]].concat(), &["true"]).run();
    assert!(!cache.exists(), "a dry run makes no folder");
    let done = repository.launch(&options, &["sh", "-c", line]).run();
    assert_eq!((done.code, done.text().as_str()), (0, "/workspace/a b/\n/workspace/container/\nwithin\n"));
    // The engine is reached by a socket in the workspace here, which is told, and nothing else.
    let mut heads = done.stderr.lines().filter(|line| !line.starts_with(' '));
    assert!(heads.all(|head| head.starts_with("warning[engine-socket]: ")), "{}", done.stderr);
    assert!(cache.join("model").exists());
    assert_eq!(
        cache.metadata().expect("a folder").uid(),
        repository.root.metadata().expect("a folder").uid()
    );
    repository.case.leaves_nothing();
}

/// A launch that fails takes the folder away again that it made.
#[test]
fn a_launch_that_fails_leaves_no_folder() {
    let repository = Repository::new();
    let done = repository.launch(&["--hf-home", "new/models", "--user", "root"], &["nosuchcommand"]).run();
    done.refused(127, "command-not-found");
    assert!(!repository.root.join("new").exists());
    std::fs::write(repository.root.join("file"), "").unwrap();
    let file = repository.root.join("file").display().to_string();
    let done = repository.launch(&["--hf-cache", &file], &["true"]).run();
    let wanted = format!(
        "error[hf-home]: the models' folder {file} is no folder\n  \
             asked: `--hf-cache {file}` on the command line\n  \
             help: name a folder that you may write to: --hf-home FOLDER, or HF_HOME=FOLDER in the environment\n  \
             help: or mount none: --hf-home none\n"
    );
    assert!(done.code == 125 && done.stderr.ends_with(&wanted), "{}", done.stderr);
    repository.case.leaves_nothing();
}

/// An engine's refusal ends with 125, wrong usage with 1, and a dead port is a warning.
#[test]
fn exit_codes() {
    let repository = Repository::new();
    repository.launch(&["--runtime", "x", "--rm", "maybe"], &["true"]).run().refused(1, "bad-value");
    repository.launch(&["--user", "nosuchuser"], &["true"]).run().refused(125, "engine-error");
    let done = repository.launch(&["-p", "81:82"], &["true"]).run();
    assert_eq!((done.code, done.text().as_str()), (0, ""));
    assert!(done.stderr.starts_with("warning[dead-publish]: 81:82 is left out: "), "{}", done.stderr);
    repository.case.leaves_nothing();
}

/// N27: the image's own user decides where models are looked for, and a mount elsewhere is said.
#[test]
fn a_cache_that_the_images_user_does_not_see() {
    let repository = Repository::new();
    let case = &repository.case;
    let image = |user: &str| {
        let name = case.name(&format!("image-{}", user.len()));
        let id = case.docker(&["create", "--label", &case.label(), BUSYBOX]);
        case.docker(&["commit", "--change", &format!("USER {user}"), &id, &name]);
        case.docker(&["rm", &id]);
        name
    };
    let (dynamo, other, number) = (image("dynamo"), image("somebody"), image("1000"));
    let findings = |image: &str, more: &[&str]| {
        let base = ["--image", image, "--gpus", "none", "--hf-home", "models"];
        let run = repository.run_sh(&[&base[..], more, &["--", "true"]].concat());
        run.run().stderr
    };
    let unseen = "warning[hf-cache-unseen]: the container looks for models in ";
    let seen = |stderr: String| assert!(!stderr.contains("hf-cache-unseen"), "{stderr}");
    seen(findings(&dynamo, &[]));
    seen(findings(&number, &[]));
    seen(findings(&other, &["-e", "HF_HOME=/home/dynamo/.cache/huggingface"]));
    seen(findings(&other, &["--user", "root"]));
    seen(findings(&other, &["--hf-home", "none"]));
    let said = findings(&other, &[]);
    let root = repository.root.display();
    let wanted = format!(
        "{unseen}/home/somebody/.cache/huggingface/hub, and they are mounted at /home/dynamo/.cache/huggingface\n\
         \x20 asked: `--hf-home {root}/models` on the command line\n\
         \x20 help: mount them there: --hf-home none -v {root}/models:/home/somebody/.cache/huggingface\n\
         \x20 help: or have them looked for where they are: -e HF_HOME=/home/dynamo/.cache/huggingface\n"
    );
    assert!(said.starts_with(&wanted), "{said}");
    let said = findings(BUSYBOX, &[]);
    assert!(said.starts_with(&format!("{unseen}/root/.cache/huggingface/hub, ")), "{said}");
    for image in [dynamo, other, number] {
        case.docker(&["image", "rm", &image]);
    }
}
