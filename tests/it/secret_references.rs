//! Secrets by reference: a file becomes a mount to read, a variable a variable; what is missing refuses the launch, and
//! a file that others may read is told. M30, S2, S16.

use crate::common::{Output, Test};
use crate::recorder::Recorder;
use crate::rules::codes;
use serde_json::json;

/// A launch that is only printed.
fn dry(words: &[&str]) -> Test {
    Test::new().args(["run", "--profile", "bare", "--image", "app:1", "--dry-run"]).args(words)
}

/// What the engine gets: the value of a variable, and a file that is mounted to be read. No label holds either.
#[test]
fn the_engine_gets_the_secret_and_nobody_else() {
    let temp = tempfile::tempdir().unwrap();
    let engine = Recorder::new(temp.path(), "1.45");
    let test = Test::new().file("token", "hush\n").mode("token", 0o600).env("MY_TOKEN", "hush-variable");
    let path = test.folder().join("token").to_str().unwrap().to_owned();
    test.args([
        "run",
        "-d",
        "--profile",
        "bare",
        "--preflight",
        "off",
        "--image",
        "app:1",
        "--report",
        "r.json",
    ])
    .args(["--secret", "id=hf,src=token", "--secret", "id=seed,env=MY_TOKEN,target=SEED", "-e", "A=1"])
    .args(["--log-level", "trace"])
    .env("DOCKER_HOST", &engine.address)
    .any_stdout()
    .any_stderr()
    .run();
    let body = engine.taken().body;
    assert_eq!(body["Env"], json!(["A=1", "SEED=hush-variable"]));
    let mount = json!([{ "Type": "bind", "Source": path, "Target": "/run/secrets/hf", "ReadOnly": true }]);
    assert_eq!(body["HostConfig"]["Mounts"], mount);
    assert!(!body["Labels"].to_string().contains("hush"), "{}", body["Labels"]);
}

/// Whichever way it is said, it is one word.
#[test]
fn it_is_said_in_every_way() {
    let line = "docker run -e HF_TOKEN --mount type=bind,source=[DIR]/a/token,target=/run/secrets/key,readonly app:1\n";
    let told = "assumed: the engine has the image app:1\nassumed: the environment holds HF_TOKEN\n";
    let is_line = |test: Test| test.stdout(line).stderr(told).run();
    is_line(dry(&["--secret", "id=key,src=a/token", "--secret", "id=hf,env=HF_TOKEN"]));
    is_line(dry(&["--secret", "id=key,source=./a/token", "--secret=type=env,id=hf,src=HF_TOKEN"]));
    is_line(dry(&[]).env("DYNRUN_SECRET", "[\"id=key,src=a/token\", \"id=hf,env=HF_TOKEN\"]"));
    for text in [
        "[profile.bare.secret.key]\nfile = \"a/token\"\n[profile.bare.secret.hf]\nvariable = \"HF_TOKEN\"\n",
        "[profile.bare.secret]\nkey = { file = \"[DIR]/a/token\" }\nhf.variable = \"HF_TOKEN\"\n",
        "[profile.bare]\nsecret = { key = { file = \"${home}/a/token\" }, hf = { variable = \"HF_TOKEN\" } }\n",
        "[profile.bare]\nsecret = [\"id=key,src=a/token\", \"id=hf,env=HF_TOKEN\"]\n",
    ] {
        is_line(dry(&["--config", "s.toml"]).file("s.toml", text));
    }
    // A higher layer says where the secret of that name comes from.
    let lower = "[profile.bare.secret.key]\nfile = \"/lower\"\n[profile.bare.secret.hf]\nvariable = \"LOWER_TOKEN\"\n";
    let words = ["--config", "s.toml", "--secret", "id=key,src=a/token", "--secret", "id=hf,env=HF_TOKEN"];
    is_line(dry(&words).file("s.toml", lower));
    dry(&["--config", "s.toml", "--reset", "secret"])
        .file("s.toml", lower)
        .stdout("docker run app:1\n")
        .any_stderr()
        .run();
}

