//! Stacks, as far as no engine is needed: who is in one, in which order, what each is told, and what is refused. B4, B7, B23.

use crate::common::Test;

/// The lines that a dry run prints, each from its container's name on.
fn lines(arguments: &[&str]) -> Vec<String> {
    let output = Test::new().args(arguments).args(["--dry-run"]).any_stdout().any_stderr().run();
    output.stdout.lines().map(|line| line.trim_start_matches("docker run --name ").to_owned()).collect()
}

fn names(arguments: &[&str]) -> Vec<String> {
    lines(arguments).iter().map(|line| line.split(' ').next().unwrap_or_default().to_owned()).collect()
}

#[test]
fn shipped_stacks_come_up_in_their_guides_order() {
    for (arguments, want) in [
        (&["up", "dynamo"][..], "dynamo-nats dynamo-etcd dynamo-frontend dynamo-inference"),
        (
            &["up", "nebula"],
            "nebula-etcd nebula-scheduler nebula-node nebula-router nebula-gateway nebula-bff",
        ),
        (
            &["up", "nebula", "--group", "observe"],
            "nebula-etcd nebula-scheduler nebula-node nebula-router nebula-gateway nebula-bff nebula-xtrace",
        ),
        (
            &["up", "nebula", "--without", "nebula-bff", "--without", "nebula-gateway"],
            "nebula-etcd nebula-scheduler nebula-node nebula-router",
        ),
        // What a service needs comes along.
        (&["up", "dynamo", "frontend"], "dynamo-nats dynamo-etcd dynamo-frontend"),
        (&["up", "dynamo", "frontend", "--without", "nats", "--without", "etcd"], "dynamo-frontend"),
        (&["up", "dynamo", "etcd", "--as", "second"], "second-etcd"),
        (&["up", "frontend", "--as", "one"], "one-nats one-etcd one-frontend"),
    ] {
        assert_eq!(names(arguments).join(" "), want, "{arguments:?}");
    }
}

#[test]
fn each_is_found_by_its_name_and_told_where_the_others_are() {
    let lines = lines(&["up", "dynamo", "--as", "d2"]);
    assert!(lines[2].contains(" --network name=d2,alias=frontend "), "{}", lines[2]);
    assert!(
        lines[2].contains(" -e NATS_SERVER=nats://nats:4222 -e ETCD_ENDPOINTS=http://etcd:2379 "),
        "{}",
        lines[2]
    );
    // Only clients come from outside.
    assert_eq!(lines.iter().filter(|line| line.contains("--publish ")).count(), 1);
}

#[test]
fn on_the_hosts_network_the_others_are_at_home() {
    let lines = lines(&["up", "dynamo", "--network", "host"]);
    assert!(
        lines[2].contains(" -e NATS_SERVER=nats://127.0.0.1:4222 -e ETCD_ENDPOINTS=http://127.0.0.1:2379 "),
        "{}",
        lines[2]
    );
    assert!(lines.iter().all(|line| line.contains(" --network host ") && !line.contains("alias")));
}

#[test]
fn one_that_is_told_in_its_command_is_told_once() {
    let lines = lines(&["up", "nebula"]);
    assert!(lines.iter().all(|line| !line.contains("ETCD_ENDPOINTS=")), "{lines:#?}");
}

/// Names of a service's own stand beside the one that the stack gives it.
#[test]
fn further_names_stand_beside_the_services() {
    let text = "[service.a]\nimage = \"a\"\nnetwork-alias = [\"x\"]\n[stack.s]\nservices = [\"a\"]\nnetwork = \"back\"\n";
    let test = Test::new().file("dynrun.toml", text).args(["up", "s", "--dry-run", "--profile", "bare"]);
    let want = "docker run --name s-a --detach --network back --network-alias x --network-alias a a\n";
    test.stdout(want).any_stderr().run();
}

