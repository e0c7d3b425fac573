//! What is mounted from the host, looked at before anything is made: missing, of another kind, out of the user's reach.
//! E22, K22, S5, S6, F63, F64.

use super::case::{BUSYBOX, Case};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};

/// A folder's path, as messages have it.
fn path(case: &Case, name: &str) -> String {
    case.folder().canonicalize().unwrap().join(name).display().to_string()
}

#[test]
fn a_missing_source_is_refused_and_not_made() {
    let case = Case::new();
    std::fs::create_dir(case.folder().join("models")).unwrap();
    let (source, folder) = (path(&case, "modles"), path(&case, ""));
    let near = format!("{folder}models");
    for (words, shown, create) in [
        (["-v", "./modles:/m:ro"], format!("-v {source}:/m:ro"), format!("-v {source}:/m:ro,create")),
        (
            ["--mount", "type=bind,source=./modles,target=/m"],
            format!("--mount type=bind,source={source},target=/m"),
            format!("--mount type=bind,source={source},target=/m,create"),
        ),
    ] {
        let want = format!(
            "error[mount-source-missing]: {source} is not there, and was to be mounted at /m\n  \
             asked: `{shown}` on the command line\n  help: did you mean {near}?\n  \
             help: make it: mkdir -p {source}\n  help: or have it made as you: {create}\n"
        );
        case.launch(&words, &["true"]).run().expect(125, "", &want);
    }
    assert!(!case.folder().join("modles").exists());
    case.leaves_nothing();
}

#[test]
fn what_stands_in_the_way_of_a_source_is_said() {
    let case = Case::new();
    case.file("file", "");
    symlink("nowhere", case.folder().join("link")).unwrap();
    symlink("again", case.folder().join("again")).unwrap();
    let (file, link, deep) = (path(&case, "file"), path(&case, "link"), path(&case, "a/b"));
    let again = path(&case, "again");
    let folder = path(&case, "");
    let folder = folder.trim_end_matches('/');
    for (source, note) in [
        (format!("{file}/x"), format!("{file} is no folder")),
        (link.clone(), format!("{link} is a link to nowhere, which is not there")),
        (format!("{link}/x"), format!("{link} is a link to nowhere, which is not there")),
        (again.clone(), format!("{again} is a link to again, in a loop of links")),
        (deep, format!("the nearest folder that is there is {folder}")),
    ] {
        let done = case.launch(&["-v", &format!("{source}:/m")], &["true"]).run();
        let stderr = done.refused(125, "mount-source-missing");
        assert!(stderr.contains(&format!("  note: {note}\n")), "{stderr}");
    }
}

/// E22: the folder is the caller's, and goes with a launch that fails.
#[test]
fn a_source_that_is_to_be_made_is_made_as_the_caller() {
    let case = Case::new();
    let made = case.folder().join("new/x");
    for words in [["-v", "./new/x:/c:create"], ["--mount", "type=bind,source=./new/x,target=/c,create=true"]]
    {
        let launch = |command: &[&str]| case.launch(&[&["--rm"][..], &words].concat(), command).run();
        launch(&["nosuch"]).refused(127, "command-not-found");
        assert!(!case.folder().join("new").exists(), "a folder is left");
        launch(&["touch", "/c/file"]).expect(0, "", "");
        let (found, own) = (made.metadata().unwrap(), case.folder().metadata().unwrap());
        assert_eq!((found.uid(), found.gid(), made.join("file").exists()), (own.uid(), own.gid(), true));
        std::fs::remove_dir_all(case.folder().join("new")).unwrap();
    }
    let done = case.launch(&["-v", "/proc/nowhere/x:/c:create"], &["true"]).run();
    let want = "error[mount-source-missing]: /proc/nowhere/x is missing and cannot be made: ";
    let said = "warning[host-path]: /proc/nowhere/x:/c lets the container write the host's kernel\n";
    assert!(
        done.code == 125 && done.stderr.starts_with(said) && done.stderr.contains(want),
        "{}",
        done.stderr
    );
}

