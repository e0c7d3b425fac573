//! The engine's refusals for want of GPUs or a runtime, put into the words of preflight: what preflight could not
//! tell, the engine's answer decides.

use crate::finding::{Code, Finding};
use crate::spec::{Lack, LaunchSpec, NVIDIA, asked};
use crate::values::Value;

/// What the engine, or NVIDIA's programs behind it, say of each lack. All words of a row have to be there.
const WORDS: &[(&[&str], Lack)] = &[
    (&["could not select device driver"], Lack::Runtime),
    (&["nvidia-container-runtime-hook", "executable file not found"], Lack::Toolkit),
    (&["/nvidia-container-runtime", "no such file or directory"], Lack::Toolkit),
    (&["nvidia-container-cli: ", "driver not loaded"], Lack::Driver),
    (&["nvidia-container-cli: ", "libnvidia-ml.so.1"], Lack::Driver),
    (&["nvidia-container-cli: ", "unknown device"], Lack::Device),
    (&["nvidia-container-cli: ", "no adapters were found"], Lack::Device),
    (&["unresolvable CDI devices"], Lack::Device),
];

/// How engines say that they do not have a runtime: newer ones, and those before 23.0.
const RUNTIME_WORDS: [&str; 2] = ["unknown or invalid runtime name", "nknown runtime specified"];

/// The finding for a refusal that is about GPUs or the runtime; none for any other.
pub(super) fn refused(message: &str, spec: &LaunchSpec) -> Option<Finding> {
    let is_runtime = RUNTIME_WORDS.iter().any(|words| message.contains(words));
    let finding = match spec.options.runtime.setting() {
        Some(runtime) if is_runtime => {
            let name = &runtime.value.0;
            let (code, help) = match name.as_str() {
                NVIDIA => (Code::GpuRuntimeMissing, Lack::Runtime.help()),
                _ => (
                    Code::RuntimeMissing,
                    &["see which there are: docker info --format '{{json .Runtimes}}'"][..],
                ),
            };
            Finding::error(code, format!("the engine has no runtime {name}"))
                .helped(help.iter().copied())
                .asked(asked("runtime", name, &runtime.origin), &runtime.origin)
        }
        Some(_) | None => {
            let lack = lack(message)?;
            let finding = Finding::error(lack.code(), said(lack)).helped(lack.help().iter().copied());
            match spec.options.gpus.setting() {
                Some(gpus) => finding
                    .asked(asked("gpus", &gpus.value.word(), &gpus.origin), &gpus.origin)
                    .help("or go without: --gpus none"),
                None => finding,
            }
        }
    };
    Some(finding.noted(format!("the engine says: {message}")))
}

fn lack(message: &str) -> Option<Lack> {
    let row = WORDS.iter().find(|(words, _)| words.iter().all(|word| message.contains(word)));
    row.map(|(_, lack)| *lack)
}

fn said(lack: Lack) -> &'static str {
    match lack {
        Lack::Device => "the engine does not find such a GPU",
        Lack::Driver => "the engine finds no NVIDIA driver",
        Lack::Toolkit => "the engine does not find NVIDIA's programs",
        Lack::Runtime => "the engine cannot hand out GPUs",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Messages as engines pass them on, without the stages that runc names before them.
    #[test]
    fn the_words_of_engines_are_understood() {
        let hook = "error running prestart hook #0: exit status 1, stdout: , stderr: Auto-detected mode as 'legacy'\n";
        for (message, wanted) in [
            (r#"could not select device driver "" with capabilities: [[gpu]]"#.to_owned(), Some(Lack::Runtime)),
            (r#"could not select device driver "cdi" with capabilities: []"#.to_owned(), Some(Lack::Runtime)),
            (
                format!("{hook}nvidia-container-cli: initialization error: nvml error: driver not loaded: unknown"),
                Some(Lack::Driver),
            ),
            (
                format!("{hook}nvidia-container-cli: initialization error: load library failed: libnvidia-ml.so.1: cannot open shared object file: no such file or directory: unknown"),
                Some(Lack::Driver),
            ),
            (
                format!("{hook}nvidia-container-cli: device error: 99: unknown device: unknown"),
                Some(Lack::Device),
            ),
            (
                format!("{hook}nvidia-container-cli: initialization error: WSL environment detected but no adapters were found: unknown"),
                Some(Lack::Device),
            ),
            (
                "could not apply required modification to OCI specification: CDI device injection failed: unresolvable CDI devices nvidia.com/gpu=9".to_owned(),
                Some(Lack::Device),
            ),
            (
                "fork/exec /usr/bin/nvidia-container-runtime: no such file or directory: unknown".to_owned(),
                Some(Lack::Toolkit),
            ),
            (
                r#"exec: "nvidia-container-runtime-hook": executable file not found in $PATH"#.to_owned(),
                Some(Lack::Toolkit),
            ),
            // Neither is for want of a GPU: the engine's own words say what is wrong.
            (
                format!("{hook}nvidia-container-cli: requirement error: unsatisfied condition: cuda>=13.0: unknown"),
                None,
            ),
            (r#"exec: "nvidia-smi": executable file not found in $PATH: unknown"#.to_owned(), None),
            ("driver failed programming external connectivity".to_owned(), None),
        ] {
            assert_eq!(lack(&message), wanted, "{message}");
        }
    }
}
