//! Faults of what lies between: the environment, the clock, proxies, certificates, addresses.
//!
//! Deliberately absent: connections to other machines; whatever is unreachable is so on this one.

use super::super::seed::SPARE;
use super::Fault;
use super::set_up::{HOST, REPOSITORY, url};

/// The faults of the environment and the network.
pub(super) static FAULTS: &[Fault] = &[
    Fault::new(
        "environment-profile",
        "The helper names no profile, and AWS_PROFILE one that is gone.",
        "profile-missing",
        |it| {
            it.set("AWS_PROFILE", "intern");
            it.pin_as_in_the_guide("")
        },
    ),
    Fault::new(
        "environment-keys",
        "The helper names no profile, and keys of somebody without rights are in the environment.",
        "environment-shadows",
        |it| {
            let key = it.key_of(SPARE)?;
            it.set("AWS_ACCESS_KEY_ID", key.id);
            it.set("AWS_SECRET_ACCESS_KEY", key.secret.expose().to_owned());
            it.pin_as_in_the_guide("")
        },
    ),
    Fault::new(
        "environment-keys-dead",
        "The helper names no profile, and dead keys are left over in the environment.",
        "environment-shadows",
        |it| {
            it.set("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE");
            it.set("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
            it.pin_as_in_the_guide("")
        },
    ),
    Fault::new(
        "endpoint-nowhere",
        "AWS_ENDPOINT_URL_CODECOMMIT leads to a port where nobody is.",
        "endpoint-override",
        |it| {
            it.set("AWS_ENDPOINT_URL_CODECOMMIT", "http://127.0.0.1:1");
            Ok(())
        },
    ),
    Fault::new(
        "endpoint-stranger",
        "AWS_ENDPOINT_URL_CODECOMMIT leads to something that is not AWS.",
        "endpoint-override",
        |it| {
            let proxy = it.proxy.clone();
            it.set("AWS_ENDPOINT_URL_CODECOMMIT", proxy);
            Ok(())
        },
    ),
    Fault::new("clock-slow", "The clock of this computer is 17 minutes slow.", "clock-off", |_| Ok(()))
        .with_trouble(&["skew=1020"]),
    Fault::new("clock-fast", "The clock of this computer is 17 minutes fast.", "clock-off", |_| Ok(()))
        .with_trouble(&["skew=-1020"]),
    Fault::new("clock-years-slow", "The clock of this computer is four years slow.", "clock-off", |_| Ok(()))
        .with_trouble(&["skew=126230400"]),
    Fault::new(
        "clock-years-fast",
        "The clock of this computer is four years fast, and the API is asked by TLS.",
        "clock-off",
        |it| {
            let (proxy, authority) = (it.proxy.clone(), it.authority());
            it.unset("AWS_ENDPOINT_URL");
            it.set("HTTPS_PROXY", proxy);
            it.set("AWS_CA_BUNDLE", authority);
            Ok(())
        },
    )
    .with_trouble(&["skew=-126230400"]),
    Fault::new(
        "git-host-lost",
        "The name of CodeCommit's host leads to a port where nobody is.",
        "git-host-unreachable",
        |it| {
            let lines =
                format!("[http]\n\tcurloptResolve = {HOST}:443:127.0.0.1\n[http \"https://{HOST}\"]\n\tproxy = \"\"\n");
            it.append(".gitconfig", &lines)
        },
    ),
    Fault::new(
        "git-certificate",
        "Git does not know the authority behind the certificate of the host.",
        "git-certificate",
        |it| {
            it.unset("GIT_SSL_CAINFO");
            Ok(())
        },
    ),
    Fault::new("git-proxy-dead", "Git is told to use a proxy that is switched off.", "proxy-fails", |it| {
        it.append(".gitconfig", &format!("[http \"https://{HOST}\"]\n\tproxy = http://127.0.0.1:1\n"))
    }),
    Fault::new("git-proxy-asks", "The proxy that Git goes through wants a name and a password.", "proxy-fails", |_| {
        Ok(())
    })
    .with_trouble(&["proxy-asks"]),
    Fault::new(
        "api-certificate",
        "A proxy of the company looks into TLS; AWS_CA_BUNDLE does not name its authority.",
        "api-certificate",
        |it| {
            let proxy = it.proxy.clone();
            it.unset("AWS_ENDPOINT_URL");
            it.set("HTTPS_PROXY", proxy);
            Ok(())
        },
    ),
    Fault::new("region-without", "The region of the profile is one without CodeCommit.", "region-unknown", |it| {
        it.edit(".aws/config", "[default]\nregion = us-east-2\n", "[default]\nregion = eu-south-2\n")?;
        it.without_clone()
    }),
    Fault::new(
        "remote-region-without",
        "The clone's remote is in a region without CodeCommit.",
        "region-unknown",
        |it| it.remote(&url("git-codecommit.eu-south-2.amazonaws.com", REPOSITORY)),
    ),
    Fault::new("api-throttled", "AWS answers every call of the API with “Rate exceeded”.", "throttled", |_| Ok(()))
        .with_trouble(&["throttle=1000000"]),
    Fault::new(
        "git-throttled",
        "CodeCommit answers every request of Git with “Rate exceeded”.",
        "throttled",
        |_| Ok(()),
    )
    .with_trouble(&["throttle-git=1000000"]),
];
