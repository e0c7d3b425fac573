//! A secret is never printed (design.md section 9): a random word takes every way into dynrun, and comes out nowhere.
//! N31, K4, M30.

use crate::common::Test;
use crate::share::share;
use dynrun::host::random_word;
use serde::Deserialize;
use std::collections::BTreeSet;

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Names {
    names: Vec<String>,
    must_match: Vec<String>,
    must_not_match: Vec<String>,
}

/// The data's own examples: names that are secret, and names that are not.
#[test]
fn names_match_and_others_do_not() {
    let names: Names = toml::from_str(include_str!("../../profiles/secrets.toml")).unwrap();
    assert_eq!((names.must_match.len(), names.must_not_match.len()), (42, 43));
    let secrets = dynrun::config::secret_names();
    assert_eq!(secrets.endings.len(), 16);
    for name in &names.must_match {
        assert!(secrets.is_secret(name), "{name}");
    }
    for name in &names.names {
        assert!(secrets.is_secret(name), "{name}");
    }
    for name in &names.must_not_match {
        assert!(!secrets.is_secret(name), "{name}");
    }
}

/// The page says how many words there are of each kind.
#[test]
fn the_page_counts_the_words() {
    let (secrets, page) = (dynrun::config::secret_names(), include_str!("../../docs/secrets.md"));
    let with_flags = secrets.programs.iter().filter(|one| !one.flags.is_empty());
    let programs = with_flags.flat_map(|one| &one.names).collect::<BTreeSet<_>>().len();
    for said in [
        format!("one of {} words at its end", secrets.endings.len()),
        format!("one of {} whole names", secrets.declared.len()),
        format!("one of {} others", secrets.headers.len()),
        format!("what {programs} programs take"),
    ] {
        assert!(page.contains(&said), "docs/secrets.md does not say: {said}");
    }
}

/// The canary: lower-case letters and digits, as a token has.
fn canary() -> String {
    random_word().replace('-', "")
}

/// Every verb that prints settled options, in every form.
const VERBS: &[&[&str]] = &[
    &["run", "--dry-run"],
    &["run", "--dry-run", "--format", "json"],
    &["run", "--log-level", "trace"],
    &["run", "--report", "report.json"],
    &["config", "--origin"],
    &["config", "--format", "json", "--origin"],
    &["export", "compose"],
    &["export", "kubernetes"],
];

/// Runs every verb with the same words, files and variables; the canary is the `%` in all of them.
#[track_caller]
fn is_hidden(words: &[&str], files: &[(&str, &str)], env: &[(&str, &str)]) {
    let canary = canary();
    let filled = |text: &str| text.replace('%', &canary);
    for verb in share(VERBS, 4) {
        let mut test = Test::new().args(*verb);
        if ["run", "export"].contains(&verb[0]) || !words.contains(&"--") {
            test = test.args(words.iter().map(|word| filled(word)));
        }
        for (path, text) in files {
            test = test.file(path, &filled(text));
        }
        for (name, value) in env {
            test = test.env(name, &filled(value));
        }
        let output = test.any_stdout().any_stderr().any_status().run();
        let report = std::fs::read_to_string(output.folder.path().join("report.json")).unwrap_or_default();
        for (stream, text) in [("stdout", &output.stdout), ("stderr", &output.stderr), ("report", &report)] {
            assert!(
                !text.contains(&canary),
                "{verb:?} {words:?} {files:?} {env:?}: {stream} holds it:\n{text}"
            );
        }
    }
}

#[test]
fn a_variable_of_the_caller() {
    is_hidden(&["-e", "HF_TOKEN"], &[], &[("HF_TOKEN", "%")]);
    is_hidden(&[], &[], &[("HF_TOKEN", "%")]);
    is_hidden(&[], &[], &[("DYNRUN_ENV", "HF_TOKEN=%")]);
    is_hidden(&[], &[], &[("DYNRUN_ENV", "[\"HF_TOKEN=%\", \"A=1\"]")]);
    is_hidden(&[], &[], &[("DYNRUN_ENV", "[\"HF_TOKEN=%\"")]);
    is_hidden(&[], &[], &[("DYNRUN_ENV", "=%")]);
    is_hidden(&[], &[], &[("DYNRUN_EVN", "HF_TOKEN=%")]);
}

