//! Whether a container has a program, before it starts.

use super::error::EngineError;
use super::{ANSWER, Engine};
use http::Method;

/// Where programs are looked for in a container whose environment does not say: the engine's own default.
const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

impl Engine {
    /// Whether the container, running or not, has a program of this name in one of the folders of its PATH, or at this
    /// path. Where a relative one leads, the container's start decides.
    ///
    /// # Errors
    /// The engine does not tell.
    pub(super) async fn has_program(&self, id: &str, program: &str) -> Result<bool, EngineError> {
        if program.contains('/') {
            return Ok(!program.starts_with('/') || self.has_file(id, program).await?);
        }
        let state = self.container(id).await?.unwrap_or_default();
        let path = state.env.iter().find_map(|variable| variable.strip_prefix("PATH=")).unwrap_or(PATH);
        for folder in path.split(':').filter(|folder| folder.starts_with('/')) {
            if self.has_file(id, &format!("{folder}/{program}")).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn has_file(&self, id: &str, path: &str) -> Result<bool, EngineError> {
        let path = format!("/containers/{id}/archive?path={}", encoded(path));
        match self.transport.call(Method::HEAD, &path, None, ANSWER).await {
            Ok(_) => Ok(true),
            Err(error) if error.is_status(404) => Ok(false),
            Err(error) => Err(error),
        }
    }
}

/// A path, or another text, as a value of a query.
pub(super) fn encoded(path: &str) -> String {
    let mut text = String::new();
    for byte in path.bytes() {
        match byte {
            b'/' | b'-' | b'.' | b'_' => text.push(byte.into()),
            byte if byte.is_ascii_alphanumeric() => text.push(byte.into()),
            byte => text.push_str(&format!("%{byte:02X}")),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::encoded;

    #[test]
    fn a_path_is_one_value() {
        for (path, want) in [
            ("/bin/bash", "/bin/bash"),
            ("/a b/c&d=e?f#g%", "/a%20b/c%26d%3De%3Ff%23g%25"),
            ("/ä", "/%C3%A4"),
        ] {
            assert_eq!(encoded(path), want);
        }
    }
}
