//! `dynrun completions SHELL`: the scripts of `completions/` are its output to the byte, and the shells themselves
//! complete with them: each is started on a terminal, and its keys are pressed.

use crate::common::{DYNRUN, Test};
use crate::complete::HOUSE;
use crate::profiles::{PROFILES, SERVICES};
use crate::roll::Roll;
use dynrun::cli::{SHELLS, VERBS};
use dynrun::finding::CODES;
use nix::pty::{Winsize, openpty};
use nix::sys::termios::{LocalFlags, SetArg, tcgetattr, tcsetattr};
use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// The key that completes.
const TAB: &str = "\t";

/// The key that puts every candidate onto the line; the shells are set up so.
const ALL: &str = "\u{1b}*";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("completions")
}

/// The words on the line after the keys.
#[derive(Debug)]
struct Case {
    typed: &'static str,
    key: &'static str,
    line: &'static str,
}

/// What every shell does alike: verbs, options, values, names; in the next word and after `=`. A line that ends with a
/// space is complete; `container:` waits for a name.
const CASES: &[Case] = &[
    Case { typed: "dynrun ru", key: TAB, line: "dynrun run " },
    Case { typed: "dynrun run --netw", key: TAB, line: "dynrun run --network" },
    Case { typed: "dynrun run --network ho", key: TAB, line: "dynrun run --network host " },
    Case { typed: "dynrun run --network=ho", key: TAB, line: "dynrun run --network=host " },
    Case { typed: "dynrun run --network ba", key: TAB, line: "dynrun run --network backend " },
    Case { typed: "dynrun run --network c", key: TAB, line: "dynrun run --network container:" },
    Case { typed: "dynrun run --network=c", key: TAB, line: "dynrun run --network=container:" },
    Case {
        typed: "dynrun run --network container:we",
        key: TAB,
        line: "dynrun run --network container:web ",
    },
    Case {
        typed: "dynrun run --network=container:we",
        key: TAB,
        line: "dynrun run --network=container:web ",
    },
    Case { typed: "dynrun run --network container:g", key: TAB, line: "dynrun run --network container:g" },
    Case { typed: "dynrun run --network name=ba", key: TAB, line: "dynrun run --network name=backend " },
    Case { typed: "dynrun --network=ho", key: TAB, line: "dynrun --network=host " },
    Case { typed: "dynrun explain dead-", key: TAB, line: "dynrun explain dead-publish " },
    Case { typed: "dynrun completions po", key: TAB, line: "dynrun completions powershell " },
    Case { typed: "dynrun --profile ci ru", key: TAB, line: "dynrun --profile ci run " },
    Case { typed: "dynrun run --name x gat", key: TAB, line: "dynrun run --name x gateway " },
    Case { typed: "dynrun run -itp 80 gat", key: TAB, line: "dynrun run -itp 80 gateway " },
    Case { typed: "dynrun run -ip80 gat", key: TAB, line: "dynrun run -ip80 gateway " },
    Case { typed: "dynrun shell --new inf", key: TAB, line: "dynrun shell --new inference " },
    Case { typed: "dynrun shell we", key: TAB, line: "dynrun shell web " },
    Case { typed: "dynrun run -d --ipc=c", key: TAB, line: "dynrun run -d --ipc=container:" },
    Case { typed: "dynrun run --rm gat", key: TAB, line: "dynrun run --rm gateway " },
    Case { typed: "dynrun run --tty=au", key: TAB, line: "dynrun run --tty=auto " },
    Case { typed: "dynrun config gateway network-", key: TAB, line: "dynrun config gateway network-alias " },
    Case { typed: "dynrun run --config set", key: TAB, line: "dynrun run --config settings.toml " },
    Case { typed: "dynrun run --config=set", key: TAB, line: "dynrun run --config=settings.toml " },
    Case { typed: "dynrun run --workspace mod", key: TAB, line: "dynrun run --workspace models/" },
    Case { typed: "dynrun run -v mod", key: TAB, line: "dynrun run -v models/" },
    Case { typed: "dynrun run -v dat", key: TAB, line: "dynrun run -v data:" },
    Case { typed: "dynrun run -v data:/x:ro,noc", key: TAB, line: "dynrun run -v data:/x:ro,nocopy " },
    Case { typed: "dynrun run --volumes-from ol", key: TAB, line: "dynrun run --volumes-from old " },
    Case {
        typed: "dynrun run --image reg",
        key: TAB,
        line: "dynrun run --image registry.test:5000/org/app:2 ",
    },
    Case {
        typed: "dynrun run --image registry.test:5",
        key: TAB,
        line: "dynrun run --image registry.test:5000/org/app:2 ",
    },
    Case { typed: "dynrun run --mount type=b", key: TAB, line: "dynrun run --mount type=bind," },
    Case {
        typed: "dynrun run --mount type=bind,source=mod",
        key: TAB,
        line: "dynrun run --mount type=bind,source=models/",
    },
    Case {
        typed: "dynrun run --mount type=volume,source=da",
        key: TAB,
        line: "dynrun run --mount type=volume,source=data ",
    },
    Case { typed: "dynrun run trainer -e STAGE=pr", key: TAB, line: "dynrun run trainer -e STAGE=prod " },
    Case { typed: "dynrun run trainer -e STAGE_", key: TAB, line: "dynrun run trainer -e STAGE_TOKEN " },
    Case { typed: "dynrun run trainer -e VERB", key: TAB, line: "dynrun run trainer -e VERBOSE=" },
    Case { typed: "dynrun run trainer --env=STAGE=d", key: TAB, line: "dynrun run trainer --env=STAGE=dev " },
    Case { typed: "dynrun run trainer -p 4739", key: TAB, line: "dynrun run trainer -p 47391:47391 " },
    Case { typed: "dynrun run trainer -p 80:", key: TAB, line: "dynrun run trainer -p 80:47391 " },
    Case {
        typed: "dynrun run --security-opt seccomp=un",
        key: TAB,
        line: "dynrun run --security-opt seccomp=unconfined ",
    },
    Case { typed: "dynrun run --ready tc", key: TAB, line: "dynrun run --ready tcp:" },
    Case { typed: "dynrun run --restart un", key: TAB, line: "dynrun run --restart unless-stopped " },
    Case { typed: "dynrun logs ol", key: TAB, line: "dynrun logs old " },
    Case { typed: "dynrun run --context def", key: TAB, line: "dynrun run --context default " },
    // What is not known is not guessed: no file is a container, and none that has ended can be stopped.
    Case { typed: "dynrun stop set", key: TAB, line: "dynrun stop set" },
    Case { typed: "dynrun stop ol", key: TAB, line: "dynrun stop ol" },
    Case { typed: "dynrun shell set", key: TAB, line: "dynrun shell set" },
    Case { typed: "dynrun run --name set", key: TAB, line: "dynrun run --name set" },
    // After the dashes a command stands, and its own words: not dynrun's.
    Case { typed: "dynrun run gateway -- mkfi", key: TAB, line: "dynrun run gateway -- mkfifo " },
    Case { typed: "dynrun -- mkfi", key: TAB, line: "dynrun -- mkfifo " },
    Case { typed: "dynrun run -- cat set", key: TAB, line: "dynrun run -- cat settings.toml " },
    Case { typed: "dynrun run -- cat --netw", key: TAB, line: "dynrun run -- cat --netw" },
];

