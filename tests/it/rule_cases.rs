//! Every rule of every profile, by data: what it lets pass and what it finds (`tests/rules/`), where it is written
//! (`source`), and its row in the table of docs/scope.md. A rule without one of these fails here.

use crate::common::{Output, Test};
use crate::profiles::{PROFILES, SERVICES};
use crate::rules::{codes, dry};
use dynrun::finding::CODES;
use dynrun::rules::RULES;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use toml::{Table, Value};

/// The guides that the rules are from.
const GUIDES: &[&str] =
    &["elrar guide", "network wiki", "kuscia guide", "nebula guide", "model-compose guide"];

/// What a rule lets pass, and what it finds.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    rule: String,
    service: String,
    pass: Vec<Vec<String>>,
    fail: Vec<Vec<String>>,
    level: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Cases {
    case: Vec<Case>,
}

/// A rule as a profile states it: the services or the schema, `CHECK WHAT [when ...]`, and its source.
struct Stated {
    name: String,
    source: Option<String>,
}

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn read(path: &str) -> String {
    std::fs::read_to_string(folder(path)).unwrap()
}

fn text<'a>(table: &'a Table, key: &str) -> Option<&'a str> {
    table.get(key).and_then(Value::as_str)
}

/// The profiles that state rules, by their file's name.
fn stated() -> BTreeMap<String, Vec<Stated>> {
    let mut all = BTreeMap::new();
    for entry in std::fs::read_dir(folder("profiles")).unwrap() {
        let path = entry.unwrap().path();
        let table: Table = std::fs::read_to_string(&path).unwrap().parse().unwrap();
        let owners = ["service", "schema"].iter().filter_map(|kind| table.get(*kind)?.as_table());
        let rules: Vec<Stated> =
            owners.flat_map(Table::values).filter_map(Value::as_table).flat_map(of_owner).collect();
        if !rules.is_empty() {
            all.insert(path.file_stem().unwrap().to_str().unwrap().to_owned(), rules);
        }
    }
    all
}

fn of_owner(owner: &Table) -> Vec<Stated> {
    let variables = owner.get("variable").and_then(Value::as_table);
    let variables = variables.into_iter().flatten().flat_map(|(name, variable)| {
        let variable = variable.as_table().unwrap();
        let is_formed =
            variable.contains_key("values") || text(variable, "type").is_some_and(|kind| kind != "text");
        let is_required = variable.get("required").and_then(Value::as_bool) == Some(true);
        let checks = [
            ("variable-value", is_formed),
            ("variable-missing", is_required),
            ("development-value", variable.contains_key("development")),
        ];
        let source = text(variable, "source").map(str::to_owned);
        let held = checks.into_iter().filter(|(_, is_held)| *is_held);
        let stated =
            held.map(|(check, _)| Stated { name: format!("{check} {name}"), source: source.clone() });
        stated.collect::<Vec<_>>()
    });
    let rules = owner.get("rule").and_then(Value::as_array).into_iter().flatten().map(|rule| {
        let rule = rule.as_table().unwrap();
        let mut words = vec![text(rule, "check").unwrap().to_owned()];
        let about = ["variable", "argument", "path", "network"];
        words.extend(about.iter().filter_map(|key| text(rule, key)).map(str::to_owned));
        words.extend(text(rule, "when").map(|when| format!("when {when}")));
        Stated { name: words.join(" "), source: text(rule, "source").map(str::to_owned) }
    });
    variables.chain(rules).collect()
}

fn cases(profile: &str) -> Vec<Case> {
    let path = format!("tests/rules/{profile}.toml");
    let cases: Cases = toml::from_str(&read(&path)).unwrap_or_else(|error| panic!("{path}: {error}"));
    cases.case
}

