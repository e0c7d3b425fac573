//! `dynrun import`: lines, scripts, calls of run.sh, inspected containers.

use super::{data, printed};
use crate::common::{Test, expected};
use serde_json::{Value, json};

#[test]
fn ten_lines_become_ten_services() {
    let test = Test::new().file("seeds.sh", &data("seeds.sh")).args(["import", "seeds.sh"]);
    expected("import-seeds.txt", &printed(test));
}

#[test]
fn a_line_becomes_a_service_that_dynrun_launches_alone() {
    let line = "dynrun import -- docker run --name web -p 8080:80 -v ./d:/d nginx nginx -v >web.toml && dynrun --config web.toml --dry-run";
    let launch = "docker run --name web --publish 8080:80 --volume [DIR]/d:/d nginx nginx -v\n";
    // An option before a verb would be one of a launch without one: that is what this is.
    Test::sh(line).dir("d").stdout(launch).stderr("assumed: the engine has the image nginx:latest\n").run();
}

#[test]
fn a_line_becomes_toml() {
    Test::new()
        .args(
            "import -- sudo docker container run -it --rm -eA=1 -e B --gpus=all ubuntu:22.04 bash -c"
                .split(' '),
        )
        .args(["echo ${x} \"y\""])
        .stdout(
            r#"
            default-profile = "as-imported"
            default-service = "ubuntu"

            [profile.as-imported]
            about = "nothing but what was imported"

            [service.ubuntu]
            image = "ubuntu:22.04"
            interactive = true
            tty = true
            env = ["A=1", "B"]
            gpus = "all"
            rm = true
            command = ["bash", "-c", "echo $${x} \"y\""]
            "#,
        )
        .run();
}

#[test]
fn a_profile_is_made_where_one_is_asked_for() {
    Test::new()
        .args("import --profile mine -- docker run -p 80:80 nginx nginx -v".split(' '))
        .stdout(
            r#"
            default-profile = "mine"

            [profile.mine]
            service = "none"
            image = "nginx"
            publish = ["80:80"]
            "#,
        )
        .stderr(
            "
            note[not-carried-over]: a profile holds no command: `mine` does not
              help: dynrun run --profile mine -- nginx -v
            ",
        )
        .run();
}

#[test]
fn names_of_dynruns_own_are_not_taken() {
    let output = Test::new()
        .args("import --service gateway -- docker run nginx".split(' '))
        .any_stdout()
        .stderr("note[not-carried-over]: `gateway` is dynrun's own, and would keep its options: what was imported is called `gateway-2`\n")
        .run();
    assert!(output.stdout.contains("[service.gateway-2]"), "{}", output.stdout);
}

#[test]
fn a_call_of_run_sh_becomes_a_profile_on_its_habits() {
    Test::new()
        .args("import -- ./run.sh --framework VLLM --network bridge --privileged FALSE -v /a:/b".split(' '))
        .stdout(
            r#"
            default-profile = "inference"
            default-service = "inference"

            [profile.inference]
            extends = "run-sh"

            [profile.inference.service.inference]
            framework = "VLLM"
            network = ["bridge"]
            volume = ["/a:/b"]
            privileged = false
            "#,
        )
        .run();
}

/// A canary in every place of a line that may hold a secret: none is printed, and each is named.
#[test]
fn no_secret_is_written_down() {
    let line = "import -- docker run -e HF_TOKEN=canary -e URL=http://u:canary@h/ -e A=b -l api_key=canary \
                --log-opt splunk-token=canary --log-driver splunk app:1 --db postgres://u:canary@h/d";
    let output =
        Test::new().args(line.split(' ').filter(|word| !word.is_empty())).any_stdout().any_stderr().run();
    assert!(!output.all().contains("canary"), "{}", output.all());
    assert!(output.stdout.contains("env = [\"HF_TOKEN\", \"URL\", \"A=b\"]\n"), "{}", output.stdout);
    assert!(!output.stdout.contains("command"), "{}", output.stdout);
    let named = [
        "HF_TOKEN is a secret",
        "URL is a secret",
        "-l api_key holds a secret",
        "--log-opt splunk-token holds a secret",
        "the command holds a secret",
    ];
    for part in named {
        assert!(output.stderr.contains(part), "{part}: {}", output.stderr);
    }
}