/// E22: what is in the way of a source that is to be made is told before anything is made, by a check, too.
#[test]
fn a_source_that_cannot_be_made_is_refused_first() {
    let case = Case::new();
    symlink("nowhere", case.folder().join("link")).unwrap();
    symlink("again", case.folder().join("again")).unwrap();
    let (link, again, nowhere) = (path(&case, "link"), path(&case, "again"), path(&case, "nowhere"));
    for (source, why) in [
        (
            format!("{link}/x"),
            format!(
                "{link} is a link to nowhere, which is not there\nASKED  help: make what it leads to: mkdir -p {nowhere}\n"
            ),
        ),
        (format!("{again}/x"), format!("{again} is a link to again, in a loop of links\nASKED")),
        (
            "/proc/nowhere/x".to_owned(),
            "/proc is the kernel's, and nobody makes anything in it\nASKED".to_owned(),
        ),
    ] {
        let volume = format!("{source}:/c:create");
        let asked = format!("  asked: `-v {volume}` on the command line\n");
        let want = format!("error[mount-source-missing]: {source} is missing and cannot be made: {why}");
        let want = want.replace("ASKED", &asked);
        // That /proc is the host's kernel is told as well.
        let done = case.launch(&["-v", "./new:/n:create", "-v", &volume], &["true"]).run();
        assert_eq!(
            (done.code, done.text(), done.stderr.ends_with(&want)),
            (125, String::new(), true),
            "{}",
            done.stderr
        );
        assert!(!case.folder().join("new").exists(), "a folder is left");
        let words = ["check", "--image", BUSYBOX, "--profile", "bare", "-v", &volume];
        let done = case.dynrun(&words).run();
        assert!(done.code == 1 && done.stderr.contains(&want), "{}", done.stderr);
    }
    case.leaves_nothing();
}

/// E22: with the mode and for the owner that are said, whatever the caller's mask is; those around are the caller's.
#[test]
fn a_source_is_made_with_its_mode_and_for_its_owner() {
    let case = Case::new();
    let (around, made) = (case.folder().join("new"), case.folder().join("new/x"));
    let mount = "type=bind,source=./new/x,target=/c,create,mode=2775,owner=65532:nogroup";
    let launch =
        |command: &str| case.shell(&format!("umask 077; $LAUNCH --rm --mount {mount} -- {command}")).run();
    launch("nosuch").refused(127, "command-not-found");
    assert!(!around.exists(), "a folder is left");
    launch("stat -c '%a %u:%g' /c").expect(0, "2775 65532:65534\n", "");
    let (found, own) = (around.metadata().unwrap(), case.folder().metadata().unwrap());
    assert_eq!((found.mode() & 0o7777, found.uid(), found.gid()), (0o700, own.uid(), own.gid()));
    assert_eq!((made.metadata().unwrap().mode() & 0o7777, made.metadata().unwrap().uid()), (0o2775, 65532));
    launch("true").expect(0, "", "");
    case.leaves_nothing();
}

/// What is there is somebody's: it is told, and not changed.
#[test]
fn a_source_that_is_there_stays_as_it_is() {
    let case = Case::new();
    let kept = path(&case, "kept");
    std::fs::create_dir(&kept).unwrap();
    std::fs::set_permissions(&kept, std::fs::Permissions::from_mode(0o711)).unwrap();
    let own = case.folder().metadata().unwrap();
    let (uid, gid) = (own.uid(), own.gid());
    let launch = |how: &str| {
        let mount = format!("type=bind,source={kept},target=/c,create{how}");
        (case.launch(&["--rm", "--mount", &mount], &["stat", "-c", "%a %u:%g", "/c"]).run(), mount)
    };
    let same = format!("711 {uid}:{gid}\n");
    launch(&format!(",mode=711,owner={uid}:{gid}")).0.expect(0, &same, "");
    let (done, mount) = launch(",mode=755,owner=65532:nosuch");
    let want = format!(
        "warning[mount-as-found]: {kept} is there already, of {uid}:{gid} with the mode 0711, and is mounted as it is: only what is missing is made\n  \
         asked: `--mount {}` on the command line\n  \
         help: chmod 0755 {kept}\n  help: chown 65532:nosuch {kept}\n",
        mount.replace("mode=755", "mode=0755")
    );
    done.expect(0, &same, &want);
    case.leaves_nothing();
}

