/**
 * The script for PowerShell, 5.1 and later. PowerShell completes paths itself where a native command offers nothing, and hands
 * no empty words over; so the place of the cursor is told by number.
 */
export const pwshScript = `# Completes perch in PowerShell. In $PROFILE:  perch completion pwsh | Out-String | Invoke-Expression

Register-ArgumentCompleter -Native -CommandName perch -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $before = @($commandAst.CommandElements | Select-Object -Skip 1 |
        Where-Object { $_.Extent.EndOffset -lt $cursorPosition -or ($_.Extent.EndOffset -eq $cursorPosition -and $wordToComplete -eq '') })
    $words = @($before | ForEach-Object { if ($_ -is [System.Management.Automation.Language.StringConstantExpressionAst]) { $_.Value } else { $_.Extent.Text } })
    $current = $wordToComplete.Trim([char[]]"'\`"")
    $perch = Get-Command perch -CommandType Application, ExternalScript -ErrorAction Ignore | Select-Object -First 1
    if (-not $perch) { return }
    $arguments = @('__complete', 'pwsh', "$($words.Count)", '--') + $words + @($current)
    $lines = @(& $perch @arguments 2>$null)
    if ($lines.Count -eq 0) { return }
    if ($lines[0] -like 'command *') {
        # What follows -- is completed as if it stood alone.
        $at = [int]$lines[0].Substring(8)
        $start = if ($at -lt $before.Count) { $before[$at].Extent.StartOffset } else { $cursorPosition - $wordToComplete.Length }
        $line = $commandAst.Extent.Text.Substring($start - $commandAst.Extent.StartOffset).PadRight($cursorPosition - $start)
        return [System.Management.Automation.CommandCompletion]::CompleteInput($line, $cursorPosition - $start, $null).CompletionMatches
    }
    if ($lines[0] -ne 'words') { return }
    $lines | Select-Object -Skip 1 | ForEach-Object {
        $word, $summary = $_ -split "\`t", 2
        if (-not $summary) { $summary = $word }
        # A word that PowerShell would take apart or evaluate goes between quotes.
        $typed = if ($word -match '^[\\w.:=/+-]+$') { $word } else { "'" + $word.Replace("'", "''") + "'" }
        [System.Management.Automation.CompletionResult]::new($typed, $word, 'ParameterValue', $summary)
    }
}
`
