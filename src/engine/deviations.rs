//! Where dynrun's create request differs from `docker run`'s, and why. docs/docker.md is made from this table.

/// One difference.
#[derive(Debug)]
pub struct Deviation {
    /// Its name, by which the cases of the parity test say that they exercise it.
    pub name: &'static str,
    /// What differs.
    pub what: &'static str,
    /// When.
    pub when: &'static str,
    /// Why.
    pub why: &'static str,
}

/// Every difference.
pub const DEVIATIONS: &[Deviation] = &[
    Deviation {
        name: "own-labels",
        what: "labels `dev.dynrun.*` are put on the container",
        when: "always",
        why: "they tell which launch made it, and who owns it, so that nothing is left behind",
    },
    Deviation {
        name: "removed-by-dynrun",
        what: "`AutoRemove` is not sent; dynrun removes the container itself",
        when: "`--rm` in the foreground",
        why: "the engine's own removal takes exit code, out-of-memory flag and log with it when an answer is lost",
    },
    Deviation {
        name: "gpu-devices",
        what: "`--gpus 0,1` asks for the devices 0 and 1; `--gpus 0` is refused",
        when: "`--gpus` names devices without `device=`",
        why: "docker reads the first as one GPU and the second as none",
    },
    Deviation {
        name: "terminal-needed",
        what: "`-t` needs a terminal on standard input",
        when: "`-t` without `-i` in the foreground, in a pipe",
        why: "docker gives the command a terminal of no size that nobody sees, and `\\r\\n` in the pipe",
    },
    Deviation {
        name: "blank-in-name",
        what: "a variable without a value has no blank in its name",
        when: "`-e 'NAME VALUE'`",
        why: "it is a value that lacks its `=`, perhaps a secret; docker sends all of it as a name, and the engine drops it",
    },
    Deviation {
        name: "free-port-of-range",
        what: "of a range to choose from, a port that is free is asked for",
        when: "`-p 8000-8010:80`, where a process holds the first of them",
        why: "the engine passes over the ports of its containers alone, and fails at a process's",
    },
    Deviation {
        name: "missing-source",
        what: "a path of the host that is missing is refused, or made as the caller, or with a mode and for an owner that are said",
        when: "`-v ./missing:/x`; `-v ./missing:/x:create`; `--mount type=bind,src=./missing,dst=/x,create,mode=0755,owner=1000`",
        why: "the engine makes an empty folder of that name, as root, with every folder above it",
    },
    Deviation {
        name: "host-port-left-out",
        what: "a port published as itself is left out",
        when: "`--network host`",
        why: "the engine ignores it; the port is the host's already",
    },
    Deviation {
        name: "dead-publish-left-out",
        what: "a published port that does nothing is left out, with a warning",
        when: "`--allow-dead-publish`, a habit of run.sh's place, beside `--network host` or `none`",
        why: "docker drops it without a word",
    },
    Deviation {
        name: "refused-first",
        what: "an option that the engine would ignore, or refuse after the container was made, is refused first",
        when: "it has no meaning in the container's network; see docs/networks.md",
        why: "docker makes the container and warns, or leaves a container behind that never ran",
    },
    Deviation {
        name: "meaningless",
        what: "a word that can mean nothing is refused, though the engine takes it",
        when: "`-p 80:0`, `--expose 80/icmp`, `--hostname -x`, `--stop-signal 99`, a weight of blocks out of its range, a \
               relative path in the container, one path in two spellings, a volume's name of one letter",
        why: "the container starts without what was asked for",
    },
    Deviation {
        name: "normal-form",
        what: "a value is sent in its normal form",
        when: "`--name /x`, `--ip6 2001:DB8:0::7`, `--mac-address 02-42-AC-11-00-02`, `--link peer`, `-v /host/:/c`, \
               `--security-opt label:disable`",
        why: "the engine means the same by both, and shows the one",
    },
    Deviation {
        name: "health-list",
        what: "a health check that is a list is sent as one, `NONE` as `--no-healthcheck`; one of another beginning is refused",
        when: "`--health-cmd '[\"CMD\", \"test\", \"-e\", \"/x\"]'`, as a Dockerfile and compose write it",
        why: "docker gives the list to a shell, which finds no program of that name: the container is never healthy",
    },
    Deviation {
        name: "one-gpu-request",
        what: "of several `--gpus` the last counts",
        when: "`--gpus` is said more than once",
        why: "docker asks for the devices of each, and the driver hands one container's out once",
    },
    Deviation {
        name: "credentials-stay",
        what: "the caller's credentials for registries are not handed over",
        when: "`--use-api-socket`, where docker's configuration holds some",
        why: "docker writes them into the container's files in plain, where they stay",
    },
    Deviation {
        name: "newer-than-engine",
        what: "what the engine is too old for is refused",
        when: "a gateway's priority, a part of a volume, an image as a mount, before the API that has them",
        why: "docker's client sends it, and the engine drops it without a word, or fails",
    },
    Deviation {
        name: "joined-after-create",
        what: "of several networks the first is named at create; the others are joined before the start",
        when: "several `--network`, where the engine's API is below 1.44",
        why: "such an engine refuses to create a container in several",
    },
    Deviation {
        name: "mac-address-of-old-engines",
        what: "`--mac-address` is sent as the container's own",
        when: "the engine's API is below 1.44",
        why: "the engine has always known it; docker's client asks for a newer one",
    },
];
