//! `dynrun __complete`, which the shells' scripts ask: the words for every place of a line, and silence where something
//! is wrong or away.

use crate::common::{NOWHERE, Test};
use crate::profiles::SERVICES;
use crate::roll::Roll;
use dynrun::cli::VERBS;
use dynrun::finding::CODES;
use dynrun::host::{Host, Root};
use dynrun::options::ROWS;
use dynrun::preflight::gpu::of_driver;
use std::fs;
use std::os::unix::net::UnixListener;
use tempfile::TempDir;

/// A configuration with a service, a profile and a network of its own.
pub(crate) const HOUSE: &str = r#"
    [service.trainer]
    about = "Trains"
    image = "app:1"
    
    [[service.trainer.listen]]
    port = "47391"
    about = "clients"

    [service.trainer.variable.STAGE]
    about = "Where it runs"
    values = ["dev", "prod"]

    [service.trainer.variable.STAGE_TOKEN]
    secret = true

    [service.trainer.variable.VERBOSE]
    type = "boolean"

    [profile."my desk"]
    about = "Mine"
    extends = "dev"

    [network.fabric]
    driver = "bridge"
"#;

/// A run that is asked for the last of these words, with a configuration and an engine.
fn asked(words: &[&str]) -> (Test, Roll) {
    let test = Test::new().file("dynrun.toml", HOUSE).dir("models").file("models.toml", "");
    let test = test.file("stack.yaml", "services:\n  db: { image: db }\n  api: { image: api }\n");
    let roll = Roll::at(&test.folder().join("engine.sock"));
    let test = test.env("DOCKER_HOST", "unix://[DIR]/engine.sock");
    (test.args(["__complete", "fish", "--"]).args(words), roll)
}

/// The words that a line may go on with, without their help.
#[track_caller]
fn offered(line: &str) -> Vec<String> {
    let words: Vec<&str> = line.split(' ').collect();
    let (test, _roll) = asked(&words);
    let output = test.any_stdout().run();
    let mut lines = output.stdout.lines();
    assert_eq!(lines.next(), Some("words"), "{line}");
    lines.map(|line| line.split('\t').next().unwrap().to_owned()).collect()
}