#[test]
fn a_table_is_read_strictly() {
    for (text, wanted) in [
        ("{}", "error[wrong-type]: a secret needs `file` or `variable`"),
        (
            "{ file = \"x\", variable = \"Y\" }",
            "error[wrong-type]: a secret comes from a file or from a variable, not from both",
        ),
        ("{ file = 7 }", "error[wrong-type]: `file` is a string, not an integer"),
        ("{ file = \"\" }", "error[bad-value]: `secret`: the secret's file is missing: src=FILE"),
        (
            "{ variable = \"A=hush\" }",
            "error[bad-value]: `secret`: the variable that it comes from is said by its name alone",
        ),
        ("{ value = \"hush\" }", "error[unknown-key]: a secret has no key `value`"),
        ("{ vaule = \"hush\", file = \"x\" }", "error[unknown-key]: a secret has no key `vaule`"),
        ("{ fil = \"x\" }", "help: did you mean file?"),
        ("\"hush\"", "error[wrong-type]: `hf` is a table, not a string"),
        (
            "{ variable = \"${env.HF_TOKEN}\" }",
            "error[secret-exposed]: `HF_TOKEN` is a secret, and `variable` does not hide its value",
        ),
    ] {
        let test =
            dry(&["--config", "s.toml"]).file("s.toml", &format!("[profile.bare.secret]\nhf = {text}\n"));
        let output = test.env("HF_TOKEN", "hush").stderr_has(wanted).status(125).run();
        assert!(!output.all().contains("hush") || text == "\"hush\"", "{text}: {}", output.all());
    }
    let twice = "[profile.bare.secret.\"a b\"]\nfile = \"x\"\n";
    dry(&["--config", "s.toml"])
        .file("s.toml", twice)
        .stderr_has("error[bad-value]: `secret`: a secret's name is made of")
        .status(125)
        .run();
}

/// A variable that a secret is taken from is one, whatever it is called: what is printed is not made of it.
#[test]
fn what_a_secret_is_taken_from_is_hidden_too() {
    let head = "[service.s]\nimage = \"app:1\"\n[service.s.secret.hub]\nvariable = \"HUBKEY\"\n[profile.bare.service.s]\n";
    for (key, line) in [
        ("label", "label = [\"x=${env.HUBKEY}\"]"),
        ("hostname", "hostname = \"${env.HUBKEY}\""),
        ("env", "env = [\"X=${env.HUBKEY}\"]"),
    ] {
        for verb in
            [&["run", "s", "--dry-run"][..], &["config", "s"], &["export", "compose", "s"], &["check", "s"]]
        {
            let test = Test::new().file("s.toml", &format!("{head}{line}\n")).env("HUBKEY", "hush");
            let test =
                test.args(verb).args(["--profile", "bare", "--config", "s.toml"]).any_stdout().any_status();
            let want =
                format!("error[secret-exposed]: `HUBKEY` is a secret, and `{key}` does not hide its value\n");
            let output = test.stderr_has(&want).run();
            assert!(!output.all().contains("hush"), "{key}: {}", output.all());
        }
    }
    let command = "[service.s]\nimage = \"app:1\"\ncommand = [\"a\", \"${env.HUBKEY}\"]\n[service.s.secret.hub]\nvariable = \"HUBKEY\"\n";
    let test =
        dry(&["--config", "s.toml"]).args(["--service", "s"]).file("s.toml", command).env("HUBKEY", "hush");
    test.stderr_has("error[secret-exposed]: `HUBKEY` is a secret, and `command` does not hide its value\n")
        .status(125)
        .run();
    // Under the name of a secret it is hidden.
    let kept = format!("{head}env = [\"API_TOKEN=${{env.HUBKEY}}\"]\n");
    let test = Test::new().file("s.toml", &kept).env("HUBKEY", "hush").args(["run", "s", "--dry-run"]);
    let output = test.args(["--profile", "bare", "--config", "s.toml"]).any_stdout().any_stderr().run();
    assert!(output.stdout.contains("-e API_TOKEN") && !output.all().contains("hush"), "{}", output.all());
}

/// A word that is none may be the secret itself.
#[test]
fn a_slip_repeats_nothing() {
    for word in
        ["HF_TOKEN=hush", "hush", "id=hf,value=hush", "id=hush", "id=hf,env=A=hush", "id=hf,src=x,src2=hush"]
    {
        let output = dry(&["--secret", word]).stderr_has("error[bad-value]: --secret: ").status(125).run();
        assert!(!output.all().contains("hush"), "{word}: {}", output.all());
    }
}

