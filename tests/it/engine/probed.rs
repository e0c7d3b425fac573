//! `dynrun probe`: what a service answers to what it is there for, found by its service and its published ports; and which
//! step failed. E25, E26.

use super::case::{BUSYBOX, Case, Done, wait_for};
use serde_json::{Value, json};

/// A web server that answers by path: `$path` is the request's, and `answers` sets `body`.
fn server(answers: &str) -> String {
    format!(
        "cat >/srv.sh <<'X'\nread -r method path rest\nlength=0\n\
         while read -r name value && [ \"$name\" != \"$(printf '\\r')\" ]; do\n\
         case $name in [Cc]ontent-[Ll]ength:) length=$(echo \"$value\" | tr -d '\\r');;\n\
         [Aa]uthorization:) shown=$(echo \"$value\" | tr -d '\\r');; esac\ndone\n\
         asked=$(head -c \"$length\")\nstatus='200 OK'\ncase $path in\n{answers}\nesac\n\
         printf 'HTTP/1.1 %s\\r\\nContent-Length: %s\\r\\n\\r\\n%s' \"$status\" \"${{#body}}\" \"$body\"\nX\n\
         exec nc -ll -p 8000 -e sh /srv.sh"
    )
}

const MODELS: &str = "/v1/models) body='{\"data\":[{\"id\":\"m1\"},{\"id\":\"m2\"}]}';;";

/// A container that answers as that, and has its port on the host.
#[track_caller]
fn launched(case: &Case, port: u16, inner: u16, line: &str) -> String {
    let (name, publish) = (case.name("web"), format!("127.0.0.1:{port}:{inner}"));
    let ready = format!("tcp:{inner}");
    let options =
        ["-d", "--name", &name, "-p", &publish, "--stop-signal", "KILL", "--wait=20s", "--ready", &ready];
    let done = case.launch(&options, &["sh", "-c", line]).run();
    assert_eq!(done.code, 0, "{}", done.stderr);
    name
}

#[track_caller]
fn probed(case: &Case, words: &[&str]) -> (Done, Value) {
    let done = case.dynrun(&[&["probe"], words, &["--format", "json"]].concat()).run();
    let document = serde_json::from_slice(&done.stdout).unwrap_or_default();
    (done, document)
}

/// The steps without their times.
fn steps(document: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let steps = document["steps"].as_array().cloned().unwrap_or_default();
    let answer =
        |step: &Value| if step["error"].is_null() { text(&step["answer"]) } else { text(&step["error"]) };
    steps.iter().map(|step| (text(&step["asked"]), answer(step))).collect()
}

fn said(asked: &str, answer: &str) -> (String, String) {
    (asked.to_owned(), answer.to_owned())
}

/// By its service in a file, whose port an option of the command has moved.
#[test]
fn a_server_of_models_is_asked_for_words() {
    let case = Case::new();
    let file = case.file(
        "llm.toml",
        &format!(
            "[service.llm]\nimage = \"{BUSYBOX}\"\nnetwork = \"bridge\"\n\n[[service.llm.listen]]\nport = \"9000\"\n\
             variable = \"LLM_PORT\"\nprobe = \"openai\"\n"
        ),
    );
    let file = file.display().to_string();
    let chat = "/v1/chat/completions) body=\"{\\\"choices\\\":[{\\\"message\\\":{\\\"content\\\":\\\"$length\\\"}}]}\";;";
    let (name, label) = (case.name("llm"), case.label());
    let words =
        ["--config", &file, "run", "llm", "-d", "--profile", "bare", "--name", &name, "--label", &label];
    let more =
        ["-p", "127.0.0.1:21950:8000", "-e", "LLM_PORT=8000", "--stop-signal", "KILL", "--", "sh", "-c"];
    let line = server(&format!("{MODELS}\n{chat}"));
    let done = case.dynrun(&[&words[..], &more, &[line.as_str()]].concat()).run();
    assert_eq!(done.code, 0, "{}", done.stderr);
    let (done, document) = wait_for("it to listen", || {
        let probed = probed(&case, &["llm", "--config", &file]);
        (probed.0.code == 0).then_some(probed)
    });
    assert_eq!(done.stderr, "");
    assert_eq!(
        (&document["service"], &document["container"], &document["is_well"]),
        (&json!("llm"), &json!(name), &json!(true))
    );
    let question = json!({
        "model": "m1", "max_tokens": 8, "stream": false, "messages": [{ "role": "user", "content": "Say pong." }],
    });
    let words = format!("m1: \"{}\"", question.to_string().len());
    assert_eq!(
        steps(&document),
        [said("GET /v1/models", "m1, m2"), said("POST /v1/chat/completions", &words)]
    );
    assert_eq!(document["steps"][0]["at"], "127.0.0.1:21950");
    // By its container, for people, with another model.
    let done = case.dynrun(&["probe", &name, "--config", &file, "--model", "m2"]).run();
    let text = done.text();
    assert!(text.starts_with("ASKED ") && text.contains("  m1, m2  ") && text.contains("  m2: \""), "{text}");
    // Where nothing says what it is asked, its own port is suggested.
    let listen = "[[service.llm.listen]]\nport = \"9000\"\n";
    let plain = case.file("plain.toml", &format!("[service.llm]\nimage = \"{BUSYBOX}\"\n\n{listen}"));
    let done = case.dynrun(&["probe", &name, "--config", &plain.display().to_string()]).run();
    let want = format!(
        "error[probe-failed]: nothing says what a service llm is to be asked\n  \
         help: say it: dynrun probe {name} --as openai:9000\n  \
         help: or in a file: [[service.llm.listen]] port = \"9000\" probe = \"openai\"\n"
    );
    done.expect(1, "", &want);
}