/// A secret that the script itself sets is in no file, whatever it is filled into.
#[test]
fn no_secret_that_a_script_sets_is_written_down() {
    let forwarded = |name: &str| format!("export {name}=... before you launch\n");
    let by_shell = |name: &str| {
        format!("--secret id={name},env={name}, and have a shell there fill it in: sh -c '... \"${name}\"'\n")
    };
    for (script, want, told) in [
        ("X_TOKEN=canary; docker run img cmd $X_TOKEN", "image = \"img\"\n", by_shell("X_TOKEN")),
        ("A_TOKEN=canary; X=$A_TOKEN; docker run img --key=$X", "image = \"img\"\n", by_shell("A_TOKEN")),
        ("docker run img sh -c 'export X_TOKEN=canary; run'", "image = \"img\"\n", by_shell("X_TOKEN")),
        (
            "docker run img serve --api-key canary",
            "image = \"img\"\n",
            "the command holds a secret".to_owned(),
        ),
        ("X_TOKEN=canary; docker run img ${A:-$X_TOKEN}", "image = \"img\"\n", by_shell("X_TOKEN")),
        ("X_TOKEN=(canary b); docker run img \"${X_TOKEN[@]}\"", "image = \"img\"\n", by_shell("X_TOKEN")),
        (
            "X_TOKEN=canary; docker run -e FOO=$X_TOKEN img",
            "secret = [\"id=FOO,env=X_TOKEN,target=FOO\"]\n",
            forwarded("X_TOKEN"),
        ),
        ("X_TOKEN=canary; docker run -e FOO=a$X_TOKEN img", "env = [\"FOO\"]\n", forwarded("FOO")),
        ("X_TOKEN=canary; docker run -e X_TOKEN img", "env = [\"X_TOKEN\"]\n", forwarded("X_TOKEN")),
        ("X_TOKEN=canary docker run -e X_TOKEN img", "env = [\"X_TOKEN\"]\n", forwarded("X_TOKEN")),
        ("docker run -e OPTS=--token=canary img", "env = [\"OPTS\"]\n", forwarded("OPTS")),
        ("docker run -e FOO=$HF_TOKEN img", "secret = [\"id=FOO,env=HF_TOKEN,target=FOO\"]\n", String::new()),
        ("X_TOKEN=canary; docker run -l a=$X_TOKEN img", "image = \"img\"\n", "--label ...\n".to_owned()),
        ("docker run --dns-option X_TOKEN=canary img", "image = \"img\"\n", "--dns-option ...\n".to_owned()),
        (
            "docker run --health-cmd 'A_TOKEN=canary check' img",
            "image = \"img\"\n",
            "--health-cmd ...\n".to_owned(),
        ),
        ("docker run -e X_TOKEN=canary$(date) img", "", "known only while the script runs".to_owned()),
        ("docker run -e X_TOKEN=$(echo canary) img", "", "what `echo ...` prints is known".to_owned()),
        (
            "docker run -e X=\"$(curl -u u:canary http://h)\" img",
            "",
            "what `curl ...` prints is known".to_owned(),
        ),
        ("docker run -e X=$(X_TOKEN=canary curl http://h) img", "", "what `...` prints is known".to_owned()),
        (
            "docker run -i img <<< \"SET PASSWORD = 'canary'\"",
            "interactive = true\n",
            "asked: `<<< ...` at standard input:1\n".to_owned(),
        ),
        (
            "docker run --env X_TOKEN:canary img",
            "image = \"img\"\n",
            "a variable is left out whose name holds a secret\n  asked: `--env ...`".to_owned(),
        ),
    ] {
        let output =
            Test::new().args(["import", "-"]).stdin(script).any_stdout().any_stderr().any_status().run();
        assert!(!output.all().contains("canary"), "{script}: {}", output.all());
        assert!(output.stdout.ends_with(want), "{script}: {}", output.stdout);
        assert!(output.stderr.contains(&told), "{script}: {}", output.stderr);
    }
    let kept = "docker run img sh -c 'X_TOKEN=$(cat /run/secrets/x) serve --tokenizer y'";
    let output = Test::new().args(["import", "-"]).stdin(kept).any_stdout().run();
    assert!(output.stdout.contains("X_TOKEN=$(cat /run/secrets/x) serve --tokenizer y"), "{}", output.stdout);
}

