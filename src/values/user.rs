//! `User`: whom the container's command runs as, for `--user`.

use super::{Value, ValueError};

/// A user and perhaps a group, by name or number; the empty word leaves the image's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User(pub String);

impl User {
    /// The user's name or number, as said.
    #[must_use]
    pub fn user(&self) -> &str {
        self.0.split_once(':').map_or(self.0.as_str(), |(user, _)| user)
    }

    /// The group's name or number, as said.
    #[must_use]
    pub fn group(&self) -> Option<&str> {
        self.0.split_once(':').map(|(_, group)| group)
    }
}

impl Value for User {
    const FORM: &'static str = "NAME|UID[:GROUP|GID]";

    fn parse(word: &str) -> Result<Self, ValueError> {
        if word.contains('\0') {
            return Err(ValueError::new("the user holds a NUL byte"));
        }
        if word.contains(char::is_whitespace) {
            return Err(ValueError::new("a user or group holds no blanks"));
        }
        if word.matches(':').count() > 1 {
            return Err(ValueError::new("more than one group is said"));
        }
        Ok(Self(word.to_owned()))
    }

    fn word(&self) -> String {
        self.0.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::testing::{reads, refuses, round_trips};
    use proptest::prelude::*;

    #[test]
    fn words_are_read_and_written() {
        reads::<User>(&[
            ("", ""),
            ("root", "root"),
            ("1000", "1000"),
            ("1000:1000", "1000:1000"),
            ("me:", "me:"),
            ("me:video", "me:video"),
            (":5", ":5"),
        ]);
    }

    #[test]
    fn what_is_wrong_is_said() {
        refuses::<User>(&[
            ("a b", "a user or group holds no blanks"),
            ("a\0", "the user holds a NUL byte"),
            ("a:b:c", "more than one group is said"),
        ]);
    }

    #[test]
    fn user_and_group_are_told_apart() {
        let user = User::parse("1000:video").unwrap();
        assert_eq!((user.user(), user.group()), ("1000", Some("video")));
        assert_eq!(User::parse("me").unwrap().group(), None);
    }

    proptest! {
        #[test]
        fn every_value_is_read_back(user in "[^:\\s\\x00]{0,5}(:[^:\\s\\x00]{0,5})?") {
            round_trips(&User(user));
        }
    }
}
