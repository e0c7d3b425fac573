//! The foreground: bytes, exit codes, and what becomes of the container.

use super::case::{BUSYBOX, Case, Done, status, wait_for};
use super::proxy::{Fault, Proxy, rule};
use crate::share::share;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::OwnedFd;

/// Runs a shell's line in busybox.
#[track_caller]
fn sh(case: &Case, options: &[&str], line: &str) -> Done {
    case.launch(options, &["sh", "-c", line]).run()
}

#[test]
fn stdout_and_stderr_stay_apart_and_exact() {
    let case = Case::new();
    let done = sh(&case, &["--rm"], r"printf 'a\000\001\377\376\r\n\033[0mz'; printf 'e\000\n' >&2");
    assert_eq!(done.stdout, b"a\0\x01\xff\xfe\r\n\x1b[0mz");
    assert_eq!((done.stderr.as_str(), done.code), ("e\0\n", 0));
    case.leaves_nothing();
}

#[test]
fn frames_in_the_output_are_only_bytes() {
    let case = Case::new();
    let done =
        sh(&case, &["--rm"], r"printf '\001\000\000\000\000\000\000\005hello'; printf '\002\000\000\000'");
    assert_eq!(done.stdout, b"\x01\0\0\0\0\0\0\x05hello\x02\0\0\0");
    assert_eq!((done.stderr.as_str(), done.code), ("", 0));
}

/// Random bytes in and out, as many as a test can hold.
#[track_caller]
fn come_back_as_they_went(megabytes: usize) {
    let case = Case::new();
    let mut bytes = Vec::with_capacity(megabytes << 20);
    let mut word = 0x9e37_79b9_7f4a_7c15_u64;
    while bytes.len() < megabytes << 20 {
        word ^= word << 13;
        word ^= word >> 7;
        word ^= word << 17;
        bytes.extend_from_slice(&word.to_le_bytes());
    }
    let done = case.launch(&["--rm", "-i", "--log-driver", "none"], &["cat"]).input(&bytes).limit(110).run();
    assert_eq!((done.code, done.stdout.len(), done.stderr.as_str()), (0, bytes.len(), ""));
    assert_eq!(Sha256::digest(&done.stdout), Sha256::digest(&bytes));
    case.leaves_nothing();
}

#[test]
fn megabytes_come_back_as_they_went() {
    come_back_as_they_went(32);
}

#[test]
#[ignore = "long"]
fn hundreds_of_megabytes_come_back_as_they_went() {
    come_back_as_they_went(256);
}

/// What dynrun has said behind the command's own lines.
fn told(stderr: &str) -> String {
    stderr.lines().filter(|line| !line.starts_with("errerr")).collect()
}

#[test]
fn megabytes_on_both_streams_stay_apart() {
    let case = Case::new();
    // Lines as long as programs write them: of shorter ones the engine, whose log has each by itself, falls behind.
    let of = |word: &str| word.repeat(21);
    let line =
        format!("(yes {} | head -c 1048576) & (yes {} | head -c 1048576) >&2 & wait", of("out"), of("err"));
    let done = sh(&case, &["--rm"], &line);
    assert_eq!((done.code, done.stdout.len()), (0, 1 << 20), "{}", told(&done.stderr));
    let are_all = |bytes: &[u8], word: &str| {
        bytes.chunks(64).all(|line| line == &format!("{}\n", of(word)).as_bytes()[..line.len()])
    };
    assert!(are_all(&done.stdout, "out"));
    // A machine that is slow to tell of the end makes dynrun warn of a loss.
    let (bytes, rest) = done.stderr.as_bytes().split_at(1 << 20);
    assert!(are_all(bytes, "err"));
    assert!(rest.is_empty() || rest.starts_with(b"warning[output-lost]"), "{} bytes more", rest.len());
}

#[test]
fn a_command_that_ends_at_once_loses_nothing() {
    let case = Case::new();
    let launches = |worker: usize| {
        for run in share(0..24, 3) {
            let text = format!("{worker} {run}");
            let done =
                case.launch(&["--rm"], &["sh", "-c", "echo \"$0\"; echo \"e$0\" >&2; exit 3", &text]).run();
            done.expect(3, &format!("{text}\n"), &format!("e{text}\n"));
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(|| launches(1));
        launches(2);
    });
    case.leaves_nothing();
}

