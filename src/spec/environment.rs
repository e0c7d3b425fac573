//! The container's environment, as the kernel takes it.

use super::asked;
use crate::config::Layer;
use crate::finding::{Code, Finding, Findings};
use crate::values::{EnvVar, Value as _};

/// The variables that no program can be started with. The engine would tell that from within the container, and of none
/// of them.
pub(super) fn too_long(options: &Layer) -> Findings {
    let long = options
        .env
        .iter()
        .filter(|setting| setting.value.value.is_some() && setting.value.word().len() > EnvVar::LONGEST);
    let refused = long.map(|setting| {
        let (EnvVar { name, .. }, length) = (&setting.value, setting.value.word().len());
        let message = format!(
            "the variable {name} has {length} bytes with its name: the kernel takes {} at most",
            EnvVar::LONGEST
        );
        Finding::error(Code::BadValue, message)
            .asked(asked("env", name, &setting.origin), &setting.origin)
            .help("hand it over in a file: --secret id=NAME,src=FILE, or --volume FILE:PATH:ro")
    });
    refused.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Origin;
    use crate::values::Secret;

    #[test]
    fn a_variable_beyond_what_the_kernel_takes_is_refused_without_its_value() {
        let mut options = Layer::default();
        for (name, length) in [("A", 131_069), ("BC", 131_069)] {
            let value = Some(Secret::new("x".repeat(length)));
            options.env.push(EnvVar { name: name.to_owned(), value }, Origin::Rule("a test"));
        }
        options.env.push(EnvVar { name: "y".repeat(140_000), value: None }, Origin::Rule("a test"));
        let [finding] = &too_long(&options)[..] else { panic!("one is refused") };
        assert_eq!(
            finding.message,
            "the variable BC has 131072 bytes with its name: the kernel takes 131071 at most"
        );
        assert!(!format!("{finding:?}").contains("xx"));
    }
}