/// Launches that are seen and cannot be read, each with what is told.
const UNREAD: &[(&str, &str)] = &[
    ("eval \"docker run img\"", "a launch behind `eval` is not read, and is left out\n"),
    ("eval $CMD", "what `eval` runs is known only while the script runs: a launch there is not read\n"),
    (
        "$DOCKER run img",
        "what `$DOCKER` is, is known only while the script runs: a launch by it is not read\n",
    ),
    ("bash -c 'docker run img'", "a launch behind `bash` is not read, and is left out\n"),
    ("su me -c 'cd x; docker container run img'", "a launch behind `su` is not read, and is left out\n"),
    ("run_it docker run img", "a launch behind `run_it` is not read, and is left out\n"),
    ("trap 'docker run img' EXIT", "a launch behind `trap` is not read, and is left out\n"),
    ("ssh host docker run img", "a launch behind `ssh` is one of another machine's, and is left out\n"),
    (
        "ls | xargs docker run img",
        "a launch behind `xargs` is left out: the words it adds are known only while the script runs\n",
    ),
    (". ./x.env", "what `./x.env` sets and launches is not read: its variables are taken for the caller's\n"),
    ("source x", "what `x` sets and launches is not read: its variables are taken for the caller's\n"),
    ("cat <<END\ndocker run no\n", "a here-document has no end: what follows is taken for a part of it\n"),
    (
        "docker run -i img sh <<END\nx\nEND",
        "what a launch reads on standard input is left out: a file holds none of it\n",
    ),
    (
        "cat x | docker run -it img",
        "what a launch reads on standard input is left out: a file holds none of it\n",
    ),
    ("timeout 9 docker run img", "`timeout` is left out: dynrun ends a container by itself\n"),
    ("docker service create img", "`docker service create` launches no container, and is left out\n"),
    (
        "cd x\ndocker run -v $PWD/a:/a img",
        "the script goes to another folder: relative paths start from the file's in its place\n",
    ),
    (
        "cd x\ndocker run --mount type=bind,src=$PWD/a,dst=/a img",
        "the script goes to another folder: relative paths start from the file's in its place\n",
    ),
    (
        "cd x\ndocker run --mount type=bind,src=./a,dst=/a img",
        "the script goes to another folder: relative paths start from the file's in its place\n",
    ),
];

/// What launches and cannot be read is told with its line, and nothing of it is run.
#[test]
fn launches_that_cannot_be_read_are_told() {
    for (script, told) in UNREAD {
        let script = format!("echo docker run no\n{script}");
        let output = Test::new()
            .args(["import", "-"])
            .stdin(script.as_str())
            .any_stdout()
            .any_stderr()
            .any_status()
            .run();
        let told = format!("note[not-carried-over]: {told}  asked: ");
        assert!(output.stderr.contains(&told), "{script}: {}", output.stderr);
        assert!(output.stderr.contains("at standard input:2\n"), "{script}: {}", output.stderr);
    }
}

