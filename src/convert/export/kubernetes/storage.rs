//! What is mounted: a claim for a volume, the node's own path for a folder, memory for a tmpfs.

use super::super::left_out;
use super::super::yaml::Yaml;
use super::container::quantity;
use super::{lost, object, object_name, text};
use crate::finding::{Code, Finding, Findings};
use crate::spec::LaunchSpec;
use crate::values::{
    BindMount, Mount, MountSource, Propagation, SecretReference, SecretSource, Size, Submounts, Value as _,
    Volume, VolumeMode, VolumeSource,
};

/// What a claim asks for where nobody can know how much it takes.
const CLAIMED: &str = "1Gi";

/// Everything that a container mounts.
#[derive(Debug, Default)]
pub(super) struct Storage {
    /// The pod's volumes, by their names.
    volumes: Vec<(String, Yaml)>,
    mounts: Vec<Yaml>,
    /// The claims that the manifest makes.
    claims: Vec<String>,
    launch: String,
}

/// How something is mounted, beside where.
#[derive(Debug, Clone, Default)]
struct How {
    read_only: bool,
    propagation: Option<&'static str>,
    sub_path: Option<String>,
}

impl Storage {
    pub(super) fn of(spec: &LaunchSpec, name: &str, findings: &mut Findings) -> Self {
        let mut storage = Self { launch: name.to_owned(), ..Self::default() };
        spec.options.volume.values().for_each(|volume| storage.volume(volume, findings));
        let mut secrets: Vec<&SecretReference> = Vec::new();
        for mount in &spec.options.mount {
            if let Some(secret) = secret(spec, &mount.value) {
                storage.secret(&secret.id, &mount.value.target);
                secrets.push(secret);
            } else if let Some(why) = storage.mount(&mount.value) {
                findings.push(left_out("mount", why, &mount.value.shown(&spec.secrets), &mount.origin));
            }
        }
        findings.extend(storage.secrets_left_out(&secrets));
        for tmpfs in &spec.options.tmpfs {
            let size =
                tmpfs.value.options.iter().find_map(|option| Size::parse(option.strip_prefix("size=")?).ok());
            let others = tmpfs
                .value
                .options
                .iter()
                .any(|option| !option.starts_with("size=") && option != "ro" && option != "rw");
            if others {
                findings.push(left_out(
                    "tmpfs",
                    "of its options, only the size is carried over",
                    &tmpfs.value.word(),
                    &tmpfs.origin,
                ));
            }
            let how =
                How { read_only: tmpfs.value.options.iter().any(|option| option == "ro"), ..How::default() };
            storage.put(memory(size), &tmpfs.value.target, how);
        }
        let shares_memory = spec
            .options
            .ipc
            .get()
            .is_some_and(|ipc| ipc.word() == "host" || ipc.word().starts_with("container:"));
        if let Some(size) = spec.options.shm_size.get().filter(|_| !shares_memory) {
            storage.put(memory(Some(*size)), "/dev/shm", How::default());
        }
        storage
    }

    fn volume(&mut self, volume: &Volume, findings: &mut Findings) {
        let word = |wanted: &VolumeMode| volume.mode.contains(wanted);
        let propagation = volume.mode.iter().find_map(|mode| match mode {
            VolumeMode::Propagation(propagation) => spread(*propagation),
            _ => None,
        });
        let how = How { read_only: word(&VolumeMode::ReadOnly), propagation, sub_path: None };
        let has_label = word(&VolumeMode::SharedLabel) || word(&VolumeMode::PrivateLabel);
        if has_label {
            lost(
                findings,
                &format!("the label of {}", volume.target),
                "a cluster labels what it mounts by itself",
            );
        }
        match &volume.source {
            VolumeSource::Anonymous => {
                self.put(Yaml::map([("emptyDir", Some(Yaml::Map(Vec::new())))]), &volume.target, how);
            }
            VolumeSource::Named(name) => self.claim(name, &volume.target, how),
            VolumeSource::Path(path) => self.put(host_path(&path.to_string_lossy()), &volume.target, how),
        }
    }

