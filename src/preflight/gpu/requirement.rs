//! What an image requires of the driver: its variables `NVIDIA_REQUIRE_...`, which NVIDIA's toolkit holds a container to.
//! Between spaces stand alternatives, between commas conditions: `cuda>=12.4 brand=tesla,driver>=535,driver<536`.

use crate::spec::{DriverCuda, gpu_facts};
use crate::values::Version;
use std::collections::BTreeMap;

/// Whether a requirement is met. Of a GPU's brand nothing is known, and not everything of a driver from tomorrow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Met,
    Unmet,
    CannotTell,
}

/// What there is, as far as it is known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Have {
    pub(super) driver: Option<Version>,
    /// The compute capability of the GPU.
    pub(super) arch: Option<Version>,
}

impl Have {
    /// The CUDA that the driver has.
    pub(super) fn cuda(&self) -> DriverCuda {
        self.driver.as_ref().map_or(DriverCuda::Unknown, |driver| gpu_facts().cuda_of(driver))
    }
}

/// The requirements of a container with these variables, by the variable that says each. None where they are not to
/// be held to.
pub(super) fn requirements(env: &BTreeMap<String, String>) -> Vec<(&str, String)> {
    /// The words that mean yes to the toolkit.
    const YES: [&str; 6] = ["1", "t", "T", "true", "TRUE", "True"];
    if env.get("NVIDIA_DISABLE_REQUIRE").is_some_and(|word| YES.contains(&word.as_str())) {
        return Vec::new();
    }
    let said = env.iter().filter(|(name, text)| name.starts_with("NVIDIA_REQUIRE_") && !text.is_empty());
    let mut found: Vec<(&str, String)> = said.map(|(name, text)| (name.as_str(), text.clone())).collect();
    // Images from before that variable say which CUDA they have.
    let is_old = !found.iter().any(|(name, _)| *name == "NVIDIA_REQUIRE_CUDA");
    if let Some(cuda) = env.get("CUDA_VERSION").filter(|cuda| is_old && !cuda.is_empty()) {
        let numbers: Vec<&str> = cuda.split('.').take(2).collect();
        found.push(("CUDA_VERSION", format!("cuda>={}", numbers.join("."))));
    }
    found
}

/// Judges a requirement. One that breaks the grammar cannot be told: what the toolkit makes of it, it says itself.
pub(super) fn judge(text: &str, have: &Have) -> Verdict {
    let alternatives = text.split(' ').filter(|one| !one.is_empty());
    let mut verdicts = alternatives.map(|one| all(one, have)).peekable();
    if verdicts.peek().is_none() {
        return Verdict::Met;
    }
    verdicts.fold(Verdict::Unmet, |worst, one| match (worst, one) {
        (Verdict::Met, _) | (_, Verdict::Met) => Verdict::Met,
        (Verdict::CannotTell, _) | (_, Verdict::CannotTell) => Verdict::CannotTell,
        (Verdict::Unmet, Verdict::Unmet) => Verdict::Unmet,
    })
}

/// The oldest CUDA that a requirement asks for by its first alternative.
pub(super) fn cuda(text: &str) -> Option<Version> {
    let first = text.split(' ').find(|one| !one.is_empty())?;
    first.split(',').find_map(|condition| condition.strip_prefix("cuda>=")).and_then(Version::parse)
}

fn all(alternative: &str, have: &Have) -> Verdict {
    let conditions = alternative.split(',').filter(|one| !one.is_empty());
    conditions.map(|one| condition(one, have)).fold(Verdict::Met, |worst, one| match (worst, one) {
        (Verdict::Unmet, _) | (_, Verdict::Unmet) => Verdict::Unmet,
        (Verdict::CannotTell, _) | (_, Verdict::CannotTell) => Verdict::CannotTell,
        (Verdict::Met, Verdict::Met) => Verdict::Met,
    })
}

fn condition(text: &str, have: &Have) -> Verdict {
    let is_sign = |letter: char| "<>=!".contains(letter);
    let Some(start) = text.find(is_sign) else { return Verdict::CannotTell };
    let (name, rest) = text.split_at(start);
    let wanted = rest.trim_start_matches(is_sign);
    let sign = &rest[..rest.len() - wanted.len()];
    let Some(wanted) = Version::parse(wanted) else { return Verdict::CannotTell };
    let exactly = |version: &Option<Version>| match version {
        Some(version) => compared(version, sign, &wanted),
        None => Verdict::CannotTell,
    };
    match name.to_ascii_lowercase().as_str() {
        "driver" => exactly(&have.driver),
        "arch" => exactly(&have.arch),
        "cuda" => match have.cuda() {
            DriverCuda::Exactly(cuda) => compared(&cuda, sign, &wanted),
            DriverCuda::AtLeast(cuda) => at_least(&cuda, sign, &wanted),
            DriverCuda::Unknown => Verdict::CannotTell,
        },
        _ => Verdict::CannotTell,
    }
}