/// Neither a rule without its cases, nor a case without its rule; and each has both kinds.
#[test]
fn every_rule_has_a_case_that_passes_and_one_that_fails() {
    let profiles = stated();
    for (profile, rules) in &profiles {
        let cases = cases(profile);
        let tried: BTreeSet<&str> = cases.iter().map(|case| case.rule.as_str()).collect();
        let held: BTreeSet<&str> = rules.iter().map(|rule| rule.name.as_str()).collect();
        assert_eq!(tried, held, "tests/rules/{profile}.toml and profiles/{profile}.toml");
        for case in &cases {
            assert!(!case.pass.is_empty() && !case.fail.is_empty(), "{profile}: {}", case.rule);
        }
    }
    for entry in std::fs::read_dir(folder("tests/rules")).unwrap() {
        let path = entry.unwrap().path();
        assert!(profiles.contains_key(path.file_stem().unwrap().to_str().unwrap()), "{}", path.display());
    }
    let checks: BTreeSet<&str> = RULES.iter().map(|rule| rule.code.name()).collect();
    let used: BTreeSet<&str> =
        profiles.values().flatten().map(|rule| rule.name.split(' ').next().unwrap()).collect();
    assert!(checks.is_subset(&used), "every check is shipped: {checks:?} {used:?}");
}

/// The run of a case, and whether it found something about what the rule looks at.
fn finds(case: &Case, words: &[String]) -> (Output, bool) {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let before: Vec<&str> = words.iter().copied().take_while(|word| *word != "--").collect();
    let behind = &words[before.len()..];
    let output = dry(&case.service, &[&before[..], behind].concat()).run();
    let mut parts = case.rule.split(' ');
    let code = parts.next().unwrap();
    let names: Vec<&str> = parts.take_while(|word| *word != "when").collect();
    let head = |line: &&str| line.contains(&format!("[{code}]: "));
    let found = output
        .stderr
        .lines()
        .filter(head)
        .any(|line| names.is_empty() || names.iter().any(|name| line.contains(name)));
    (output, found)
}

#[test]
fn rules_find_what_they_are_for_and_nothing_else() {
    for profile in stated().keys() {
        for case in cases(profile) {
            let code = case.rule.split(' ').next().unwrap();
            for words in &case.pass {
                let (output, found) = finds(&case, words);
                assert!(!found, "{} lets pass {words:?}:\n{}", case.rule, output.stderr);
            }
            for words in &case.fail {
                let (output, found) = finds(&case, words);
                let head = format!("{}[{code}]", case.level);
                assert!(
                    found && codes(&output).contains(&head),
                    "{} {words:?}: {head}\n{}",
                    case.rule,
                    output.stderr
                );
                assert!(case.level != "error" || output.status == 125, "{} {words:?}", case.rule);
                let is_secret = |word: &str| word.contains("hush") || word.contains("devtoken");
                assert!(!is_secret(&output.all()), "{}", output.all());
            }
        }
    }
}

/// Every rule says where it is written, and the table of docs/scope.md has that line with the rule's code.
#[test]
fn every_rule_names_its_line_and_is_in_the_trace() {
    let trace = trace();
    for (profile, rules) in stated() {
        for rule in rules {
            let Some(source) = rule.source else {
                panic!("profiles/{profile}.toml: {} has no source", rule.name)
            };
            let (guide, lines) = source.split_once(", line").unwrap_or_else(|| panic!("{source}"));
            let lines = lines.trim_start_matches('s').trim();
            assert!(GUIDES.contains(&guide), "{source}");
            let code = rule.name.split(' ').next().unwrap();
            let rows = trace.get(guide).unwrap_or_else(|| panic!("docs/scope.md has no {guide}"));
            let held = rows.iter().any(|(at, held)| at == lines && held.contains(code));
            assert!(held, "docs/scope.md: {guide}, {lines} does not name `{code}` ({})", rule.name);
        }
    }
}

/// The rows of each guide: its lines, and what is named in the last column.
fn trace() -> BTreeMap<String, Vec<(String, BTreeSet<String>)>> {
    let mut trace: BTreeMap<String, Vec<(String, BTreeSet<String>)>> = BTreeMap::new();
    let mut guide = String::new();
    for line in read("docs/scope.md").lines() {
        if let Some(title) = line.strip_prefix("## ") {
            title.clone_into(&mut guide);
        }
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        if let [lines, _, held] = cells[..]
            && line.starts_with("| ")
            && lines.starts_with(|first: char| first.is_ascii_digit())
        {
            let names = held.split('`').skip(1).step_by(2).map(str::to_owned).collect();
            trace.entry(guide.clone()).or_default().push((lines.to_owned(), names));
        }
    }
    trace
}

