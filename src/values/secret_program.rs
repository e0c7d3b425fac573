//! `SecretProgram`: a program that takes a secret behind a flag of its own, whose name does not say so.

use serde::Deserialize;

/// A program, by its names, and what of its flags is secret.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecretProgram {
    /// What it is called.
    pub names: Vec<String>,
    /// The flags: `-u`, `--user`. None ends what a program before it has.
    pub flags: Vec<String>,
    /// How the secret stands behind them.
    pub form: SecretForm,
}

/// How a secret stands behind a flag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SecretForm {
    /// As a word of its own, or joined to the flag.
    Word,
    /// Joined to the flag, and never as a word of its own: `mysql -p db` asks for the password of `db`.
    Joined,
    /// Behind a colon: `user:password`.
    Pair,
    /// Between a colon and the host: `user:password@host`.
    Host,
    /// Behind the name of a secret, which is a word of its own: `set -x HF_TOKEN VALUE`.
    Name,
}

/// What a flag says of a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Behind {
    /// The next word is the secret.
    Next,
    /// It begins at this byte of the flag's own word.
    At(usize),
}

impl SecretProgram {
    /// Whether the program is called so.
    pub(super) fn is_called(&self, name: &str) -> bool {
        self.names.iter().any(|known| known == name)
    }

    /// Where the secret stands, where the word is one of the flags.
    pub(super) fn behind(&self, word: &str) -> Option<Behind> {
        self.flags.iter().find_map(|flag| self.behind_flag(flag, word))
    }

    fn behind_flag(&self, flag: &str, word: &str) -> Option<Behind> {
        let next = Some(Behind::Next).filter(|_| self.form != SecretForm::Joined);
        if word == flag {
            return next;
        }
        // `-passin` of one dash takes no value that is joined, and stands in no row of others.
        let letter = flag.strip_prefix('-').filter(|letter| letter.len() == 1);
        let Some(letter) = letter else {
            let joined = word.strip_prefix(flag).is_some_and(|rest| rest.starts_with('='));
            return joined.then_some(Behind::At(flag.len() + 1));
        };
        let row = word.strip_prefix('-').filter(|row| !row.starts_with('-'))?;
        match row.strip_prefix(letter) {
            Some(_) => Some(Behind::At(flag.len())),
            // The last of several switches: `-sSu user:password`.
            None if matches!(self.form, SecretForm::Pair | SecretForm::Host)
                && row.bytes().all(|byte| byte.is_ascii_alphabetic()) =>
            {
                next.filter(|_| row.ends_with(letter))
            }
            None => None,
        }
    }
}
