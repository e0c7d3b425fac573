//! `Record`: what the labels of a container say of the launch that made it.

use super::labels;
use super::state::ContainerState;
use crate::spec::OfStack;
use serde_json::{Map, Value};

/// A launch, as its container's labels keep it.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// The service, if it was one.
    pub service: Option<String>,
    /// The profile.
    pub profile: Option<String>,
    /// The stack that it is one of.
    pub stack: Option<OfStack>,
    /// For how long it was waited for, if it was.
    pub wait: Option<String>,
    /// What was to tell that it is ready, where somebody said it.
    pub said_ready: Vec<String>,
    /// What was asked then, whoever said it.
    pub ready: Vec<String>,
    options: Map<String, Value>,
}

impl Record {
    /// The words of an option that was settled then; a secret is in none of them.
    #[must_use]
    pub fn words(&self, option: &str) -> Vec<String> {
        texts(self.options.get(option))
    }
}

impl ContainerState {
    /// What is known of its launch; none where dynrun did not launch it.
    #[must_use]
    pub fn record(&self) -> Option<Record> {
        let label = |name: &str| self.labels.get(name).cloned();
        label(labels::RUN)?;
        let json = |name: &str| -> Option<Value> { serde_json::from_str(self.labels.get(name)?).ok() };
        let ready = json(labels::READY).unwrap_or_default();
        let checks = texts(ready.get("checks"));
        let stack = label(labels::STACK)
            .map(|instance| OfStack { instance, needs: texts(json(labels::NEEDS).as_ref()) });
        Some(Record {
            service: label(labels::SERVICE).filter(|name| !name.is_empty()),
            profile: label(labels::PROFILE).filter(|name| !name.is_empty()),
            stack,
            wait: label(labels::WAIT),
            said_ready: if ready["said"] == true { checks.clone() } else { Vec::new() },
            ready: checks,
            options: json(labels::OPTIONS).and_then(|it| it.as_object().cloned()).unwrap_or_default(),
        })
    }
}

fn texts(value: Option<&Value>) -> Vec<String> {
    let words = value.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    words.map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_launch_is_read_back_from_its_labels() {
        let state = |labels: &[(&str, &str)]| ContainerState {
            labels: labels.iter().map(|(name, word)| ((*name).to_owned(), (*word).to_owned())).collect(),
            ..ContainerState::default()
        };
        assert_eq!(state(&[(labels::SERVICE, "web")]).record(), None);
        let record = state(&[
            (labels::RUN, "word"),
            (labels::SERVICE, "web"),
            (labels::PROFILE, ""),
            (labels::STACK, "shop"),
            (labels::NEEDS, r#"["db"]"#),
            (labels::READY, r#"{"checks":["tcp:80"],"said":false}"#),
            (labels::OPTIONS, r#"{"pull":["never"],"env":[7]}"#),
        ]);
        let record = record.record().unwrap();
        assert_eq!(
            (record.service.as_deref(), record.profile.clone(), record.wait.clone()),
            (Some("web"), None, None)
        );
        assert_eq!(record.stack, Some(OfStack { instance: "shop".into(), needs: vec!["db".into()] }));
        assert_eq!((record.ready.clone(), record.said_ready.len()), (vec!["tcp:80".to_owned()], 0));
        let words = |option: &str| -> Vec<String> { record.words(option) };
        assert_eq!((words("pull"), words("env"), words("name")), (vec!["never".to_owned()], vec![], vec![]));
    }
}
