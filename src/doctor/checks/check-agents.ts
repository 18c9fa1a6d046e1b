/** Which agents are installed, as which version, and which profiles have none. */
import { execFileSync } from 'node:child_process'
import { agentProgram } from '../../agents/installed-agents.js'
import { agentNamed, knownAgents } from '../../agents/known-agents.js'
import { type Examination, readableProfiles } from '../examination.js'
import type { Finding } from '../finding.js'

/** An agent that starts a whole runtime to tell its version takes a second. */
const VERSION_MS = 10_000

export function checkAgents(examination: Examination): readonly Finding[] {
  const { env, paths } = examination
  const known = knownAgents(paths)
  const found = known.all.flatMap((agent) => {
    const program = agentProgram(agent, env)
    return program === undefined ? [] : [{ agent, program }]
  })
  const missing = new Set(
    readableProfiles(examination)
      .map(({ profile }) => agentNamed(profile.agent, known))
      .filter((agent) => agent.commands.length > 0 && agentProgram(agent, env) === undefined),
  )
  return [
    ...known.problems.map(
      ({ message, hint }): Finding => ({
        code: 'agent-file-unusable',
        level: 'problem',
        subject: null,
        text: message,
        meaning: 'Profiles of that agent cannot be started; all others can.',
        fix: hint ?? null,
      }),
    ),
    ...found.map(
      ({ agent, program }): Finding => ({
        code: 'agent-found',
        level: 'note',
        subject: agent.name,
        text: `${agent.title} ${versionOf(program, env) ?? '(it does not tell its version)'}: ${program}`,
        meaning: null,
        fix: null,
      }),
    ),
    ...[...missing].map(
      (agent): Finding => ({
        code: 'agent-missing',
        level: 'warning',
        subject: agent.name,
        text: `${agent.title} is not installed, and profiles use it`,
        meaning: 'perch run of such a profile ends with 127.',
        fix: agent.installHint,
      }),
    ),
  ]
}

/** Its first line. Run in a folder without settings, and told nothing. */
function versionOf(program: string, env: NodeJS.ProcessEnv): string | undefined {
  try {
    const output = execFileSync(program, ['--version'], {
      cwd: '/',
      env,
      encoding: 'utf8',
      timeout: VERSION_MS,
      killSignal: 'SIGKILL',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    return output.trim().split('\n')[0] || undefined
  } catch {
    // It ended with an error, hangs, or cannot be started: whoever runs it will be told.
    return undefined
  }
}