/// A variable without quotes that nothing sets is no image where one follows, and no empty word where it holds a list.
#[test]
fn variables_that_a_shell_leaves_out_are_told() {
    let options = |said: &str| {
        format!(
            "note[not-carried-over]: what `{said}` holds is not known, and taken for nothing\n  \
             asked: `{said}` at standard input:1\n  help: write the options out that it stands for\n"
        )
    };
    let words = |said: &str| {
        format!(
            "note[not-carried-over]: what `{said}` holds is not known, and left out\n  asked: `{said}` at standard input:1\n  \
             help: say it when you launch, behind the command: dynrun run SERVICE -- COMMAND...\n"
        )
    };
    let empty = |names: &str, said: &str, line: &str| {
        format!(
            "note[not-carried-over]: without quotes a shell leaves {names} out where nothing sets it: the file has an empty \
             word then\n  asked: `{said}` at standard input:1\n  help: export {line}=... before you launch\n"
        )
    };
    let demanded = |name: &str| {
        format!(
            "note[not-carried-over]: the file can be read only where {name} is set\n  help: export {name}=...\n"
        )
    };
    for (script, want, told) in [
        ("docker run $GPU -p 80:80 img", "image = \"img\"\npublish = [\"80:80\"]\n", options("$GPU")),
        ("docker run ${GPU} repo/img:1 a", "image = \"repo/img:1\"\ncommand = [\"a\"]\n", options("${GPU}")),
        (
            "docker run $A$B $MY_IMG a",
            "image = \"${env.MY_IMG}\"\ncommand = [\"a\"]\n",
            options("$A$B") + &demanded("MY_IMG"),
        ),
        ("docker run $IMG -p", "image = \"${env.IMG}\"\ncommand = [\"-p\"]\n", demanded("IMG")),
        ("docker run $VLLM bash", "image = \"${env.VLLM}\"\ncommand = [\"bash\"]\n", demanded("VLLM")),
        (
            "docker run $VLLM --model x",
            "image = \"${env.VLLM}\"\ncommand = [\"--model\", \"x\"]\n",
            demanded("VLLM"),
        ),
        (
            "docker run \"$GPU\" -p 80:80",
            "image = \"${env.GPU}\"\ncommand = [\"-p\", \"80:80\"]\n",
            demanded("GPU"),
        ),
        ("docker run img a $ARGS $EXTRA_OPTS", "command = [\"a\"]\n", words("$ARGS") + &words("$EXTRA_OPTS")),
        (
            "docker run img $M --x $N \"$Q\"",
            "command = [\"${env.M:-}\", \"--x\", \"${env.N:-}\", \"${env.Q:-}\"]\n",
            empty("M and N", "$M", "M=... N"),
        ),
        ("./run.sh $ODD --image a:b", "image = \"a:b\"\n", options("$ODD")),
    ] {
        let output = Test::new().args(["import", "-"]).stdin(script).any_stdout().stderr(&told).run();
        assert!(output.stdout.ends_with(want), "{script}: {}", output.stdout);
    }
}

/// What a shell alone knows: the files that a pattern stands for, and the home of another user.
#[test]
fn patterns_and_other_homes_are_told() {
    let output = Test::new()
        .args(["import", "-"])
        .stdin("docker run img cat *.txt '*'")
        .any_stdout()
        .stderr(
            "
            note[not-carried-over]: a shell puts the names of files in the place of `*` where some match: it stands as it is
              asked: `*` at standard input:1
              help: write the files out, or have a shell in the container find them: sh -c '...'
            ",
        )
        .run();
    assert!(output.stdout.ends_with("command = [\"cat\", \"*.txt\", \"*\"]\n"), "{}", output.stdout);
    for home in ["~bob/x:/x", "~+:/x"] {
        Test::new()
            .args(["import", "-"])
            .stdin(format!("docker run -v {home} img").as_str())
            .stderr(&format!(
                "error[not-understood]: whose folder this is, a shell alone knows\n  asked: `{home}` at standard input:1\n  \
                 help: write down what it comes to, and import again\n"
            ))
            .status(1)
            .run();
    }
}

/// What dynrun's own `inspect` prints is what was asked for: all of it, without what dynrun made of it and without secrets.
#[test]
fn what_inspect_prints_is_imported() {
    let document = r#"{"name": "gw", "id": "1", "command": ["serve", "--port", "80"], "options": {
        "image": {"intended": ["img:1"], "actual": ["img:1"], "differs": false},
        "name": {"intended": ["gw"], "actual": ["gw"], "differs": false},
        "env": {"intended": ["A=1", "HF_TOKEN", "URL=http://u:***@h/"], "actual": [], "differs": true},
        "memory": {"intended": ["1g"], "actual": ["2g"], "differs": true}}}"#;
    Test::new()
        .file("gw.json", document)
        .args(["import", "--inspect", "gw.json"])
        .stdout(
            r#"
            default-profile = "as-imported"
            default-service = "gw"

            [profile.as-imported]
            about = "nothing but what was imported"

            [service.gw]
            image = "img:1"
            name = "gw"
            env = ["A=1", "HF_TOKEN"]
            memory = "1g"
            command = ["serve", "--port", "80"]
            "#,
        )
        .stderr(
            "
            note[not-carried-over]: --env is left out: it holds a secret, which nothing prints
              help: say it when you launch: dynrun run SERVICE --env ...
            ",
        )
        .run();
    Test::new()
        .file(
            "gw.json",
            r#"{"name": "gw", "command": ["--key", "***"], "options": {"memory": {"intended": ["x"]}}}"#,
        )
        .args(["import", "--inspect", "gw.json"])
        .any_stderr()
        .stderr_has(
            "note[not-carried-over]: the command is left out: it holds a secret, which nothing prints\n",
        )
        .stderr_has("error[bad-value]: --memory: ")
        .status(1)
        .run();
}

