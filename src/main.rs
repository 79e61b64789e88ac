//! The program: hands over to the command line and exits with what it says.

fn main() -> std::process::ExitCode {
    twintrack::cli::main()
}