/// Every service of a stack is waited for; how long, or not at all, is its own business before it is the stack's.
#[test]
fn each_is_waited_for_as_long_as_it_says() {
    let text = "[service.a]\nimage = \"a\"\n[service.b]\nimage = \"b\"\nwait = \"4s\"\n[service.c]\nimage = \"c\"\nwait = false\n\
                [stack.s]\nservices = [\"a\", \"b\", \"c\"]\n[stack.t]\nservices = [\"b\"]\nwait = \"9s\"\n";
    for (stack, want) in [
        ("s", &["true the stack's own", "\"4s\" dynrun.toml:5", "false dynrun.toml:8"][..]),
        ("t", &["\"9s\" dynrun.toml:13"]),
    ] {
        let test = Test::new().file("dynrun.toml", text).args(["config", stack, "--origin"]);
        let stdout = test.any_stdout().any_stderr().run().stdout;
        let waits = stdout.lines().filter_map(|line| line.strip_prefix("wait "));
        let waits: Vec<String> =
            waits.map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
        assert_eq!(waits, want, "{stack}:\n{stdout}");
    }
}

#[test]
fn what_the_caller_says_stands_over_the_stack() {
    let lines = lines(&["up", "dynamo", "-e", "NATS_SERVER=nats://bus:4222", "-l", "team=a"]);
    assert!(lines.iter().all(|line| line.contains(" -e NATS_SERVER=nats://bus:4222 ")));
    assert!(lines.iter().all(|line| line.contains(" --label team=a ")));
}

#[test]
fn what_is_refused_names_what_there_is() {
    for (arguments, code, want) in [
        (
            &["up", "dynmo"][..],
            125,
            "error[unknown-stack]: there is no stack and no service `dynmo`\n  help: did you mean dynamo?\n  help: the stacks are dynamo, nebula\n",
        ),
        (
            &["up"],
            125,
            "error[unknown-stack]: nothing says what to launch: neither a stack nor a service is named\n  help: the stacks are dynamo, nebula\n",
        ),
        (
            &["up", "nebula", "--group", "observ"],
            125,
            "error[unknown-stack]: the stack nebula has no group `observ`\n  asked: `--group observ` on the command line\n  help: did you mean observe?\n  help: its groups are observe\n",
        ),
        (
            &["up", "dynamo", "--group", "x"],
            125,
            "error[unknown-stack]: the stack dynamo has no group `x`\n  asked: `--group x` on the command line\n",
        ),
        (
            &["up", "dynamo", "--without", "nat"],
            125,
            "error[unknown-service]: there is no service `nat`\n  asked: `nat` on the command line\n  help: did you mean nats?\n",
        ),
        (&["up", "nats", "--without", "nats"], 125, "error[unknown-stack]: nothing is left to launch\n"),
        (
            &["up", "dynamo", "-p", "8000:8000", "--name", "web"],
            125,
            "error[stack-option]: `name` is one container's, and a stack has several\n  asked: `--name web` on the command line\n  help: say it in a file: [stack.NAME.service.SERVICE] name = ...\n  help: or launch that service alone: dynrun run SERVICE\n\
             error[stack-option]: `publish` is one container's, and a stack has several\n  asked: `-p 8000:8000` on the command line\n  help: say it in a file: [stack.NAME.service.SERVICE] publish = ...\n  help: or launch that service alone: dynrun run SERVICE\n",
        ),
        (
            &["up", "dynamo", "--", "sh"],
            125,
            "error[usage]: a command is one service's, and `dynrun up` launches several\n  help: say it in a file: [stack.NAME.service.SERVICE] command = [...]\n  help: or launch that service alone: dynrun run SERVICE -- COMMAND\n",
        ),
        (
            &["up", "dynamo", "--as=.x"],
            125,
            "error[bad-value]: --as: a name starts with a letter or digit and holds only letters, digits, `_`, `.` and `-`\n",
        ),
    ] {
        Test::new().args(arguments).args(["--dry-run"]).status(code).stderr(want).run();
    }
}

#[test]
fn services_that_need_each_other_are_named_link_by_link() {
    let text = "[service.a]\nimage = \"i\"\nneeds = [\"b\"]\n[service.b]\nimage = \"i\"\n[service.c]\nimage = \"i\"\nneeds = [\"a\"]\n\
                [stack.s]\nservices = [\"a\"]\n[stack.s.service.b]\nneeds = [\"c\"]\n";
    Test::new()
        .file("dynrun.toml", text)
        .args(["up", "s", "--dry-run"])
        .status(125)
        .stderr(
            "error[needs-cycle]: services need each other in a circle: a -> b -> c -> a\n  \
             asked: `needs = [\"b\"]` at dynrun.toml:3\n  \
             asked: `needs = [\"c\"]` at dynrun.toml:12\n  \
             asked: `needs = [\"a\"]` at dynrun.toml:8\n",
        )
        .run();
}

