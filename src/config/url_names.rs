//! Which names say that a value leads somewhere: `NATS_SERVER`, `--router-url`. Data, in `profiles/urls.toml`.

use serde::Deserialize;
use std::sync::LazyLock;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Data {
    endings: Vec<String>,
}

/// Whether the name of a variable or of an argument ends in a word for a place that is called.
#[must_use]
pub fn names_url(name: &str) -> bool {
    // Built in, and held by the test below: there is nobody to tell of a fault.
    static ENDINGS: LazyLock<Vec<String>> = LazyLock::new(|| data().unwrap_or_default());
    let upper = name.to_ascii_uppercase().replace('-', "_");
    let last = upper.rsplit('_').next().unwrap_or_default();
    ENDINGS.iter().any(|ending| ending == last)
}

fn data() -> Result<Vec<String>, toml::de::Error> {
    let data: Data = toml::from_str(include_str!("../../profiles/urls.toml"))?;
    Ok(data.endings)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_ends_in_a_whole_word() {
        assert!(!data().unwrap().is_empty());
        for (name, want) in [
            ("NATS_SERVER", true),
            ("ETCD_ENDPOINTS", true),
            ("ETCD_ENDPOINT", true),
            ("XTRACE_URL", true),
            ("xtrace_url", true),
            ("--router-url", true),
            ("--etcd-endpoints", true),
            ("DATABASE_DSN", true),
            ("URL", true),
            ("CURL", false),
            ("SERVER_NAME", false),
            ("--listen", false),
            ("LISTEN_ADDR", false),
            ("", false),
        ] {
            assert_eq!(names_url(name), want, "{name}");
        }
    }
}