/// Who may not give files away is told so before anything is made, checked or not.
#[test]
fn a_source_that_cannot_be_given_away_is_refused_first() {
    let case = Case::new();
    let (first, second) = (path(&case, "a"), path(&case, "b"));
    let launch = |more: &str, owner: &str| {
        let mount = |at: &str, how: &str| format!("--mount type=bind,source=./{at},target=/{at},create{how}");
        let (plain, owned) = (mount("a", ""), mount("b", &format!(",owner={owner}")));
        case.shell(&format!("setpriv --bounding-set=-chown $LAUNCH --rm {more} {plain} {owned} -- true"))
            .run()
    };
    let asked = |owner: &str| {
        format!(
            "  asked: `--mount type=bind,source={second},target=/b,create,owner={owner}` on the command line\n"
        )
    };
    let unfree = format!(
        "error[mount-owner]: {second} was to be made for 65532, and you may not give it away\n{}  \
         note: files are given to others with root's rights (CAP_CHOWN) alone, and to a group by its members\n  \
         help: leave `owner` out: it is made as you\n  \
         help: or have root make it before: mkdir -p {second} && chown 65532 {second}\n",
        asked("65532")
    );
    let unknown = format!(
        "error[mount-owner]: this machine knows no user nosuch, whose {second} was to be\n{}  \
         note: names are looked up in /etc/passwd and /etc/group alone\n  help: say the number: owner=UID:GID\n",
        asked("nosuch")
    );
    for more in ["", "--preflight off"] {
        launch(more, "65532").expect(125, "", &unfree);
        launch(more, "nosuch").expect(125, "", &unknown);
        assert!(!std::path::Path::new(&first).exists(), "a folder is left");
    }
    launch("", "root:root").expect(0, "", "");
    assert!(std::path::Path::new(&second).exists());
    case.leaves_nothing();
}

/// K22: a file that is missing does not become a folder, and one that did is told.
#[test]
fn a_file_is_mounted_as_a_file() {
    let case = Case::new();
    let conf = path(&case, "nginx.conf");
    let mount = format!("{conf}:/etc/nginx.conf");
    let launch = || case.launch(&["--rm", "-v", &mount], &["cat", "/etc/nginx.conf"]).run();
    let done = launch();
    let file = "  help: make the file first: an engine that is asked for it makes a folder of that name\n";
    assert!(done.refused(125, "mount-source-missing").contains(file), "{}", done.stderr);
    assert!(!case.folder().join("nginx.conf").exists());
    std::fs::create_dir(case.folder().join("nginx.conf")).unwrap();
    let want = format!(
        "warning[mount-source-kind]: {conf} is an empty folder, and /etc/nginx.conf is called like a file\n  \
         asked: `-v {mount}` on the command line\n  \
         note: an engine makes such a folder where a file is missing\n  \
         help: if it is none of yours: rmdir {conf}, and make the file\n"
    );
    assert!(launch().stderr.starts_with(&want));
    std::fs::remove_dir(case.folder().join("nginx.conf")).unwrap();
    case.file("nginx.conf", "here\n");
    launch().expect(0, "here\n", "");
    let done = case.launch(&["--rm", "-v", &format!("{conf}:/data/")], &["true"]).run();
    let want = format!(
        "error[mount-source-kind]: {conf} is a file, and /data/ is a folder\n  \
         asked: `-v {conf}:/data/` on the command line\n  \
         help: name the file in the container, too: /data/nginx.conf\n"
    );
    done.expect(125, "", &want);
}

