//! The command line: one binary, one role per subcommand.

use std::process::ExitCode;

fn main() -> ExitCode {
    arcus::roles::main()
}
