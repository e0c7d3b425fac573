use super::*;
use crate::values::testing::{reads, refuses, round_trips};
use crate::values::{ImageRef, Propagation, Size};
use proptest::prelude::*;
use std::path::Path;

#[test]
fn words_are_read_and_written() {
    reads::<Mount>(&[
        ("target=/x", "type=volume,target=/x"),
        ("type=bind,source=/a,target=/x", "type=bind,source=/a,target=/x"),
        ("type=BIND,SRC=/a,Dst=/x", "type=bind,source=/a,target=/x"),
        ("destination=/x,src=vol", "type=volume,source=vol,target=/x"),
        ("type=tmpfs,dst=/x,source=,type=volume", "type=volume,target=/x"),
        ("type=bind,src=/a,src=/b,dst=/x,dst=/y", "type=bind,source=/b,target=/y"),
        ("\"type=bind\",\"src=/a,b\",dst=/x", "type=bind,\"source=/a,b\",target=/x"),
        ("type=bind,src=/a:b,dst=/x", "type=bind,source=/a:b,target=/x"),
        ("type=bind,src=/ a,dst=/x y ", "type=bind,source=/ a,target=/x y "),
        ("type=bind,src=/a,dst=/x,consistency=CACHED", "type=bind,source=/a,target=/x,consistency=cached"),
        ("dst=/x,consistency=foo", "type=volume,target=/x,consistency=foo"),
        ("dst=/x,consistency=", "type=volume,target=/x"),
    ]);
}

#[test]
fn a_mount_may_be_read_only() {
    let read_only = "type=bind,source=/a,target=/x,readonly";
    for field in ["ro", "readonly", "RO", "ro=1", "readonly=true", "ro=false,ro=T", "readonly,ro"] {
        reads::<Mount>(&[(&format!("type=bind,src=/a,dst=/x,{field}"), read_only)]);
    }
    for field in ["ro=0", "readonly=False", "ro,readonly=f"] {
        reads::<Mount>(&[(&format!("type=bind,src=/a,dst=/x,{field}"), "type=bind,source=/a,target=/x")]);
    }
}

#[test]
fn fields_of_a_bind_are_read_and_written() {
    for (fields, want) in [
        ("bind-propagation=rprivate", ",bind-propagation=rprivate"),
        ("bind-propagation=RShared", ",bind-propagation=rshared"),
        ("bind-propagation=", ""),
        ("bind-nonrecursive", ",bind-recursive=disabled"),
        ("bind-nonrecursive=true", ",bind-recursive=disabled"),
        ("bind-nonrecursive=0", ""),
        ("bind-recursive=enabled", ""),
        ("bind-recursive=disabled", ",bind-recursive=disabled"),
        ("bind-recursive=disabled,bind-recursive=enabled", ",bind-recursive=disabled"),
        ("bind-recursive=disabled,bind-nonrecursive=false", ""),
        ("bind-recursive=writable,ro", ",readonly,bind-recursive=writable"),
        (
            "ro,bind-recursive=disabled,bind-recursive=writable",
            ",readonly,bind-recursive=disabled,bind-recursive=writable",
        ),
        (
            "bind-recursive=readonly,ro,bind-propagation=rprivate",
            ",readonly,bind-propagation=rprivate,bind-recursive=readonly",
        ),
    ] {
        let want = format!("type=bind,source=/a,target=/x{want}");
        reads::<Mount>(&[(&format!("type=bind,src=/a,dst=/x,{fields}"), &want)]);
    }
    reads::<Mount>(&[("type=tmpfs,dst=/x,bind-recursive=enabled", "type=tmpfs,target=/x")]);
}