/// Programs that only run the client, and words for the client that are known.
#[test]
fn launches_behind_wrappers_are_read() {
    for (script, want) in [
        ("${DOCKER:-docker} run img", "image = \"img\"\n"),
        ("DOCKER=${DOCKER:-podman}\nsudo $DOCKER run img", "image = \"img\"\n"),
        ("DOCKER='sudo docker'\n$DOCKER run img", "image = \"img\"\n"),
        ("$(which docker) run img", "image = \"img\"\n"),
        ("cat x | docker run img <y", "image = \"img\"\n"),
        ("docker run -i img </dev/null", "image = \"img\"\ninteractive = true\n"),
        ("sudo -u docker docker run img", "image = \"img\"\n"),
        ("env A=1 docker run -e A img", "env = [\"A=1\"]\n"),
        ("bash -e ./run.sh --framework VLLM", "framework = \"VLLM\"\n"),
        ("A=1 docker run -e A no\ndocker run -e A img", "image = \"img\"\nenv = [\"A\"]\n"),
        (": \"${IMAGE:=img:1}\"\ndocker run $IMAGE", "image = \"${env.IMAGE:-img:1}\"\n"),
        ("declare -r X=1\ndocker run img $X", "command = [\"1\"]\n"),
        ("X=1\nunset X\ndocker run img a$X", "command = [\"a\"]\n"),
        ("cat <<END\n  END\ndocker run no\nEND\ndocker run img", "image = \"img\"\n"),
        ("cat <<-END\n\tEND\ndocker run img", "image = \"img\"\n"),
    ] {
        let output = Test::new().args(["import", "-"]).stdin(script).any_stdout().run();
        assert!(output.stdout.ends_with(want), "{script}: {}", output.stdout);
    }
    let output = Test::new().args("import -- sudo -E -u docker docker run img".split(' ')).any_stdout().run();
    assert!(output.stdout.ends_with("image = \"img\"\n"), "{}", output.stdout);
}

/// The script's own arguments are none, as they are where nobody says any.
#[test]
fn a_scripts_own_arguments_are_told_and_are_no_words() {
    for (words, want) in [
        ("\"$@\"", ""),
        ("$@ \"${@}\" \"${@:2}\"", ""),
        ("\"$*\" b", "command = [\"\", \"b\"]\n"),
        ("\"a$@\" \"\"", "command = [\"a\", \"\"]\n"),
        ("\"${@:-x y}\" ${1:-z}", "command = [\"x y\", \"z\"]\n"),
    ] {
        let script = format!("\ndocker run img {words}");
        let output = Test::new().args(["import", "-"]).stdin(script.as_str()).any_stdout().any_stderr().run();
        assert!(output.stdout.ends_with(&format!("image = \"img\"\n{want}")), "{script}: {}", output.stdout);
        let told = "note[not-carried-over]: the script's own arguments are left out\n  asked: `";
        assert!(output.stderr.starts_with(told), "{script}: {}", output.stderr);
        assert!(output.stderr.contains("` at standard input:2\n"), "{script}: {}", output.stderr);
    }
    let lists = "A=()\ndocker run img \"${A[@]}\" b";
    Test::new().args(["import", "-"]).stdin(lists).any_stdout().run();
}

/// A quote that nothing closes is told where it opens: what follows belongs to it.
#[test]
fn what_has_no_end_is_told_where_it_opens() {
    for (script, sign) in [
        ("docker run a\necho 'b\ndocker run c\n", "'"),
        ("docker run a\necho \"b\ndocker run c\n", "\""),
        ("docker run a\necho b\"c\ndocker run $(d)\n", "\""),
        ("docker run a\nX=$(echo \"b)\ndocker run c\n", "\""),
        ("docker run a\nX=$(b\ndocker run c\n", "("),
        ("docker run a\nX=`b\ndocker run c\n", "`"),
        ("docker run a\nX=${b\ndocker run c\n", "${"),
        ("docker run a\nX=(b\ndocker run c\n", "("),
        ("docker run a\nX=$'b\ndocker run c\n", "$'"),
    ] {
        let output = Test::new()
            .args(["import", "-"])
            .stdin(script)
            .any_stdout()
            .stderr(&format!(
                "error[not-understood]: a `{sign}` opens here and has no end: what follows is not read\n  \
                 asked: `{sign}` at standard input:2\n  help: close it, and import again\n"
            ))
            .status(1)
            .run();
        assert!(output.stdout.ends_with("[service.a]\nimage = \"a\"\n"), "{script}: {}", output.stdout);
    }
}