/// A launch has its secrets or is none; what only looks at one needs none.
#[test]
fn a_missing_secret_refuses_the_launch() {
    let test = |words: &[&str]| {
        let test = Test::new().args(["run", "--profile", "bare", "--image", "app:1"]).args(words);
        test.file("empty", "").dir("folder").env("EMPTY", "")
    };
    for (word, problem, help) in [
        ("id=hf,env=NOT_SET", "NOT_SET is not set here", "export NOT_SET=..."),
        ("id=hf,env=EMPTY", "EMPTY is empty here", "export EMPTY=..."),
        (
            "id=hf,src=/nonexistent/x",
            "/nonexistent/x does not exist",
            "name the file that holds the secret, and nothing else",
        ),
        (
            "id=hf,src=/empty",
            "/empty does not exist",
            "name the file that holds the secret, and nothing else",
        ),
        (
            "id=hf,src=/dev/zero",
            "/dev/zero is a device",
            "name the file that holds the secret, and nothing else",
        ),
    ] {
        test(&["--secret", word])
            .stderr(&format!(
                "error[secret-missing]: the secret hf is missing: {problem}\n  asked: `--secret {word}` on the command line\n  help: {help}\n"
            ))
            .status(125)
            .run();
    }
    for (word, problem) in
        [("id=hf,src=empty", "[DIR]/empty is empty"), ("id=hf,src=folder", "[DIR]/folder is a folder")]
    {
        test(&["--secret", word])
            .stderr_has(&format!("error[secret-missing]: the secret hf is missing: {problem}\n"))
            .status(125)
            .run();
    }
    let both = ["--secret", "id=a,env=NOT_SET", "--secret", "id=b,src=/nonexistent/x"];
    assert_eq!(codes(&test(&both).any_stderr().status(125).run()), ["error[secret-missing]"; 2]);
    dry(&both).any_stdout().any_stderr().run();
    Test::new()
        .args(["check", "--offline", "--profile", "bare", "--image", "app:1"])
        .args(both)
        .stdout("profile bare, image app:1\nfine\n")
        .run();
    Test::new()
        .args(["config", "secret", "--profile", "bare", "--image", "app:1"])
        .args(both)
        .stdout("id=a,env=NOT_SET\nid=b,src=/nonexistent/x\n")
        .run();
}

/// What the caller says with `-e` counts more than a file's secret, and its own secret more than that.
#[test]
fn the_caller_counts_more() {
    let file = "[profile.bare]\nenv = [\"X=file\"]\n[profile.bare.secret.x]\nvariable = \"MINE\"\n";
    let run = |words: &[&str]| {
        let temp = tempfile::tempdir().unwrap();
        let engine = Recorder::new(temp.path(), "1.45");
        let test = Test::new().file("s.toml", &file.replace("\"MINE\"", "\"MINE\"\ntarget = \"X\""));
        let test =
            test.file("x.env", "X=env-file\n").env("MINE", "secret").env("DOCKER_HOST", &engine.address);
        let words = [
            &[
                "run",
                "-d",
                "--profile",
                "bare",
                "--preflight",
                "off",
                "--image",
                "app:1",
                "--config",
                "s.toml",
            ],
            words,
        ]
        .concat();
        test.args(words).any_stdout().any_stderr().run();
        engine.taken().body["Env"].clone()
    };
    assert_eq!(run(&[]), json!(["X=secret"]));
    assert_eq!(run(&["--env-file", "x.env"]), json!(["X=env-file"]));
    assert_eq!(run(&["-e", "X=flag"]), json!(["X=flag"]));
    assert_eq!(run(&["-e", "X=flag", "--secret", "id=x,env=MINE,target=X"]), json!(["X=secret"]));
}

/// Two things at one place are told as with any mount.
#[test]
fn two_secrets_need_two_places() {
    let words = ["--secret", "id=a,src=x,target=t", "--secret", "id=b,src=y,target=/run/secrets/t"];
    dry(&words)
        .stderr_has("error[mount-twice]: two things are mounted at /run/secrets/t\n")
        .status(125)
        .run();
}

/// A dry run of the gateway with files of this mode, and of this group where one is said.
fn with_files(profile: &str, mode: u32, group: Option<u32>, words: &[&str]) -> Output {
    let test = Test::new().file("token", "hush\n").mode("token", mode).file("s.env", "API_KEY=hush\n");
    let test = test.mode("s.env", mode).file("plain.env", "A=1\n");
    if let Some(group) = group {
        for name in ["token", "s.env"] {
            std::os::unix::fs::chown(test.folder().join(name), None, Some(group)).unwrap();
        }
    }
    let test = test.args(["run", "gateway", "--dry-run", "--publish-ip", "127.0.0.1", "--profile", profile]);
    test.args(words).any_stdout().any_stderr().any_status().run()
}

