//! `dynrun extract IMAGE PATH DEST`.

use super::arguments::{engine_arguments, examples};
use crate::cli::launch::{self, Call, Launch};
use crate::cli::{Invocation, UsageError, Verb};
use crate::finding::{Code, Finding, Origin};
use crate::options::{Layer, Row};
use crate::values::{ImageRef, Roots, Value as _};
use clap::{Arg, ArgAction, ArgMatches, Command, ValueHint};
use std::ffi::OsString;

const USAGE: &str = "dynrun extract [OPTIONS] IMAGE PATH DEST|-";

/// The launch options that say which image it is, and how it is had.
const OF_IMAGE: [&str; 2] = ["pull", "platform"];

/// What `dynrun extract` is asked.
#[derive(Debug)]
pub struct Extract {
    /// The options of this call.
    pub call: Call,
    /// The image, and how it is had.
    pub options: Layer,
    /// The path in the image.
    pub path: String,
    /// Where it goes; `-` for a tar on standard output.
    pub dest: String,
    /// Whether a link stands for what it leads to.
    pub follows: bool,
}

/// `dynrun extract IMAGE PATH DEST`.
pub(super) fn command() -> Command {
    let options = launch::command("extract");
    let of_image = options.get_arguments().filter(|argument| OF_IMAGE.contains(&argument.get_id().as_str()));
    let of_image: Vec<Arg> = of_image.cloned().collect();
    let follow = Arg::new("follow-link").long("follow-link").short('L').action(ArgAction::SetTrue);
    let wanted = engine_arguments().into_iter().filter(|argument| argument.get_id() != "format");
    launch::base("extract", USAGE)
        .arg(Arg::new("IMAGE").required(true).help("Image that is read"))
        .arg(Arg::new("PATH").required(true).help("File or folder in it; FOLDER/. for what is in the folder"))
        .arg(
            Arg::new("DEST")
                .required(true)
                .value_hint(ValueHint::AnyPath)
                .help("Where it goes, as docker cp has it; - for a tar on standard output"),
        )
        .arg(follow.help("Take what a link at PATH leads to"))
        .args(of_image)
        .args(wanted.filter(|argument| argument.get_id() != "profile"))
        .after_help(examples(&[
            ("dynrun extract app:1 /etc/app.toml .", "a file, into this folder"),
            ("dynrun extract app:1 /srv/. site", "what is in a folder"),
            ("dynrun extract app:1 /srv - | tar t", "as a tar"),
        ]))
}

fn nothing(argument: &str) -> Finding {
    let finding = Finding::error(Code::Usage, format!("{argument} is empty"));
    finding.help(format!("usage: {USAGE}"))
}

/// What was asked.
pub(super) fn read(
    matches: &ArgMatches,
    argv: &[OsString],
    roots: Roots<'_>,
) -> Result<Invocation, UsageError> {
    let (Launch { call, mut options, .. }, log_level) = launch::from_matches(matches, argv, roots, false)?;
    let text = |name: &str| matches.get_one::<String>(name).cloned().unwrap_or_default();
    let empty: Vec<Finding> =
        ["PATH", "DEST"].into_iter().filter(|name| text(name).is_empty()).map(nothing).collect();
    if !empty.is_empty() {
        return Err(UsageError { findings: empty, is_launch: false });
    }
    let (image, origin) = (text("IMAGE"), Origin::Flag("IMAGE".to_owned()));
    match ImageRef::parse(&image) {
        Ok(image) => options.image.set(image, origin),
        Err(error) => {
            let row = Row::find("image");
            let findings = row.into_iter().map(|row| row.bad_value(&image, &error, &origin)).collect();
            return Err(UsageError { findings, is_launch: false });
        }
    }
    let follows = matches.get_flag("follow-link");
    let extract = Extract { call, options, path: text("PATH"), dest: text("DEST"), follows };
    Ok(Invocation { verb: Verb::Extract(Box::new(extract)), log_level })
}