/// F64.
#[test]
fn pipes_and_devices_are_told() {
    let case = Case::new();
    let pipe = path(&case, "pipe");
    nix::unistd::mkfifo(pipe.as_str(), nix::sys::stat::Mode::S_IRWXU).unwrap();
    let want = format!(
        "note[mount-source-kind]: {pipe} is a pipe: whoever opens it waits for the other end\n  \
         asked: `-v {pipe}:/p` on the command line\n"
    );
    case.launch(&["--rm", "-v", &format!("{pipe}:/p")], &["true"]).run().expect(0, "", &want);
    let want = "warning[mount-source-kind]: /dev/kmsg is a device: the container sees it, and may not open it\n  \
                asked: `-v /dev/kmsg:/k` on the command line\n  help: hand it over: --device /dev/kmsg:/k\n";
    case.launch(&["--rm", "-v", "/dev/kmsg:/k"], &["true"]).run().expect(0, "", want);
    case.launch(&["--rm", "-v", "/dev/null:/k"], &["true"]).run().expect(0, "", "");
}

#[test]
fn what_the_containers_user_may_not_do_is_told() {
    let case = Case::new();
    let private = path(&case, "private");
    std::fs::create_dir(&private).unwrap();
    let launch = |mode: u32, mount: &str, user: &[&str]| {
        std::fs::set_permissions(&private, std::fs::Permissions::from_mode(mode)).unwrap();
        let mount = format!("{private}:/p{mount}");
        let options = [&["--rm", "-v", &mount][..], user].concat();
        let done = case.launch(&options, &["true"]).run();
        assert_eq!(done.code, 0, "{}", done.stderr);
        done.stderr.lines().next().unwrap_or_default().to_owned()
    };
    let owner = case.folder().metadata().unwrap();
    let (uid, gid) = (owner.uid(), owner.gid());
    let told = |verb: &str, mode: &str| {
        format!(
            "warning[mount-access]: the container's user 65532 may not {verb} {private}, which is of {uid}:{gid} with the mode {mode}"
        )
    };
    let stranger = ["--user", "65532:65532"];
    assert_eq!(launch(0o700, "", &stranger), told("read", "0700"));
    assert_eq!(launch(0o755, "", &stranger), told("write to", "0755"));
    for (mode, mount, user) in [
        (0o755, ":ro", &stranger[..]),
        (0o777, "", &stranger),
        (0o700, "", &[]),
        (0o700, "", &["--user", "nobody"]),
    ] {
        assert_eq!(launch(mode, mount, user), "", "{mode:o} {mount} {user:?}");
    }
    let group = format!("65532:{gid}");
    assert_eq!(launch(0o770, "", &["--user", &group]), "");
}

/// The image's own files are the engine's to compare; its words are put right.
#[test]
fn a_folder_over_a_file_is_named() {
    let case = Case::new();
    let folder = path(&case, "");
    let mount = format!("{}:/etc/passwd", folder.trim_end_matches('/'));
    let done = case.launch(&["-v", &mount], &["true"]).run();
    let stderr = done.refused(125, "mount-source-kind");
    let asked = format!("  asked: `-v {mount}` on the command line\n  note: the engine says: ");
    assert!(stderr.contains(&asked), "{stderr}");
    case.leaves_nothing();
}

/// S6: the engine's data are at a place of their own here, which only the engine tells.
#[test]
fn the_engines_own_data_are_named() {
    let case = Case::new();
    let data = case.docker(&["info", "--format", "{{.DockerRootDir}}"]);
    let mount = format!("{data}:/d:ro");
    let done = case.launch(&["--rm", "-v", &mount], &["true"]).run();
    let want = format!(
        "warning[host-path]: {mount} gives the container the engine's own data, in {data}\n  \
         asked: `-v {mount}` on the command line\n  help: mount the one folder or file that is needed\n"
    );
    done.expect(0, "", &want);
}

/// M21.
#[test]
fn a_log_driver_that_the_engine_lacks_is_named() {
    let case = Case::new();
    let done = case.launch(&["--log-driver", "jsonfile"], &["true"]).run();
    let stderr = done.refused(125, "log-driver-missing");
    let head = "error[log-driver-missing]: the engine has no log driver jsonfile\n  \
                asked: `--log-driver jsonfile` on the command line\n  help: did you mean json-file?\n  help: it has ";
    assert!(stderr.starts_with(head), "{stderr}");
    case.leaves_nothing();
}