/// A shell on a terminal of its own.
struct Shell {
    child: Child,
    keys: File,
    folder: TempDir,
    lines: usize,
    _engine: Roll,
}

impl Shell {
    /// Starts a shell with these words in a folder with these files. The shell is to append a line to `ready` once it
    /// listens, and its own line to `lines` when Ctrl-X and `p` are pressed.
    fn start(words: &[&str], files: &[(&str, String)]) -> Self {
        let folder = TempDir::with_prefix("dynrun-tab-").unwrap();
        for (name, text) in files.iter().chain(&[("settings.toml", String::new())]) {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        fs::create_dir(folder.path().join("models")).unwrap();
        fs::write(folder.path().join("dynrun.toml"), HOUSE).unwrap();
        let socket = folder.path().join("engine.sock");
        let engine = Roll::at(&socket);
        let size = Winsize { ws_row: 50, ws_col: 200, ws_xpixel: 0, ws_ypixel: 0 };
        let terminal = openpty(&size, None).unwrap();
        // A shell that is not at its prompt yet must not lose Ctrl-U to the terminal's own editing of lines.
        let mut mode = tcgetattr(&terminal.slave).unwrap();
        mode.local_flags.remove(LocalFlags::ICANON);
        tcsetattr(&terminal.slave, SetArg::TCSANOW, &mode).unwrap();
        let side = || Stdio::from(terminal.slave.try_clone().unwrap());
        let path = format!("{}:/usr/bin:/bin", Path::new(DYNRUN).parent().unwrap().display());
        let child = Command::new("setsid")
            .args(["--ctty", "--wait"])
            .args(words)
            .env_clear()
            .envs([("PATH", path.as_str()), ("TERM", "xterm"), ("LANG", "C.UTF-8")])
            .env("HOME", folder.path())
            .env("XDG_RUNTIME_DIR", folder.path())
            .env("DOCKER_HOST", format!("unix://{}", socket.display()))
            .current_dir(folder.path())
            .stdin(side())
            .stdout(side())
            .stderr(side())
            .spawn()
            .unwrap();
        let keys = File::from(terminal.master);
        let mut screen = keys.try_clone().unwrap();
        // Nobody looks at the screen, but a full one would hold the shell up.
        std::thread::spawn(move || while screen.read(&mut [0; 4096]).is_ok_and(|count| count > 0) {});
        let shell = Self { child, keys, folder, lines: 0, _engine: engine };
        shell.wait("ready", 1);
        shell
    }

    /// The line after some text and a key.
    fn line(&mut self, typed: &str, key: &str) -> String {
        // Ctrl-U empties the line for the next.
        self.keys.write_all(format!("{typed}{key}\u{18}p\u{15}").as_bytes()).unwrap();
        self.lines += 1;
        let lines = self.wait("lines", self.lines);
        let line = lines.lines().last().unwrap();
        line.strip_prefix('<').and_then(|line| line.strip_suffix('>')).unwrap().to_owned()
    }

    /// What a file holds once it has so many lines.
    fn wait(&self, name: &str, lines: usize) -> String {
        let end = Instant::now() + Duration::from_secs(20);
        loop {
            let text = fs::read_to_string(self.folder.path().join(name)).unwrap_or_default();
            if text.matches('\n').count() >= lines {
                return text;
            }
            assert!(Instant::now() < end, "{name} has not {lines} lines: {text:?}");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    #[track_caller]
    fn completes<'a>(&mut self, cases: impl IntoIterator<Item = &'a Case>) {
        let mut faults = String::new();
        for Case { typed, key, line } in cases {
            let got = self.line(typed, key);
            if got != *line {
                faults.push_str(&format!("{typed:?}{key:?} is {got:?}, not {line:?}\n"));
            }
        }
        assert!(faults.is_empty(), "{faults}");
    }

    /// Puts every candidate onto the line: no one is missing, and no other stands there.
    #[track_caller]
    fn offers_all(&mut self, quoted: impl Fn(&str) -> String) {
        for (typed, words) in choices() {
            let before = &typed[..=typed.rfind(' ').unwrap()];
            let line = self.line(typed, ALL);
            let rest = line.strip_prefix(before).unwrap_or_else(|| panic!("{line:?}"));
            // Each shell has an order of its own.
            let sorted = |text: &str| {
                let mut words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
                words.sort_unstable();
                words
            };
            let want: Vec<String> = words.into_iter().map(&quoted).collect();
            assert_eq!(sorted(rest), sorted(&want.join(" ")), "{typed}");
        }
    }
}

impl Drop for Shell {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a line may go on with, all of it.
fn choices() -> Vec<(&'static str, Vec<&'static str>)> {
    let codes = CODES.iter().map(|explanation| explanation.code.name());
    vec![
        ("dynrun ", VERBS.iter().map(|verb| verb.name).collect()),
        ("dynrun run ", SERVICES.iter().copied().chain(["trainer"]).collect()),
        ("dynrun --profile ", PROFILES.iter().copied().chain(["my desk"]).collect()),
        ("dynrun run --network ", vec!["backend", "bridge", "container:", "fabric", "host", "name=", "none"]),
        ("dynrun stop ", vec!["cache", "web"]),
        ("dynrun logs ", vec!["cache", "old", "web"]),
        ("dynrun run trainer -e ", vec!["STAGE=", "STAGE_TOKEN", "VERBOSE="]),
        ("dynrun completions ", SHELLS.iter().map(|shell| shell.name).collect()),
        ("dynrun explain port-", codes.filter(|code| code.starts_with("port-")).collect()),
    ]
}

/// Runs a script of a shell; nothing may stand on standard error.
#[track_caller]
fn silent(program: &str, args: &[&str], stdout: &str) {
    let home = TempDir::new().unwrap();
    let done = Command::new(program)
        .args(args)
        .env_clear()
        .envs([("PATH", "/usr/bin:/bin")])
        .env("HOME", home.path())
        .env("XDG_RUNTIME_DIR", home.path())
        .current_dir(folder())
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    assert_eq!((text(done.stdout), text(done.stderr)), (stdout.to_owned(), String::new()));
    assert!(done.status.success());
}

#[test]
fn scripts_are_the_codes() {
    for shell in SHELLS {
        let output = Test::new().args(["completions", shell.name]).any_stdout().run();
        let path = folder().join(shell.file);
        if std::env::var_os("DYNRUN_BLESS").is_some() {
            fs::write(&path, output.stdout).unwrap();
        } else {
            let held = fs::read_to_string(&path).unwrap();
            assert!(
                held == output.stdout,
                "completions/{} is not the code's; DYNRUN_BLESS=1 scripts/test -- completions writes it",
                shell.file
            );
        }
    }
    let files = fs::read_dir(folder()).unwrap().count();
    assert_eq!(files, SHELLS.len());
}

/// The script is the same whatever the caller's files and variables say: a fault in them is no fault of the script.
#[test]
fn no_file_and_no_variable_is_read() {
    Test::new()
        .args(["completions", "fish"])
        .file("dynrun.toml", "this is no TOML")
        .env("DYNRUN_NETWORK", "hots")
        .stdout(&fs::read_to_string(folder().join("dynrun.fish")).unwrap())
        .run();
}

#[test]
fn another_shell_is_refused() {
    Test::new()
        .args(["completions", "bsh"])
        .stderr(
            "
            error[usage]: `bsh` is no value of <SHELL>
              help: did you mean bash?
              help: the values are bash, zsh, fish, elvish, powershell
              help: usage: dynrun completions SHELL
            ",
        )
        .status(2)
        .run();
}

#[test]
fn no_shell_is_guessed() {
    Test::new()
        .args(["completions"])
        .env("SHELL", "/bin/bash")
        .stderr(
            "
            error[usage]: SHELL is missing
              help: usage: dynrun completions SHELL
            ",
        )
        .status(2)
        .run();
}

#[test]
fn in_bash_sourcing_is_silent() {
    silent(
        "bash",
        &["--norc", "-c", "set -euo pipefail; source ./dynrun.bash; complete -p dynrun"],
        "complete -F _dynrun dynrun\n",
    );
}

/// Quotes and backslashes, as they are typed; what readline closes, it closes.
const QUOTED: &[Case] = &[
    Case { typed: "dynrun --profile my", key: TAB, line: "dynrun --profile my\\ desk " },
    Case { typed: "dynrun --profile my\\ d", key: TAB, line: "dynrun --profile my\\ desk " },
    Case { typed: "dynrun --profile \"my", key: TAB, line: "dynrun --profile \"my desk\" " },
    Case { typed: "dynrun --profile 'my d", key: TAB, line: "dynrun --profile 'my desk' " },
    Case { typed: "dynrun --profile='my", key: TAB, line: "dynrun --profile='my desk' " },
    Case {
        typed: "dynrun run --network 'container:we",
        key: TAB,
        line: "dynrun run --network 'container:web' ",
    },
    Case { typed: "dynrun run -v ~/mod", key: TAB, line: "dynrun run -v ~/models/" },
    Case { typed: "dynrun --profile \"my desk\" ru", key: TAB, line: "dynrun --profile \"my desk\" run " },
];

fn bash() -> Shell {
    let rc = format!(
        r#"
        set -u
        source {}/dynrun.bash
        bind 'set bell-style none' 'set enable-bracketed-paste off'
        bind '"\e*": insert-completions'
        bind -x '"\C-xp": printf "<%s>\n" "$READLINE_LINE" >>lines'
        PROMPT_COMMAND='echo >>ready'
        "#,
        folder().display()
    );
    Shell::start(&["bash", "--noprofile", "--rcfile", "rc"], &[("rc", rc)])
}

#[test]
fn in_bash_tab_completes() {
    let mut bash = bash();
    bash.completes(CASES);
    bash.completes(QUOTED);
    bash.offers_all(|word| word.replace(' ', "\\ "));
}

/// An engine that is away, or that never answers, takes no word away that is known without one.
#[test]
fn in_bash_tab_completes_without_an_engine() {
    let mut bash = bash();
    let known = [
        Case { typed: "dynrun run --network br", key: TAB, line: "dynrun run --network bridge " },
        Case { typed: "dynrun shell trai", key: TAB, line: "dynrun shell trainer " },
        Case { typed: "dynrun stop we", key: TAB, line: "dynrun stop we" },
    ];
    bash.line("export DOCKER_HOST=unix:///nonexistent/docker.sock\r", "");
    bash.completes(&known);
    let _silent = UnixListener::bind(bash.folder.path().join("silent.sock")).unwrap();
    bash.line("export DOCKER_HOST=unix://$PWD/silent.sock\r", "");
    bash.completes(&known);
}

/// Whoever takes `=` and `:` out of the characters that break words gets the same lines.
#[test]
fn in_bash_tab_completes_without_word_breaks() {
    let mut bash = bash();
    bash.line("COMP_WORDBREAKS=${COMP_WORDBREAKS//[:=]/}\r", "");
    bash.completes(CASES);
}

#[test]
fn in_zsh_sourcing_is_silent() {
    let script = "set -eu; autoload -Uz compinit; compinit -D -u; source ./_dynrun; print $_comps[dynrun]";
    silent("zsh", &["-f", "-c", script], "_dynrun\n");
}

#[test]
fn in_zsh_tab_completes() {
    let rc = format!(
        r#"
        fpath=({} $fpath)
        autoload -Uz compinit
        compinit -D -u
        setopt no_beep
        all() {{ _main_complete; compstate[insert]=all; compstate[list]= }}
        zle -C all complete-word all
        bindkey -e
        bindkey '\e*' all
        show() {{ print -r -- "<$BUFFER>" >>lines }}
        zle -N show
        bindkey '^Xp' show
        precmd() {{ echo >>ready }}
        "#,
        folder().display()
    );
    let mut zsh = Shell::start(&["zsh", "-d", "-i"], &[(".zshrc", rc)]);
    zsh.completes(CASES);
    zsh.completes(&[
        Case { typed: "dynrun --profile my", key: TAB, line: "dynrun --profile my\\ desk " },
        Case { typed: "dynrun --profile my\\ d", key: TAB, line: "dynrun --profile my\\ desk " },
        Case { typed: "dynrun --profile 'my", key: TAB, line: "dynrun --profile 'my desk' " },
        Case { typed: "dynrun run -v ~/mod", key: TAB, line: "dynrun run -v ~/models/" },
        Case { typed: "dynrun --profile my\\ desk ru", key: TAB, line: "dynrun --profile my\\ desk run " },
    ]);
    zsh.offers_all(|word| word.replace(' ', "\\ "));
}

/// There is no dynrun on the path, and no word of that.
#[test]
fn in_fish_sourcing_is_silent() {
    let script = "source ./dynrun.fish; complete -C 'dynrun ru'";
    silent("fish", &["--no-config", "-c", script], "");
}

#[test]
fn in_fish_tab_completes() {
    let config = r#"
        set -g fish_greeting
        set -g fish_autosuggestion_enabled 0
        function all
            set -l words (commandline -opc)
            set -l found (complete -C (commandline -cp) | string split -f 1 \t | sort)
            commandline -r "$words $found "
        end
        bind \e\* all
        bind \cxp 'echo "<"(commandline)">" >>lines'
        function ready --on-event fish_prompt
            echo >>ready
        end
    "#;
    let script = fs::read_to_string(folder().join("dynrun.fish")).unwrap();
    let files =
        [(".config/fish/config.fish", config.to_owned()), (".config/fish/completions/dynrun.fish", script)];
    let mut fish = Shell::start(&["fish"], &files);
    fish.completes(CASES);
    fish.completes(&[
        Case { typed: "dynrun run -v ~/mod", key: TAB, line: "dynrun run -v ~/models/" },
        Case { typed: "dynrun --profile my", key: TAB, line: "dynrun --profile my\\ desk " },
        Case { typed: "dynrun --profile my\\ d", key: TAB, line: "dynrun --profile my\\ desk " },
        Case { typed: "dynrun --profile 'my", key: TAB, line: "dynrun --profile 'my desk' " },
    ]);
    fish.offers_all(str::to_owned);
}

#[test]
fn in_elvish_tab_completes() {
    let script = fs::read_to_string(folder().join("dynrun.elv")).unwrap();
    let rc = r#"
        use str
        set edit:rprompt = { }
        fn show { echo '<'$edit:current-command'>' >>lines; set edit:current-command = '' }
        set edit:insert:binding[Ctrl-X] = $show~
        set edit:completion:binding[Ctrl-X] = { edit:close-mode; show }
        fn all {
            var words = [(str:split ' ' $edit:current-command)]
            var found = [($edit:completion:arg-completer[dynrun] $@words | each {|one| put $one[stem] } | order)]
            set found = [(each {|one| if (str:has-prefix $one $words[-1]) { put $one } } $found)]
            var before = $words[..-1]
            set edit:current-command = (str:join ' ' [$@before $@found])' '
        }
        set edit:insert:binding['Alt-*'] = $all~
        # Before the first prompt, elvish throws away what was typed.
        set edit:prompt = { echo >>ready; put '> ' }
    "#;
    let files = [("rc.elv", format!("{rc}\n{script}"))];
    let mut elvish = Shell::start(&["elvish", "-rc", "rc.elv"], &files);
    // elvish puts a word with `=` or `,` into quotes, and waits for Enter before it does.
    let plain = |case: &&Case| !case.line.contains(['=', ',']);
    elvish.completes(CASES.iter().filter(plain));
    let enter = "\t\r";
    elvish.completes(&[
        Case { typed: "dynrun run --network=ho", key: enter, line: "dynrun run '--network=host' " },
        Case { typed: "dynrun run --network=c", key: enter, line: "dynrun run '--network=container:'" },
        Case { typed: "dynrun --tty=au", key: enter, line: "dynrun '--tty=auto' " },
        Case { typed: "dynrun run --config=set", key: enter, line: "dynrun run '--config=settings.toml' " },
        Case { typed: "dynrun run --mount type=b", key: enter, line: "dynrun run --mount 'type=bind,'" },
        Case {
            typed: "dynrun run trainer -e STAGE=p",
            key: enter,
            line: "dynrun run trainer -e 'STAGE=prod' ",
        },
        Case { typed: "dynrun --profile my", key: enter, line: "dynrun --profile 'my desk' " },
    ]);
    elvish.offers_all(str::to_owned);
}