#[test]
fn an_option() {
    is_hidden(&["-e", "HF_TOKEN=%"], &[], &[]);
    is_hidden(&["--env=OPENAI_API_KEY=% with blanks %"], &[], &[]);
    is_hidden(&["-e", "DATABASE_URL=postgres://user:%@db/x"], &[], &[]);
    is_hidden(&["-e", "HF TOKEN=%"], &[], &[]);
    is_hidden(&["-e", "=%"], &[], &[]);
    is_hidden(&["--label", "X_TOKEN=%"], &[], &[]);
    is_hidden(&["--label", "url=http://user:%@proxy:80/"], &[], &[]);
    is_hidden(&["--label", "=http://user:%@proxy:80/"], &[], &[]);
    is_hidden(&["--network", "http://user:%@proxy:80/"], &[], &[]);
    is_hidden(&["--image", "http://user:%@registry/app"], &[], &[]);
    is_hidden(&["--entrypoint", "http://user:%@registry/app"], &[], &[]);
    is_hidden(&["--host", "tcp://user:%@127.0.0.1:1"], &[], &[]);
}

/// What the command line's grammar refuses is quoted in the refusal, and may be a variable without its `-e`.
#[test]
fn a_slip_of_the_command_line() {
    is_hidden(&["--evn", "HF_TOKEN=%"], &[], &[]);
    is_hidden(&["--evn=HF_TOKEN=%"], &[], &[]);
    is_hidden(&["HF_TOKEN=%"], &[], &[]);
    is_hidden(&["gateway", "HF_TOKEN=%"], &[], &[]);
    is_hidden(&["gateway", "HF_TOKEN=% and % more"], &[], &[]);
    is_hidden(&["-p", "HF_TOKEN=%"], &[], &[]);
    is_hidden(&["--rm=HF_TOKEN=%"], &[], &[]);
    is_hidden(&["--profile", "HF_TOKEN=%"], &[], &[]);
    is_hidden(&["--config", "HF_TOKEN=%"], &[], &[]);
    is_hidden(&["--format", "HF_TOKEN=%"], &[], &[]);
}

/// A value that stands apart from its name is the service, to the grammar: it is in no refusal.
#[test]
fn a_value_that_stands_apart_from_its_name() {
    for named in [
        &["-e", "HF_TOKEN"][..],
        &["--env=HF_TOKEN"],
        &["--label", "X_TOKEN"],
        &["--label=X_TOKEN"],
        &["-l", "X_TOKEN"],
        &["-dl", "X_TOKEN"],
        &["-lX_TOKEN"],
        &["--annotation", "X_TOKEN"],
        &["--log-opt", "splunk-token"],
    ] {
        for (before, behind) in
            [(&[][..], &["%"][..]), (&[], &["%", "gateway"]), (&["gateway"], &["%"]), (&[], &["=", "%"])]
        {
            is_hidden(&[before, named, behind].concat(), &[], &[]);
        }
    }
    Test::new()
        .args(["run", "--label", "X_TOKEN", "hunter2"])
        .stderr(
            "
            error[usage]: what stands behind `--label X_TOKEN` is no service; it may be a value, and is not printed
              help: a value is joined to its name: --label X_TOKEN=...
            ",
        )
        .status(125)
        .run();
}

#[test]
fn a_verb_that_is_none() {
    let canary = canary();
    let output = Test::new().args([format!("HF_TOKEN={canary}")]).any_stderr().status(2).run();
    assert!(!output.all().contains(&canary), "{}", output.stderr);
}