/// The file itself warns of that circle, from another service on: it is told once.
#[test]
fn a_circle_that_refuses_a_stack_is_told_once() {
    let text = "[service.a]\nimage = \"i\"\nneeds = [\"b\"]\n[service.b]\nimage = \"i\"\nneeds = [\"a\"]\n\
                [stack.s]\nservices = [\"b\", \"a\"]\n";
    let told = "services need each other in a circle: b -> a -> b\n  \
                asked: `needs = [\"a\"]` at dynrun.toml:6\n  asked: `needs = [\"b\"]` at dynrun.toml:3\n";
    let up = Test::new().file("dynrun.toml", text).args(["up", "s", "--dry-run"]);
    up.status(125).stderr(&format!("error[needs-cycle]: {told}")).run();
}

/// A stack is in the background by itself: a limit that a file says of single launches is dropped with a word, as a profile's own.
#[test]
fn a_limit_of_a_file_is_not_held_in_a_stack() {
    let text = "[service.a]\nimage = \"i\"\n[stack.s]\nservices = [\"a\"]\n[profile.team]\nextends = \"ci\"\ntime-limit = \"5m\"\n";
    let warned = "warning[limit-not-held]: nobody watches the time of a container in the background\n  \
                  asked: `time-limit = \"5m\"` at dynrun.toml:7\n  note: it may run for ever\n";
    for detach in [&[][..], &["-d"]] {
        let up = Test::new().file("dynrun.toml", text).args(["up", "s", "--profile", "team", "--dry-run"]);
        let output = up.args(detach).any_stdout().any_stderr().run();
        assert!(output.stderr.starts_with(warned), "{}", output.stderr);
        assert!(output.stdout.starts_with("docker run --name s-a --detach "), "{}", output.stdout);
    }
    let run =
        Test::new().file("dynrun.toml", text).args(["run", "a", "-d", "--profile", "team", "--dry-run"]);
    let output = run.status(125).any_stderr().run();
    assert!(output.stderr.starts_with("error[limit-not-held]"), "{}", output.stderr);
}

/// What `up` refuses is not fine, though the file is warned of in the same words.
#[test]
fn a_stack_of_a_circle_is_refused_by_check_too() {
    let text = "[service.a]\nimage = \"i\"\nneeds = [\"b\"]\n[service.b]\nimage = \"i\"\nneeds = [\"a\"]\n\
                [stack.s]\nservices = [\"a\", \"b\"]\n";
    for services in ["\"a\", \"b\"", "\"b\", \"a\""] {
        let text = text.replace("\"a\", \"b\"]", &format!("{services}]"));
        let test = Test::new().file("dynrun.toml", &text).args(["check", "s", "--offline"]);
        let stderr = test.status(1).stdout("refused\n").any_stderr().run().stderr;
        assert_eq!(stderr.matches("services need each other in a circle").count(), 1, "{stderr}");
        assert!(stderr.starts_with("error[needs-cycle]: "), "{stderr}");
    }
}

/// Nothing is made of a service whose name no engine takes, and no file is written of it.
#[test]
fn services_of_a_stack_whose_names_no_engine_takes_are_refused() {
    for name in ["q r", "q/r", "..", "a:b", "", "-a", "ü"] {
        let text = format!("[service.{name:?}]\nimage = \"i\"\n[stack.s]\nservices = [{name:?}]\n");
        for (words, code, stdout) in [
            (&["up", "s", "--dry-run"][..], 125, ""),
            (&["check", "s", "--offline"], 1, "refused\n"),
            (&["export", "compose", "s"], 1, ""),
            (&["export", "kubernetes", "s"], 1, ""),
        ] {
            let width = name.chars().count() + 2;
            let stderr = format!(
                "error[bad-value]: no service of a stack can be called `{name}`: its container and its name on the network are called after it\n \
                 --> dynrun.toml:4:13\n  |\n4 | services = [{name:?}]\n  |             {} not a name\n  \
                 help: a name starts with a letter or digit and holds only letters, digits, `_`, `.` and `-`\n",
                "^".repeat(width)
            );
            let test = Test::new().file("dynrun.toml", &text).args(words);
            test.status(code).stdout(stdout).stderr(&stderr).run();
        }
    }
}