#[test]
fn output_after_the_end_of_input_still_comes() {
    let case = Case::new();
    let line = "cat; sleep 0.3; echo after; exit 4";
    let done = case.launch(&["--rm", "-i"], &["sh", "-c", line]).input(b"before\n").run();
    done.expect(4, "before\nafter\n", "");
}

#[test]
fn input_that_is_empty_or_closed_ends_at_once() {
    let case = Case::new();
    case.launch(&["--rm", "-i"], &["cat"]).run().expect(0, "", "");
    case.shell("exec $LAUNCH --rm -i -- cat </dev/null").run().expect(0, "", "");
    case.shell("exec $LAUNCH --rm -i -- sh -c 'cat; echo end' <&-").run().expect(0, "end\n", "");
    case.leaves_nothing();
}

#[test]
fn input_arrives_while_it_is_written() {
    let case = Case::new();
    let mut running =
        case.launch(&["--rm", "-i"], &["sh", "-c", "while read -r l; do echo got $l; done"]).start();
    let mut stdin = running.child.stdin.take().expect("a pipe");
    for word in ["one", "two"] {
        writeln!(stdin, "{word}").expect("it is read");
        running.says(&format!("got {word}\n"));
    }
    drop(stdin);
    running.end().expect(0, "got one\ngot two\n", "");
}

#[test]
fn without_interactive_the_command_has_no_input() {
    let case = Case::new();
    case.launch(&["--rm"], &["cat"]).input(b"nobody reads this\n").run().expect(0, "", "");
    case.leaves_nothing();
}

#[test]
fn input_that_nobody_reads_holds_nothing_up() {
    let case = Case::new();
    let done =
        case.launch(&["--rm", "-i"], &["sh", "-c", "exit 5"]).input(&vec![b'x'; 50 << 20]).limit(20).run();
    done.expect(5, "", "");
    case.leaves_nothing();
}

#[test]
fn a_caller_who_keeps_the_input_open_holds_nothing_up() {
    let case = Case::new();
    let mut running = case.launch(&["--rm", "-i"], &["true"]).start();
    let stdin = running.child.stdin.take();
    running.end().expect(0, "", "");
    drop(stdin);
}

#[test]
fn exit_codes_pass_through() {
    let case = Case::new();
    for code in [0, 1, 7, 125, 126, 127, 255] {
        sh(&case, &["--rm"], &format!("exit {code}")).expect(code, "", "");
    }
    sh(&case, &["--rm", "--init"], "kill -9 $$").expect(137, "", "");
    sh(&case, &["--rm", "--init"], "kill -SEGV $$").expect(139, "", "");
    case.leaves_nothing();
}