    /// A mount; why there is no field for it, where there is none.
    fn mount(&mut self, mount: &Mount) -> Option<&'static str> {
        let how = How { read_only: mount.read_only, ..How::default() };
        match &mount.source {
            MountSource::Bind(BindMount { is_flat, submounts, .. })
                if *is_flat || *submounts != Submounts::WhereAble =>
            {
                return Some("a cluster has no field for what is mounted below it");
            }
            MountSource::Bind(BindMount { path, propagation, .. }) => {
                let how = How { propagation: propagation.and_then(spread), ..how };
                self.put(host_path(&path.to_string_lossy()), &mount.target, how);
            }
            MountSource::Volume(volume) => match &volume.name {
                Some(name) => {
                    self.claim(name, &mount.target, How { sub_path: volume.subpath.clone(), ..how });
                    if !volume.driver.is_empty() || !volume.driver_opts.is_empty() {
                        return Some(
                            "a claim names a storage class: its driver and the driver's options are left out",
                        );
                    }
                }
                None => self.put(Yaml::map([("emptyDir", Some(Yaml::Map(Vec::new())))]), &mount.target, how),
            },
            MountSource::Tmpfs(tmpfs) => {
                self.put(memory(tmpfs.size), &mount.target, how);
                if tmpfs.mode.is_some_and(|mode| mode > 0) {
                    return Some("of a tmpfs, only the size is carried over");
                }
            }
            MountSource::Image(image) => {
                let source = Yaml::map([("reference", Some(text(image.image.word())))]);
                let how = How { sub_path: image.subpath.clone(), ..how };
                self.put(Yaml::map([("image", Some(source))]), &mount.target, how);
            }
        }
        None
    }

    /// A secret's file: a key of a Secret, by the secret's name.
    fn secret(&mut self, id: &str, target: &str) {
        let source = Yaml::map([("secretName", Some(text(self.secret_name())))]);
        let how = How { read_only: true, sub_path: Some(id.to_owned()), ..How::default() };
        self.put(Yaml::map([("secret", Some(source))]), target, how);
    }

    /// The Secret that holds a launch's files.
    fn secret_name(&self) -> String {
        format!("{}-files", self.launch)
    }

    /// What the cluster has to be told by hand.
    fn secrets_left_out(&self, secrets: &[&SecretReference]) -> Option<Finding> {
        if secrets.is_empty() {
            return None;
        }
        let mut words = ["kubectl", "create", "secret", "generic"].map(str::to_owned).to_vec();
        words.push(self.secret_name());
        words.extend(secrets.iter().filter_map(|secret| match &secret.source {
            SecretSource::File(path) => Some(format!("--from-file={}={}", secret.id, path.display())),
            SecretSource::Variable(_) => None,
        }));
        let ids: Vec<&str> = secrets.iter().map(|secret| secret.id.as_str()).collect();
        let message = format!("the files of the secrets {} are left out: no file holds them", ids.join(", "));
        let line = shlex::try_join(words.iter().map(String::as_str)).unwrap_or_default();
        Some(Finding::note(Code::NotCarriedOver, message).help(line))
    }

    fn claim(&mut self, name: &str, target: &str, how: How) {
        let name = object_name(name);
        let source = Yaml::map([("claimName", Some(text(&name)))]);
        if !self.claims.contains(&name) {
            self.claims.push(name);
        }
        self.put(Yaml::map([("persistentVolumeClaim", Some(source))]), target, how);
    }

    /// Mounts a source; one that is mounted twice is one volume.
    fn put(&mut self, source: Yaml, target: &str, how: How) {
        let held = self.volumes.iter().find(|(_, held)| *held == source).map(|(name, _)| name.clone());
        let name = held.unwrap_or_else(|| {
            let name = format!("data-{}", self.volumes.len() + 1);
            self.volumes.push((name.clone(), source));
            name
        });
        self.mounts.push(Yaml::map([
            ("name", Some(text(name))),
            ("mountPath", Some(text(target))),
            ("subPath", how.sub_path.map(text)),
            ("readOnly", how.read_only.then(|| Yaml::switch(true))),
            ("mountPropagation", how.propagation.map(text)),
        ]));
    }

    pub(super) fn volumes(&self) -> Option<Yaml> {
        let volume = |(name, source): &(String, Yaml)| match source {
            Yaml::Map(members) => Yaml::Map(
                [("name".to_owned(), text(name))].into_iter().chain(members.iter().cloned()).collect(),
            ),
            other => other.clone(),
        };
        Yaml::List(self.volumes.iter().map(volume).collect()).unless_empty()
    }

    pub(super) fn mounts(&self) -> Option<Yaml> {
        Yaml::List(self.mounts.clone()).unless_empty()
    }

    /// The claims, as objects.
    pub(super) fn claims(&self) -> Vec<Yaml> {
        let claim = |name: &String| {
            let storage = Yaml::map([("storage", Some(text(CLAIMED)))]);
            let spec = Yaml::map([
                ("accessModes", Some(Yaml::texts(["ReadWriteOnce"]))),
                ("resources", Some(Yaml::map([("requests", Some(storage))]))),
            ]);
            let labels = Yaml::map([("app", Some(text(&self.launch)))]);
            let metadata = Yaml::map([("name", Some(text(name))), ("labels", Some(labels))]);
            object("v1", "PersistentVolumeClaim", metadata, spec)
        };
        self.claims.iter().map(claim).collect()
    }
}

/// The secret whose file is mounted there.
fn secret<'a>(spec: &'a LaunchSpec, mount: &Mount) -> Option<&'a SecretReference> {
    let MountSource::Bind(BindMount { path, .. }) = &mount.source else { return None };
    let is_it =
        |secret: &&SecretReference| matches!(&secret.source, SecretSource::File(file) if file == path);
    spec.secret_at(&mount.target).filter(is_it)
}

fn host_path(path: &str) -> Yaml {
    Yaml::map([("hostPath", Some(Yaml::map([("path", Some(text(path)))])))])
}

fn memory(size: Option<Size>) -> Yaml {
    let limit = size.filter(|size| size.0 > 0).map(|size| text(quantity(size.0)));
    Yaml::map([("emptyDir", Some(Yaml::map([("medium", Some(text("Memory"))), ("sizeLimit", limit)])))])
}

/// Which mounts show on the other side; none is what a cluster does anyway.
fn spread(propagation: Propagation) -> Option<&'static str> {
    match propagation.word() {
        "shared" | "rshared" => Some("Bidirectional"),
        "slave" | "rslave" => Some("HostToContainer"),
        _ => None,
    }
}
