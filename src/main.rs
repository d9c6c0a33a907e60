//! The program; see `cli/`.

fn main() -> std::process::ExitCode {
    mesad::cli::main()
}