#[test]
fn the_command() {
    is_hidden(&["--image", "app:1", "--", "curl", "http://user:%@host/path"], &[], &[]);
    is_hidden(&["--", "curl", "http://user:%@host/path"], &[], &[]);
    for words in [
        &["serve", "--api-key", "%"][..],
        &["serve", "--api-key=%", "--port", "80"],
        &["sh", "-c", "export X_TOKEN='% %'; serve"],
        &["sh", "-c", "curl -H 'X-Api-Key: %'"],
        &["curl", "-H", "Authorization: Bearer %"],
        &["curl", "-HAuthorization:Basic %"],
        &["curl", "-sSu", "user:%", "h"],
        &["sh", "-c", "curl --user 'user:%' h"],
        &["mysql", "-uroot", "-p%", "db"],
        &["mysql", "--password=%", "db"],
        &["redis-cli", "-a", "%", "ping"],
        &["redis-server", "--requirepass", "%"],
        &["sh", "-c", "PGPASSWORD=% psql"],
        &["sshpass", "-p", "%", "ssh", "h"],
        &["docker", "login", "-u", "me", "-p", "%", "h"],
    ] {
        is_hidden(&[&["--image", "app:1", "--"], words].concat(), &[], &[]);
        is_hidden(&[&["--profile", "prod", "--image", "app:1", "--"], words].concat(), &[], &[]);
        is_hidden(&[&["gateway", "--"], words].concat(), &[], &[]);
    }
}

/// The words of a command wherever else they may stand.
#[test]
fn a_command_elsewhere() {
    for line in [
        "curl -u user:%",
        "curl -H 'Authorization: Bearer %' h",
        "mysql -p% db",
        "redis-cli -a %",
        "sshpass -p % ssh h",
        "PGPASSWORD=% psql",
        "serve --api-key %",
    ] {
        let list = format!("{:?}", ["CMD"].into_iter().chain(line.split(' ')).collect::<Vec<_>>());
        let ready = format!("command:{line}");
        for words in [
            &["--health-cmd", line][..],
            &["--health-cmd", &list],
            &["--no-healthcheck", "--health-cmd", line],
            &["--entrypoint", line],
            &["-d", "--wait", "--ready", &ready],
            &["--ready", &ready],
            &["-e", &format!("ARGS={line}")],
            &["--label", &format!("args={line}")],
            &["--annotation", &format!("args={line}")],
            &["--log-opt", &format!("args={line}")],
            &["--network", &format!("name=own,\"driver-opt=args={line}\"")],
        ] {
            is_hidden(&[&["--image", "app:1"], words].concat(), &[], &[]);
        }
    }
    is_hidden(&["--image", "app:1", "--entrypoint", "curl", "--", "-u", "user:%"], &[], &[]);
    is_hidden(&["--image", "curlimages/curl:8", "--", "-u", "user:%"], &[], &[]);
    is_hidden(&["--image", "app:1", "--network", "name=own,driver-opt=vpn-token=%"], &[], &[]);
    is_hidden(&["--image", "app:1", "--mount", "src=v,dst=/m,volume-opt=password=%"], &[], &[]);
}

/// What only looks like one is shown as it is.
#[test]
fn what_only_looks_like_a_secret_is_shown() {
    let words = ["-p", "8080:80", "-u", "1000:1000", "--token-limit", "4096", "--max-tokens", "5", "-a", "x"];
    Test::new()
        .args(["run", "--profile", "bare", "--dry-run", "--image", "app:1", "-p", "8080:80", "-u", "1000:1000"])
        .args(["-e", "ARGS=--max-tokens 5 -p 80", "--health-cmd", "curl -fu me:$PASS h", "--"])
        .args(words)
        .stdout(
            "docker run --user 1000:1000 --publish 8080:80 -e 'ARGS=--max-tokens 5 -p 80' --health-cmd 'curl -fu me:$PASS h' \
             app:1 -p 8080:80 -u 1000:1000 --token-limit 4096 --max-tokens 5 -a x\n",
        )
        .any_stderr()
        .run();
}