/// Every warning is traced to a code that exists, or says why it is out of reach.
#[test]
fn every_code_of_the_trace_exists() {
    let trace = trace();
    assert_eq!(trace.keys().map(String::as_str).collect::<BTreeSet<_>>(), GUIDES.iter().copied().collect());
    for (guide, rows) in trace {
        for (lines, names) in rows {
            let is_code = |name: &&String| name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
            for name in names.iter().filter(is_code).filter(|name| !name.starts_with('-')) {
                let of_profiles = SERVICES.iter().chain(PROFILES).any(|known| known == name);
                let exists = of_profiles || CODES.iter().any(|explanation| explanation.code.name() == name);
                assert!(exists, "docs/scope.md: {guide}, {lines} names `{name}`, which is no code");
            }
        }
    }
    for line in read("docs/scope.md").lines().filter(|line| line.starts_with("| ")) {
        let held = line.trim_end_matches('|').rsplit(" | ").next().unwrap().trim();
        assert!(!held.is_empty(), "a row says nothing of who holds it: {line}");
    }
}

/// E6, E9, N8, K16: every shipped service is held to the ports that it listens on, each in its protocol; those that
/// are for this host alone stay on loopback.
#[test]
fn every_service_is_held_to_its_ports() {
    for service in SERVICES {
        let profiles = std::fs::read_dir(folder("profiles")).unwrap();
        let tables = profiles.map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap());
        let tables: Vec<Table> = tables.map(|text| text.parse().unwrap()).collect();
        let own = tables.iter().find_map(|table| table.get("service")?.get(service)?.as_table()).unwrap();
        let listens = own.get("listen").and_then(Value::as_array).cloned().unwrap_or_default();
        for listen in listens.iter().map(|listen| listen.as_table().unwrap()) {
            let is_on = |key: &str| listen.get(key).and_then(Value::as_bool) == Some(true);
            let (port, protocol) = text(listen, "port")
                .unwrap()
                .split_once('/')
                .unwrap_or((text(listen, "port").unwrap(), "tcp"));
            if is_on("optional") {
                continue;
            }
            let other = if protocol == "tcp" { "udp" } else { "tcp" };
            let publishes = |word: &str| {
                let words =
                    ["--reset", "publish", "--publish-service=false", "--network", "bridge", "-p", word];
                let output = dry(service, &words).env("MYSQL_ROOT_PASSWORD", "x").run();
                let found = codes(&output).into_iter();
                found
                    .filter(|code| code.contains("publish-") || code.contains("internal-"))
                    .collect::<Vec<_>>()
            };
            let none: [&str; 0] = [];
            assert_eq!(publishes(&format!("127.0.0.1:{port}:{port}/{protocol}")), none, "{service} {port}");
            assert_eq!(
                publishes(&format!("127.0.0.1:{port}:{port}/{other}")),
                ["error[publish-protocol]"],
                "{service}"
            );
            let open: &[&str] = if is_on("internal") { &["warning[internal-port]"] } else { &[] };
            assert_eq!(publishes(&format!("{port}:{port}/{protocol}")), open, "{service} {port}");
        }
    }
}

/// B15: the whole finding, with the three ways out; each line can be pasted.
#[test]
fn a_loopback_url_is_told_with_its_ways_out() {
    dry("nebula-bff", &["-e", "XTRACE_URL=http://127.0.0.1:8742"])
        .stderr(
            "
            error[loopback-url]: XTRACE_URL leads to 127.0.0.1: in a network of the container's own, that is the container itself
              asked: `-e XTRACE_URL=http://127.0.0.1:8742` on the command line
              help: for what listens on the host: --add-host host.docker.internal:host-gateway -e XTRACE_URL=http://host.docker.internal:8742
              help: for another container, by its name on the same network: -e XTRACE_URL=http://CONTAINER:8742
              help: or share the host's network: --network host
            ",
        )
        .status(125)
        .run();
    let mended = [
        "--add-host",
        "host.docker.internal:host-gateway",
        "-e",
        "XTRACE_URL=http://host.docker.internal:8742",
    ];
    let output = dry("nebula-bff", &mended).status(0).run();
    assert_eq!(codes(&output), [""; 0], "{}", output.stderr);
}

