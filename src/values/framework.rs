//! `Framework`: the engine that an inference image holds, for `--framework`.

use super::nearest::unknown;
use super::{Value, ValueError};

/// An engine, by the name that its images carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Framework {
    /// vLLM.
    Vllm,
    /// TensorRT-LLM.
    Trtllm,
    /// SGLang.
    Sglang,
    /// None: the image without an engine.
    None,
}

/// The words, as they stand in the tag of an image.
const WORDS: [(&str, Framework); 4] = [
    ("vllm", Framework::Vllm),
    ("trtllm", Framework::Trtllm),
    ("sglang", Framework::Sglang),
    ("none", Framework::None),
];

impl Value for Framework {
    const FORM: &'static str = "vllm|trtllm|sglang|none";

    fn parse(word: &str) -> Result<Self, ValueError> {
        let known = WORDS.iter().find(|(known, _)| word.eq_ignore_ascii_case(known));
        known
            .map(|(_, framework)| *framework)
            .ok_or_else(|| unknown("there is no framework of this name", word, WORDS.map(|(known, _)| known)))
    }

    fn word(&self) -> String {
        let known = WORDS.iter().find(|(_, framework)| framework == self);
        known.map(|(word, _)| (*word).to_owned()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::testing::{reads, refuses};

    #[test]
    fn words_are_read_in_any_case() {
        reads::<Framework>(&[
            ("vllm", "vllm"),
            ("VLLM", "vllm"),
            ("TrtLLM", "trtllm"),
            ("sGlAnG", "sglang"),
            ("None", "none"),
        ]);
    }

    #[test]
    fn what_is_wrong_is_said() {
        refuses::<Framework>(&[
            ("", "there is no framework of this name"),
            ("vlm", "there is no framework of this name -> vllm"),
            ("TENSORRT", "there is no framework of this name"),
            ("trt-llm", "there is no framework of this name -> trtllm"),
            ("vllm ", "there is no framework of this name -> vllm"),
        ]);
    }
}
