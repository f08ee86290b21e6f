//! What ends a sandbox whose own process was killed: a small shell beside it, whose input closes when that process is gone.
//!
//! Deliberately absent: anything to do while the process lives, and where there is no `sh`.

use std::io::Write;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// Reads lines until there are no more: `pid NUMBER` for the program inside, `ended` when all was tidied up. Then it ends that
/// program, at first gently, and deletes the folder.
const SCRIPT: &str = r#"
trap '' HUP INT QUIT TERM
pid=
while read -r word rest; do
    case $word in
        pid) pid=$rest ;;
        ended) exit 0 ;;
    esac
done
if [ -n "$pid" ] && kill -TERM "$pid" 2>/dev/null; then
    tries=0
    while kill -0 "$pid" 2>/dev/null && [ "$tries" -lt 40 ]; do sleep 0.1; tries=$((tries + 1)); done
    kill -KILL "$pid" 2>/dev/null
fi
[ -z "$1" ] && exit 0
tries=0
until rm -rf -- "$1" 2>/dev/null || [ "$tries" -ge 20 ]; do sleep 0.1; tries=$((tries + 1)); done
"#;

/// The shell beside a sandbox; dropping it tells it that all was tidied up.
#[derive(Debug)]
pub(super) struct Keeper(Option<Child>);

impl Keeper {
    /// Watches over a folder; one that is to be kept is left there in any case.
    pub(super) fn of(folder: &Path, keep: bool) -> Self {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", SCRIPT, "keeper"]).arg(if keep { Path::new("") } else { folder });
        // It stands in nobody's way, and outlives whoever closes the terminal.
        command.current_dir("/").stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        // Without it a sandbox is as good, unless its process is killed.
        Self(command.spawn().ok())
    }

    /// Names the program inside, which ends with the sandbox.
    pub(super) fn watch(&mut self, program: Option<u32>) {
        self.tell(&program.map_or_else(|| "pid\n".to_owned(), |number| format!("pid {number}\n")));
    }

    fn tell(&mut self, line: &str) {
        if let Some(stdin) = self.0.as_mut().and_then(|child| child.stdin.as_mut()) {
            // A keeper that was ended keeps nothing.
            let _ = stdin.write_all(line.as_bytes());
        }
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.tell("ended\n");
        if let Some(mut child) = self.0.take() {
            drop(child.stdin.take());
            let _ = child.wait();
        }
    }
}