/// Its containers would be another stack's, or not be found again.
#[test]
fn stacks_whose_names_no_engine_takes_are_refused() {
    for name in ["my stack", "../../etc", "a/b", "-a", ""] {
        let text = format!("[service.w]\nimage = \"i\"\n[stack.{name:?}]\nservices = [\"w\"]\n");
        let told = |level: &str| {
            format!(
                "{level}[bad-value]: no stack can be called `{name}`: its containers and its network are called after it\n \
                 --> dynrun.toml:3:8\n  |\n3 | [stack.{name:?}]\n  |        {} not a name\n  \
                 help: a name starts with a letter or digit and holds only letters, digits, `_`, `.` and `-`\n",
                "^".repeat(name.len() + 2)
            )
        };
        for (words, code, stdout) in [
            (&["up", name, "--dry-run"][..], 125, ""),
            (&["check", name, "--offline"], 1, "refused\n"),
            (&["config", name], 1, ""),
            (&["export", "compose", name], 1, ""),
        ] {
            if name.starts_with('-') || name.is_empty() {
                continue;
            }
            let test = Test::new().file("dynrun.toml", &text).args(words);
            test.status(code).stdout(stdout).stderr(&told("error")).run();
        }
        // Who launches something else is warned.
        let test = Test::new().file("dynrun.toml", &text).args(["check", "w", "--offline"]);
        let stderr = test.status(0).any_stdout().any_stderr().run().stderr;
        assert!(stderr.starts_with(&told("warning")), "{stderr}");
    }
}

#[test]
fn values_that_have_to_be_the_same_are_held_to_it() {
    let text = "[stack.nebula.service.nebula-node]\ncommand = [\"nebula-node\", \"--node-id\", \"other\"]\n";
    let want = "error[stack-value]: --node-id has to be the same in nebula-scheduler, nebula-node\n  \
                asked: `same: --node-id` at profiles/stacks.toml:59 (built in)\n  \
                note: nebula-scheduler has node-1\n  \
                note: nebula-node has other\n";
    Test::new()
        .file("own.toml", text)
        .args(["up", "nebula", "--config", "own.toml", "--dry-run"])
        .status(125)
        .stderr(want)
        .run();
}

#[test]
fn two_that_want_one_port_are_refused_before_anything_is_made() {
    let text = "[service.a]\nimage = \"i\"\npublish = [\"8000:80\"]\n[service.b]\nimage = \"i\"\npublish = [\"8000:81\"]\n";
    let want = "error[port-twice]: TCP 8000 of the host is published twice: by a and by b\n  \
                asked: `publish = \"8000:80\"` at dynrun.toml:3\n  \
                asked: `publish = \"8000:81\"` at dynrun.toml:6\n  \
                help: give each its own port of the host, or have them moved: --port-policy next\n";
    let test = || Test::new().file("dynrun.toml", text);
    test().args(["up", "a", "b", "--dry-run"]).status(125).stderr(want).run();
    test()
        .args(["up", "a", "b", "--dry-run", "--port-policy", "next"])
        .any_stderr()
        .stdout_has("--publish 8000:80 ")
        .run();
}

#[test]
fn a_strangers_stack_gives_no_powers() {
    let text = "[stack.dynamo]\nprivileged = true\n";
    let output = Test::new()
        .file("dynrun.toml", text)
        .args(["up", "dynamo", "--dry-run"])
        .status(125)
        .any_stderr()
        .run();
    assert!(
        output
            .stderr
            .starts_with("error[untrusted]: dynrun.toml asks for what a project's file may not give\n"),
        "{}",
        output.stderr
    );
    // Its command would run in a container to which dynrun's own profile gives the host's namespaces.
    let text = "[stack.dynamo.service.inference]\ncommand = [\"sh\", \"-c\", \"evil\"]\n";
    let output = Test::new()
        .file("dynrun.toml", text)
        .args(["up", "dynamo", "--dry-run"])
        .status(125)
        .any_stderr()
        .run();
    assert!(output.stderr.contains("asked: `command, for a container with "), "{}", output.stderr);
}

