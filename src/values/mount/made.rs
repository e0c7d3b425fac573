//! `NewFolder`: how a folder of the host is made that is mounted and missing. These are words of dynrun's own.

use crate::values::ValueError;
use std::fmt;

/// How dynrun makes a folder.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NewFolder {
    /// Its mode; none leaves it to the caller's umask.
    pub mode: Option<FileMode>,
    /// Whose it is; none leaves it the caller's.
    pub owner: Option<FileOwner>,
}

impl NewFolder {
    /// Whether nothing is said but that it is made.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        *self == Self::default()
    }

    /// The fields that say it.
    pub(super) fn fields(&self) -> impl Iterator<Item = String> {
        let mode = self.mode.map(|mode| format!("mode={mode}"));
        let owner = self.owner.as_ref().map(|owner| format!("owner={owner}"));
        ["create".to_owned()].into_iter().chain(mode).chain(owner)
    }
}

/// The mode of a file, as chmod takes it in digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileMode(u32);

impl FileMode {
    /// Reads the digits.
    pub(super) fn read(word: &str) -> Result<Self, ValueError> {
        const MOST: u32 = 0o7777;
        let is_octal = word.bytes().all(|byte| (b'0'..=b'7').contains(&byte));
        let bits = u32::from_str_radix(word, 8).ok().filter(|bits| is_octal && *bits <= MOST);
        bits.map(Self).ok_or_else(|| ValueError::new("mode is an octal number of 7777 at most, such as 0755"))
    }

    /// The mode's bits.
    #[must_use]
    pub fn bits(self) -> u32 {
        self.0
    }
}

impl fmt::Display for FileMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04o}", self.0)
    }
}

/// Whose a file is, as chown takes it: a user, and perhaps a group, each by its number or by its name on the host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileOwner {
    /// The user.
    pub user: String,
    /// The group; none leaves it the caller's.
    pub group: Option<String>,
}

impl FileOwner {
    /// Reads `UID`, `UID:GID`, or names in their places.
    pub(super) fn read(word: &str) -> Result<Self, ValueError> {
        let (user, group) = word.split_once(':').map_or((word, None), |(user, group)| (user, Some(group)));
        for part in [Some(user), group].into_iter().flatten() {
            check(part)?;
        }
        Ok(Self { user: user.to_owned(), group: group.map(str::to_owned) })
    }
}

/// Checks a number or a name. The largest number is none: to the kernel it means that nothing is changed.
fn check(part: &str) -> Result<(), ValueError> {
    let is_odd = |letter: char| letter == ':' || letter.is_whitespace() || letter.is_control();
    if part.is_empty() || part.starts_with('-') || part.contains(is_odd) {
        return Err(ValueError::new("owner is UID, UID:GID, or the names of a user and a group"));
    }
    let is_number = part.bytes().all(|byte| byte.is_ascii_digit());
    if is_number && part.parse::<u32>().ok().is_none_or(|number| number == u32::MAX) {
        return Err(ValueError::new("the numbers of users and groups end with 4294967294"));
    }
    Ok(())
}

impl fmt::Display for FileOwner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.user)?;
        match &self.group {
            Some(group) => write!(f, ":{group}"),
            None => Ok(()),
        }
    }
}