/// What lies deep in each other is refused with its line, and takes no other line along.
#[test]
fn what_lies_too_deep_is_refused() {
    let deep = format!("{}x{}", "${A:-".repeat(5000), "}".repeat(5000));
    let lists = "A=(".repeat(5000) + &")".repeat(5000);
    for script in
        [format!("docker run a {deep}\ndocker run b"), format!("docker run a \"{deep}\"\ndocker run b")]
    {
        let output = Test::new()
            .args(["import", "-"])
            .stdin(script.as_str())
            .any_stdout()
            .any_stderr()
            .status(1)
            .run();
        let told = "error[not-understood]: more than 64 `${...}` lie in each other: no launch needs that\n  asked: `";
        assert!(output.stderr.starts_with(told), "{}", output.stderr);
        assert!(output.stderr.contains("...` at standard input:1\n"), "{}", output.stderr);
        assert!(output.stdout.ends_with("[service.b]\nimage = \"b\"\n"), "{}", output.stdout);
    }
    let nested = "$(".repeat(5000) + &")".repeat(5000);
    for script in [lists, nested] {
        Test::new().args(["import", "-"]).stdin(script.as_str()).any_stderr().status(1).run();
    }
}

/// As many launches as nobody has, with all that once took a look at everything before: in seconds.
#[test]
fn a_long_script_takes_no_long_time() {
    let line =
        |at: usize| format!("V{at}=value{at}\ndocker run -d -e V{at} nginx $V{at} $(date) \"${{NO[@]}}\"\n");
    let script: String = (0..1500).map(line).collect();
    let begun = std::time::Instant::now();
    Test::new().args(["import", "-"]).stdin(script.as_str()).any_stdout().any_stderr().status(1).run();
    let script: String = (0..1500).map(|at| line(at).replace(" $(date)", "")).collect();
    let output = Test::new().args(["import", "-"]).stdin(script.as_str()).any_stdout().any_stderr().run();
    assert!(output.stdout.contains("[service.nginx-1500]\n"));
    assert!(begun.elapsed() < std::time::Duration::from_secs(30), "{:?}", begun.elapsed());
}