#[test]
fn how_a_folder_is_made_is_read_and_written() {
    for (fields, want) in [
        ("create", ",create"),
        ("create=false", ""),
        ("create,mode=755", ",create,mode=0755"),
        ("mode=01777,create", ",create,mode=1777"),
        ("create,mode=0", ",create,mode=0000"),
        ("Create=1,Owner=1000", ",create,owner=1000"),
        ("owner=1000:44,create,ro,mode=0750", ",readonly,create,mode=0750,owner=1000:44"),
        ("create,owner=me:video", ",create,owner=me:video"),
        ("create,owner=a,owner=b", ",create,owner=b"),
    ] {
        let want = format!("type=bind,source=/a,target=/x{want}");
        reads::<Mount>(&[(&format!("type=bind,src=/a,dst=/x,{fields}"), &want)]);
    }
    let bind = |fields: &str| format!("type=bind,src=/a,dst=/x,{fields}");
    let needed = |fields: &str, suggested: &str| {
        let error = Mount::parse(&bind(fields)).unwrap_err();
        assert_eq!(error.problem, "mode and owner are for a folder that dynrun makes: they need create");
        assert_eq!(error.suggestion, Some(bind(suggested)));
    };
    needed("mode=0755", "mode=0755,create");
    needed("create=false,owner=0", "create=false,owner=0,create");
    let mode = "mode is an octal number of 7777 at most, such as 0755";
    let owner = "owner is UID, UID:GID, or the names of a user and a group";
    let number = "the numbers of users and groups end with 4294967294";
    refuses::<Mount>(&[
        (&bind("create,mode=rwx"), mode),
        (&bind("create,mode=888"), mode),
        (&bind("create,mode=+755"), mode),
        (&bind("create,mode=10000"), mode),
        (&bind("create,mode="), mode),
        (&bind("create,mode"), "mode needs a value: mode=VALUE"),
        (&bind("create,mod=0755"), "a mount has no such field -> type=bind,src=/a,dst=/x,create,mode=0755"),
        (&bind("create,owner"), "owner needs a value: owner=VALUE"),
        (&bind("create,owner="), owner),
        (&bind("create,owner=:5"), owner),
        (&bind("create,owner=me:"), owner),
        (&bind("create,owner=a:b:c"), owner),
        (&bind("create,owner=a b"), owner),
        (&bind("create,owner=-1"), owner),
        (&bind("create,owner=4294967295"), number),
        (&bind("create,owner=0:99999999999"), number),
        ("src=vol,dst=/x,mode=0755", "volume mounts take no bind-* fields"),
    ]);
}

#[test]
fn fields_of_a_volume_are_read_and_written() {
    for (fields, want) in [
        ("volume-nocopy", "volume-nocopy"),
        ("volume-nocopy=1", "volume-nocopy"),
        ("volume-subpath=a/../b/.", "volume-subpath=a/../b/."),
        ("volume-driver=local", "volume-driver=local"),
        ("volume-opt=type=nfs,volume-opt=o", "volume-opt=type=nfs,volume-opt=o="),
        ("\"volume-opt=o=addr=1,rw\"", "\"volume-opt=o=addr=1,rw\""),
        ("volume-opt=a=1,volume-opt=b=2,volume-opt=a=3", "volume-opt=b=2,volume-opt=a=3"),
        ("volume-label=a=b,volume-label=c", "volume-label=a=b,volume-label=c="),
        ("volume-nocopy=0,volume-label=,volume-opt==x,volume-subpath=", ""),
    ] {
        let want = format!("type=volume,source=vol,target=/x,{want}");
        reads::<Mount>(&[(&format!("src=vol,dst=/x,{fields}"), want.trim_end_matches(','))]);
    }
    reads::<Mount>(&[
        ("src=v,dst=/x,volume-driver=nfs", "type=volume,source=v,target=/x,volume-driver=nfs"),
        ("src=a/b,dst=/x,volume-driver=nfs", "type=volume,source=a/b,target=/x,volume-driver=nfs"),
    ]);
}

#[test]
fn fields_of_a_tmpfs_and_of_an_image_are_read_and_written() {
    reads::<Mount>(&[
        ("type=tmpfs,dst=/x", "type=tmpfs,target=/x"),
        (
            "type=tmpfs,dst=/x,ro,tmpfs-size=64MB,tmpfs-mode=01777",
            "type=tmpfs,target=/x,readonly,tmpfs-size=64m,tmpfs-mode=1777",
        ),
        ("type=tmpfs,dst=/x,tmpfs-size=0,tmpfs-mode=0", "type=tmpfs,target=/x,tmpfs-size=0,tmpfs-mode=0"),
        ("type=tmpfs,dst=/x,tmpfs-mode=37777777777", "type=tmpfs,target=/x,tmpfs-mode=37777777777"),
        ("type=image,src=app:1,dst=/x", "type=image,source=app:1,target=/x"),
        (
            "type=image,src=r.test/app,dst=/x,image-subpath=a/b",
            "type=image,source=r.test/app,target=/x,image-subpath=a/b",
        ),
        ("type=image,src=app,dst=/x,image-subpath=", "type=image,source=app,target=/x"),
    ]);
}