/// A URL that is said for a path has one slash there, and its password is as hidden; so is one without its scheme.
#[test]
fn a_url_where_a_path_or_a_name_is_taken() {
    const URL: &str = "https://user:%@h.example/x";
    for option in [
        "--env-file",
        "--cidfile",
        "--build-on-missing",
        "--label-file",
        "--workspace",
        "--hf-home",
        "--config",
        "--report",
        "--image",
        "--name",
        "--volumes-from",
        "--device",
        "--tmpfs",
        "--workdir",
    ] {
        is_hidden(&["--image", "app:1", option, URL], &[], &[]);
    }
    // What is no path may be one without its scheme.
    for option in ["--image", "--name", "--volumes-from", "--device", "--tmpfs", "--workdir", "--dns"] {
        is_hidden(&["--image", "app:1", option, "user:%@h.example/x"], &[], &[]);
    }
    for words in [
        &["--secret", "id=a,src=https://user:%@h.example/x"][..],
        &["--security-opt", "seccomp=https://user:%@h.example/x"],
        &["--mount", "type=bind,src=https://user:%@h.example/x,dst=/x"],
        &["--mount", "type=bind,src=/x,dst=https://user:%@h.example/x"],
        &["-v", "https://user:%@h:/x"],
        &["-v", "https://user:%@h:/x:ro"],
        &["-v", "./https://user:%@h:/x"],
    ] {
        is_hidden(&[&["--image", "app:1"], words].concat(), &[], &[]);
    }
}

#[test]
fn an_environment_file() {
    for line in [
        "HF_TOKEN=%\n",
        "A=1\nURL=redis://:%@db\n",
        "export HF_TOKEN=%\n",
        "HF TOKEN=%\n",
        "=%\n",
        "HF_TOKEN=%\n HF_TOKEN: %\n",
        "HF_TOKEN=\"%\" # a remark\n",
    ] {
        is_hidden(&["--env-file", "secrets.env"], &[("secrets.env", line)], &[]);
    }
}

#[test]
fn a_configuration_file() {
    let user = ".config/dynrun/config.toml";
    for text in [
        "[service.gateway.env]\nHF_TOKEN = \"%\"\n",
        "[service.gateway]\nenv = [\"HF_TOKEN=%\"]\n",
        "[service.gateway.env]\nURL = \"http://user:%@host\"\n",
        "[service.gateway]\nlabel = { url = \"http://user:%@host\" }\n",
        "[service.gateway]\ncommand = [\"curl\", \"http://user:%@host\"]\ncommands = true\nimage = \"x:1\"\n",
        "[service.gateway]\ncommand = [\"serve\", \"--api-key\", \"%\"]\nimage = \"x:1\"\n",
        "[service.gateway]\ncommand = \"serve --api-key %\"\nimage = \"x:1\"\n",
        "[service.gateway]\ncommand = [\"serve\", 1, { api-key = \"%\" }]\nimage = \"x:1\"\n",
        "[service.gateway.variable.SEED]\nsecret = true\n[service.gateway.env]\nSEED = \"%\"\n",
    ] {
        is_hidden(&[], &[(user, text)], &[]);
        is_hidden(&["--config", "more.toml"], &[("more.toml", text)], &[]);
        is_hidden(&[], &[("dynrun.toml", text)], &[]);
    }
}