/// What a script fills in, as a shell would; what only a run of it would tell is named with its place.
#[test]
fn scripts_are_read_as_a_shell_reads_them() {
    for (script, want) in [
        ("docker run img a'b c'\"d $HOME\"", r#"command = ["ab cd ${home}"]"#),
        ("docker run img $'a\\tb\\x41\\u00e9'", r#"command = ["a\tbAé"]"#),
        ("docker run img $'\\xc3\\xa4\\344\\270\\255\\u4e2d'", r#"command = ["ä中中"]"#),
        ("docker run img \\\n  one \\\n  two # three", r#"command = ["one", "two"]"#),
        ("X=1; docker run img $X ${X} \"${X}y\" '$X'", r#"command = ["1", "1", "1y", "$X"]"#),
        ("OPTS='-e A=1 -e B=2'\ndocker run $OPTS img", r#"env = ["A=1", "B=2"]"#),
        ("A=(-e 'X=a b')\nA+=(--rm)\ndocker run \"${A[@]}\" img", "env = [\"X=a b\"]\nrm = true"),
        (
            "docker run img $NOT_KNOWN ${OTHER:-x y}",
            r#"command = ["${env.NOT_KNOWN:-}", "${env.OTHER:-x y}"]"#,
        ),
        (
            "docker run -v $PWD/a:/a -v \"$(pwd)\":/b -w \"$PWD\" img",
            "workdir = \"${env.PWD}\"\nvolume = [\"./a:/a\", \".:/b\"]",
        ),
        (
            "docker run --mount type=bind,src=\"$(pwd)/a\",dst=/a --mount source=$PWD,type=bind,dst=/b,ro img",
            "mount = [\"type=bind,src=./a,dst=/a\", \"source=.,type=bind,dst=/b,ro\"]",
        ),
        (
            "docker run --user $(id -u):$(id -g) -v ~/x:/x img",
            "user = \"${uid}:${gid}\"\nvolume = [\"${home}/x:/x\"]",
        ),
        ("cd x && docker run img >out 2>&1 <in || exit 1", "image = \"img\""),
        ("ID=$(docker run -d img `# a comment`)", "detach = true"),
        ("X=$(echo \"a)\" \"$(b \")\" ')')\")\ndocker run img", "image = \"img\""),
        ("cat <<END\ndocker run no\nEND\ndocker run img", "image = \"img\""),
        ("FOO=bar docker run -e FOO img", r#"env = ["FOO=bar"]"#),
        (
            "if [ -n \"$X\" ]; then\n  podman run --replace --timeout 5 img\nfi",
            "time-limit = \"5s\"\nif-exists = \"replace\"",
        ),
        (
            "docker run -e TOKEN=$TOKEN -e B_TOKEN=\"$OTHER\" img",
            r#"env = ["TOKEN", "B_TOKEN=${env.OTHER:-}"]"#,
        ),
        ("f(状() { x; }\ndocker run img", "image = \"img\""),
        ("nerdctl --namespace k8s.io run -itp80:80 --name=xx -- img -x", "command = [\"-x\"]"),
        ("docker run ${IMAGE:?say the image}", "image = \"${env.IMAGE:?say the image}\""),
    ] {
        let output = Test::new().args(["import", "-"]).stdin(script).any_stdout().any_stderr().run();
        assert!(
            output.stdout.contains(&format!("{want}\n")),
            "{script}:\n{}{}",
            output.stdout,
            output.stderr
        );
    }
}

#[test]
fn what_only_a_run_would_tell_is_named_with_its_place() {
    let script = "\
for i in 1 2; do docker run --name w$i img; done
docker run --name $(date +%s) img
docker run --name \"${NAME%.*}\" img
[ -n \"$X\" ] && Y=1
docker run -e Y=$Y img
docker run -e A=$((1 + 2)) img
docker run --name $1 img
docker run --env-file <(secrets) img
docker run -p 99999:80 img
docker run --netwrok host img
docker run --name
ls -l
";
    let test = Test::new().args(["import", "-"]).stdin(script);
    expected("import-faults.txt", &printed(test));
}

#[test]
fn what_launches_nothing_is_no_file() {
    Test::new()
        .args(["import", "-"])
        .stdin("ls -l\n")
        .status(1)
        .stderr(
            "
            error[nothing-imported]: nothing that is read there launches a container
              help: dynrun import --help lists what can be imported
            ",
        )
        .run();
    Test::new()
        .args(["import"])
        .status(2)
        .stderr(
            "
            error[usage]: nothing says what is to be imported
              help: a line stands behind `--`: dynrun import -- docker run ...
              help: dynrun import --help lists what can be imported
            ",
        )
        .run();
}

/// A container and its image, as docker's client prints them.
const INSPECTED: &str = r#"[
  {
    "Id": "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
    "Name": "/web",
    "Image": "sha256:aa",
    "Config": {
      "Hostname": "0123456789ab", "User": "", "Image": "nginx:1.27", "Cmd": ["nginx", "-v"],
      "Entrypoint": ["/docker-entrypoint.sh"], "Env": ["A=1", "HF_TOKEN=hush", "PATH=/bin"], "WorkingDir": "/srv",
      "Labels": { "role": "web", "of-image": "x", "com.docker.compose.project": "demo" },
      "ExposedPorts": { "80/tcp": {}, "81/tcp": {} }, "AttachStdout": false, "StopSignal": "SIGQUIT"
    },
    "HostConfig": {
      "Binds": ["/host:/c:ro"], "NetworkMode": "front", "PortBindings": { "80/tcp": [{ "HostIp": "", "HostPort": "8080" }] },
      "RestartPolicy": { "Name": "always", "MaximumRetryCount": 0 }, "Memory": 268435456, "MemorySwap": 536870912,
      "NanoCpus": 500000000, "ShmSize": 67108864, "Runtime": "runc", "IpcMode": "private", "CgroupnsMode": "private",
      "LogConfig": { "Type": "json-file", "Config": {} }, "ContainerIDFile": "/tmp/cid", "NewMember": { "x": 1 },
      "SecurityOpt": ["seccomp={\"defaultAction\":\"SCMP_ACT_ALLOW\"}"], "MaskedPaths": ["/proc/acpi"], "ReadonlyPaths": ["/proc/bus"],
      "DeviceRequests": [{ "Driver": "", "Count": -1, "DeviceIDs": null, "Capabilities": [["gpu"]], "Options": {} }]
    },
    "NetworkSettings": { "Networks": { "front": { "Aliases": ["w", "0123456789ab"], "IPAMConfig": { "IPv4Address": "10.9.0.5" } } } }
  },
  {
    "Id": "sha256:aa",
    "Config": {
      "Cmd": ["nginx", "-g", "daemon off;"], "Entrypoint": ["/docker-entrypoint.sh"], "Env": ["PATH=/bin"],
      "Labels": { "of-image": "x" }, "ExposedPorts": { "80/tcp": {} }, "StopSignal": "SIGQUIT", "WorkingDir": ""
    }
  }
]"#;

#[test]
fn an_inspected_container_becomes_what_made_it() {
    let test = Test::new().file("web.json", INSPECTED).args(["import", "--inspect", "web.json"]);
    expected("import-inspect.txt", &printed(test));
}

/// An engine with control groups of version 1 says `host` by itself. What dynrun's label holds, or a privileged container,
/// says it again.
#[test]
fn the_engines_own_control_groups_are_not_said_again() {
    let told = |container: &Value| {
        let base = json!({ "Name": "/web", "Config": { "Image": "nginx:1.27" }, "HostConfig": { "CgroupnsMode": "host" } });
        let mut all = base;
        for (member, more) in container.as_object().into_iter().flatten() {
            all[member].as_object_mut().unwrap().extend(more.as_object().cloned().unwrap_or_default());
        }
        let test = Test::new().file("web.json", &all.to_string()).args(["import", "--inspect", "web.json"]);
        let output = test.any_stderr().any_stdout().run();
        let note = "note[not-carried-over]: `cgroupns = \"host\"` is left out: engines with control groups of version 1 say it by themselves\n  \
                    help: if somebody said it: cgroupns = \"host\"\n";
        (output.stdout.contains("cgroupns = \"host\"\n"), output.stderr.contains(note))
    };
    let label = |options: &str| json!({ "Config": { "Labels": { "dev.dynrun.options": options } } });
    for (container, is_said, is_noted) in [
        (json!({}), false, true),
        (json!({ "HostConfig": { "CgroupnsMode": "private" } }), false, false),
        (json!({ "HostConfig": { "Privileged": true } }), true, false),
        (label("{}"), false, false),
        (label("{\"cgroupns\":[\"host\"]}"), true, false),
    ] {
        assert_eq!(told(&container), (is_said, is_noted), "{container}");
    }
}

#[test]
fn what_is_no_inspection_is_told() {
    Test::new()
        .args(["import", "--inspect", "-"])
        .stdin("[]")
        .status(1)
        .stderr(
            "
            error[not-understood]: standard input is not what docker inspect prints: no container is in it
              help: docker inspect CONTAINER IMAGE >FILE
              help: or dynrun inspect CONTAINER --format json >FILE
            ",
        )
        .run();
}

/// What docker's client would refuse in a line is refused here, with nothing lost of the others.
#[test]
fn a_bad_line_does_not_take_the_others_along() {
    let output = Test::new()
        .args(["import", "-"])
        .stdin("docker run -p 0:0:0:0 a\ndocker run b\n")
        .any_stdout()
        .any_stderr()
        .status(1)
        .run();
    assert!(
        output.stdout.contains("[service.b]") && !output.stdout.contains("[service.a]"),
        "{}",
        output.stdout
    );
    assert!(output.stderr.contains("at standard input:1\n"), "{}", output.stderr);
}

/// Files that cannot be read are told as such.
#[test]
fn what_cannot_be_read_is_told() {
    Test::new()
        .args(["import", "missing.sh"])
        .status(1)
        .stderr(
            "error[config-unreadable]: missing.sh cannot be read: No such file or directory (os error 2)\n",
        )
        .run();
    Test::new()
        .bytes("big", &vec![b'#'; (1 << 20) + 1])
        .args(["import", "big"])
        .status(1)
        .stderr("error[config-unreadable]: big cannot be read: it is larger than 1 MiB\n")
        .run();
}
