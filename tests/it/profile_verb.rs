//! `dynrun profile list|show|schema` and `dynrun schema`.

use crate::common::Test;

const USER: &str = ".config/dynrun/config.toml";

const NIGHT: &str = "
    default-profile = \"night\"
    [profile.night]
    about = \"what runs while nobody looks\"
    extends = [\"ci\", \"desk\"]
    refuse = [\"privileged\"]
    memory = \"4g\"
    label = { team = \"a\", token = \"redis://me:hush@host/0\" }
    image = \"app:${option.framework}\"
    [profile.night.when.detach.true]
    restart = \"no\"
    [profile.night.service.\"my app\"]
    cpus = 2
    [profile.desk]
    about = \"mine\"
    ";

#[test]
fn profiles_are_listed() {
    let listed = "
        PROFILE          EXTENDS   ABOUT
        bare                       nothing but what is said
        ci                         an isolated run, nothing published, nothing left behind
        desk                       mine
        dev                        a developer's desk
        night (default)  ci, desk  what runs while nobody looks
        prod                       production
        run-sh                     the habits of Dynamo's container/run.sh
        ";
    let test = || Test::new().file(USER, NIGHT);
    test().args(["profile"]).stdout(listed).run();
    test().args(["profile", "list"]).stdout(listed).run();
    let json = test().args(["profile", "list", "--format", "json"]).any_stdout().run().stdout;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(
        json[4],
        serde_json::json!({
            "name": "night", "about": "what runs while nobody looks", "extends": ["ci", "desk"],
            "services": ["my app"], "default": true,
        })
    );
}

/// What it says, after those that it builds on, with every word's place and without secrets.
#[test]
fn a_profile_is_shown() {
    let test = || Test::new().file(USER, NIGHT);
    let shown = test().args(["profile", "show", "night"]).any_stdout().run().stdout;
    let own = shown.split_once("[profile.desk]").unwrap().1;
    assert_eq!(
        format!("[profile.desk]{own}"),
        "[profile.desk]
about = \"mine\" # .config/dynrun/config.toml:14

[profile.night]
about = \"what runs while nobody looks\" # .config/dynrun/config.toml:3
extends = [\"ci\", \"desk\"] # .config/dynrun/config.toml:4
refuse = [\"privileged\"] # .config/dynrun/config.toml:5
image = \"app:${option.framework}\" # .config/dynrun/config.toml:8
memory = \"4g\" # .config/dynrun/config.toml:6
label = [\"team=a\", \"token=***\"] # .config/dynrun/config.toml:7

[profile.night.when.detach.true]
restart = \"no\" # .config/dynrun/config.toml:10

[profile.night.service.\"my app\"]
cpus = \"2\" # .config/dynrun/config.toml:12
"
    );
    assert!(shown.starts_with("[profile.ci]\nabout = "), "{shown}");
    // None named is the one of a launch that names none.
    assert_eq!(test().args(["profile", "show"]).any_stdout().run().stdout, shown);
    assert_eq!(test().args(["profile", "show", "--profile", "night"]).any_stdout().run().stdout, shown);
    let json = test().args(["profile", "show", "desk", "--format", "json"]).any_stdout().run().stdout;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let line = serde_json::json!({
        "key": "about", "values": ["mine"], "origin": ".config/dynrun/config.toml:14",
    });
    assert_eq!(json, serde_json::json!([{ "section": "profile.desk", "says": [line] }]));
}

#[test]
fn what_is_unknown_is_told() {
    Test::new()
        .args(["profile", "show", "prd"])
        .stderr(
            "
            error[unknown-profile]: there is no profile `prd`
              asked: `--profile prd` on the command line
              help: did you mean prod?
              help: the profiles are bare, ci, dev, prod, run-sh
            ",
        )
        .status(1)
        .run();
    Test::new()
        .args(["profile", "list", "dev"])
        .stderr(
            "
            error[usage]: `dev` is an argument too many
              help: what a profile says: dynrun profile show dev
            ",
        )
        .status(2)
        .run();
    Test::new()
        .file("bad.toml", "[profile.x]\nmemroy = \"1g\"\n")
        .args(["profile", "--config", "bad.toml"])
        .stderr_has("error[unknown-key]: a profile has no key `memroy`\n")
        .status(1)
        .run();
}

/// One schema, under both of its names; no file is read for it.
#[test]
fn the_schema_has_two_names() {
    let schema = |words: &[&str]| {
        Test::new().file("dynrun.toml", "this is no TOML").args(words).any_stdout().run().stdout
    };
    let text = schema(&["schema"]);
    assert_eq!(schema(&["profile", "schema"]), text);
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(json["$schema"], "http://json-schema.org/draft-07/schema#");
    assert!(text.len() < 400_000, "{} bytes", text.len());
}
