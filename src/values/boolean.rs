//! `bool` as a value: docker's words for a switch.

use super::{Value, ValueError};

impl Value for bool {
    const FORM: &'static str = "true|false";

    fn parse(word: &str) -> Result<Self, ValueError> {
        match word {
            "1" | "t" | "T" | "true" | "TRUE" | "True" => Ok(true),
            "0" | "f" | "F" | "false" | "FALSE" | "False" => Ok(false),
            _ => {
                let error = ValueError::new("a switch is true or false");
                Err(match word.to_lowercase().as_str() {
                    "yes" | "y" | "on" | "enable" | "enabled" | "true" => error.suggest("true"),
                    "no" | "n" | "off" | "disable" | "disabled" | "false" => error.suggest("false"),
                    _ => error,
                })
            }
        }
    }

    fn word(&self) -> String {
        self.to_string()
    }
}

#[cfg(test)]
mod tests {
    use crate::values::testing::{reads, refuses, round_trips};
    use proptest::prelude::*;

    #[test]
    fn words_are_read_and_written() {
        reads::<bool>(&[
            ("1", "true"),
            ("t", "true"),
            ("T", "true"),
            ("true", "true"),
            ("TRUE", "true"),
            ("True", "true"),
            ("0", "false"),
            ("f", "false"),
            ("F", "false"),
            ("false", "false"),
            ("FALSE", "false"),
            ("False", "false"),
        ]);
    }

    #[test]
    fn what_is_wrong_is_said() {
        refuses::<bool>(&[
            ("", "a switch is true or false"),
            ("yes", "a switch is true or false -> true"),
            ("ON", "a switch is true or false -> true"),
            ("no", "a switch is true or false -> false"),
            ("off", "a switch is true or false -> false"),
            ("tRue", "a switch is true or false -> true"),
            ("2", "a switch is true or false"),
            ("maybe", "a switch is true or false"),
        ]);
    }

    proptest! {
        #[test]
        fn every_value_is_read_back(switch in any::<bool>()) {
            round_trips(&switch);
        }
    }
}
