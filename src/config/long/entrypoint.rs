//! An entrypoint as a list of one program.

use super::super::option::Spot;
use super::List;
use crate::finding::Code;

/// In the place of `entrypoint`.
pub(super) const LIST: List = List {
    row: "entrypoint",
    read: |reader, said, row, value, items| match items {
        [] => reader.say(said, row, String::new().into(), Spot::value(value.span())),
        [program] => {
            if let Some(word) = reader.word_for(row, "", program) {
                reader.say(said, row, word, Spot::value(value.span()));
            }
        }
        [_, ..] => {
            let message =
                "`entrypoint` is one program, as --entrypoint is: its arguments come first in `command`";
            reader.fault(value.span(), Code::WrongType, message, "expected one program");
        }
    },
};