fn compared(have: &Version, sign: &str, wanted: &Version) -> Verdict {
    let is_met = match sign {
        "=" => have == wanted,
        "!=" => have != wanted,
        "<" => have < wanted,
        "<=" => have <= wanted,
        ">" => have > wanted,
        ">=" => have >= wanted,
        _ => return Verdict::CannotTell,
    };
    if is_met { Verdict::Met } else { Verdict::Unmet }
}

/// The same where what there is may be newer.
fn at_least(have: &Version, sign: &str, wanted: &Version) -> Verdict {
    match (sign, compared(have, sign, wanted)) {
        (">" | ">=", Verdict::Met) => Verdict::Met,
        ("<" | "<=", Verdict::Unmet) => Verdict::Unmet,
        ("=", _) if have > wanted => Verdict::Unmet,
        ("!=", _) if have > wanted => Verdict::Met,
        _ => Verdict::CannotTell,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn have(driver: &str) -> Have {
        Have { driver: Version::parse(driver), arch: Version::parse("9.0") }
    }

    /// User-ask 32: as NVIDIA's images say it.
    #[test]
    fn requirements_are_judged() {
        use Verdict::{CannotTell, Met, Unmet};
        let real = "cuda>=12.4 brand=tesla,driver>=470,driver<471 brand=unknown,driver>=470,driver<471 brand=geforce,driver>=535,driver<536";
        for (text, driver, want) in [
            (real, "550.54.15", Met),
            (real, "580.95.05", Met),
            (real, "545.23.06", Unmet),
            (real, "525.60.13", Unmet),
            (real, "535.183.01", CannotTell),
            (real, "470.199.02", CannotTell),
            (real, "", CannotTell),
            ("cuda>=13.0", "566.36", CannotTell),
            ("cuda>=12.7", "566.36", Met),
            ("cuda<12.7", "566.36", Unmet),
            ("cuda<13", "566.36", CannotTell),
            ("cuda=12.6", "566.36", Unmet),
            ("cuda!=12.6", "566.36", Met),
            ("cuda>=9.0", "304.1", CannotTell),
            ("driver>=535,driver<536", "535.183.01", Met),
            ("driver>=535,driver<536", "536.1", Unmet),
            ("driver<=535", "535.183.01", Unmet),
            ("driver!=535.183.1", "535.183.01", Unmet),
            ("CUDA>=12,ARCH>=8", "535.1", Met),
            ("arch>9.0", "535.1", Unmet),
            ("cuda>=12 nonsense", "535.1", Met),
            ("nonsense", "535.1", CannotTell),
            ("cuda>>12", "535.1", CannotTell),
            ("cuda>=x", "535.1", CannotTell),
            ("", "535.1", Met),
            ("  ,  ", "535.1", Met),
        ] {
            assert_eq!(judge(text, &have(driver)), want, "{text} with {driver}");
        }
        assert_eq!(cuda(real).map(|cuda| cuda.to_string()).as_deref(), Some("12.4"));
        assert_eq!((cuda("driver>=535"), cuda("")), (None, None));
    }

    #[test]
    fn the_variables_of_an_image_are_read() {
        let read = |env: &[(&str, &str)]| {
            let env = env.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            requirements(&env).into_iter().map(|(name, text)| format!("{name}: {text}")).collect::<Vec<_>>()
        };
        let require = ("NVIDIA_REQUIRE_CUDA", "cuda>=12.4");
        assert_eq!(read(&[require, ("CUDA_VERSION", "12.4.1")]), ["NVIDIA_REQUIRE_CUDA: cuda>=12.4"]);
        assert_eq!(read(&[("CUDA_VERSION", "9.0.176")]), ["CUDA_VERSION: cuda>=9.0"]);
        assert_eq!(
            read(&[require, ("NVIDIA_REQUIRE_ARCH", "arch>=8.0"), ("NVIDIA_REQUIRE_X", "")]),
            ["NVIDIA_REQUIRE_ARCH: arch>=8.0", "NVIDIA_REQUIRE_CUDA: cuda>=12.4"]
        );
        assert_eq!(read(&[require, ("NVIDIA_DISABLE_REQUIRE", "true")]), [""; 0]);
        assert_eq!(read(&[require, ("NVIDIA_DISABLE_REQUIRE", "0")]).len(), 1);
        assert_eq!(read(&[("PATH", "/bin")]), [""; 0]);
    }
}