#[test]
fn a_name_that_nothing_is_called_by_is_told_whoever_says_it() {
    let text = "[stack.dynamo]\nservices = [\"nat\"]\n[stack.dynamo.service.frontnd]\nrm = true\n\
                [[stack.dynamo.same]]\nvariable = \"A\"\nservices = [\"nats\", \"ectd\"]\n";
    let shown = |level: &str, name: &str, at: &str, line: &str, caret: &str| {
        format!(
            "{level}[unknown-service]: there is no service `{name}`\n --> dynrun.toml:{at}\n  |\n{line}\n  | {caret} no such service\n"
        )
    };
    let told = |level: &str| {
        [
            shown(level, "nat", "2:13", "2 | services = [\"nat\"]", "            ^^^^^"),
            shown(
                level,
                "frontnd",
                "3:23",
                "3 | [stack.dynamo.service.frontnd]",
                "                      ^^^^^^^",
            ),
        ]
    };
    let output = Test::new()
        .file("dynrun.toml", text)
        .args(["up", "dynamo", "--dry-run"])
        .status(125)
        .any_stderr()
        .run();
    let is_told = |stderr: &str, level: &str| told(level).iter().all(|one| stderr.contains(one.as_str()));
    assert!(is_told(&output.stderr, "error"), "{}", output.stderr);
    assert!(
        output.stderr.contains("error[unknown-service]: there is no service `ectd`\n --> dynrun.toml:5:1\n")
    );
    assert!(output.stderr.contains("3 | [stack.dynamo.service.frontend]\n"), "{}", output.stderr);
    // Whoever reads the file is told, and nothing else waits for it.
    for words in
        [&["run", "nats", "--dry-run"] as &[&str], &["config", "nats"], &["check", "nats", "--offline"]]
    {
        let output = Test::new().file("dynrun.toml", text).args(words).any_stdout().any_stderr().run();
        assert!(is_told(&output.stderr, "warning"), "{}", output.stderr);
    }
    let output = Test::new()
        .file("d.toml", "default-stack = \"dynmo\"\ndefault-service = \"nat\"\n")
        .args(["config", "nats", "--config", "d.toml"])
        .any_stdout()
        .any_stderr()
        .run();
    let warning = "warning[unknown-stack]: there is no stack `dynmo`\n --> d.toml:1:17\n  |\n1 | default-stack = \"dynmo\"\n  |                 ^^^^^^^ no such stack\n";
    assert!(output.stderr.contains(warning), "{}", output.stderr);
    assert!(
        output.stderr.contains("warning[unknown-service]: there is no service `nat`\n --> d.toml:2:19\n")
    );
    let want = "error[unknown-stack]: the stack dynamo has no service `elrar`\n  help: its services are nats, etcd, frontend, inference\n";
    Test::new().args(["up", "dynamo", "elrar", "--dry-run"]).status(125).stderr(want).run();
    let want = "error[unknown-service]: `dynamo` is a stack, and no service\n  asked: `dynamo` on the command line\n  \
                help: all of it: dynrun up dynamo; as lines of docker's: dynrun up dynamo --dry-run\n";
    Test::new().args(["run", "dynamo", "--dry-run"]).status(125).stderr(want).run();
}

#[test]
fn what_is_said_of_several_services_names_them_all() {
    let text =
        "[service.a]\nimage = \"i:1\"\n[service.b]\nimage = \"i:1\"\n[stack.s]\nservices = [\"a\", \"b\"]\n";
    let test = Test::new().file("dynrun.toml", text).args(["up", "s", "--profile", "prod", "--dry-run"]);
    let output = test.status(125).any_stderr().run();
    let both = "  note: that is the service a\n  note: that is the service b\n";
    assert_eq!(output.stderr.matches(both).count(), 4, "{}", output.stderr);
}