/// B15, N17: any image, any variable that leads somewhere, any argument; twelve shapes of it.
#[test]
fn any_launch_is_told_of_urls_that_lead_nowhere() {
    let found = |words: &[&str]| {
        let run = ["run", "--profile", "bare", "--image", "app:1", "--dry-run"];
        let output = Test::new().args(run).args(words).any_stdout().any_stderr().run();
        codes(&output)
    };
    for value in [
        "localhost:4222",
        "127.0.0.1:2379",
        "http://127.0.0.1:8742",
        "nats://localhost:4222",
        "http://localhost",
        "HTTP://LOCALHOST:80/v1?a=b",
        "[::1]:2379",
        "http://[::1]:2379/health",
        "nats://u:hush@127.0.0.1:4222",
        "mysql://root:hush@tcp(127.3.2.1:3306)/kine",
        "nats://10.0.0.7:1,nats://localhost:2",
        "http://127.1:80",
    ] {
        let wanted = ["warning[loopback-url]"];
        assert_eq!(found(&["-e", &format!("SOME_URL={value}")]), wanted, "{value}");
        assert_eq!(found(&["--network", "own", "--", "app", "--some-url", value]), wanted, "{value}");
        assert_eq!(found(&["--", "app", &format!("--some-url={value}")]), wanted, "{value}");
        assert_eq!(found(&["--network", "host", "-e", &format!("SOME_URL={value}")]), [""; 0], "{value}");
        assert_eq!(
            found(&["--network", "container:x", "-e", &format!("SOME_URL={value}")]),
            [""; 0],
            "{value}"
        );
    }
    for (words, wanted) in [
        // What the container itself opens may be called there.
        (&["--expose", "80", "-e", "SOME_URL=http://localhost:80"] as &[&str], &[] as &[&str]),
        (&["-e", "LISTEN=127.0.0.1:80"], &[]),
        (&["-e", "NO_PROXY=localhost,127.0.0.1"], &[]),
        (&["-e", "SOME_URL=http://10.0.0.7:80"], &[]),
        (&["-e", "SOME_URL=http://example.org"], &[]),
        (&["-e", "SOME_URL=disabled"], &[]),
        (&["--", "sh", "-c", "curl http://localhost:80"], &[]),
        (&["-e", "SOME_URL=http://nats:4222"], &["warning[bridge-name]"]),
        (&["-e", "SOME_URL=nats:4222"], &["warning[bridge-name]"]),
        (&["--", "app", "nats://nats:4222"], &["warning[bridge-name]"]),
        (&["--network", "own", "-e", "SOME_URL=http://nats:4222"], &[]),
        (&["--network", "host", "-e", "SOME_URL=http://nats:4222"], &[]),
        (&["--add-host", "nats:10.0.0.7", "-e", "SOME_URL=http://nats:4222"], &[]),
        (&["--link", "db:nats", "-e", "SOME_URL=http://nats:4222"], &[]),
        (&["--hostname", "nats", "-e", "SOME_URL=http://nats:4222"], &[]),
        (&["--dns", "10.0.0.53", "-e", "SOME_URL=http://nats:4222"], &[]),
    ] {
        assert_eq!(found(words), wanted, "{words:?}");
    }
}

/// B15, B16: no password is told, neither in the finding nor in what mends it.
#[test]
fn a_password_of_a_url_is_not_told() {
    dry("xtrace", &["-e", "XTRACE_DATABASE_URL=postgres://u:hush@localhost/xtrace"])
        .stderr(
            "
            error[loopback-url]: XTRACE_DATABASE_URL leads to localhost: in a network of the container's own, that is the container itself
              asked: `-e XTRACE_DATABASE_URL` on the command line
              help: for what listens on the host: --add-host host.docker.internal:host-gateway, and host.docker.internal in the URL
              help: for another container, its name on the same network, in the URL
              help: or share the host's network: --network host
            ",
        )
        .status(125)
        .run();
}

/// User-ask 48, M19, K25.
#[test]
fn ports_of_a_service_are_held_against_each_other() {
    dry("inference", &["--gpus", "none", "-e", "DYN_HTTP_PORT=8000", "-e", "DYN_SYSTEM_PORT=8000"])
        .stderr_has("error[listen-twice]: inference would open 8000/tcp twice: for clients, where a frontend runs beside the engine, and for health and metrics\n")
        .status(125)
        .run();
    let of = |service: &str, words: &[&str]| codes(&dry(service, words).run());
    assert_eq!(
        of("inference", &["--gpus", "none", "-e", "DYN_HTTP_PORT=8000", "-e", "DYN_SYSTEM_PORT=8081"]),
        [""; 0]
    );
    let check = |port: &str| format!("curl -f \"http://localhost:{port}/health\" || exit 1");
    assert_eq!(of("model-compose", &["--health-cmd", &check("8080")]), [""; 0]);
    assert_eq!(of("model-compose", &["--health-cmd", &check("8081")]), ["warning[health-port]"]);
    assert_eq!(of("model-compose", &["-p", "8080:80", "-p", "8080:8080"])[0], "error[port-twice]");
    // An argument that moves a port is followed by what is published.
    let moved = ["--", "nebula-router", "--listen", "0.0.0.0:19000"];
    let output = dry("nebula-router", &moved).run();
    assert!(output.stdout.contains("--publish 19000:19000 "), "{}", output.stdout);
    let wrong = ["-p", "18081:18081", "--", "nebula-router", "--listen", "0.0.0.0:19000"];
    assert_eq!(of("nebula-router", &wrong)[0], "error[publish-mismatch]");
}

