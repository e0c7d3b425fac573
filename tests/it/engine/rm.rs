//! `dynrun rm`: docker's `rm` on a real engine, for containers by name, by id, and for services.

use super::case::{BUSYBOX, Case};
use serde_json::Value;

fn is_there(case: &Case, name: &str) -> bool {
    let filter = format!("name=^/{name}$");
    !case.docker(&["ps", "--all", "--quiet", "--filter", &filter]).is_empty()
}

#[test]
fn what_has_ended_is_removed_and_what_runs_by_force_alone() {
    let case = Case::new();
    let (ended, runs) = (case.name("ended"), case.name("runs"));
    case.launch(&["--name", &ended], &["true"]).run().expect(0, "", "");
    assert_eq!(case.launch(&["-d", "--name", &runs], &["sleep", "60"]).run().code, 0);
    let still = |how: &str| {
        format!(
            "error[still-running]: the container {runs} {how}\n  help: stop it first: dynrun stop {runs}\n  \
             help: or kill and remove it: dynrun rm -f {runs}\n"
        )
    };
    // One that cannot be removed does not keep the others from it.
    case.dynrun(&["rm", &runs, &ended]).run().expect(1, &format!("{ended}\n"), &still("runs"));
    assert!(!is_there(&case, &ended) && is_there(&case, &runs));
    case.docker(&["pause", &runs]);
    case.dynrun(&["rm", &runs]).run().expect(1, "", &still("is paused"));
    let id = case.inspect(&runs)["Id"].as_str().unwrap()[..12].to_owned();
    case.dynrun(&["rm", "-f", &id]).run().expect(0, &format!("{id}\n"), "");
    case.leaves_nothing();
}

/// docker's client says the same, and exits with the same code.
#[test]
fn what_is_missing_is_an_error_unless_it_is_forced() {
    let case = Case::new();
    // Near to no name of another test's.
    let name = format!("no-such-container-as-{}", case.name("this"));
    let said = format!("[no-container]: there is no container `{name}`\n  help: dynrun ps -a\n");
    for (options, level, code) in [(&["rm"][..], "error", 1), (&["rm", "-f"], "warning", 0)] {
        let words = [options, &[name.as_str()]].concat();
        case.dynrun(&words).run().expect(code, "", &format!("{level}{said}"));
        assert_eq!(case.call("docker", &words).run().code, code, "{words:?}");
    }
}

/// Volumes without a name go with `-v` alone, and those with one never.
#[test]
fn anonymous_volumes_go_where_that_is_said() {
    let case = Case::new();
    let kept = case.name("kept");
    let named = format!("{kept}:/named");
    for (options, is_kept) in [(&["rm"][..], true), (&["rm", "-v"], false), (&["rm", "-fv"], false)] {
        let name = case.name("volumes");
        case.launch(&["--name", &name, "-v", "/data", "-v", &named], &["true"]).run().expect(0, "", "");
        let mounts = case.inspect(&name)["Mounts"].clone();
        let mounts: Vec<&Value> = mounts.as_array().into_iter().flatten().collect();
        let anonymous = mounts.iter().find(|mount| mount["Destination"] == "/data").unwrap();
        let anonymous = anonymous["Name"].as_str().unwrap();
        case.dynrun(&[options, &[name.as_str()]].concat()).run().expect(0, &format!("{name}\n"), "");
        let found = case.call("docker", &["volume", "inspect", anonymous]).run().code == 0;
        assert_eq!(found, is_kept, "{options:?}");
        if found {
            case.docker(&["volume", "rm", anonymous]);
        }
        case.docker(&["volume", "inspect", &kept]);
    }
    case.docker(&["volume", "rm", &kept]);
}

/// The only container of a service goes by the service's name; of several, none does.
#[test]
fn a_service_is_removed_by_its_name() {
    let case = Case::new();
    let service = case.name("web");
    case.file("dynrun.toml", &format!("[service.{service}]\nimage = \"{BUSYBOX}\"\n"));
    let (first, second, label) = (case.name("first"), case.name("second"), case.label());
    let launch = |name: &str| {
        let words = ["run", &service, "--profile", "bare", "--label", &label, "--name", name, "--", "true"];
        case.dynrun(&words).run().expect(0, "", "");
    };
    launch(&first);
    launch(&second);
    let done = case.dynrun(&["rm", &service]).run();
    assert!(
        done.refused(1, "no-container").contains(&format!("there are 2 containers of the service {service}"))
    );
    case.dynrun(&["rm", &first]).run().expect(0, &format!("{first}\n"), "");
    case.dynrun(&["rm", &service]).run().expect(0, &format!("{second}\n"), "");
    case.leaves_nothing();
}