/// A stack of two services, with a secret that has to be handed over.
const PAIR: &str = "
    [service.db]
    image = \"db:1\"
    memory = \"1g\"
    [service.api]
    image = \"api:1\"
    needs = [\"db\"]
    [service.api.variable.KEY]
    required = true
    secret = true
    [stack.pair]
    services = [\"api\"]
    label = [\"team=a\"]
    [stack.pair.service.api]
    secret = [\"id=key,env=KEY\"]
    ";

/// `check STACK` is one plan, judged as `up` judges it, with an engine or without.
#[test]
fn a_stack_is_checked_as_one_plan() {
    let test = |words: &[&str]| {
        let test = Test::new().file("p.toml", PAIR).args(["check", "pair", "--config", "p.toml"]);
        test.args(["--profile", "bare"]).args(words)
    };
    let fine = "service api, profile bare, image api:1\nservice db, profile bare, image db:1\nfine\n";
    test(&["--offline"]).stdout(fine).run();
    let json = test(&["--offline", "--format", "json"]).any_stdout().run().stdout;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&json["stack"], &json["refused"]), (&"pair".into(), &false.into()));
    assert_eq!(json["services"][1]["image"], "db:1");
    // What one of them is refused for refuses the whole, and says whose it is.
    let output = test(&["--offline", "--reset", "secret"]).stdout("refused\n").status(1).any_stderr().run();
    let want = "error[variable-missing]: KEY is not set: api does not start without it\n  \
                note: that is the service api\n";
    assert!(output.stderr.starts_with(want), "{}", output.stderr);
    let output =
        test(&["--offline", "-p", "80:80", "--", "x"]).stdout("refused\n").status(1).any_stderr().run();
    for what in [
        "`publish` is one container's, and a stack has several",
        "a command is one container's, and a stack has several",
    ] {
        assert!(output.stderr.contains(&format!("error[stack-option]: {what}\n")), "{}", output.stderr);
    }
    // Without an engine, what was said is judged all the same.
    let output = test(&["--host", "unix:///nonexistent/sock"]).env("KEY", "hush").status(1);
    let output = output.stdout(&fine.replace("fine", "refused")).any_stderr().run();
    assert!(
        output.stderr.contains("help: to judge what is said of the stack alone: add --offline\n"),
        "{}",
        output.stderr
    );
    assert!(!output.all().contains("hush"), "{}", output.all());
}

/// `config STACK` shows who is in it, and what each service comes to as one of it.
#[test]
fn a_stack_is_shown_with_its_services() {
    let test = |words: &[&str]| {
        let test = Test::new().file("p.toml", PAIR).args(["config", "pair", "--config", "p.toml"]);
        test.args(["--profile", "bare"]).args(words)
    };
    let output = test(&["--origin"]).any_stdout().run().stdout;
    let lines: Vec<String> =
        output.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    let wanted = [
        "# stack pair",
        "services \"api\" p.toml:11",
        "\"db\" p.toml:6",
        "",
        "# service api, profile bare",
        "service \"none\" profiles/bare.toml:6 (built in)",
        "image \"api:1\" p.toml:5",
        "name \"pair-api\" the stack's own",
    ];
    assert_eq!(lines[..wanted.len()], wanted, "{output}");
    assert!(lines.contains(&"label \"team=a\" p.toml:12".to_owned()), "{output}");
    assert!(lines.contains(&"memory \"1g\" p.toml:3".to_owned()), "{output}");
    test(&["image"]).stdout("api\tapi:1\ndb\tdb:1\n").run();
    test(&["pid"]).status(1).run();
    let json = test(&["memory", "--format", "json"]).any_stdout().run().stdout;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let services = serde_json::json!([
        { "service": "api", "profile": "bare", "options": {} },
        { "service": "db", "profile": "bare", "options": { "memory": "1g" } },
    ]);
    assert_eq!(json, serde_json::json!({ "stack": "pair", "services": services }));
    test(&["--format", "toml"])
        .stderr("error[usage]: `pair` is a stack: no section holds all of it\n  help: one of its services alone: dynrun config SERVICE --format toml\n")
        .status(2)
        .run();
}

/// A stack's own habits lie over a service's words: told, unless the stack's file says another word, or the caller.
#[test]
fn what_a_service_says_in_vain_is_told() {
    let text = "[service.a]\nimage = \"i:1\"\nnetwork = \"backend\"\n[stack.s]\nservices = [\"a\"]\n";
    let told = "note[overridden]: what [service.a] says of `network` does not count in a stack: it is s there\n  \
                asked: `network = \"backend\"` at d.toml:3\n  \
                note: that is the service a\n  \
                help: to have it count, say it in [stack.s]\n";
    let up = |text: &str, words: &[&str]| {
        let test = Test::new().file("d.toml", text).args(["up"]).args(words).args([
            "--config",
            "d.toml",
            "--dry-run",
        ]);
        test.any_stdout().any_stderr().run().stderr
    };
    let stderr = up(text, &["s"]);
    assert!(stderr.starts_with(told), "{stderr}");
    let stderr = up(text, &["a"]);
    assert!(stderr.contains("help: to have it count, say it in [stack.NAME]\n"), "{stderr}");
    let named = text.replace("network = \"backend\"", "name = \"other\"");
    assert!(up(&named, &["s"]).contains("help: to have it count, say it in [stack.s.service.a]\n"));
    for (text, words) in [
        (format!("{text}network = \"backend\"\n"), &["s"][..]),
        (format!("{text}[stack.s.service.a]\nnetwork = \"other\"\n"), &["s"]),
        (text.to_owned(), &["s", "--network", "host"]),
    ] {
        let stderr = up(&text, words);
        assert!(!stderr.contains("overridden"), "{words:?}: {stderr}");
    }
}

/// Names and circles of what is not launched are told with their places, and nothing waits for them.
#[test]
fn what_is_wrong_elsewhere_in_a_file_is_told() {
    let text = "[profile.x]\nextends = [\"prodd\"]\n[profile.dev.service.nat]\ninit = true\n\
                [service.a]\nimage = \"i\"\nneeds = [\"b\"]\n[service.b]\nimage = \"i\"\nneeds = [\"nats\", \"a\", \"etcdd\"]\n\
                [profile.p]\nextends = \"q\"\n[profile.q]\nextends = \"p\"\n";
    let told = [
        "warning[profile-cycle]: profiles extend each other in a circle: p -> q -> p\n  \
         asked: `extends = \"q\"` at d.toml:12\n  asked: `extends = \"p\"` at d.toml:14\n  help: take one of these out\n",
        "warning[unknown-profile]: there is no profile `prodd`\n --> d.toml:2:12\n  |\n2 | extends = [\"prodd\"]\n  |            ^^^^^^^ no such profile\n",
        "warning[unknown-service]: there is no service `nat`\n --> d.toml:3:22\n  |\n3 | [profile.dev.service.nat]\n  |                      ^^^ no such service\n",
        "warning[unknown-service]: there is no service `etcdd`\n  --> d.toml:10:23\n",
        "warning[needs-cycle]: services need each other in a circle: a -> b -> a\n  --> d.toml:10:18\n   |\n\
         10 | needs = [\"nats\", \"a\", \"etcdd\"]\n   |                  ^^^ which comes before it\n  \
         asked: `needs = [\"b\"]` at d.toml:7\n",
    ];
    for words in [&["run", "nats", "--dry-run"][..], &["config", "nats"], &["check", "nats", "--offline"]] {
        let test = Test::new().file("d.toml", text).args(words).args(["--config", "d.toml"]);
        let output = test.any_stdout().any_stderr().run();
        for told in told {
            assert!(output.stderr.contains(told), "{words:?}: {}", output.stderr);
        }
    }
    // Who means them is told once.
    let test =
        Test::new().file("d.toml", text).args(["run", "--profile", "x", "--dry-run", "--config", "d.toml"]);
    let stderr = test.any_stderr().status(125).run().stderr;
    assert_eq!(stderr.matches("there is no profile `prodd`").count(), 1, "{stderr}");
}

/// A circle of services that the stack has nothing of is told once, and of none of its services.
#[test]
fn a_circle_elsewhere_is_no_matter_of_the_stacks_services() {
    let text = "[service.a]\nimage = \"i\"\nneeds = [\"b\"]\n[service.b]\nimage = \"i\"\nneeds = [\"a\"]\n\
                [service.store]\nimage = \"i\"\n[service.web]\nimage = \"i\"\nneeds = [\"store\"]\n\
                [stack.shop]\nservices = [\"store\", \"web\"]\n";
    let told = "warning[needs-cycle]: services need each other in a circle: a -> b -> a\n --> d.toml:6:10\n  |\n\
                6 | needs = [\"a\"]\n  |          ^^^ which comes before it\n  asked: `needs = [\"b\"]` at d.toml:3\n";
    for words in [&["export", "compose", "shop"][..], &["config", "shop"], &["check", "shop", "--offline"]] {
        let test = Test::new().file("d.toml", text).args(words).args(["--config", "d.toml"]);
        let stderr = test.any_stdout().any_stderr().run().stderr;
        assert!(stderr.contains(told) && !stderr.contains("that is the service"), "{words:?}: {stderr}");
        assert_eq!(stderr.matches("needs-cycle").count(), 1, "{words:?}: {stderr}");
    }
}