/// What each line may go on with.
const PLACES: &[(&str, &[&str])] = &[
    ("ru", &["run"]),
    ("nonsense ", &[]),
    ("run --network ", &["backend", "bridge", "container:", "fabric", "host", "name=", "none"]),
    ("run --network=ba", &["--network=backend"]),
    ("run --network container:", &["container:cache", "container:web"]),
    ("run --network name=fa", &["name=fabric"]),
    ("run --network name=fabric,al", &["name=fabric,alias="]),
    ("run --volumes-from ", &["cache", "old", "web"]),
    ("run --volumes-from old:r", &["old:ro", "old:rw"]),
    ("run --link ", &["cache", "web"]),
    ("run --ipc container:w", &["container:web"]),
    ("run --image ", &["app:1", "registry.test:5000/org/app:2"]),
    ("run -v da", &["data:"]),
    ("run -v mod", &["models.toml", "models/"]),
    ("run -v data:/x:z", &["data:/x:z"]),
    ("run --mount type=", &["type=bind,", "type=image,", "type=tmpfs,", "type=volume,"]),
    ("run --mount type=volume,source=", &["type=volume,source=data"]),
    ("run --mount type=bind,src=./mod", &["type=bind,src=./models.toml", "type=bind,src=./models/"]),
    (
        "run --mount type=tmpfs,target=/x,",
        &["type=tmpfs,target=/x,tmpfs-mode=", "type=tmpfs,target=/x,tmpfs-size="],
    ),
    ("run --mount type=image,source=app", &["type=image,source=app:1"]),
    ("run --profile ", &["bare", "ci", "dev", "my desk", "prod", "run-sh"]),
    ("run tr", &["trainer"]),
    ("run trainer -e ", &["STAGE=", "STAGE_TOKEN", "VERBOSE="]),
    ("run trainer -e STAGE=", &["STAGE=dev", "STAGE=prod"]),
    ("run trainer -eSTAGE=p", &["-eSTAGE=prod"]),
    ("run trainer --env=VERBOSE=", &["--env=VERBOSE=false", "--env=VERBOSE=true"]),
    ("run trainer -e DOCKER_H", &["DOCKER_HOST"]),
    ("run --service trainer -e STAGE=d", &["STAGE=dev"]),
    ("run trainer -p ", &["47391:47391"]),
    ("run trainer -p 80:", &["80:47391"]),
    ("run trainer -p 127.0.0.1:80:", &["127.0.0.1:80:47391"]),
    ("run --log-driver json-file --log-opt max-", &["max-buffer-size=", "max-file=", "max-size="]),
    ("run --log-driver j", &["journald", "json-file"]),
    ("run --restart ", &["always", "no", "on-failure", "unless-stopped"]),
    ("run --pull n", &["never", "newer"]),
    ("run --ready h", &["health", "http:"]),
    ("run --security-opt s", &["seccomp=", "systempaths=unconfined"]),
    ("run --security-opt label=d", &["label=disable"]),
    ("run --cap-add SYS_P", &["SYS_PACCT", "SYS_PTRACE"]),
    ("run --ulimit nof", &["nofile="]),
    ("run --gpus ", &["all", "auto", "device=", "none"]),
    ("run --context ", &["default"]),
    ("run --skip mou", &["mounts"]),
    ("run --dry-run=", &["--dry-run=engine", "--dry-run=offline"]),
    ("run --tty=", &["--tty=auto", "--tty=false", "--tty=true"]),
    ("run --reset netw", &["network", "network-alias"]),
    ("run --mount-", &["--mount-workspace"]),
    ("shell we", &["web"]),
    ("shell trai", &["trainer"]),
    ("logs ", &["cache", "old", "web"]),
    ("run -v ~/mod", &["~/models.toml", "~/models/"]),
    ("inspect o", &["old"]),
    ("stop ", &["cache", "web"]),
    ("stop web ", &["cache"]),
    ("config trainer shm", &["shm-size"]),
    ("completions ", &["bash", "elvish", "fish", "powershell", "zsh"]),
    ("up --group ", &[]),
    ("up dynamo --without ", &["etcd", "frontend", "inference", "nats"]),
    ("up frontend --without ", &["etcd", "frontend", "nats"]),
    ("up nebula --group ", &["observe"]),
    ("check nebula --group ", &["observe"]),
    ("export compose dynamo --without ", &["etcd", "frontend", "inference", "nats"]),
    ("export ", &["compose", "docker", "kubernetes"]),
    ("export compose dyna", &["dynamo"]),
    ("up dyna", &["dynamo"]),
    ("check dyna", &["dynamo"]),
    ("config dyna", &["dynamo"]),
    ("import --compose stack.yaml ", &["api", "db"]),
    ("import --compose missing.yaml ", &[]),
    ("run --secret ", &["env=", "id=", "src=", "target="]),
    ("run --secret id=hf,src=mod", &["id=hf,src=models.toml", "id=hf,src=models/"]),
    ("run --secret id=hf,env=X,", &["id=hf,env=X,target="]),
    ("probe gate", &["gateway"]),
    ("probe we", &["web"]),
    ("probe web --as ", &["datagram", "etcd", "nats", "openai", "states"]),
    ("probe web --token ", &["env=", "src="]),
    ("probe web --token src=mod", &["src=models.toml", "src=models/"]),
    ("update o", &["old"]),
    ("run --name ", &[]),
    ("run trainer ", &[]),
];

/// Exact lists, in their order; what is not begun with is not offered.
#[test]
fn every_place_has_its_words() {
    for (line, want) in PLACES {
        assert_eq!(offered(line), *want, "{line:?}");
    }
}

