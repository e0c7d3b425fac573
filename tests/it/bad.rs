//! `tests/bad`: configuration files that are refused, each named for its fault, with what dynrun says of it beside it.
//!
//! `DYNRUN_BLESS=1` writes what is said in the place of comparing it. What a message advises to write is written, and the
//! file is accepted then.

use crate::common::{Test, expected};
use dynrun::config::{Request, settle};
use dynrun::finding::{Finding, Findings, Level};
use dynrun::host::Host;
use nix::sys::stat::Mode;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// The secret in the environment of every run: no message holds it.
const CANARY: &str = "canary-7c20";

/// What no file may take longer to be read and refused, on a machine that is busy.
const AT_ONCE: Duration = Duration::from_secs(10);

/// Every sample: its name, and its bytes.
pub(crate) fn samples() -> BTreeMap<String, Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bad");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let samples = files.filter(|path| path.extension().is_some_and(|end| end == "toml"));
    samples
        .map(|path| (path.file_stem().unwrap().to_str().unwrap().to_owned(), fs::read(&path).unwrap()))
        .collect()
}

fn told(name: &str, test: Test) -> String {
    let test = test.env("HF_TOKEN", CANARY).env("EMPTY", "").args(["config", "--config", name]);
    let output = test.any_stdout().any_stderr().status(1).run();
    assert_eq!(output.stdout, "", "{name}");
    assert!(!output.stderr.contains("canary"), "{name} prints a secret: {}", output.stderr);
    output.stderr
}

#[test]
fn every_fault_is_told_as_it_is_written_down() {
    let samples = samples();
    assert!(samples.len() >= 180, "{} samples", samples.len());
    for (name, bytes) in samples {
        let file = format!("{name}.toml");
        expected(&format!("../../bad/{name}.txt"), &told(&file, Test::new().bytes(&file, &bytes)));
    }
}

/// What is said of a file, in this process.
fn findings(folder: &Path, name: &str) -> Findings {
    let env = [("HF_TOKEN", CANARY), ("EMPTY", "")];
    let env = env.map(|(name, value)| (OsString::from(name), OsString::from(value)));
    let host = Host { cwd: Some(folder.to_owned()), env: BTreeMap::from(env), ..Host::default() };
    let request = Request { files: vec![folder.join(name)], ..Request::default() };
    let said = settle(&request, &host).map(|(_, findings)| findings);
    said.unwrap_or_else(|findings| findings).into_iter().filter(|one| one.level == Level::Error).collect()
}

/// The file with everything written that is advised, from its end on.
fn mended(text: &str, findings: &[Finding]) -> String {
    let snippets = findings.iter().filter_map(|finding| finding.snippet.as_ref());
    let mut patches: Vec<_> = snippets.filter_map(|snippet| snippet.patch.clone()).collect();
    patches.sort_by_key(|patch| std::cmp::Reverse(patch.span.start));
    let mut text = text.to_owned();
    patches.iter().for_each(|patch| text.replace_range(patch.span.clone(), &patch.text));
    text
}

/// What remains to be told is what nothing was advised for; where all was, the file is accepted.
#[test]
fn what_is_advised_mends_the_file() {
    let folder = TempDir::with_prefix("dynrun-bad-").unwrap();
    let (mut count, mut faults) = (0, String::new());
    for (name, bytes) in samples() {
        let Ok(text) = String::from_utf8(bytes) else { continue };
        fs::write(folder.path().join("f.toml"), &text).unwrap();
        let before = findings(folder.path(), "f.toml");
        let is_patched =
            |finding: &&Finding| finding.snippet.as_ref().is_some_and(|snippet| snippet.patch.is_some());
        if !before.iter().any(|finding| is_patched(&finding)) {
            continue;
        }
        count += 1;
        let mended = mended(&text, &before);
        fs::write(folder.path().join("f.toml"), &mended).unwrap();
        let after: Vec<String> =
            findings(folder.path(), "f.toml").into_iter().map(|finding| finding.message).collect();
        let open = before.iter().filter(|finding| !is_patched(finding));
        let open: Vec<String> = open.map(|finding| finding.message.clone()).collect();
        if after != open {
            let _ = writeln!(faults, "{name}:\n{mended}\nis told of {after:?}, not {open:?}\n");
        }
    }
    assert_eq!(faults, "");
    assert!(count >= 50, "{count} samples are advised on");
}

