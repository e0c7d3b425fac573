//! What it takes to settle a launch whose profile is one of two hundred, in ten files beside those that are built in: from
//! the files' bytes to the options. `cargo bench --bench config` fails where the target is missed.

#![expect(clippy::print_stdout, reason = "a measurement prints")]
#![expect(clippy::unwrap_used, reason = "what fails here fails the measurement")]

use dynrun::config::{Request, settle};
use dynrun::host::Host;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

const TIMES: usize = 201;
const FILES: usize = 10;
/// How many profiles stand in a file.
const PROFILES: usize = 20;
const TARGET: Duration = Duration::from_millis(10);

fn main() -> ExitCode {
    if !std::env::args().any(|word| word == "--bench") {
        println!("a measurement: cargo bench --bench config");
        return ExitCode::SUCCESS;
    }
    let folder = tempfile::tempdir().unwrap();
    let files: Vec<PathBuf> = (0..FILES).map(|number| write(folder.path(), number)).collect();
    let host = Host::read();
    let mut times: Vec<Duration> = (0..TIMES).map(|_| settled(&files, &host)).collect();
    times.sort_unstable();
    let median = times[TIMES / 2];
    println!(
        "one of {} profiles in {FILES} files, {TIMES} times, median: {median:?} (at most {TARGET:?})",
        FILES * PROFILES
    );
    if median <= TARGET { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// A file of profiles, each of which builds on the one before it.
fn write(folder: &Path, number: usize) -> PathBuf {
    let path = folder.join(format!("{number}.toml"));
    let mut text = String::new();
    for profile in 0..PROFILES {
        let parent = if profile == 0 { "ci".to_owned() } else { format!("p{number}-{}", profile - 1) };
        let _ = write!(
            text,
            r#"
[profile.p{number}-{profile}]
about = "machines of room {profile}"
extends = "{parent}"
memory = "{}g"
volume = ["./models-{profile}:/models/{profile}:ro"]
ulimit = ["nofile={}"]

[profile.p{number}-{profile}.env]
ROOM_{profile} = "${{env.ROOM:-{profile}}}"
SHARED = "${{workspace}}/shared"

[profile.p{number}-{profile}.service.gateway]
label = ["room={profile}"]
"#,
            profile + 1,
            1024 + profile,
        );
    }
    std::fs::write(&path, text).unwrap();
    path
}

/// One launch with the profile that has the most below it.
fn settled(files: &[PathBuf], host: &Host) -> Duration {
    let request = Request {
        service: Some("gateway".to_owned()),
        profile: Some(format!("p{}-{}", FILES - 1, PROFILES - 1)),
        files: files.to_vec(),
        ..Request::default()
    };
    let start = Instant::now();
    let (settled, _) = settle(&request, host).unwrap();
    let took = start.elapsed();
    let rooms = settled.options.env.iter().filter(|variable| variable.value.name.starts_with("ROOM_"));
    assert_eq!(rooms.count(), PROFILES, "every profile of the chain has its word");
    took
}