#[test]
fn long_lists_are_the_tables() {
    let sorted = |words: Vec<&str>| {
        let mut words: Vec<String> = words.into_iter().map(str::to_owned).collect();
        words.sort();
        words
    };
    assert_eq!(offered(""), sorted(VERBS.iter().map(|verb| verb.name).collect()));
    assert_eq!(offered("run "), sorted(SERVICES.iter().copied().chain(["trainer"]).collect()));
    let codes = CODES.iter().map(|one| one.code.name());
    assert_eq!(offered("explain port-"), sorted(codes.filter(|code| code.starts_with("port-")).collect()));
    let all: Vec<String> = offered("run --");
    for row in ROWS {
        assert!(all.contains(&format!("--{}", row.name)), "{}", row.name);
    }
    assert_eq!(offered("config trainer "), sorted(ROWS.iter().map(|row| row.name).collect()));
}

/// Help stands beside a word where the shell shows it, without what a terminal obeys.
#[test]
fn help_stands_beside_the_word() {
    for (line, want) in [
        ("stop ", "words\ncache\tapp:1, Up \\u{1b}[31m1 hour\nweb\tapp:1, Up 2 hours\n"),
        ("run --profile my", "words\nmy desk\tMine\n"),
        ("run trainer -e STAGE", "words\nSTAGE=\tWhere it runs\nSTAGE_TOKEN\n"),
        ("run trainer -p ", "words\n47391:47391\tclients\n"),
        ("run --privi", "words\n--privileged\tGive the container every right on the host\n"),
    ] {
        let (test, _roll) = asked(&line.split(' ').collect::<Vec<_>>());
        test.stdout(want).run();
    }
}

/// A path alone is left to the shell, and a command to whoever completes one.
#[test]
fn what_is_the_shells_own_business_is_left_to_it() {
    for (line, want) in [
        ("run --config mod", "files\n"),
        ("run --workspace ~/m", "folders\n"),
        ("run --config=mod", "words\n--config=models.toml\n--config=models/\n"),
        ("run --workspace=~/m", "words\n--workspace=~/models/\n"),
        ("run trainer -- l", "command\n3\n"),
        ("-- l", "command\n1\n"),
    ] {
        let (test, roll) = asked(&line.split(' ').collect::<Vec<_>>());
        test.stdout(want).run();
        assert_eq!(roll.taken(), [""; 0], "{line}");
    }
}

/// One request, that reads: an engine is asked for nothing else, and not at all where it knows nothing.
#[test]
fn the_engine_is_asked_once() {
    for (line, want) in [
        ("stop ", &["GET /containers/json"][..]),
        ("logs ", &["GET /containers/json?all=1"]),
        ("run --image ", &["GET /images/json"]),
        ("run -v ", &["GET /volumes"]),
        ("run --network ", &["GET /networks"]),
        ("run --network container:", &["GET /containers/json", "GET /networks"]),
        ("run --", &[]),
        ("run trainer -e ", &[]),
    ] {
        let (test, roll) = asked(&line.split(' ').collect::<Vec<_>>());
        test.any_stdout().run();
        let mut taken = roll.taken();
        taken.sort();
        assert_eq!(taken, want, "{line}");
    }
}

/// What the line itself names counts: files, engine, profile.
#[test]
fn what_the_line_says_applies() {
    let test = Test::new().file("more.toml", HOUSE);
    let _roll = Roll::at(&test.folder().join("engine.sock"));
    let words = ["run", "--config", "more.toml", "--host", "unix://[DIR]/engine.sock", "--network", "fa"];
    test.args(["__complete", "fish", "--"]).args(words).stdout("words\nfabric\tdeclared\n").run();
    let test = Test::new().file("more.toml", HOUSE);
    let words = ["--config", "more.toml", "run", "--profile", "my"];
    test.args(["__complete", "fish", "--"]).args(words).stdout("words\nmy desk\tMine\n").run();
}

/// An engine that is away, that never answers, that answers nonsense, or that cannot be named: what is known without one,
/// no word on standard error, and an end.
#[test]
fn without_an_engine_what_is_known_is_offered() {
    let want = "words\nbridge\ncontainer:\nhost\nname=\nnone\n";
    let words = ["__complete", "fish", "--", "run", "--network", ""];
    for address in
        [NOWHERE, "unix://[DIR]", "tcp://127.0.0.1:1", "ssh://nobody@nowhere.invalid", "garbage", "tcp://"]
    {
        Test::new().env("DOCKER_HOST", address).args(words).stdout(want).run();
    }
    let test = Test::new().env("DOCKER_HOST", "unix://[DIR]/engine.sock");
    let _silent = UnixListener::bind(test.folder().join("engine.sock")).unwrap();
    test.args(words).stdout(want).run();
    Test::new().no_env("DOCKER_HOST").env("DOCKER_CONTEXT", "missing").args(words).stdout(want).run();
}

