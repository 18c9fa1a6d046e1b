/** The agent of launchd, on macOS: as the unit of systemd. Pure. */
import { join } from 'node:path'
import type { ServiceDefinition, ServiceProgram } from './service-definition.js'

export const AGENT_LABEL = 'perch.perchd'

/** `folder` is where the user's agents lie. */
export function launchdAgent(folder: string, program: ServiceProgram): ServiceDefinition {
  return {
    manager: 'launchd',
    path: join(folder, `${AGENT_LABEL}.plist`),
    text: (madeFolder) => agentText(program, madeFolder),
    madeFolderOf: (text) => {
      if (!text.includes(WRITTEN_BY)) return undefined
      const recorded = /<key>PerchMadeFolder<\/key>\s*<string>([^<]*)<\/string>/.exec(text)?.[1]
      return recorded === undefined ? null : unescaped(recorded)
    },
  }
}

const WRITTEN_BY = '<!-- Written by perch daemon install, removed by perch daemon uninstall. -->'

/** `AbandonProcessGroup`: the hosts of sessions outlive the daemon. An exit with 0 is a daemon that runs already, or a wish. */
function agentText({ argv, env }: ServiceProgram, madeFolder: string | null): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
${WRITTEN_BY}
<plist version="1.0">
<dict>
  <key>Label</key>
  <string>${AGENT_LABEL}</string>
  <key>ProgramArguments</key>
  <array>
${argv.map((word) => `    <string>${escaped(word)}</string>\n`).join('')}  </array>
  <key>EnvironmentVariables</key>
  <dict>
${Object.entries(env)
  .map(([name, value]) => `    <key>${escaped(name)}</key>\n    <string>${escaped(value)}</string>\n`)
  .join('')}  </dict>
  <key>WorkingDirectory</key>
  <string>/</string>
  <key>RunAtLoad</key>
  <true/>
  <key>KeepAlive</key>
  <dict>
    <key>SuccessfulExit</key>
    <false/>
  </dict>
  <key>AbandonProcessGroup</key>
  <true/>
${madeFolder === null ? '' : `  <key>PerchMadeFolder</key>\n  <string>${escaped(madeFolder)}</string>\n`}</dict>
</plist>
`
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

function unescaped(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
}