/// Each request shows it, and nothing that is printed does. B26.
#[test]
fn a_server_that_asks_for_a_token_is_shown_one() {
    let case = Case::new();
    let chat = "/v1/chat/completions) body='{\"choices\":[{\"message\":{\"content\":\"pong\"}}]}';;";
    let guard = "esac\n[ \"$shown\" = 'Bearer hush-7' ] || { status='401 Unauthorized'; body='who asks?'; }\ncase x in";
    let name = launched(&case, 21955, 8000, &server(&format!("{MODELS}\n{chat}\n{guard}")));
    let ask = |more: &[&str]| {
        let words = [&["probe", name.as_str(), "--as", "openai:8000", "--format", "json"], more].concat();
        let done = case.dynrun(&words).env("LLM_TOKEN", "hush-7").run();
        assert!(!format!("{}{}", done.text(), done.stderr).contains("hush-7"), "{}", done.stderr);
        (done.code, steps(&serde_json::from_slice(&done.stdout).unwrap_or_default()))
    };
    let well = vec![said("GET /v1/models", "m1, m2"), said("POST /v1/chat/completions", "m1: \"pong\"")];
    assert_eq!(ask(&["--token", "env=LLM_TOKEN"]), (0, well));
    let why = said("GET /v1/models", "it answers 401 Unauthorized: who asks?");
    assert_eq!(ask(&[]), (1, vec![why]));
}

/// A server that answers with what it was asked shows no token by that, whole or cut. B26.
#[test]
fn an_answer_that_holds_the_token_is_shown_without_it() {
    let case = Case::new();
    let echo = "*) status='401 Unauthorized'; body=\"you said: $shown\";;";
    let name = launched(&case, 21957, 8000, &server(echo));
    let at = |port: &str, more: &[&str], format: &str| {
        let words =
            [&["probe", name.as_str(), "--as", port, "--token", "env=T", "--format", format], more].concat();
        let done = case.dynrun(&words).env("T", "hush-7").run();
        let all = format!("{}{}", done.text(), done.stderr);
        assert!(!all.contains("hush"), "{all}");
        (done.code, all)
    };
    for format in ["json", "text"] {
        let (code, all) = at("openai:8000", &[], format);
        assert!(code == 1 && all.contains("it answers 401 Unauthorized: you said: Bearer ***"), "{all}");
    }
    case.docker(&["rm", "-f", &name]);
    let nats = "printf 'read -r x; printf \"-ERR %%s\\r\\n\" \"$x\"' >/n; \
                exec nc -ll -p 4222 -e sh -c \"printf 'INFO {}\\r\\n'; . /n\"";
    let name = launched(&case, 21958, 4222, nats);
    let words = ["probe", name.as_str(), "--as", "nats", "--user", "me", "--token", "env=T"];
    let done = case.dynrun(&words).env("T", "hush-7").run();
    assert!(
        done.code == 1 && done.stderr.contains("\"pass\":\"***\"") && !done.stderr.contains("hush"),
        "{}",
        done.stderr
    );
}

