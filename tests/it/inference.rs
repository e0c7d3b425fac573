//! The services `inference` and `frontend` in dynrun's own voice: who names them, their habits as data, and the
//! sections of files that hold where an option comes to a word. N20, N23, N24, N26, N27, N28.

use crate::common::Test;

/// The dry run's line, with the messages that come with it.
#[track_caller]
fn line(test: Test, words: &[&str]) -> (String, String) {
    let output = test.dir(".git").args(["run", "--dry-run"]).args(words).any_stdout().any_stderr().run();
    (output.stdout, output.stderr)
}

/// What `config KEY` prints.
#[track_caller]
fn value(test: Test, key: &str, words: &[&str]) -> String {
    let test = test.dir(".git").args(["config", "inference", key]).args(words);
    test.any_stdout().any_stderr().any_status().run().stdout
}

/// An option of its own names `inference`; an image alone names no service, and keeps one that is named.
#[test]
fn who_names_the_service() {
    let service = |words: &[&str]| {
        let test = Test::new().args(["config"]).args(words).any_stdout().any_stderr();
        let head = test.run().stdout.lines().next().unwrap().to_owned();
        head.split([' ', ',']).nth(2).unwrap().to_owned()
    };
    for (words, want) in [
        (&[][..], "gateway"),
        (&["--framework", "NONE"], "inference"),
        (&["--target", "dev"], "inference"),
        (&["--mount-workspace"], "inference"),
        (&["--mount-workspace=false"], "gateway"),
        (&["--use-nixl-gds"], "inference"),
        (&["--hf-home", "/models"], "gateway"),
        (&["--image", "x"], "none"),
        (&["--image", "x", "--framework", "vllm"], "inference"),
        (&["--framework", "vllm", "--service", "nats"], "nats"),
        (&["frontend", "--framework", "sglang"], "frontend"),
        (&["--framework", "vllm", "--profile", "bare"], "inference"),
    ] {
        assert_eq!(service(words), want, "{words:?}");
    }
    let test = Test::new().env("DYNRUN_FRAMEWORK", "trtllm").args(["config", "image"]);
    test.stdout("dynamo:latest-trtllm\n").run();
}

#[test]
fn the_image_has_the_framework_and_the_target_in_its_name() {
    for (words, want) in [
        (&[][..], "dynamo:latest-vllm"),
        (&["--framework", "SGLang"], "dynamo:latest-sglang"),
        (&["--framework", "NONE", "--target", "dev"], "dynamo:latest-none-dev"),
        (&["--target", "dev", "--image", "mine:1"], "mine:1"),
    ] {
        assert_eq!(value(Test::new(), "image", words), format!("{want}\n"), "{words:?}");
    }
    Test::new()
        .args(["run", "--framework", "vlm", "--dry-run"])
        .stderr(
            "
            error[bad-value]: --framework: there is no framework of this name
              asked: `--framework vlm` on the command line
              help: did you mean --framework vllm?
              help: the accepted form is vllm|trtllm|sglang|none
            ",
        )
        .status(125)
        .run();
}

/// N28: every part of the bundle is shown with its place, and can be left out alone; privileges are never given
/// unasked.
#[test]
fn the_workspace() {
    let shown = |key: &str| value(Test::new(), key, &["--mount-workspace", "--origin"]);
    assert_eq!(
        shown("volume"),
        "[DIR]/.cache/huggingface:/home/dynamo/.cache/huggingface\tprofiles/inference.toml:70 (built in)\n\
         /tmp:/tmp\tprofiles/inference.toml:61 (built in)\n\
         /mnt:/mnt\tprofiles/inference.toml:61 (built in)\n\
         [DIR]:/workspace\tprofiles/inference.toml:61 (built in)\n"
    );
    assert_eq!(shown("privileged"), "");
    assert_eq!(shown("hf-home"), "[DIR]/.cache/huggingface\tprofiles/inference.toml:65 (built in)\n");
    assert_eq!(shown("env"), "");
    let test = Test::new().env("HF_TOKEN", "canary");
    assert_eq!(value(test, "env", &["--mount-workspace"]), "HF_TOKEN\n");
    for (words, without) in [
        (&["--hf-home", "none"][..], "huggingface"),
        (&["-v", "scratch:/tmp"], "/tmp:/tmp"),
        (&["-v", "data:/mnt"], "/mnt:/mnt"),
        (&["--workspace", "/src"], "[DIR]:/workspace"),
        (&["--reset", "volume"], "--volume"),
    ] {
        let (line, _) = line(Test::new(), &[&["--mount-workspace"], words].concat());
        assert!(!line.contains(without), "{words:?}: {line}");
    }
}