#[test]
fn what_is_wrong_is_said() {
    refuses::<Mount>(&[
        ("", "a field is empty"),
        ("dst=/x,", "a field is empty"),
        ("=/x", "a field is empty"),
        ("type=bind,src=\"/a\",dst=/x", "a double quote stands inside a field: quote the whole field"),
        ("type=bind,sorce=/a,dst=/x", "a mount has no such field -> type=bind,source=/a,dst=/x"),
        ("type=bind, src=/a,dst=/x", "a mount has no such field -> type=bind,src=/a,dst=/x"),
        ("dst=/x,foobar", "a mount has no such field"),
        ("type=bind,src=/a,dst=/x,bind-create-src", "a mount has no such field"),
        ("type=bind,src=/a,dst=/x,bind-create-src=true", "a mount has no such field"),
        ("type=tmpfs,dst=/x,tmpfs-options=exec", "a mount has no such field"),
        ("dst=/x,volume-nocpy", "a mount has no such field -> dst=/x,volume-nocopy"),
        ("type,dst=/x", "type needs a value: type=VALUE"),
        ("src,dst=/x", "src needs a value: src=VALUE"),
        ("dst=/x,ro=yes", "ro is true or false"),
        ("dst=/x,readonly=", "readonly is true or false"),
        ("type=,dst=/x", "the type is empty: it is bind, volume, tmpfs or image"),
        (
            "type=bindd,src=/a,dst=/x",
            "the type is not one of bind, volume, tmpfs, image -> type=bind,src=/a,dst=/x",
        ),
        ("type=foo,dst=/x", "the type is not one of bind, volume, tmpfs, image"),
        ("type=npipe,src=/a,dst=/x", "npipe is Windows' own: the engine's host is Linux"),
        ("type=cluster,src=a,dst=/x", "a cluster volume is for the services of a swarm alone"),
        ("type=bind,src=/a", "the path in the container is missing"),
        ("type=bind,src=/a,target=", "the path in the container is missing"),
        ("type=bind,src=x,dst=x", "the path in the container is not absolute -> type=bind,src=x,dst=/x"),
        ("type=tmpfs,\"dst=./a,b\"", "the path in the container is not absolute -> type=tmpfs,\"dst=/a,b\""),
        (
            "type=tmpfs,\"dst=a\"\"b\"",
            "the path in the container is not absolute -> type=tmpfs,\"dst=/a\"\"b\"",
        ),
        ("type=bind,src=/a,dst=/", "the root of the container cannot be mounted over"),
        ("dst=/x/..", "the root of the container cannot be mounted over"),
        ("dst=/x\0", "the mount holds a NUL byte"),
    ]);
}