/// Not every machine's cgroups tell the engine, so the answer is written here.
#[test]
fn a_command_that_was_killed_for_memory_is_named() {
    let case = Case::new();
    let state = r#""State":{"OOMKilled":true,"ExitCode":137,"Running":false}"#;
    let killed = Fault::Answer(200, String::leak(format!(r#"{{"Id":"{}",{state}}}"#, "a".repeat(64))));
    let proxy = Proxy::new(&case, vec![rule("GET", "/json", killed)]);
    let done = case.launch(&["--rm", "--host", &proxy.address], &["sh", "-c", "exit 137"]).run();
    done.expect(137, "", "note: the kernel killed the container for memory: raise --memory\n");
    case.leaves_nothing();
}

#[test]
fn a_container_without_rm_stays() {
    let case = Case::new();
    sh(&case, &["--rm=false"], "echo hi; exit 6").expect(6, "hi\n", "");
    let kept = case.inspect(&case.container());
    assert_eq!(kept["State"]["Status"], "exited");
    assert_eq!(kept["State"]["ExitCode"], 6);
    assert_eq!(kept["HostConfig"]["AutoRemove"], false);
}

#[test]
fn rm_takes_the_anonymous_volume_along_and_leaves_the_named_one() {
    let case = Case::new();
    let named = case.name("v");
    let volume = format!("{named}:/named");
    let running = case
        .launch(&["--rm", "-i", "-v", "/anonymous", "-v", &volume], &["sh", "-c", "echo up; cat"])
        .start();
    running.says("up");
    let mounts = case.inspect(&case.container())["Mounts"].clone();
    let mounts = mounts.as_array().expect("a list");
    let anonymous = mounts.iter().find(|mount| mount["Destination"] == "/anonymous").expect("it is mounted");
    let anonymous = anonymous["Name"].as_str().expect("a volume's name").to_owned();
    let mut running = running;
    drop(running.child.stdin.take());
    running.end().expect(0, "up\n", "");
    let gone = case.call("docker", &["volume", "inspect", &anonymous]).run();
    assert_eq!(gone.code, 1, "the anonymous volume is still there");
    case.docker(&["volume", "inspect", &named]);
}

#[test]
fn a_slow_reader_gets_everything() {
    let case = Case::new();
    let done = case.shell("$LAUNCH --rm -- sh -c 'seq 1 400000' | (sleep 1; cat)").run();
    let text = done.text();
    assert_eq!((done.code, text.lines().count(), text.lines().last()), (0, 400_000, Some("400000")));
}

/// Nothing is gathered on the way: a reader that rests holds the command up, and dynrun stays small.
#[test]
fn a_reader_that_rests_slows_the_command() {
    const BYTES: usize = 64 << 20;
    /// More than the buffers of the engine and the kernel hold.
    const REST: usize = 32 << 20;
    let case = Case::new();
    let (mut reader, writer) = std::io::pipe().expect("a pipe");
    let line = format!("head -c {BYTES} /dev/zero; echo written >&2; read -r end");
    let launch = case.launch(&["--rm", "-i", "--log-driver", "none"], &["sh", "-c", &line]);
    let mut running = launch.start_into(File::from(OwnedFd::from(writer)));
    let mut read = vec![1; BYTES - REST];
    reader.read_exact(&mut read).expect("bytes");
    assert!(!running.has_complained("written"), "{REST} bytes are on the way");
    let mut rest = vec![1; REST];
    reader.read_exact(&mut rest).expect("bytes");
    wait_for("the command's word", || running.has_complained("written").then_some(()));
    let most = status(running.pid(), "VmHWM");
    let most: usize = most.trim_end_matches(" kB").parse().expect("a size");
    // What a build for tests takes by itself, and less than what waits.
    assert!(most <= 48 << 10, "{most} kB");
    drop(running.child.stdin.take());
    let done = running.end();
    assert_eq!((done.code, done.stderr.as_str()), (1, "written\n"));
    assert!(read.iter().chain(&rest).all(|byte| *byte == 0));
    case.leaves_nothing();
}

/// What reaches the caller, and what the command reads: docker's client is the reference for each.
#[test]
fn the_streams_that_are_attached_are_dockers() {
    let case = Case::new();
    let command = ["sh", "-c", "cat; echo out; echo err >&2; exit 3"];
    for (flags, stdout, stderr) in [
        (&["-i"][..], "in\nout\n", "err\n"),
        (&["-a", "stdout"], "out\n", ""),
        (&["-a", "STDERR"], "", "err\n"),
        (&["-a", "stdout", "-a", "stderr"], "out\n", "err\n"),
        (&["-a", "stdout", "-i"], "in\nout\n", ""),
        (&["-a", "stdin", "-a", "stdout", "-i"], "in\nout\n", ""),
        // It is attached, and not open.
        (&["-a", "stdin", "-a", "stdout"], "out\n", ""),
        // Nothing is shown, the container's id included, and its end is waited for.
        (&["-a", "stdin", "-i"], "", ""),
        (&["-a", "stdin"], "", ""),
    ] {
        let ours = case.launch(&[&["--rm"], flags].concat(), &command).input(b"in\n").run();
        let words = [&["run", "--rm"], flags, &[BUSYBOX], &command].concat();
        let dockers = case.call("docker", &words).input(b"in\n").run();
        let got = |done: &Done| (done.code, done.text(), done.stderr.clone());
        assert_eq!(got(&ours), (3, stdout.to_owned(), stderr.to_owned()), "{flags:?}");
        assert_eq!(got(&ours), got(&dockers), "{flags:?}");
    }
    case.leaves_nothing();
}

/// Where the command's output is nobody's, its reader may go: nothing is said of it, and nothing stops.
#[test]
fn a_stream_that_is_not_attached_needs_no_reader() {
    let case = Case::new();
    let line = "{ $LAUNCH --rm -i -a stderr -- sh -c 'yes | head -c 99999; read -r end; echo err >&2; exit 4'; \
        echo $? >code; } | true";
    let mut running = case.shell(line).start();
    case.container();
    drop(running.child.stdin.take());
    running.end().expect(0, "", "err\n");
    assert_eq!(std::fs::read_to_string(case.folder().join("code")).unwrap(), "4\n");
    case.leaves_nothing();
}
