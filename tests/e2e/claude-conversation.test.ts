/** One conversation of the real Claude Code under two profiles in turn: each goes on from what the other said last. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { profileFolders } from '../../src/profiles/profile-definition.js'
import { LINK_MODES_OF_SLOW_AGENTS } from '../kit/agent-lab/agent-home.js'
import { loginVariables } from '../kit/agent-lab/claude.js'
import { addClaudeProfile, logInProfile, withClaude } from '../kit/agent-lab/claude-profile.js'
import { labAnswer } from '../kit/agent-lab/claude-screen.js'
import { INSTALL_BOUND_MS, requiresClaude } from '../kit/agent-lab/install-agent.js'
import { startLoginProvider } from '../kit/agent-lab/login-provider.js'
import { until } from '../kit/bounded.js'
import { perchText } from '../kit/perch-program.js'
import { runtimeReleased, startSession } from '../kit/perch-session.js'
import { temporaryHome } from '../kit/temporary-home.js'

// The first of these tests on a machine installs the agent.
const LAB = { timeout: INSTALL_BOUND_MS }
const BOUND_MS = 30_000
const ID = '0c7ad5a6-52a4-4f0e-9a5e-3d0f6f1b7c21'

type Turn = readonly [profile: 'work' | 'play', prompt: string]
const TURNS: readonly Turn[] = [
  ['work', 'begun-at-work'],
  ['play', 'gone-on-at-play'],
  ['work', 'back-at-work'],
]

test.for(LINK_MODES_OF_SLOW_AGENTS)(
  'in %s mode: begun under one, gone on under the other, and taken up again',
  LAB,
  async (mode, context) => {
    const claude = await requiresClaude(context)
    await using base = temporaryHome()
    await using provider = await startLoginProvider(labAnswer)
    const home = withClaude(base, claude, { ...loginVariables(provider), PERCH_LINK_MODE: mode })
    const cwd = home.folder('project')
    for (const profile of ['work', 'play'] as const) {
      await addClaudeProfile(home, profile)
      await logInProfile(home, profile, emailOf(profile), provider.accounts.logIn(emailOf(profile), 'fresh'))
      // Holds the runtime: each side gets the other's words while it stands.
      await startSession(home, 'exec', [profile, '--', 'sleep', '600'])
    }
    const transcript = join('projects', cwd.replaceAll(/[^a-zA-Z0-9]/g, '-'), `${ID}.jsonl`)
    const sides = (['work', 'play'] as const).map((profile) => join(profileFolders(home.paths, profile).runtime, transcript))

    for (const [turn, [profile, prompt]] of TURNS.entries()) {
      const which = turn === 0 ? '--session-id' : '--resume'
      const answer = await perchText(home, ['run', profile, '--', '-p', which, ID, prompt], { cwd })
      expect(answer).toBe(labAnswer(prompt))
      for (const side of [...sides, join(home.home, '.claude', transcript)]) {
        await until(
          () => read(side).includes(answer),
          BOUND_MS,
          () => `"${prompt}" and its answer in ${side}`,
        )
      }
    }

    expect(provider.prompts.map(({ email, prompt }) => [email, prompt])).toEqual(
      TURNS.map(([profile, prompt]) => [emailOf(profile), prompt]),
    )
    const last = provider.requests.filter(({ path }) => path.includes('/v1/messages')).at(-1)?.body ?? ''
    for (const [, prompt] of TURNS) expect(last).toContain(prompt)
    await perchText(home, ['kill', '--all'])
    await Promise.all([runtimeReleased(home, 'work'), runtimeReleased(home, 'play')])
    // Every line once, however often it travelled.
    const lines = read(join(home.home, '.claude', transcript))
      .trim()
      .split('\n')
    expect(new Set(lines).size).toBe(lines.length)
    for (const [, prompt] of TURNS) expect(lines.filter((line) => line.includes(labAnswer(prompt)))).toHaveLength(1)
  },
)

function emailOf(profile: string): string {
  return `${profile}@example.test`
}

function read(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : ''
}