/// The models' place: said, the environment's, or the one of the hub's tools beside the workspace; and none without.
#[test]
fn the_cache() {
    let volume = |env: Option<&str>, words: &[&str]| {
        let test = env.map_or_else(Test::new, |value| Test::new().env("HF_HOME", value));
        let volumes = value(test, "volume", words);
        volumes.lines().find(|line| line.contains("huggingface")).unwrap_or("none").to_owned()
    };
    let (user, root) = ("/home/dynamo/.cache/huggingface", "/root/.cache/huggingface");
    for (env, words, want) in [
        (None, &[][..], "none".to_owned()),
        (None, &["--hf-home", "/models"], format!("/models:{user}")),
        (None, &["--hf-cache", "models"], format!("[DIR]/models:{user}")),
        (None, &["--hf-home", "/models", "--user", "root"], format!("/models:{root}")),
        (None, &["--hf-home", "/models", "--user", "0"], format!("/models:{root}")),
        (None, &["--hf-home", "/m", "--user", "0", "--hf-target", "/huggingface"], "/m:/huggingface".into()),
        (None, &["--mount-workspace"], format!("[DIR]/.cache/huggingface:{user}")),
        (Some("/data"), &[], format!("/data:{user}")),
        (Some(""), &[], "none".to_owned()),
        (Some("none"), &["--mount-workspace"], "none".to_owned()),
        (Some("/data"), &["--mount-workspace"], format!("/data:{user}")),
        (Some("/data"), &["--hf-home", "NONE"], "none".to_owned()),
        (Some("/data"), &["--profile", "ci"], "none".to_owned()),
        (Some("/data"), &["--profile", "prod"], "none".to_owned()),
        (Some("/data"), &["--profile", "ci", "--hf-home", "/models"], format!("/models:{user}")),
    ] {
        assert_eq!(volume(env, words), want, "HF_HOME={env:?} {words:?}");
    }
}

/// Without HOME, nothing of what is built in is at fault.
#[test]
fn no_home_is_no_fault() {
    Test::new().no_env("HOME").args(["config", "gateway", "network"]).stdout("bridge\n").run();
    let test = Test::new().no_env("HOME");
    assert_eq!(value(test, "hf-home", &["--mount-workspace"]), "/root/.cache/huggingface\n");
}

#[test]
fn users_and_gpus() {
    let (plain, _) = line(Test::new(), &["inference"]);
    assert!(plain.contains(" --gpus all ") && !plain.contains("--runtime"), "{plain}");
    let (all, _) = line(Test::new(), &["inference", "--gpus", "all"]);
    assert!(all.contains(" --gpus all --runtime nvidia ") && !all.contains("--group-add"), "{all}");
    let (none, _) = line(Test::new(), &["inference", "--gpus", "NONE", "--user", "1000"]);
    assert!(!none.contains("--gpus") && !none.contains("--runtime"), "{none}");
    assert!(none.contains(" --user 1000 --group-add 0 "), "{none}");
    let (root, _) =
        line(Test::new(), &["inference", "--user", "root", "--runtime", "runc", "--gpus", "none"]);
    assert!(!root.contains("--group-add") && root.contains(" --runtime runc "), "{root}");
}

#[test]
fn gpudirect_storage() {
    let (text, _) = line(Test::new(), &["--use-nixl-gds"]);
    assert!(text.contains(" --volume /run/udev:/run/udev:ro --volume /tmp:/tmp "), "{text}");
    assert!(text.contains(" --cap-add CAP_IPC_LOCK --cap-add CAP_SYS_PTRACE "), "{text}");
    let (text, _) = line(Test::new(), &["--use-nixl-gds", "--mount-workspace"]);
    assert_eq!(text.matches(":/tmp ").count(), 1, "{text}");
}

/// N23: the frontend's port is one word, and the engine's are known where they are opened.
#[test]
fn ports_are_moved_by_their_variables() {
    let bridge = ["--network", "bridge", "--publish-service"];
    let (text, _) = line(Test::new(), &[&["frontend", "-e", "DYN_HTTP_PORT=9000"], &bridge[..]].concat());
    assert!(text.contains(" --publish 9000:9000 "), "{text}");
    let (text, _) = line(Test::new(), &[&["inference"], &bridge[..]].concat());
    assert!(!text.contains("--publish"), "{text}");
    let (text, _) = line(Test::new(), &[&["inference", "-e", "DYN_SYSTEM_PORT=8082"], &bridge[..]].concat());
    assert!(text.contains(" --publish 8082:8082 "), "{text}");
}