/// Faults are told when Enter is pressed, and not before.
#[test]
fn faults_are_silent() {
    let words = ["__complete", "fish", "--", "--profile", "c", "--nonsense"];
    let want = "words\nci\tan isolated run, nothing published, nothing left behind\n";
    for (name, text) in [
        ("dynrun.toml", "this is no TOML"),
        ("dynrun.toml", "[profile.ci]\nnetwork = \"hots\""),
        ("dynrun.toml", "[profile.ci]\nextends = \"ci\""),
        (".config/dynrun/config.toml", "completion-wait = \"soon\""),
    ] {
        Test::new().file(name, text).args(&words[..5]).stdout(want).run();
    }
    for args in [
        &["__complete"][..],
        &["__complete", "fish"],
        &["__complete", "--"],
        &["__complete", "csh", "--", "ru"],
        &["__complete", "powershell", "--", "ru"],
    ] {
        Test::new().args(args).any_stdout().run();
    }
    Test::new().args(["__complete", "fish", "--"]).any_stdout().run();
    Test::new().args(words).env("DYNRUN_NETWORK", "hots").stdout("words\n").run();
}

/// Of a path PowerShell knows as much.
#[test]
fn powershell_is_told_words_and_completes_paths_itself() {
    for (words, want) in [
        (&["--profile", "c"][..], "words\nci\tan isolated run, nothing published, nothing left behind\n"),
        (&["run", "--pull", "al"], "words\nalways\t\n"),
        (&["run", "--env-file", ""], "path\n"),
        (&["run", "--", "ls"], "command\n"),
    ] {
        Test::new().args(["__complete", "powershell", "--"]).args(words).stdout(want).run();
    }
}

/// Docker's contexts by their names, beside the one that every client has.
#[test]
fn contexts_are_named() {
    let meta = ".docker/contexts/meta/0123/meta.json";
    let test = Test::new().file(meta, "{\"Name\":\"desk\",\"Endpoints\":{}}");
    let words = ["__complete", "fish", "--", "--context", ""];
    test.args(words).stdout("words\ndefault\ndesk\n").run();
}

/// The GPUs of this machine, by number and by UUID, as their driver lists them.
#[test]
fn gpus_are_named() {
    let root = TempDir::new().unwrap();
    for (address, uuid) in [("0000:01:00.0", "GPU-aaaa"), ("0000:02:00.0", "GPU-bbbb")] {
        let folder = root.path().join("proc/driver/nvidia/gpus").join(address);
        fs::create_dir_all(&folder).unwrap();
        let text = format!("Model: \t\t NVIDIA H200\nGPU UUID: \t {uuid}\n");
        fs::write(folder.join("information"), text).unwrap();
    }
    let host = Host { root: Root::at(root.path()), ..Host::default() };
    let named = |name: &str| (name.to_owned(), "NVIDIA H200".to_owned());
    assert_eq!(of_driver(&host), [named("0"), named("GPU-aaaa"), named("1"), named("GPU-bbbb")]);
}

/// Nothing is written, wherever a shell may stand.
#[test]
fn nothing_is_written() {
    let (test, _roll) = asked(&["run", "--volumes-from", ""]);
    let folder = test.folder();
    let entries = || {
        let mut names: Vec<_> =
            fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    };
    let before = entries();
    let output = test.any_stdout().run();
    assert_eq!(entries(), before);
    drop(output);
}

/// The hidden verb is no verb for people.
#[test]
fn the_verb_is_hidden() {
    let output = Test::new().args(["--help"]).any_stdout().run();
    assert!(!output.stdout.contains("__complete"), "{}", output.stdout);
}
