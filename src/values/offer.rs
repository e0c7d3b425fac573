//! `Offer`: what a shell completes a value to, as the value's own type says it. Data: who looks the names up is another
//! room's business.

/// What a shell completes a value to. A word that ends in `:`, `=`, `,` or `/` is only begun.
#[derive(Debug, Clone, Copy)]
pub enum Offer {
    /// The words that the accepted form spells out: `host` and `container:` of `host|container:NAME|NETWORK`.
    Form,
    /// These words.
    Words(&'static [&'static str]),
    /// Names of what there is.
    Names(Names),
    /// Files and folders.
    Files,
    /// Folders.
    Folders,
    /// All of these.
    Any(&'static [Offer]),
    /// A word, and what stands right behind it: `container:` and a container.
    Behind(&'static str, &'static Offer),
    /// The parts between these letters, one after the other: `CONTAINER:MODE`. A part that needs the next one is only
    /// begun.
    Parts(char, &'static [Offer]),
    /// The same offer with a letter behind it that begins the next part.
    Begun(char, &'static Offer),
    /// Entries with commas between them.
    List(&'static Offer),
    /// Fields with commas between them: those that go with the ones that are said, each by its name, with `=` where it
    /// takes a value.
    Fields(fn(&[&str]) -> Vec<Field>),
}

/// What there are names of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Names {
    /// The services of the configuration.
    Services,
    /// Its profiles.
    Profiles,
    /// Its stacks.
    Stacks,
    /// The groups of the stack.
    Groups,
    /// The services that the stack would launch, in groups or without.
    Members,
    /// The services of the compose file.
    Composed,
    /// The launch options.
    Options,
    /// The codes of errors.
    Codes,
    /// The checks of a launch.
    Checks,
    /// Docker's contexts.
    Contexts,
    /// The variables of the service, and their values.
    Variables,
    /// The service's ports, each on a free one of the host.
    Ports,
    /// This machine's GPUs, by their numbers and UUIDs.
    Gpus,
    /// The log drivers.
    LogDrivers,
    /// The options of the log driver.
    LogOptions,
    /// All containers.
    Containers,
    /// The containers that run.
    Running,
    /// All containers, and the stacks that they are of.
    Logged,
    /// The stacks that have containers.
    RunningStacks,
    /// The networks that somebody made.
    Networks,
    /// The images that have a name.
    Images,
    /// The volumes.
    Volumes,
}

/// A field of a record.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// Its name, with `=` where a value follows.
    pub name: &'static str,
    /// What its value is completed to.
    pub value: Offer,
}

impl Field {
    /// A field whose value nobody knows, or that has none.
    #[must_use]
    pub const fn bare(name: &'static str) -> Self {
        Self { name, value: Offer::NOTHING }
    }

    /// A field with what is known of its value.
    #[must_use]
    pub const fn of(name: &'static str, value: Offer) -> Self {
        Self { name, value }
    }
}

impl Offer {
    /// No word is known.
    pub const NOTHING: Self = Self::Words(&[]);
    /// `true` and `false`.
    pub const SWITCH: Self = Self::Words(&["true", "false"]);
}