/// A file that cannot be followed is shown at its fault: not with what stands beside it.
#[test]
fn a_fault_beside_a_secret() {
    for text in [
        "[service.gateway.env]\nHF_TOKEN = \"%\n",
        "[service.gateway.env]\nHF_TOKEN = \"%\" oops\n",
        "[service.gateway.env]\nHF_TOKEN = %\n",
        "[service.gateway.env]\nHF_TOKEN = '%' = 1\n",
        "[service.gateway]\nenv = [\n  \"HF_TOKEN=%\",\n  \"A=1\" \"B\"\n]\n",
        "[service.gateway]\nenv = [\"HF_TOKEN=%\" \"B=1\"]\n",
        "[service.gateway.env]\nHF_TOKEN = \"\"\"\n%\n\\q\n\"\"\"\n",
        "[service.gateway.env]\nHF_TOKEN = \"\"\"\n% \\q\n\"\"\"\n",
        "[service]\ngateway = { env = { HF_TOKEN = \"%\" }, netwrok = \"x\" }\n",
        "[service]\ngateway = { netwrok = \"x\", env = { HF_TOKEN = \"%\" } }\n",
        "[service]\ngateway = { netwrok = \"x\", env = [\"HF_TOKEN=%\"] }\n",
        "[service.gateway]\nHF_TOKEN = \"%\"\n",
        "[service.gateway]\nHF_TOKEN = \"\"\"%\"\"\"\n",
        "HF_TOKEN = \"%\"\n",
        "[service.gateway]\nprivileged = [\"HF_TOKEN=%\"]\n",
        "[service.gateway]\nname = [\"HF_TOKEN=%\"]\n",
        "[service.gateway]\nname = \"HF_TOKEN=%\"\n",
        "[service.gateway]\npublish = \"HF_TOKEN=%\"\n",
        "[service.gateway]\nimage = \"http://user:%@host\"\n",
        "[service.gateway]\nenv = [\"=%\"]\n",
        "[service.gateway]\nenv = [\"HF_TOKEN=%\", 1.5, { a = 1 }]\n",
        "[service.gateway.env]\n\"HF TOKEN\" = \"%\"\n",
        "[service.gateway.env]\nHF_TOKEN = [\"%\"]\n",
        "[service.gateway.env]\nHF_TOKEN = [\n  \"%\",\n]\n",
        "[service.gateway.env]\nHF_TOKEN = { value = \"%\" }\n",
        "[service.gateway.env]\nHF_TOKEN = \"%${env.\"\n",
        "[service.gateway.env]\nHF_TOKEN = \"${%}\"\n",
        "[service.gateway]\nprofile = \"http://user:%@host\"\n",
    ] {
        is_hidden(&["--config", "more.toml"], &[("more.toml", text)], &[]);
    }
}

/// A secret of the caller's may not be made into something that is printed.
#[test]
fn interpolation() {
    for text in [
        "[service.gateway]\nname = \"${env.HF_TOKEN}\"\n",
        "[service.gateway]\nlabel = [\"a=${env.HF_TOKEN}\"]\n",
        "[service.gateway.env]\nPLAIN = \"${env.HF_TOKEN}\"\n",
        "[service.gateway.env]\nHF_TOKEN = \"${env.HF_TOKEN}\"\n",
        "[service.gateway]\ncommand = [\"${env.HF_TOKEN}\"]\ncommands = true\nimage = \"x:1\"\n",
        "[service.gateway]\nabout = \"${env.HF_TOKEN}\"\n",
        "default-service = \"${env.HF_TOKEN}\"\n",
        "default-profile = \"${env.HF_TOKEN}\"\n",
        "[network.x]\ndriver = \"${env.HF_TOKEN}\"\n",
        "[profile.dev]\nextends = \"${env.HF_TOKEN}\"\n",
        "trusted = [\"${env.HF_TOKEN}\"]\n",
        "[[service.gateway.listen]]\nport = \"${env.HF_TOKEN}\"\n",
        "[[service.gateway.listen]]\nport = 1\nvariable = \"${env.HF_TOKEN}\"\n",
    ] {
        is_hidden(&["--config", "more.toml"], &[("more.toml", text)], &[("HF_TOKEN", "%")]);
    }
}

/// A dry run names a secret, and says that the environment has to hold it.
#[test]
fn a_dry_run_names_a_secret() {
    Test::new()
        .args(["run", "--profile", "bare", "--image", "app:1", "--dry-run", "-e", "HF_TOKEN=x", "-e", "A=1"])
        .args(["-e", "URL=http://u:p@h.example/"])
        .stdout("docker run -e HF_TOKEN -e A=1 -e URL app:1\n")
        .stderr("assumed: the engine has the image app:1\nassumed: the environment holds HF_TOKEN, URL\n")
        .run();
}

#[test]
fn config_names_a_secret() {
    Test::new()
        .args(["config", "env", "--profile", "bare", "--image", "app:1", "-e", "HF_TOKEN=x", "-e"])
        .args(["URL=http://u:p@h/"])
        .stdout("HF_TOKEN\nURL=http://u:***@h/\n")
        .run();
}
