/** The script for fish, 3.1 and later. fish matches and quotes what it is offered itself. */
export const fishScript = `# Completes perch in fish. In config.fish:  perch completion fish | source

function __perch_complete
    set -l words (commandline -opc)
    set -e words[1]
    set -l current (commandline -ct)
    set -l lines (command perch __complete fish (count $words) -- $words "$current" 2>/dev/null)
    set -l reply (string split -m 1 ' ' -- "$lines[1]")
    set -l after "$reply[2]"
    switch "$reply[1]"
        case words
            set -q lines[2]; and printf '%s\\n' $lines[2..-1]
        case files
            set -l path (string sub -s (math (string length -- "$after") + 1) -- "$current")
            printf "$after%s\\n" (__fish_complete_path "$path")
        case folders
            set -l path (string sub -s (math (string length -- "$after") + 1) -- "$current")
            printf "$after%s\\n" (__fish_complete_directories "$path" '')
        case command
            # What follows -- is completed as if it stood alone.
            set -l own (string escape -- $words[(math $reply[2] + 1)..-1])
            complete -C (string join ' ' -- $own "$current")
    end
end

complete -c perch -e
complete -c perch -f -a '(__perch_complete)'
`
