//! The program: hands over to the command line and exits with what it says.

/// Rendering many documents is millions of small allocations, which the allocator of the system takes most of the time for.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    twintrack::cli::main()
}