/// S16: who else may read it. `dev` warns, `prod` refuses, and a waiver lifts that.
#[test]
fn a_file_that_others_may_read_is_told() {
    let modes = [0o600, 0o400, 0o640, 0o660].map(|mode| (mode, false));
    for (mode, is_open) in modes.into_iter().chain([0o644, 0o604, 0o606, 0o602].map(|mode| (mode, true))) {
        for words in [&["--secret", "id=hf,src=token"][..], &["--env-file", "s.env"]] {
            let said = codes(&with_files("dev", mode, None, words));
            assert_eq!(said, if is_open { vec!["warning[secret-file-open]"] } else { vec![] }, "{mode:o}");
            let output = with_files("prod", mode, None, words);
            assert_eq!(
                codes(&output),
                if is_open { vec!["error[secret-file-open]"] } else { vec![] },
                "{mode:o}"
            );
            assert_eq!(output.status, if is_open { 125 } else { 0 });
            assert!(!output.all().contains("hush"));
        }
    }
    // A file without secrets may be anybody's to read.
    assert_eq!(codes(&with_files("prod", 0o644, None, &["--env-file", "plain.env"])), [""; 0]);
    let output = with_files("prod", 0o644, None, &["--secret", "id=hf,src=token"]);
    let wanted = "error[secret-file-open]: [DIR]/token holds a secret, and others may read or write it (mode 644)\n  \
         asked: `--secret id=hf,src=[DIR]/token` on the command line\n  \
         asked: `refuse secret-file-open` at profiles/prod.toml:30 (built in)\n  \
         help: chmod go-rwx [DIR]/token\n  help: or waive it, in ";
    assert!(output.stderr.starts_with(wanted), "{}", output.stderr);
}

/// A group that the container's user is in may read it. Only root gives a file to another group.
#[test]
fn the_containers_group_may_read_it() {
    if !nix::unistd::geteuid().is_root() {
        return;
    }
    let secret = ["--secret", "id=hf,src=token"];
    for (words, is_open) in [
        (&[][..], true),
        (&["--user", "65532:4242"], false),
        (&["--group-add", "4242"], false),
        (&["--user", "4242"], true),
    ] {
        let said = codes(&with_files("prod", 0o640, Some(4242), &[&secret[..], words].concat()));
        assert_eq!(said.len(), usize::from(is_open), "{words:?} {said:?}");
    }
}

/// Whoever only looks is told the same of a file that is here, and needs none.
#[test]
fn a_check_without_an_engine_tells_the_same() {
    for (profile, told, status) in
        [("prod", "error[secret-file-open]: ", 1), ("dev", "warning[secret-file-open]: ", 0)]
    {
        let check = |name: &str| {
            let test = Test::new().file("token", "hush\n").mode("token", 0o644);
            let text = format!("[service.a]\nimage = \"app:1\"\n[service.a.secret.pw]\nfile = \"{name}\"\n");
            let test = test.file("d.toml", &text).args(["check", "a", "--offline", "--config", "d.toml"]);
            test.args(["--profile", profile]).any_stdout().any_stderr().any_status().run()
        };
        let output = check("token");
        assert!(output.stderr.contains(told), "{profile}: {}", output.stderr);
        assert_eq!(output.status, status, "{profile}: {}", output.stderr);
        assert!(!check("absent").stderr.contains("secret-"), "{profile}");
    }
}

/// Docker's line hands a variable over under its own name alone; a compose file has a word for two.
#[test]
fn a_secret_of_two_names_says_both() {
    let told = "assumed: the engine has the image app:1\nassumed: the environment holds SEED_TOKEN\n\
                assumed: the environment holds HF_TOKEN, with the value that MY_HUB_TOKEN has\n";
    let words = ["--secret", "id=hf,env=MY_HUB_TOKEN,target=HF_TOKEN", "--secret", "id=s,env=SEED_TOKEN"];
    let line = "docker run -e HF_TOKEN -e SEED_TOKEN app:1\n";
    dry(&words).stdout(line).stderr(told).run();
    dry(&words).env("MY_HUB_TOKEN", "hush").stdout(line).stderr(told).run();
    let export = |further: &[&str]| {
        let test =
            Test::new().args(["export", "compose", "--profile", "bare", "--image", "app:1"]).args(words);
        test.args(further).any_stdout().any_stderr().run().stdout
    };
    let written = export(&[]);
    assert!(written.contains("      - \"HF_TOKEN=${MY_HUB_TOKEN}\"\n      - SEED_TOKEN\n"), "{written}");
    // What the caller says in its place is no reference.
    let written = export(&["-e", "HF_TOKEN=hush"]);
    assert!(written.contains("      - HF_TOKEN\n") && !written.contains("hush"), "{written}");
}
