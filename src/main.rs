//! The process: arguments, environment, exit code.

fn main() {}
