# PowerShell completion of dynrun, as `dynrun completions powershell` prints it.

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
