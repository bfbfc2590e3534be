//! Programs and libraries of Debian that tests need beside the program: found where they are, or installed. A test that
//! cannot have its tool fails and says so.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;

/// One installation at a time.
static INSTALLING: Mutex<()> = Mutex::new(());

/// The library that sets the wall clock of one process.
pub fn faketime() -> PathBuf {
    let machine = std::env::consts::ARCH;
    needed("faketime", &format!("/usr/lib/{machine}-linux-gnu/faketime/libfaketimeMT.so.1"))
}

/// A real proxy.
pub fn nginx() -> PathBuf {
    needed("nginx-light", "/usr/sbin/nginx")
}

fn needed(package: &str, path: &str) -> PathBuf {
    // Another test that failed to install it is no reason not to say why here, too.
    let _one = INSTALLING.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if !Path::new(path).exists() {
        // The lists of packages may be as old as the image.
        apt(&["update"]);
        apt(&["install", "--no-install-recommends", package]);
    }
    assert!(Path::new(path).exists(), "this test needs {path}: install the Debian package {package}");
    PathBuf::from(path)
}

fn apt(words: &[&str]) {
    let options = ["-q", "-y", "-o", "DPkg::Lock::Timeout=120"];
    let mut command = Command::new("apt-get");
    command.env("DEBIAN_FRONTEND", "noninteractive").args(options).args(words).stdin(Stdio::null());
    match command.output() {
        Ok(output) if output.status.success() => {}
        Ok(output) => println!("apt-get {words:?}: {}", String::from_utf8_lossy(&output.stderr)),
        Err(error) => println!("apt-get {words:?}: {error}"),
    }
}
