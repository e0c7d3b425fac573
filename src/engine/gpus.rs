//! The engine's refusals for want of GPUs or a runtime, put into the words of preflight: what preflight could not
//! tell, the engine's answer decides.

use crate::finding::{Code, Finding};
use crate::spec::{Lack, LaunchSpec, NVIDIA, asked};
use crate::values::Value;

/// What a refusal is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    /// Something between the metal and the container is missing.
    Lack(Lack),
    /// A GPU that was named is not there.
    NotFound,
    /// A CDI device that was named is not there.
    CdiDevice,
    /// The image wants a newer driver.
    TooOld,
    /// The driver was replaced under the kernel.
    Mismatch,
}

/// What the engine, or NVIDIA's programs behind it, say of each. All words of a row have to be there.
const WORDS: &[(&[&str], Fault)] = &[
    (&["could not select device driver"], Fault::Lack(Lack::Runtime)),
    (&["nvidia-container-runtime-hook", "executable file not found"], Fault::Lack(Lack::Toolkit)),
    (&["/nvidia-container-runtime", "no such file or directory"], Fault::Lack(Lack::Toolkit)),
    (&["nvidia-container-cli: ", "driver not loaded"], Fault::Lack(Lack::Driver)),
    (&["nvidia-container-cli: ", "libnvidia-ml.so.1"], Fault::Lack(Lack::Driver)),
    (&["nvidia-container-cli: ", "driver/library version mismatch"], Fault::Mismatch),
    (&["nvidia-container-cli: ", "unknown device"], Fault::NotFound),
    (&["nvidia-container-cli: ", "no adapters were found"], Fault::Lack(Lack::Device)),
    (&["nvidia-container-cli: ", "unsatisfied condition"], Fault::TooOld),
    (&["unresolvable CDI devices"], Fault::CdiDevice),
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
            let fault = fault(message)?;
            let (code, said, help) = told(fault);
            let finding = Finding::error(code, said).helped(help.iter().copied());
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

fn fault(message: &str) -> Option<Fault> {
    let row = WORDS.iter().find(|(words, _)| words.iter().all(|word| message.contains(word)));
    row.map(|(_, fault)| *fault)
}

/// The code of a fault, what it is, and what mends it.
fn told(fault: Fault) -> (Code, &'static str, &'static [&'static str]) {
    match fault {
        Fault::Lack(lack) => {
            let said = match lack {
                Lack::Device => "the engine does not find such a GPU",
                Lack::Driver => "the engine finds no NVIDIA driver",
                Lack::Toolkit => "the engine does not find NVIDIA's programs",
                Lack::Runtime => "the engine cannot hand out GPUs",
            };
            (lack.code(), said, lack.help())
        }
        Fault::NotFound => (
            Code::GpuNotFound,
            "the engine does not find such a GPU",
            &["see which there are: nvidia-smi -L"],
        ),
        Fault::CdiDevice => (
            Code::CdiDeviceMissing,
            "no CDI specification that the engine reads has such a device",
            &["see which there are: nvidia-ctk cdi list"],
        ),
        Fault::TooOld => (
            Code::GpuDriverTooOld,
            "the image requires another driver, or another GPU, than the machine has",
            &[
                "install a newer driver, or take an image for an older CUDA",
                "or have it tried all the same: -e NVIDIA_DISABLE_REQUIRE=1",
            ],
        ),
        Fault::Mismatch => (
            Code::GpuDriverMismatch,
            "the NVIDIA driver was replaced, and the kernel still has the old one",
            &["load the new one: restart the machine"],
        ),
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
            (r#"could not select device driver "" with capabilities: [[gpu]]"#.to_owned(), Some(Fault::Lack(Lack::Runtime))),
            (r#"could not select device driver "cdi" with capabilities: []"#.to_owned(), Some(Fault::Lack(Lack::Runtime))),
            (
                format!("{hook}nvidia-container-cli: initialization error: nvml error: driver not loaded: unknown"),
                Some(Fault::Lack(Lack::Driver)),
            ),
            (
                format!("{hook}nvidia-container-cli: initialization error: load library failed: libnvidia-ml.so.1: cannot open shared object file: no such file or directory: unknown"),
                Some(Fault::Lack(Lack::Driver)),
            ),
            (
                format!("{hook}nvidia-container-cli: device error: 99: unknown device: unknown"),
                Some(Fault::NotFound),
            ),
            (
                format!("{hook}nvidia-container-cli: initialization error: WSL environment detected but no adapters were found: unknown"),
                Some(Fault::Lack(Lack::Device)),
            ),
            (
                "could not apply required modification to OCI specification: CDI device injection failed: unresolvable CDI devices nvidia.com/gpu=9".to_owned(),
                Some(Fault::CdiDevice),
            ),
            (
                "fork/exec /usr/bin/nvidia-container-runtime: no such file or directory: unknown".to_owned(),
                Some(Fault::Lack(Lack::Toolkit)),
            ),
            (
                r#"exec: "nvidia-container-runtime-hook": executable file not found in $PATH"#.to_owned(),
                Some(Fault::Lack(Lack::Toolkit)),
            ),
            (
                format!("{hook}nvidia-container-cli: requirement error: unsatisfied condition: cuda>=13.0, please update your driver to a newer version, or use an earlier cuda container: unknown"),
                Some(Fault::TooOld),
            ),
            (
                format!("{hook}nvidia-container-cli: initialization error: nvml error: driver/library version mismatch: unknown"),
                Some(Fault::Mismatch),
            ),
            // Neither is for want of a GPU: the engine's own words say what is wrong.
            (r#"exec: "nvidia-smi": executable file not found in $PATH: unknown"#.to_owned(), None),
            ("driver failed programming external connectivity".to_owned(), None),
        ] {
            assert_eq!(fault(&message), wanted, "{message}");
        }
    }
}
