//! Whether a container has a program, before it starts.

use super::ask::encoded;
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
