//! The sections of a launch into one layer: lowest first, each with the arms of `when` that hold, and with the words
//! that are made from other options.

use super::Rank;
use super::document::{Arms, Late, Part, Said, Section, roots};
use crate::finding::{Code, Finding, Findings, Origin};
use crate::host::Host;
use crate::options::{Layer, Row, Setting};
use crate::values::Value as _;

/// The sections of a launch, lowest first.
#[derive(Debug)]
pub(super) struct Composition<'a> {
    sections: Vec<(Rank, Section)>,
    host: &'a Host,
}

impl<'a> Composition<'a> {
    /// Puts the sections in their order; those of one rank keep theirs.
    pub(super) fn new(mut sections: Vec<(Rank, Section)>, host: &'a Host) -> Self {
        sections.sort_by_key(|(rank, _)| *rank);
        Self { sections, host }
    }

    /// Lays the sections over each other. What an arm says can decide another arm, so this is done until nothing
    /// changes.
    ///
    /// # Errors
    /// Arms that take each other back, and words made from options that nobody says or that do not fit.
    pub(super) fn settled(&self) -> Result<Layer, Findings> {
        let mut options = self.laid(&Layer::default(), &mut |_, _| {});
        // Every round settles an arm at least, or nothing.
        for _ in 0..=self.arms() {
            let next = self.laid(&options, &mut |_, _| {});
            if next == options {
                return self.filled(&options);
            }
            options = next;
        }
        Err(vec![self.circle(&options)])
    }

    /// What each file says of the settled options in each section, lowest first.
    pub(super) fn layers(&self, options: &Layer) -> Vec<(Rank, Layer)> {
        let of_part = |part: &Part| {
            let mut whole = Layer::default();
            for said in of_part(part, options) {
                let mut layer = said.options.clone();
                // What does not fit has refused the launch already.
                said.late.iter().for_each(|late| drop(self.put(late, options, &mut layer)));
                whole.lay_over(&layer);
            }
            whole
        };
        let sections = self.sections.iter();
        sections.flat_map(|(rank, section)| section.parts.iter().map(|part| (*rank, of_part(part)))).collect()
    }

    fn parts(&self) -> impl Iterator<Item = &Part> {
        self.sections.iter().flat_map(|(_, section)| &section.parts)
    }

    fn arms(&self) -> usize {
        self.parts().flat_map(|part| part.when.values()).map(Arms::len).sum()
    }

    /// The sections with the arms that hold for these options. `fill` may add to each before it is laid.
    fn laid(&self, options: &Layer, fill: &mut dyn FnMut(&Said, &mut Layer)) -> Layer {
        let mut whole = Layer::default();
        for part in self.parts() {
            for said in of_part(part, options) {
                let mut layer = said.options.clone();
                fill(said, &mut layer);
                whole.lay_over(&layer);
            }
        }
        whole
    }

    /// The same with the words that are made from these options.
    fn filled(&self, options: &Layer) -> Result<Layer, Findings> {
        let mut findings = Findings::new();
        let whole = self.laid(options, &mut |said, layer| {
            let faults = said.late.iter().filter_map(|late| self.put(late, options, layer).err());
            findings.extend(faults);
        });
        if findings.is_empty() { Ok(whole) } else { Err(findings) }
    }

    fn put(&self, late: &Late, options: &Layer, layer: &mut Layer) -> Result<(), Finding> {
        let origin = Origin::File(late.place.clone());
        let filled = late.template.filled(|name| Row::find(name).and_then(|row| word(row, options)));
        let word = filled.map_err(|option| {
            let message = format!("`{}` is made from the option {option}, which nobody says", late.row.name);
            Finding::error(Code::Interpolation, message).at(late.place.clone(), "made here")
        })?;
        let roots = roots(&late.place.file, self.host);
        let put = (late.row.slots.put)(layer, &word, roots, origin.clone());
        put.map_err(|error| {
            let colon = (late.row.name == "volume").then(|| colon(options)).flatten();
            colon.unwrap_or_else(|| late.row.bad_value(&word, &error, &origin))
        })
    }

    /// The finding that names what two rounds disagree on.
    fn circle(&self, options: &Layer) -> Finding {
        let next = self.laid(options, &mut |_, _| {});
        let rows = crate::options::ROWS.iter();
        let odd = rows.filter(|row| (row.slots.words)(options) != (row.slots.words)(&next));
        let names: Vec<&str> = odd.map(|row| row.name).collect();
        let message = format!("sections of `when` take each other back: {} never settles", names.join(", "));
        Finding::error(Code::WhenCycle, message).help("take the option out of one of the sections")
    }
}

/// The finding for a folder of models that no volume can be made from, for whoever said the folder and no volume.
fn colon(options: &Layer) -> Option<Finding> {
    let Setting { value, origin } =
        options.hf_home.setting().filter(|home| home.value.word().contains(':'))?;
    let (folder, words) = (value.word(), Row::find("hf-home")?.asked(&value.word(), origin));
    let message = format!("the models' folder {folder} cannot be mounted: there is a colon in its path");
    let finding = Finding::error(Code::HfHome, message).asked(words, origin);
    Some(
        finding
            .help("name one without: --hf-home FOLDER, or HF_HOME=FOLDER in the environment")
            .help("or mount none: --hf-home none"),
    )
}

/// What an option comes to.
fn word(row: &Row, options: &Layer) -> Option<String> {
    (row.slots.words)(options).pop()
}

/// What a part says with these options: what holds in any case, and in the arms that hold.
fn of_part<'s>(part: &'s Part, options: &Layer) -> impl Iterator<Item = &'s Said> {
    let arms = part.when.iter().filter_map(|(option, arms)| arm(option, arms, options));
    std::iter::once(&part.said).chain(arms)
}

/// The arm that holds: the one of the option's word, else that of any word.
fn arm<'s>(option: &str, arms: &'s Arms, options: &Layer) -> Option<&'s Said> {
    let word = word(Row::find(option)?, options)?;
    arms.get(&word).or_else(|| arms.get("*"))
}