/// Every option that dynrun lets through is one of the engine's, and none that it has is refused: M21.
#[test]
fn the_engine_knows_the_options_of_its_drivers() {
    let case = Case::new();
    for (driver, options) in [
        (
            "json-file",
            &[
                "max-size=1m",
                "max-file=2",
                "compress=true",
                "labels=a",
                "labels-regex=a",
                "env=a",
                "env-regex=a",
                "tag=x",
                "mode=non-blocking",
                "max-buffer-size=1m",
            ][..],
        ),
        ("local", &["max-size=1m", "max-file=2", "compress=true"]),
    ] {
        let mut words = vec!["--preflight", "off", "--rm", "--log-driver", driver];
        words.extend(options.iter().flat_map(|option| ["--log-opt", option]));
        case.launch(&words, &["true"]).run().expect(0, "", "");
    }
    for (driver, option) in [("local", "tag=x"), ("local", "labels=a"), ("json-file", "max-sise=1m")] {
        let (driver, label) = (format!("--log-driver={driver}"), case.label());
        let done =
            case.call("docker", &["create", "--label", &label, &driver, "--log-opt", option, BUSYBOX]).run();
        assert_eq!(done.code, 1, "{driver} {option}: {}", done.text());
        assert!(done.stderr.contains("unknown log opt"), "{}", done.stderr);
    }
}

/// S5: a hard link and a folder that is mounted elsewhere lead to the engine, too.
#[test]
fn the_engines_socket_is_found_under_other_names() {
    let case = Case::new();
    let socket = case.engine.trim_start_matches("unix://").to_owned();
    let folder = std::path::Path::new(&socket).parent().unwrap().to_owned();
    let link = folder.join(case.name("innocent"));
    std::fs::hard_link(&socket, &link).unwrap();
    let mount = format!("{}:/s", link.display());
    let done = case.launch(&["--rm", "--dry-run", "-v", &mount], &["true"]).run();
    std::fs::remove_file(&link).unwrap();
    let want = format!(
        "warning[engine-socket]: {mount} gives the container the engine's socket: who writes there is root on the host\n"
    );
    assert!(done.stderr.starts_with(&want), "{}", done.stderr);
    // A folder mounted elsewhere, in a namespace of mounts of its own.
    let line = format!(
        "mkdir alias && mount --bind {} alias && $LAUNCH --dry-run -v ./alias:/s -- true",
        folder.display()
    );
    let done = case.shell(&format!("unshare --mount sh -c '{line}'")).run();
    assert!(done.stderr.starts_with("warning[engine-socket]: "), "{}", done.stderr);
}

/// What one launch has made and another one uses stays, although it is empty and the first one fails.
#[test]
fn a_folder_that_another_container_uses_is_not_taken_away() {
    let case = Case::new();
    let folder = case.folder().join("data");
    let mount = format!("type=bind,src={},dst=/data,create", folder.display());
    let running = case
        .launch(&["-d", "--wait=30s", "--ready", "log:never", "--mount", &mount], &["sleep", "60"])
        .start();
    super::case::wait_for("the folder", || folder.is_dir().then_some(()));
    while !running.has_complained("waiting until it is ready") {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let command = ["sh", "-c", "until [ -e /data/go ]; do sleep 0.1; done; echo result >/data/result"];
    let other = case.launch(&["-d", "--mount", &mount], &command).run();
    assert_eq!(other.code, 0, "{}", other.stderr);
    running.signal(nix::sys::signal::Signal::SIGTERM);
    assert_eq!(running.end().code, 143);
    std::fs::write(folder.join("go"), "").expect("the folder is there");
    super::case::wait_for("the other one's result", || {
        std::fs::read_to_string(folder.join("result")).is_ok_and(|text| text == "result\n").then_some(())
    });
    case.clean_up();
}