/// A dry run has the terminal that is asked for.
#[test]
fn a_terminal_in_a_dry_run() {
    let test = Test::new().args(["run", "inference", "-it", "--dry-run", "--format", "json"]);
    let body: serde_json::Value = serde_json::from_str(&test.any_stdout().any_stderr().run().stdout).unwrap();
    assert_eq!((&body["Tty"], &body["OpenStdin"]), (&true.into(), &true.into()));
    let (text, _) = line(Test::new(), &["inference", "-it"]);
    assert!(text.contains(" --interactive --tty "), "{text}");
    let (text, _) = line(Test::new(), &["inference", "--tty=false"]);
    assert!(!text.contains("--tty"), "{text}");
}

/// N26: a size that does nothing is said, unless it is only dynrun's habit.
#[test]
fn shared_memory_of_the_host_has_its_own_size() {
    assert!(!line(Test::new(), &["inference"]).1.contains("shm-ignored"));
    let (_, said) = line(Test::new(), &["inference", "--shm-size", "1g"]);
    assert!(said.contains("warning[shm-ignored]: --shm-size does nothing"), "{said}");
    assert!(
        !line(Test::new(), &["inference", "--shm-size", "1g", "--ipc", "private"]).1.contains("shm-ignored")
    );
}

/// The gateway's image runs nothing else, and an engine's image runs anything.
#[test]
fn the_gateway_names_who_takes_a_command() {
    Test::new()
        .args(["run", "gateway", "--dry-run", "--", "ls"])
        .stderr(
            "
            error[no-command]: the image of `gateway` holds one program and no shell: it takes no command
              help: run a command beside an engine: dynrun run inference -- COMMAND
              help: or in an image of your own: dynrun run --image IMAGE -- COMMAND
            ",
        )
        .status(125)
        .run();
}