#[test]
fn the_step_that_failed_is_told() {
    let case = Case::new();
    let broken = "/v1/chat/completions) status='503 Service Unavailable'; body='no worker';;";
    let name = launched(&case, 21951, 8000, &server(&format!("{MODELS}\n{broken}")));
    let (done, document) = probed(&case, &[&name, "--as", "openai:8000"]);
    assert_eq!((done.code, &document["is_well"]), (1, &json!(false)));
    let why = "it answers 503 Service Unavailable: no worker";
    assert_eq!(steps(&document), [said("GET /v1/models", "m1, m2"), said("POST /v1/chat/completions", why)]);
    let head = format!(
        "error[probe-failed]: {name} failed at `POST /v1/chat/completions` at 127.0.0.1:21951, after "
    );
    let tail = format!(" ms\n  note: {why}\n  help: dynrun logs {name}\n");
    assert!(done.stderr.starts_with(&head) && done.stderr.ends_with(&tail), "{}", done.stderr);
    // Another one's words.
    let (done, document) = probed(&case, &[&name, "--as", "etcd:8000"]);
    assert_eq!(done.code, 1);
    assert_eq!(steps(&document), [said("GET /version", "it does not answer JSON: ")]);
    let (done, document) = probed(&case, &[&name, "--as", "nats:8000", "--timeout", "300"]);
    assert_eq!(done.code, 1);
    assert_eq!(steps(&document), [said("INFO", "there was no answer in time")]);
    let (_, document) = probed(&case, &[&name, "--as", "openai:8001"]);
    assert_eq!(
        steps(&document),
        [said("GET /v1/models", "it does not answer: Connection refused (os error 111)")]
    );
    // Where nothing was answered, nothing is listed.
    let done = case.dynrun(&["probe", &name, "--as", "openai:8001"]).run();
    assert_eq!((done.code, done.text().as_str()), (1, ""), "{}", done.stderr);
    // Nothing says what it is.
    let done = case.dynrun(&["probe", &name]).run();
    done.expect(
        1,
        "",
        &format!(
            "error[probe-failed]: nothing says what the container {name}, which is no service's, is to be asked\n  \
             help: say it: dynrun probe {name} --as openai:8000\n  \
             help: or in a file: [[service.NAME.listen]] port = \"8000\" probe = \"openai\"\n"
        ),
    );
    let done = case.dynrun(&["probe", "nothing", &name]).run();
    assert!(
        done.code == 1 && done.stderr.starts_with("error[unknown-service]: there is no service `nothing`\n"),
        "{}",
        done.stderr
    );
    let done = case.dynrun(&["probe", &name, "--as", "smtp"]).run();
    assert!(
        done.code == 2 && done.stderr.contains("states, datagram, openai, nats, etcd"),
        "{}",
        done.stderr
    );
}

#[test]
fn nats_and_etcd_say_what_they_are() {
    let case = Case::new();
    let nats = "exec nc -ll -p 4222 -e printf 'INFO {\"server_name\":\"N\",\"version\":\"2.11.0\",\"jetstream\":true}\\r\\n'";
    let name = launched(&case, 21952, 4222, nats);
    let (done, document) = probed(&case, &[&name, "--as", "nats"]);
    assert_eq!(
        (done.code, steps(&document)),
        (0, vec![said("INFO", "NATS 2.11.0 as N, with JetStream")]),
        "{}",
        done.stderr
    );
    case.docker(&["rm", "-f", &name]);
    for (health, code, answer) in [
        ("{\"health\":\"true\"}", 0, "healthy"),
        ("{\"health\":\"false\",\"reason\":\"NO LEADER\"}", 1, "it is not healthy: NO LEADER"),
    ] {
        let line = format!(
            "mkdir /w; cd /w; echo '{{\"etcdserver\":\"3.5.1\"}}' >version; echo '{health}' >health; exec httpd -f -p 2379"
        );
        let name = launched(&case, 21953, 2379, &line);
        let (done, document) = probed(&case, &[&name, "--as", "etcd"]);
        assert_eq!(
            (done.code, steps(&document)),
            (code, vec![said("GET /version", "etcd 3.5.1"), said("GET /health", answer)])
        );
        case.docker(&["rm", "-f", &name]);
    }
}

/// A gateway that answers nothing: its port is open, and a state is on its way. E26.
#[test]
fn a_gateway_of_others_is_sent_a_state() {
    let case = Case::new();
    let (name, label) = (case.name("udp"), case.label());
    let words = ["run", "gateway", "-d", "--rm=false", "--name", &name, "--label", &label, "--wait=20s"];
    let done = case.dynrun(&[&words[..], &["-p", "127.0.0.1:21954:9999/udp"]].concat()).run();
    assert_eq!(done.code, 0, "{}", done.stderr);
    let (done, document) = probed(&case, &[&name, "--as", "datagram", "--engine-id", "e7"]);
    assert_eq!(done.code, 0, "{}", done.stderr);
    let sent = said("a state", "sent for e7; no datagram is answered");
    assert_eq!(steps(&document), [said("the socket", "it is open"), sent]);
    wait_for("the state", || {
        case.docker(&["kill", "--signal", "USR1", &name]);
        case.docker(&["logs", &name]).contains("\"engine_id\":\"e7\"").then_some(())
    });
    let (done, document) = probed(&case, &["gateway", &name, "--as", "datagram:9998"]);
    let why = said("the socket", "the container does not hold the port");
    assert_eq!((done.code, steps(&document)), (1, vec![why]));
}