/// A rule of one's own, as docs/rules.md has it, and its line in `explain`.
#[test]
fn a_rule_of_ones_own_is_followed_and_explained() {
    let guide = read("docs/rules.md");
    let file = guide.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    let own = |words: &[&str]| {
        let run = ["run", "search", "--dry-run"];
        let test = Test::new().file(crate::rules::USER, file).args(run).args(words);
        test.any_stdout().any_stderr().any_status().run()
    };
    assert_eq!(codes(&own(&[])), [""; 0]);
    assert_eq!(codes(&own(&["-e", "INDEX_URL=http://localhost:9200"])), ["error[loopback-url]"]);
    assert_eq!(codes(&own(&["-e", "AUTH=token"])), ["error[variable-missing]"]);
    assert_eq!(codes(&own(&["--rm=false"])), ["note[data-lost]"]);
    Test::new()
        .file(crate::rules::USER, file)
        .args(["explain", "loopback-url"])
        .stdout_has("\nwho is held to it:\n")
        .stdout_has("\n  search: INDEX_URL (our handbook, section 4)\n")
        .stdout_has("\n  nebula-bff: XTRACE_URL (nebula guide, line 167)\n")
        .run();
    let fault = |rule: &str| {
        let text = format!("[[service.gateway.rule]]\ncheck = \"loopback-url\"\n{rule}\n");
        dry("gateway", &[]).file(crate::rules::USER, &text).status(125).run().stderr
    };
    assert!(fault("level = \"fatal\"").contains("error[bad-value]: a level is one of note, warning, error"));
    assert!(fault("varable = \"X\"").contains("error[unknown-key]: a rule has no key `varable`"));
}

/// A stranger's file may not hand a secret of the caller's to what it launches, though a service declares it.
#[test]
fn a_declared_secret_is_not_a_strangers() {
    let file = "[service.own]\nimage = \"own:1\"\nenv = [\"XTRACE_TOKEN\"]\n";
    let test = Test::new().dir("repo/.git").cwd("repo").file("repo/dynrun.toml", file);
    let output =
        test.env("XTRACE_TOKEN", "hush").args(["run", "own", "--dry-run"]).any_stderr().status(125).run();
    assert_eq!(codes(&output), ["error[untrusted]"]);
    assert!(!output.stderr.contains("hush"));
}

/// K18: a host name is told in the form that every system takes.
#[test]
fn host_names_are_in_lower_case() {
    let dry = |name: &str| {
        Test::new().args(["run", "--profile", "bare", "--image", "app:1", "--dry-run", "--hostname", name])
    };
    let assumed = "assumed: the engine has the image app:1\n";
    dry("alice").stdout("docker run --hostname alice app:1\n").stderr(assumed).run();
    dry("Root-Kuscia.Alice")
        .stdout("docker run --hostname Root-Kuscia.Alice app:1\n")
        .stderr(&format!(
            "warning[hostname-case]: the host name Root-Kuscia.Alice has upper-case letters: Kubernetes and Kuscia take lower \
             case alone\n  \
             asked: `--hostname Root-Kuscia.Alice` on the command line\n  \
             help: did you mean --hostname root-kuscia.alice?\n{assumed}"
        ))
        .run();
    dry("Root Kuscia!")
        .stderr(
            "error[bad-value]: --hostname: a host name holds only letters, digits, `-` and dots\n  \
             asked: `--hostname 'Root Kuscia!'` on the command line\n  \
             help: did you mean --hostname root-kuscia?\n  \
             help: the accepted form is NAME[.NAME]\n",
        )
        .status(125)
        .run();
}
