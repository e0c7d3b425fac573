//! What profiles there are, and what each says, section by section: for people who look for one.

use super::document::{Document, Part, Said, Section};
use super::{Findings, Loaded, Request, choice, load};
use crate::finding::{Origin, refuses};
use crate::host::Host;
use crate::options::{Kind, Layer, ROWS, Setting};
use crate::values::{SecretNames, toml_key};

/// A profile in a list.
#[derive(Debug)]
pub struct ProfileOutline {
    /// Its name.
    pub name: String,
    /// One line for people.
    pub about: String,
    /// The profiles that it builds on.
    pub extends: Vec<String>,
    /// The services of which it says something.
    pub services: Vec<String>,
    /// Whether a launch has it that names none.
    pub is_default: bool,
}

/// A section of a profile: `[profile.P]`, `[profile.P.service.S]`, `[profile.P.when.OPTION.WORD]`.
#[derive(Debug)]
pub struct Block {
    /// The section's name.
    pub title: String,
    /// What it says.
    pub lines: Vec<Line>,
}

/// A key of a section.
#[derive(Debug)]
pub struct Line {
    /// The key.
    pub key: &'static str,
    /// Its values, without secrets.
    pub values: Vec<String>,
    /// Whether they are a list.
    pub is_list: bool,
    /// Where it is said.
    pub origin: Origin,
}

/// All profiles.
///
/// # Errors
/// Every fault of every file.
pub fn profiles(request: &Request, host: &Host) -> Result<(Vec<ProfileOutline>, Findings), Findings> {
    let (document, findings) = read(request, host)?;
    let default = document.default_profile.as_ref().map(|name| name.value.clone());
    let outline = |(name, profile): (&String, &super::document::Profile)| ProfileOutline {
        name: name.clone(),
        about: profile.about.as_ref().map(|about| about.value.clone()).unwrap_or_default(),
        extends: profile.extends.iter().flatten().map(|name| name.value.clone()).collect(),
        services: profile.services.keys().cloned().collect(),
        is_default: default.as_ref() == Some(name),
    };
    Ok((document.profiles.iter().map(outline).collect(), findings))
}

/// What a profile says, after those that it builds on.
///
/// # Errors
/// Every fault of every file, or no profile is called so.
pub fn profile(request: &Request, host: &Host) -> Result<(Vec<Block>, Findings), Findings> {
    let (document, findings) = read(request, host)?;
    let chain = choice::profiles(request, &document).map_err(|finding| super::with(&findings, finding))?;
    let secrets = super::declared_secrets(&document);
    let mut blocks = Vec::new();
    for (name, profile) in &chain {
        let title = format!("profile.{}", toml_key(name));
        let about = profile.about.iter().map(|about| line("about", std::slice::from_ref(about), false));
        let extends = profile.extends.as_ref().map(|names| line("extends", names, true));
        let refuse = Some(&profile.refuse).filter(|list| !list.is_empty());
        let refuse = refuse.map(|policies| line("refuse", policies, true));
        let own = about.chain(extends).chain(refuse).flatten().collect();
        of_section(&title, own, &profile.section, &secrets, &mut blocks);
        for (service, said) in &profile.services {
            let title = format!("{title}.service.{}", toml_key(service));
            of_section(&title, Vec::new(), &said.section, &secrets, &mut blocks);
        }
    }
    Ok((blocks, findings))
}

fn read(request: &Request, host: &Host) -> Result<(Document, Findings), Findings> {
    let Loaded { document, findings, .. } = load(host, request.sources, &request.files);
    if refuses(&findings) { Err(findings) } else { Ok((document, findings)) }
}

fn line(key: &'static str, settings: &[Setting<String>], is_list: bool) -> Option<Line> {
    let values = settings.iter().map(|setting| setting.value.clone()).collect();
    Some(Line { key, values, is_list, origin: settings.first()?.origin.clone() })
}

/// A section of several files, each with its arms.
fn of_section(
    title: &str,
    own: Vec<Line>,
    section: &Section,
    secrets: &SecretNames,
    blocks: &mut Vec<Block>,
) {
    let mut whole = Layer::default();
    section.parts.iter().for_each(|part| whole.lay_over(&part.said.options));
    let late = section.parts.iter().map(|part| &part.said);
    let mut lines = own;
    lines.extend(of_options(&whole, late, secrets));
    if !lines.is_empty() {
        blocks.push(Block { title: title.to_owned(), lines });
    }
    for Part { when, .. } in &section.parts {
        for (option, arms) in when {
            let arms = arms.iter().map(|(word, said)| Block {
                title: format!("{title}.when.{option}.{}", toml_key(word)),
                lines: of_options(&said.options, std::iter::once(said), secrets),
            });
            blocks.extend(arms.filter(|arm| !arm.lines.is_empty()));
        }
    }
}

/// Launch options, in the order of their table; those that wait for others as their file writes them.
fn of_options<'s>(options: &Layer, said: impl Iterator<Item = &'s Said>, secrets: &SecretNames) -> Vec<Line> {
    let late: Vec<_> = said.flat_map(|said| &said.late).collect();
    let of_row = |row: &'static crate::options::Row| {
        let known = (row.slots.said)(options, secrets).into_iter().map(|said| (said.text, said.origin));
        let late = late.iter().filter(|late| late.row.name == row.name);
        let late = late.map(|late| {
            let text = late.place.file.text.get(late.place.span.clone()).unwrap_or_default();
            (text.trim_matches('"').to_owned(), Origin::File(late.place.clone()))
        });
        let all: Vec<(String, Origin)> = known.chain(late).collect();
        let origin = all.first()?.1.clone();
        let values = all.into_iter().map(|(value, _)| value).collect();
        Some(Line { key: row.name, values, is_list: row.kind == Kind::Many, origin })
    };
    ROWS.iter().filter_map(of_row).collect()
}
