/** Runs every check. One that fails is itself a finding: an examination never ends in the middle. */
import { messageOf } from '../platform/perch-error.js'
import { checkAgents } from './checks/check-agents.js'
import { checkClientLocks } from './checks/check-client-locks.js'
import { checkDaemon } from './checks/check-daemon.js'
import { checkFolders } from './checks/check-folders.js'
import { checkImports } from './checks/check-imports.js'
import { checkLinkMode } from './checks/check-link-mode.js'
import { checkManagedSettings } from './checks/check-managed-settings.js'
import { checkOrphans } from './checks/check-orphans.js'
import { checkProfiles } from './checks/check-profiles.js'
import { checkSettings } from './checks/check-settings.js'
import { checkSystem } from './checks/check-system.js'
import type { Examination } from './examination.js'
import type { Finding, FindingLevel } from './finding.js'

const CHECKS = {
  folders: checkFolders,
  daemon: checkDaemon,
  profiles: checkProfiles,
  imports: checkImports,
  locks: checkClientLocks,
  settings: checkSettings,
  "administrator's settings": checkManagedSettings,
  'link mode': checkLinkMode,
  processes: checkOrphans,
  system: checkSystem,
  agents: checkAgents,
} satisfies Record<string, (examination: Examination) => readonly Finding[]>

const ORDER: readonly FindingLevel[] = ['problem', 'warning', 'note']

/** The findings, worst first. */
export function examine(examination: Examination): readonly Finding[] {
  const found = Object.entries(CHECKS).flatMap(([name, check]) => attempt(name, () => check(examination)))
  return ORDER.flatMap((level) => found.filter((finding) => finding.level === level))
}

function attempt(name: string, check: () => readonly Finding[]): readonly Finding[] {
  try {
    return check()
  } catch (error) {
    return [
      {
        code: 'check-failed',
        level: 'warning',
        subject: null,
        text: `the ${name} could not be looked at: ${messageOf(error)}`,
        meaning: null,
        fix: null,
      },
    ]
  }
}
