//! `pull_policy`, as compose writes it.

use super::super::keys::Form;
use super::super::option::Spot;
use super::Long;
use crate::finding::Code;

/// `pull_policy`.
pub(super) const LONG: Long = Long {
    name: "pull-policy",
    about: "When to pull the image",
    form: Form::Word,
    read: |reader, said, (_, value)| {
        let Some(word) = reader.word(value) else { return };
        let word = match word.as_str() {
            "if_not_present" => "missing".to_owned(),
            "build" => {
                let message = "no image is built before it is pulled: dynrun builds what can neither be found nor pulled";
                return reader.fault(
                    value.span(),
                    Code::BadValue,
                    message,
                    "say pull = \"never\" beside build",
                );
            }
            "daily" | "weekly" => {
                let message = "dynrun keeps no calendar: `newer` asks the registry whenever it launches";
                return reader.fault(value.span(), Code::BadValue, message, "say pull = \"newer\"");
            }
            _ => word,
        };
        reader.say_as(said, "pull", word.into(), Spot::value(value.span()));
    },
};
