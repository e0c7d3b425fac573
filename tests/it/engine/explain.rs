//! The examples of `dynrun explain`, on an engine: each gives its code.

use super::case::{BUSYBOX, Case, DYNRUN};
use crate::explain::NEEDS_ENGINE;
use crate::share::share;
use dynrun::finding::CODES;
use std::path::Path;

/// Examples that need more than a healthy engine.
const ELSEWHERE: &[(&str, &str)] = &[
    ("engine-warning", "depends on the kernel's cgroups"),
    ("interrupted", "a matter of milliseconds; the signals' tests hold a launch up for it"),
];

#[test]
fn every_example_gives_its_code() {
    let mut wrong = Vec::new();
    for explanation in share(CODES, 3) {
        let code = explanation.code.name();
        let is_elsewhere = ELSEWHERE.iter().any(|(name, _)| *name == code)
            || (code == "gpu-device-missing" && super::gpus::has_gpu())
            || (code == "cdi-missing" && super::gpus::takes_cdi(&Case::new()));
        let Some(example) = explanation.example.filter(|_| NEEDS_ENGINE.contains(&code) && !is_elsewhere)
        else {
            continue;
        };
        let case = Case::new();
        // What the example launches carries the test's label, by a file that is nearer than the user's own.
        let config = case.folder().join(".config/dynrun");
        std::fs::create_dir_all(&config).unwrap();
        let label =
            format!("[profile.dev]\nlabel = [\"{0}\"]\n[profile.bare]\nlabel = [\"{0}\"]\n", case.label());
        std::fs::write(config.join("config.toml"), label).unwrap();
        let folder = Path::new(DYNRUN).parent().unwrap().display().to_string();
        let path = format!("{folder}:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin");
        let done =
            case.call("sh", &["-c", example]).env("PATH", &path).env("BUSYBOX", BUSYBOX).limit(30).run();
        if !done.stderr.contains(&format!("[{code}]")) {
            wrong.push(format!("{code}: `{example}` exits {} and says: {}", done.code, done.stderr));
        }
    }
    let case = Case::new();
    case.call("docker", &["network", "rm", "dynrun-differs", "dynrun-shared"]).run();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
