using System.CommandLine;

namespace FheOrleans.Cli;

/// <summary><c>farm completion</c>: prints what a shell needs to complete this command. What it offers comes from the commands themselves.</summary>
internal static class CompletionCommand
{
    public static Command Create(FarmConsole console)
    {
        var shell = new Argument<string>("shell") { Description = "The shell: bash, zsh, fish or pwsh." };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish", "pwsh");
        var command = new Command(
            "completion",
            "Print a script that has the shell complete commands and options of 'farm'.\n\n"
            + "Examples:\n"
            + "  farm completion bash >> ~/.bashrc\n"
            + "  farm completion zsh >> ~/.zshrc\n"
            + "  farm completion fish > ~/.config/fish/completions/farm.fish\n"
            + "  farm completion pwsh >> $PROFILE")
        {
            shell,
        };
        command.SetAction(parsed =>
        {
            var name = parsed.GetValue(shell)!;
            var script = ScriptFor(name);
            if (!console.IsJson) console.Line(script);
            console.WriteJson(new { shell = name, script });
            return Faults.Success;
        });
        return command;
    }

    private static string ScriptFor(string shell) => shell switch
    {
        "bash" => """
            _farm() { local IFS=$'\n'; COMPREPLY=($(farm "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)); }
            complete -o default -F _farm farm
            """,
        "zsh" => """
            _farm() { local -a found; found=("${(@f)$(farm "[suggest:${CURSOR}]" "${BUFFER}" 2>/dev/null)}"); compadd -- $found; _files }
            compdef _farm farm
            """,
        "fish" => "complete -c farm -a '(farm \"[suggest:\"(commandline -C)\"]\" (commandline) 2>/dev/null)'",
        _ => """
            Register-ArgumentCompleter -Native -CommandName farm -ScriptBlock {
              param($word, $line, $cursor)
              farm "[suggest:$cursor]" "$line" | ForEach-Object { [System.Management.Automation.CompletionResult]::new($_) }
            }
            """,
    };
}