/// A file that is large, deep, or has faults beyond number is refused at once, and in few words.
#[test]
fn a_file_beyond_measure_is_refused_at_once() {
    let deep = |open: &str, close: &str, times: usize| {
        format!("[service.gateway]\nlabel = {}{}\n", open.repeat(times), close.repeat(times))
    };
    let many = |line: &str, times: usize| format!("[service.gateway]\n{}", line.repeat(times));
    let wide = |times: usize| {
        let keys: String = (0..times).map(|number| format!("no-key-{number} = 1\n")).collect();
        format!("[service.gateway]\n{keys}")
    };
    let long = format!("[service.gateway]\nname = \"{}\"\nnetwrok = \"host\"\n", "x".repeat(900_000));
    for (name, text) in [
        ("lists-in-lists", deep("[", "]", 100_000)),
        ("open-lists", deep("[", "", 100_000)),
        ("tables-in-tables", deep("{ a = ", "}", 50_000)),
        ("dotted-keys", format!("{}x = 1\n", "a.".repeat(100_000))),
        ("headers", format!("[{}x]\n", "a.".repeat(100_000))),
        ("unknown-keys", wide(40_000)),
        ("the-same-key", many("name = \"box\"\n", 40_000)),
        ("open-strings", many("name = \"box\n", 40_000)),
        ("bare-words", many("name = box\n", 40_000)),
        ("sections", "[x]\n".repeat(100_000)),
        ("a-long-line", long),
        ("expressions", format!("[service.gateway]\nlabel = [\"a={}\"]\n", "${env.NOT}".repeat(80_000))),
        ("bad-values", format!("[service.gateway]\npublish = [{}]\n", "\"x\", ".repeat(100_000))),
    ] {
        let test = Test::new().bytes("f.toml", text.as_bytes());
        let start = Instant::now();
        let told = told("f.toml", test);
        let took = start.elapsed();
        assert!(took < AT_ONCE, "{name} took {took:?}");
        assert!(told.starts_with("error["), "{name}: {}", &told[..told.len().min(300)]);
        assert!(told.len() < 400_000, "{name} is told in {} bytes", told.len());
        let faults = told.matches("\nerror[").count() + 1;
        assert!(faults <= 101, "{name} is told in {faults} faults");
    }
}

/// What is no file of text is told as that, whatever would come of reading it.
#[test]
fn what_is_no_file_is_told_as_that() {
    let cannot = |path: &str, why: &str| format!("error[config-unreadable]: {path} cannot be read: {why}\n");
    let no_file = "it is not a regular file";
    assert_eq!(told("/dev/zero", Test::new()), cannot("/dev/zero", no_file));
    assert_eq!(told("/dev/null", Test::new()), cannot("/dev/null", no_file));
    assert_eq!(told("x", Test::new().dir("x")), cannot("[DIR]/x", no_file));
    let fifo = Test::new();
    nix::unistd::mkfifo(&fifo.folder().join("x"), Mode::S_IRUSR | Mode::S_IWUSR).unwrap();
    assert_eq!(told("x", fifo), cannot("[DIR]/x", no_file));
    let large = Test::new();
    fs::File::create(large.folder().join("x")).unwrap().set_len(100 << 20).unwrap();
    assert_eq!(told("x", large), cannot("[DIR]/x", "it is larger than 1 MiB"));
    assert_eq!(
        told("x", Test::new().link("x", "x")),
        cannot("[DIR]/x", "Too many levels of symbolic links (os error 40)")
    );
    // Root reads everything.
    if !nix::unistd::geteuid().is_root() {
        let closed = Test::new().file("x", "");
        fs::set_permissions(closed.folder().join("x"), fs::Permissions::from_mode(0o000)).unwrap();
        assert_eq!(told("x", closed), cannot("[DIR]/x", "Permission denied (os error 13)"));
    }
}

/// Each of these is as good as plain ASCII with line feeds.
#[test]
fn marks_and_line_ends_are_no_faults() {
    let plain = "[service.gateway]\nname = \"box\"\nlabel = { \"名前\" = \"值\" }\n";
    for text in [
        plain.replace('\n', "\r\n"),
        format!("\u{feff}{plain}"),
        plain.trim_end().to_owned(),
        format!("\n\n#\t\n{plain}"),
    ] {
        let test = Test::new().bytes("f.toml", text.as_bytes());
        test.args(["config", "gateway", "name", "--config", "f.toml"]).stdout("box\n").run();
    }
}
