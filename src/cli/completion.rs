//! `completion`: the script with which a shell completes the command.

use super::exit::{Exit, Failure};
use super::output;
use clap::{Args, Command, ValueEnum};
use clap_complete::aot::{Shell, generate};

/// Print a script that completes verbs and flags in a shell
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  source <(netpolc completion bash)
  netpolc completion zsh > \"${fpath[1]}/_netpolc\"
  netpolc completion fish > ~/.config/fish/completions/netpolc.fish

kubectl completes the plugin, names in the cluster included, where the plugin has a second name on the path:
  ln -s \"$(command -v kubectl-netpolc)\" ~/.local/bin/kubectl_complete-netpolc")]
pub(super) struct CompletionArgs {
    /// The shell
    #[arg(value_name = "SHELL")]
    shell: Known,
}

/// The shells whose scripts are known to work.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Known {
    Bash,
    Zsh,
    Fish,
}

/// Prints the script.
pub(super) fn run(args: &CompletionArgs, mut command: Command) -> Result<Exit, Failure> {
    let shell = match args.shell {
        Known::Bash => Shell::Bash,
        Known::Zsh => Shell::Zsh,
        Known::Fish => Shell::Fish,
    };
    let mut script = Vec::new();
    generate(shell, &mut command, "netpolc", &mut script);
    output::data(|out| out.write_all(&script))?;
    Ok(Exit::Yes)
}
