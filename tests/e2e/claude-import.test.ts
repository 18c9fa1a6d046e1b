/** The real Claude Code on a login that was imported: it is moved, so it is refreshed once, and by this profile alone. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { credentialFile, loginIn, loginVariables, oauthAccountOf, writePrivate } from '../kit/agent-lab/claude.js'
import { durableCredentials, withClaude } from '../kit/agent-lab/claude-profile.js'
import { labAnswer } from '../kit/agent-lab/claude-screen.js'
import { INSTALL_BOUND_MS, requiresClaude } from '../kit/agent-lab/install-agent.js'
import { startLoginProvider } from '../kit/agent-lab/login-provider.js'
import { perchJson, perchText } from '../kit/perch-program.js'
import { runtimeReleased } from '../kit/perch-session.js'
import { temporaryHome } from '../kit/temporary-home.js'

const LAB = { timeout: INSTALL_BOUND_MS }

const PLAIN = 'plain@example.test'
const OTHER = 'other@example.test'

test('an account of claude-swap works under its profile, beside the plain home', LAB, async (context) => {
  const claude = await requiresClaude(context)
  await using base = temporaryHome()
  await using provider = await startLoginProvider(labAnswer)
  const home = withClaude(base, claude, loginVariables(provider))
  const cwd = home.folder('project')
  const swap = join(home.home, '.local/share/claude-swap')
  for (const folder of [join(home.home, '.claude'), join(swap, 'configs'), join(swap, 'credentials')]) {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  }
  const active = credentialFile(provider.accounts.logIn(PLAIN, 'expired'))
  writePrivate(join(home.home, '.claude/.credentials.json'), active)
  writePrivate(join(home.home, '.claude.json'), { oauthAccount: oauthAccountOf(PLAIN) })
  writePrivate(join(swap, 'sequence.json'), { activeAccountNumber: 1, accounts: { 1: { email: PLAIN }, 2: { email: OTHER } } })
  writePrivate(join(swap, `configs/.claude-config-2-${OTHER}.json`), { oauthAccount: oauthAccountOf(OTHER) })
  const stored = { [`1-${PLAIN}`]: active, [`2-${OTHER}`]: credentialFile(provider.accounts.logIn(OTHER, 'expired')) }
  for (const [name, login] of Object.entries(stored)) {
    const path = join(swap, `credentials/.creds-${name}.enc`)
    writePrivate(path, '')
    writeFileSync(path, Buffer.from(JSON.stringify(login)).toString('base64'))
  }

  await perchText(home, ['import', '--yes'])
  expect(existsSync(join(swap, `credentials/.creds-2-${OTHER}.enc`))).toBe(false)
  for (const profile of [OTHER, 'default', OTHER]) {
    expect(await perchText(home, ['run', profile, '--', '-p', profile], { cwd })).toBe(labAnswer(profile))
    if (profile !== 'default') await runtimeReleased(home, profile)
  }
  expect(provider.accounts.refreshes).toEqual([
    { email: OTHER, outcome: 'granted' },
    { email: PLAIN, outcome: 'granted' },
  ])
  expect(provider.accounts.isCurrent(loginIn(durableCredentials(home, OTHER)))).toBe(true)
  expect(provider.accounts.isCurrent(loginIn(join(home.home, '.claude/.credentials.json')))).toBe(true)
  expect(await perchJson(home, ['profile', 'show', OTHER])).toMatchObject({ profile: { account: { email: OTHER } } })
  expect(provider.unexpected).toEqual([])
})
