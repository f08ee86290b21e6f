//! Faults of the programs: Git and the AWS CLI that are missing, old or broken.
//!
//! Deliberately absent: what they are configured to do.

use super::Fault;
use super::set_up::SetUp;

/// The faults of the programs.
pub(super) static FAULTS: &[Fault] = &[
    Fault::new("git-missing", "Git is not on PATH.", "git-missing", |it| {
        it.hide("git");
        Ok(())
    }),
    Fault::new("git-crashes", "Git does not start: a library that it needs is gone.", "git-broken", |it| {
        it.stub("git", CRASHES).map(|_| ())
    }),
    Fault::new(
        "git-old",
        "Git is 2.20, which passes over a section with * in its host (2.26 is the first that knows it).",
        "git-too-old",
        |it| {
            let script = OLD_GIT.replace("REAL-GIT", &it.real("git")?);
            it.stub("git", &script).map(|_| ())
        },
    ),
    Fault::new("git-curl", "Git is built with curl 7.41.0, whose logins fail.", "git-curl", |it| {
        let said = "fatal: unable to access '$url/': Failed sending data to the peer";
        git_with_library(it, "libcurl/7.41.0 OpenSSL/1.0.2 zlib/1.2.8", "7.41.0", said)
    }),
    Fault::new("git-gnutls", "Git is built with GnuTLS, which breaks off the handshake.", "git-curl", |it| {
        let said = "fatal: unable to access '$url/': gnutls_handshake() failed: Handshake failed";
        git_with_library(it, "libcurl/7.47.0 GnuTLS/3.4.10 zlib/1.2.8", "7.47.0", said)
    }),
    Fault::new(
        "aws-missing",
        "The helper is the AWS CLI's, and there is no AWS CLI on PATH.",
        "aws-cli-missing",
        |it| {
            it.hide("aws");
            it.with_aws_cli()
        },
    ),
    Fault::new("aws-crashes", "The AWS CLI does not start: its Python is gone.", "aws-cli-broken", |it| {
        it.stub("aws", AWS_CRASHES)?;
        it.with_aws_cli()
    }),
    Fault::new("aws-old", "The AWS CLI is 1.6.10, which has no CodeCommit yet.", "aws-cli-without-codecommit", |it| {
        it.stub("aws", &AWS_WITHOUT.replace("VERSION", "aws-cli/1.6.10 Python/2.7.6 Linux/3.13.0-24-generic"))?;
        it.with_aws_cli()
    }),
    Fault::new(
        "aws-without-codecommit",
        "The AWS CLI was built without the CodeCommit commands.",
        "aws-cli-without-codecommit",
        |it| {
            let version = "aws-cli/2.15.0 Python/3.11.6 Linux/6.1 source/x86_64 prompt/off";
            it.stub("aws", &AWS_WITHOUT.replace("VERSION", version))?;
            it.with_aws_cli()
        },
    ),
];

const CRASHES: &str = "echo 'git: error while loading shared libraries: libpcre2-8.so.0: cannot open shared object file: \
                       No such file or directory' >&2\nexit 127\n";

const AWS_CRASHES: &str = "cat >&2 <<'END'
Traceback (most recent call last):
  File \"/usr/local/bin/aws\", line 19, in <module>
    import awscli.clidriver
ModuleNotFoundError: No module named 'awscli'
END
exit 1
";

/// Early versions told theirs on standard error.
const AWS_WITHOUT: &str = "case \"$*\" in
*--version*) echo 'VERSION' >&2; echo 'VERSION'; exit 0 ;;
esac
cat >&2 <<'END'
usage: aws [options] <command> <subcommand> [<subcommand> ...] [parameters]
To see help text, you can run:

  aws help
  aws <command> help
  aws <command> <subcommand> help
aws: error: argument command: Invalid choice, valid choices are:

autoscaling                              | cloudformation
cloudfront                               | s3
END
exit 252
";

/// Git 2.20: no `*` in the hosts of credential sections, no `--show-scope`.
const OLD_GIT: &str = r#"case " $* " in
" --version "*|" version "*) echo 'git version 2.20.1'; exit 0 ;;
*" --show-scope "*) echo "error: unknown option \`show-scope'" >&2; exit 129 ;;
*" --fixed-value "*) echo "error: unknown option \`fixed-value'" >&2; exit 129 ;;
*" config "*|*" hash-object "*) exec REAL-GIT "$@" ;;
esac
global=${GIT_CONFIG_GLOBAL:-$HOME/.gitconfig}
copy=$(mktemp) || exit 1
sed 's|^\[credential "https://[^"]*\*[^"]*"\]|[credential "https://never.invalid"]|' "$global" >"$copy" 2>/dev/null
GIT_CONFIG_GLOBAL=$copy REAL-GIT "$@"
code=$?
rm -f "$copy"
exit $code
"#;

/// A git whose way to the network breaks off, with the library that it says it is built with.
fn git_with_library(it: &mut SetUp<'_>, library: &str, curl: &str, said: &str) -> std::io::Result<()> {
    let script = GIT_WITH_LIBRARY.replace("LIBRARY", library).replace("CURL", curl).replace("SAID", said);
    let script = script.replace("REAL-GIT", &it.real("git")?);
    it.stub("git", &script).map(|_| ())
}

const GIT_WITH_LIBRARY: &str = r#"for word; do
    case $word in
    version|--version)
        echo 'git version 2.7.4'
        case " $* " in *" --build-options "*) echo 'libcurl: CURL' ;; esac
        exit 0 ;;
    ls-remote|clone|fetch|pull|push)
        url=https://git-codecommit.us-east-2.amazonaws.com/v1/repos/MyDemoRepo
        if [ -n "$GIT_CURL_VERBOSE" ]; then echo '* User-Agent: git/2.7.4 LIBRARY' >&2; fi
        echo "SAID" >&2
        exit 128 ;;
    -*|*=*) ;;
    *) break ;;
    esac
done
exec REAL-GIT "$@"
"#;