#[test]
fn what_is_wrong_with_a_bind_is_said() {
    let bind = |fields: &str| format!("type=bind,src=/a,dst=/x,{fields}");
    let submounts = "bind-recursive=writable and bind-recursive=readonly are for what is mounted readonly";
    refuses::<Mount>(&[
        ("type=bind,dst=/x", "the source is missing: the path of the host that is mounted"),
        ("type=bind,src=,dst=/x", "the source is missing: the path of the host that is mounted"),
        (
            "type=bind,src=b,dst=/x",
            "the source of a bind starts with `/`, `.` or `~` -> type=bind,src=./b,dst=/x",
        ),
        (
            "type=bind,src=bind,dst=/x",
            "the source of a bind starts with `/`, `.` or `~` -> type=bind,src=./bind,dst=/x",
        ),
        ("type=bind,src=~you/x,dst=/x", "only `~` itself stands for a home, not that of another user"),
        (&bind("volume-nocopy=false"), "bind mounts take no volume-* fields"),
        (&bind("tmpfs-mode=1"), "bind mounts take no tmpfs-* fields"),
        (&bind("image-subpath=a"), "bind mounts take no image-* fields"),
        ("dst=/x,bind-nonrecursive=0", "volume mounts take no bind-* fields"),
        (
            &bind("bind-propagation=foo"),
            "bind-propagation is one of private, rprivate, shared, rshared, slave, rslave",
        ),
        (
            &bind("bind-propagation=rshard"),
            "bind-propagation is one of private, rprivate, shared, rshared, slave, rslave -> type=bind,src=/a,dst=/x,bind-propagation=rshared",
        ),
        (&bind("bind-propagation"), "bind-propagation needs a value: bind-propagation=VALUE"),
        (&bind("bind-nonrecursive=yes"), "bind-nonrecursive is true or false"),
        (
            &bind("bind-recursive=Disabled"),
            "bind-recursive is one of enabled, disabled, writable, readonly -> type=bind,src=/a,dst=/x,bind-recursive=disabled",
        ),
        (&bind("bind-recursive=writable"), submounts),
        (&bind("bind-recursive=readonly,bind-propagation=rprivate"), submounts),
        (&bind("ro,bind-recursive=readonly"), "bind-recursive=readonly needs bind-propagation=rprivate"),
        (
            &bind("ro,bind-recursive=readonly,bind-propagation=shared"),
            "bind-recursive=readonly needs bind-propagation=rprivate",
        ),
        (
            &bind("ro,bind-recursive=writable,bind-recursive=readonly"),
            "bind-recursive is writable or readonly, not both",
        ),
    ]);
}

#[test]
fn what_is_wrong_with_another_source_is_said() {
    let outside = "volume-subpath is a relative path that does not lead out";
    refuses::<Mount>(&[
        ("dst=/x,ro", "a new volume without a name cannot be readonly"),
        ("dst=/x,volume-subpath=a", "volume-subpath needs the name of a volume as source"),
        ("src=vol,dst=/x,volume-subpath=/a", outside),
        ("src=vol,dst=/x,volume-subpath=a/../..", outside),
        ("src=/a,dst=/x", "a path of the host is mounted with type=bind -> type=bind,src=/a,dst=/x"),
        (
            "type=volume,src=./a,dst=/x",
            "a path of the host is mounted with type=bind -> type=bind,src=./a,dst=/x",
        ),
        ("src=v,dst=/x", "a volume's name has two characters at least"),
        ("src=v,dst=/x,volume-driver=local", "a volume's name has two characters at least"),
        (
            "src=a/b,dst=/x",
            "a volume's name starts with a letter or digit and holds only letters, digits, `_`, `.` and `-`",
        ),
        ("src=vol,dst=/x,image-subpath=", "volume mounts take no image-* fields"),
        ("type=tmpfs,src=a,dst=/x", "a tmpfs has no source"),
        ("type=tmpfs,dst=/x,volume-nocopy", "tmpfs mounts take no volume-* fields"),
        (
            "type=tmpfs,dst=/x,tmpfs-size=1x",
            "tmpfs-size: the unit is not one of b, k, m, g, t, p, with `b` or `ib` after it at most",
        ),
        ("type=tmpfs,dst=/x,tmpfs-size=-1", "tmpfs-size: a size cannot be negative"),
        ("type=tmpfs,dst=/x,tmpfs-mode=999", "tmpfs-mode is an octal number, such as 1777"),
        ("type=tmpfs,dst=/x,tmpfs-mode=+7", "tmpfs-mode is an octal number, such as 1777"),
        ("type=tmpfs,dst=/x,tmpfs-mode=", "tmpfs-mode is an octal number, such as 1777"),
        ("type=tmpfs,dst=/x,tmpfs-mode=40000000000", "tmpfs-mode is an octal number, such as 1777"),
        ("type=image,dst=/x", "the source is missing: the image that is mounted"),
        ("type=image,src=App,dst=/x", "a repository is written in lower case -> type=image,src=app,dst=/x"),
        (
            "type=image,src=app,dst=/x,image-subpath=..",
            "image-subpath is a relative path that does not lead out",
        ),
    ]);
}

#[test]
fn the_key_is_the_cleaned_target() {
    for word in ["dst=/m/", "type=tmpfs,target=/etc/../m", "type=bind,src=/a,dst=//m/."] {
        assert_eq!(Mount::parse(word).unwrap().key(), Some("/m".into()));
    }
}

