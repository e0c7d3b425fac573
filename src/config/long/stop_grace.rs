//! `stop_grace_period`: the time until a container is killed, with its unit, as compose writes it.

use super::super::keys::Form;
use super::super::option::Spot;
use super::Long;
use crate::finding::Code;
use crate::values::{Duration, Value as _};

/// `stop_grace_period`.
pub(super) const LONG: Long = Long {
    name: "stop-grace-period",
    about: "Time between the stop signal and SIGKILL, in whole seconds",
    form: Form::Text,
    read: |reader, said, (key, value)| {
        let Some(word) = reader.text(key, value) else { return };
        match Duration::parse(&word.value) {
            Ok(time) if time.0.subsec_nanos() == 0 => {
                let seconds = time.0.as_secs().to_string();
                reader.say_as(said, "stop-timeout", seconds.into(), Spot::value(value.span()));
            }
            Ok(_) => {
                let message = "the engine counts the time to stop in whole seconds";
                reader.fault(value.span(), Code::BadValue, message, "not a whole second");
            }
            Err(error) => reader.bad_word(value.span(), error, "not a time", Duration::FORM),
        }
    },
};
