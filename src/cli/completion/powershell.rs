//! PowerShell: a candidate a line: the word, its help, with tabs between.

use super::{Answer, Question};
use std::fmt::Write as _;

/// What follows `--` is a command, which PowerShell completes by itself where a completer has nothing to say.
pub(super) const SCRIPT: &str = r#"# PowerShell completion of dynrun, as `dynrun completions powershell` prints it.

Register-ArgumentCompleter -Native -CommandName dynrun -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    # The words before the cursor, as they are meant: a quoted one without its quotes. The one under it comes last.
    $before = @($commandAst.CommandElements | Select-Object -Skip 1 |
        Where-Object { $_.Extent.EndOffset -lt $cursorPosition })
    $words = @($before | ForEach-Object { if ($null -ne $_.Value) { "$($_.Value)" } else { $_.Extent.Text } })
    $program = Get-Command -CommandType Application -Name dynrun -ErrorAction SilentlyContinue | Select-Object -First 1
    if (-not $program) { return }
    # An empty word is an argument: older versions leave it out but for its quotes.
    $current = if ($wordToComplete) { $wordToComplete } elseif ($PSVersionTable.PSVersion -ge '7.3') { '' } else { '""' }
    $answer = @(& $program __complete powershell -- @words $current 2>$null)
    if ($answer.Count -eq 0 -or $answer[0] -ne 'words') { return }
    $answer | Select-Object -Skip 1 | ForEach-Object {
        $word, $help = $_ -split "`t", 2
        $text = if ($word -match '[\s''"`$();,|&<>@{}#]') { "'" + ($word -replace "'", "''") + "'" } else { $word }
        $tip = if ($help) { $help } else { $word }
        [System.Management.Automation.CompletionResult]::new($text, $word, 'ParameterValue', $tip)
    }
}
"#;

/// The answer as the script reads it. Of a path, and of a command, PowerShell knows as much: it is told nothing, and
/// completes them itself.
pub(super) fn answer(question: &Question, answer: &Answer) -> String {
    match answer {
        Answer::Words(candidates) => {
            let mut text = "words\n".to_owned();
            for candidate in question.further(candidates) {
                let _ = writeln!(text, "{}\t{}", candidate.word, candidate.help);
            }
            text
        }
        Answer::Path { .. } => "path\n".to_owned(),
        Answer::Command(_) => "command\n".to_owned(),
    }
}