#[test]
fn only_a_bind_is_rooted() {
    let roots = Roots { base: Path::new("/base"), home: Some(Path::new("/home/me")) };
    for (word, want) in [
        ("type=bind,src=./x,dst=/m", "type=bind,source=/base/x,target=/m"),
        ("type=bind,src=.,dst=/m", "type=bind,source=/base,target=/m"),
        ("type=bind,src=../x,dst=/m", "type=bind,source=/x,target=/m"),
        ("type=bind,src=~/x,dst=/m", "type=bind,source=/home/me/x,target=/m"),
        ("src=vol,dst=/m", "type=volume,source=vol,target=/m"),
    ] {
        assert_eq!(Mount::parse(word).unwrap().rooted(&roots).word(), want);
    }
}

#[test]
fn what_is_of_the_host_is_a_power() {
    for (word, want) in [
        ("type=bind,src=/a,dst=/m", &["/a"][..]),
        ("src=vol,dst=/m,volume-opt=o=bind,volume-opt=device=/etc", &["/etc"]),
        ("src=vol,dst=/m,volume-opt=device=/dev/sda1", &["/dev/sda1"]),
        // The engine stands in the root when it mounts.
        ("src=vol,dst=/m,\"volume-opt=o=ro,rbind\",volume-opt=device=x/../etc", &["/etc"]),
        (
            "src=vol,dst=/m,volume-opt=type=overlay,volume-opt=device=overlay,\"volume-opt=o=lowerdir=/etc:/root,upperdir=/u,workdir=/w\"",
            &["/etc", "/root", "/u", "/w"],
        ),
        // An escaped letter is the letter, and a relative layer starts at the engine's root.
        (
            "src=vol,dst=/m,volume-opt=type=overlay,volume-opt=device=o,volume-opt=o=lowerdir=root:etc",
            &["/root", "/etc"],
        ),
        (
            "src=vol,dst=/m,volume-opt=type=overlay,volume-opt=device=o,volume-opt=o=lowerdir=\\/etc:/srv",
            &["/", "/srv"],
        ),
        (
            "src=vol,dst=/m,volume-opt=type=overlay,volume-opt=device=o,\"volume-opt=o=lowerdir+=/etc,xino=on\"",
            &["/etc"],
        ),
        ("src=vol,dst=/m,volume-opt=type=proc,volume-opt=device=proc", &["/proc"]),
        ("src=vol,dst=/m,volume-driver=local,volume-opt=type=sysfs,volume-opt=device=x", &["/sys"]),
        ("src=vol,dst=/m,volume-opt=type=cgroup2,volume-opt=device=none", &["/sys"]),
        ("src=vol,dst=/m,volume-opt=type=bpf,volume-opt=device=", &["/sys"]),
        ("src=vol,dst=/m,volume-opt=type=devtmpfs,volume-opt=device=dev", &["/dev"]),
        ("src=vol,dst=/m,volume-opt=type=new-one,volume-opt=device=/srv", &["/dev"]),
        ("src=vol,dst=/m,volume-opt=type=ext4,volume-opt=device=dev/sda1", &["/dev/sda1"]),
        ("src=vol,dst=/m,volume-opt=type=ext4,volume-opt=device=LABEL=data", &["/dev"]),
        // A bind takes no notice of the type.
        ("src=vol,dst=/m,volume-opt=type=tmpfs,volume-opt=o=bind,volume-opt=device=/etc", &["/etc"]),
        ("src=vol,dst=/m,volume-driver=x,volume-opt=type=proc,volume-opt=device=proc", &[]),
        ("src=vol,dst=/m,volume-driver=x,volume-opt=device=/etc", &["/etc"]),
        ("src=vol,dst=/m,volume-opt=o=size=1g", &[]),
        ("src=vol,dst=/m,volume-opt=type=nfs,volume-opt=o=addr=h,volume-opt=device=:/share", &[]),
        ("src=vol,dst=/m,volume-opt=type=cifs,volume-opt=o=username=u,volume-opt=device=//h/share", &[]),
        ("src=vol,dst=/m,volume-opt=type=tmpfs,volume-opt=device=tmpfs", &[]),
        ("src=vol,dst=/m", &[]),
        ("type=tmpfs,dst=/m", &[]),
        ("type=image,src=app,dst=/m", &[]),
    ] {
        let want: Vec<Power> = want.iter().map(|path| Power::HostPath(path.into())).collect();
        assert_eq!(Mount::parse(word).unwrap().powers(), want, "{word}");
    }
}