/// `when` in a file of the user's: an arm lies over what its own file says in any case, and under a higher file.
#[test]
fn sections_that_hold_where_an_option_comes_to_a_word() {
    let file = "
        [service.x]
        image = \"x:${option.name}\"
        name = \"aa\"
        entrypoint = \"$${option.name}\"
        memory = \"1g\"
        [service.x.when.name.aa]
        memory = \"2g\"
        [service.x.when.name.\"*\"]
        memory = \"3g\"
        detach = true
        [service.x.when.detach.true]
        label = [\"name=${option.name}\"]
        ";
    let shown = |words: &[&str], key: &str| {
        let test = Test::new().file("a.toml", file).file("b.toml", "[service.x]\nmemory = \"9g\"\n");
        let test = test.args(["config", "x", key, "--config", "a.toml"]).args(words);
        test.any_stdout().any_stderr().any_status().run().stdout
    };
    assert_eq!(shown(&[], "memory"), "2g\n");
    assert_eq!(shown(&[], "image"), "x:aa\n");
    assert_eq!(shown(&[], "entrypoint"), "${option.name}\n");
    assert_eq!(shown(&[], "label"), "");
    assert_eq!(shown(&["--name", "b1"], "memory"), "3g\n");
    assert_eq!(shown(&["--name", "b1"], "label"), "name=b1\n");
    assert_eq!(shown(&["--name", "b1", "--detach=false"], "label"), "");
    assert_eq!(shown(&["--config", "b.toml"], "memory"), "9g\n");
    assert_eq!(shown(&["--memory", "4g"], "memory"), "4g\n");
}

/// Faults of words that are made from options, and of arms.
#[test]
fn faults_of_what_depends_on_options() {
    for (file, part) in [
        (
            "[service.x]\nimage = \"x:${option.name}\"\n",
            "`image` is made from the option name, which nobody says",
        ),
        ("[service.x]\nname = \"A B\"\n", "error[bad-value]"),
        ("[service.x]\ntarget = \"a\"\nimage = \"${option.target}:-\"\n", "error[bad-value]: --image: "),
        ("[service.x]\nabout = \"${option.name}\"\n", "`${option.NAME}` stands in launch options only"),
        ("[service.x]\nimage = \"${option.nmae}\"\n", "`${option.NAME}` names no option of a single value"),
        (
            "[service.x.when.env.A]\nrm = true\n",
            "`when`, which takes options of a single value, has no key `env`",
        ),
        ("[service.x.when.gpus.al]\nrm = true\n", "`gpus`: this is neither a count nor a device"),
        ("[service.x.when.rm.true]\nwhen = 1\n", "an arm of `when` has no key `when`"),
        ("[service.x.when.rm]\ntrue = 1\n", "`true` is a table, not an integer"),
        ("[service.x]\nchosen-by = [\"framework\"]\n", "a service has no key `chosen-by`"),
    ] {
        let test = Test::new().file("bad.toml", file).args(["config", "x", "--config", "bad.toml"]);
        let output = test.any_stdout().any_stderr().status(1).run();
        assert!(output.stderr.contains(part), "{file}: {}", output.stderr);
    }
}

/// A stranger's file may not turn the bundles on, nor put its own program where dynrun's habits give powers.
#[test]
fn a_project_gets_no_powers_by_way_of_dynruns_habits() {
    for (file, words, refused) in [
        ("[service.inference]\nmount-workspace = true\n", &["config", "inference"][..], true),
        ("[service.inference]\nuse-nixl-gds = true\n", &["config", "inference"], true),
        ("[service.inference]\nhf-home = \"~/.ssh\"\n", &["config", "inference"], true),
        ("[service.inference]\nworkspace = \"/\"\n", &["config", "inference"], true),
        // A mount can hold the program that runs: models come with code of their own.
        ("[service.inference]\nhf-home = \"./models\"\n", &["config", "inference"], true),
        ("[service.inference]\nhf-target = \"/usr/bin\"\n", &["config", "inference"], true),
        ("[service.inference]\nvolume = [\"./bin:/usr/bin\"]\n", &["config", "inference"], true),
        ("[service.inference]\nenv = [\"PYTHONSTARTUP=/x.py\"]\n", &["config", "inference"], true),
        ("[service.inference]\nenv-file = [\"x.env\"]\n", &["config", "inference"], true),
        ("[service.inference]\nworkdir = \"/x\"\n", &["config", "inference"], true),
        ("[service.inference]\nuser = \"root\"\n", &["config", "inference"], true),
        ("[service.inference]\ngroup-add = [\"0\"]\n", &["config", "inference"], true),
        ("[profile.dev.service.inference]\nenv = [\"A=1\"]\n", &["config", "inference"], true),
        ("[service.inference.when.rm.true]\nenv = [\"A=1\"]\n", &["config", "inference"], true),
        // What the caller says in its place, or takes back, is nobody else's word.
        ("[service.inference]\nenv = [\"A=1\"]\n", &["config", "inference", "-e", "A=2"], false),
        ("[service.inference]\nenv = [\"A=1\"]\n", &["config", "inference", "--reset", "env"], false),
        ("[service.inference]\nworkdir = \"/x\"\n", &["config", "inference", "-w", "/y"], false),
        // Without dynrun's powers, a project says what it likes.
        ("[service.inference]\nenv = [\"A=1\"]\n", &["config", "inference", "--profile", "bare"], false),
        ("[service.mine]\nimage = \"i\"\nvolume = [\".:/x\"]\nenv = [\"A=1\"]\n", &["config", "mine"], false),
        ("[service.gateway]\nenv = [\"A=1\"]\nvolume = [\".:/x\"]\n", &["config", "gateway"], false),
        ("[service.inference]\nframework = \"sglang\"\n", &["config", "inference"], false),
        ("[service.inference]\nimage = \"strange\"\n", &["config", "inference"], true),
        ("[service.inference]\nentrypoint = \"/x\"\n", &["config", "inference"], true),
        ("[service.inference]\nimage = \"strange\"\n", &["config", "inference", "--trust"], false),
        ("[service.inference]\nimage = \"strange\"\n", &["config", "inference", "--image", "mine"], false),
        ("[service.nats]\nimage = \"strange\"\n", &["config", "nats"], false),
    ] {
        let test =
            Test::new().dir("home").file("repo/dynrun.toml", file).cwd("repo").env("HOME", "[DIR]/home");
        let test = test.file("repo/x.env", "A=1\n");
        let output = test.args(words).any_stdout().any_stderr().any_status().run();
        assert_eq!(output.status, i32::from(refused), "{file} {words:?}: {}", output.stderr);
        assert_eq!(output.stderr.contains("error[untrusted]"), refused, "{file}: {}", output.stderr);
    }
}

/// The finding names each thing that decides what runs, and what it would run with.
#[test]
fn a_project_is_told_which_powers_its_words_would_get() {
    Test::new()
        .file("repo/dynrun.toml", "[service.inference]\nworkdir = \"/x\"\nenv = [\"A=1\"]\n")
        .cwd("repo")
        .args(["run", "inference", "--dry-run"])
        .stderr(
            "
            error[untrusted]: dynrun.toml asks for what a project's file may not give
              asked: `workdir, for a container with the host's own namespace (network = \"host\"), devices of the host (gpus), a capability (cap-add), the host's own namespace (ipc = \"host\")` at dynrun.toml:2
              asked: `env, for a container with the host's own namespace (network = \"host\"), devices of the host (gpus), a capability (cap-add), the host's own namespace (ipc = \"host\")` at dynrun.toml:3
              help: read the file, then add --trust to follow it this once
              help: or for ever, in your own configuration: trusted = [\"[DIR]/repo\"]
            ",
        )
        .status(125)
        .run();
}