#[test]
fn a_file_servers_password_is_not_shown() {
    let names = SecretNames { endings: vec!["PASSWORD".to_owned()], ..SecretNames::default() };
    let mount = Mount::parse("src=vol,dst=/m,\"volume-opt=o=username=u,password=hush\"").unwrap();
    assert_eq!(
        mount.shown(&names),
        "type=volume,source=vol,target=/m,\"volume-opt=o=username=u,password=***\""
    );
}

fn any_made() -> impl Strategy<Value = Option<NewFolder>> {
    let mode =
        prop::option::of((0..=0o7777_u32).prop_map(|bits| FileMode::read(&format!("{bits:o}")).unwrap()));
    let owner = prop::option::of("[a-z0-9,\"][a-z0-9_-]{0,3}(:[a-z0-9]{1,4})?");
    let owner = owner.prop_map(|owner| owner.map(|owner| FileOwner::read(&owner).unwrap()));
    prop::option::of((mode, owner).prop_map(|(mode, owner)| NewFolder { mode, owner }))
}

fn any_bind() -> impl Strategy<Value = (MountSource, bool)> {
    let propagation = prop::option::of(prop::sample::select(Propagation::ALL.to_vec()));
    ("[/.][^\\x00]{0,6}", propagation, any::<(bool, bool)>(), any_made(), 0..3).prop_map(
        |(path, propagation, (is_flat, read_only), made, submounts)| {
            let is_private = propagation == Some(Propagation::RecursivePrivate);
            let submounts = match submounts {
                1 if read_only => Submounts::Writable,
                2 if read_only && is_private => Submounts::ReadOnly,
                _ => Submounts::WhereAble,
            };
            let bind = BindMount { path: path.into(), propagation, made, is_flat, submounts };
            (MountSource::Bind(bind), read_only)
        },
    )
}

fn any_volume() -> impl Strategy<Value = (MountSource, bool)> {
    let pairs = || prop::collection::btree_map("[a-z]{1,3}", "[^\\x00]{0,4}", 0..3);
    let name = "[a-zA-Z0-9][a-zA-Z0-9_.-]{1,5}";
    (prop::option::of(name), any::<(bool, bool)>(), "[a-z]{0,3}", pairs(), pairs()).prop_map(
        |(name, (no_copy, read_only), driver, driver_opts, labels)| {
            let read_only = read_only && name.is_some();
            let subpath = name.clone();
            let (driver_opts, labels) = (driver_opts.into_iter().collect(), labels.into_iter().collect());
            let volume = VolumeMount { name, no_copy, subpath, driver, driver_opts, labels };
            (MountSource::Volume(volume), read_only)
        },
    )
}

fn any_tmpfs() -> impl Strategy<Value = (MountSource, bool)> {
    (prop::option::of(0..1_u64 << 40), any::<Option<u32>>(), any::<bool>()).prop_map(
        |(size, mode, read_only)| (MountSource::Tmpfs(TmpfsMount { size: size.map(Size), mode }), read_only),
    )
}

fn any_image() -> impl Strategy<Value = (MountSource, bool)> {
    ("[a-z]{1,5}(:[a-z]{1,3})?", prop::option::of("[a-z]{1,3}/[a-z]{1,3}"), any::<bool>()).prop_map(
        |(image, subpath, read_only)| {
            let image = ImageRef::parse(&image).unwrap();
            (MountSource::Image(ImageMount { image, subpath }), read_only)
        },
    )
}

proptest! {
    #[test]
    fn every_value_is_read_back(
        (source, read_only) in prop_oneof![any_bind(), any_volume(), any_tmpfs(), any_image()],
        target in "/[a-z][a-z/.,\" ]{0,6}x",
        consistency in prop::option::of("[a-z]{1,4}"),
    ) {
        round_trips(&Mount { source, target, read_only, consistency });
    }
}
