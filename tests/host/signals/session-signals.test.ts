/** What a session's host makes for its agent's signals, and what is left of it. */
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { claude } from '../../../src/agents/claude.js'
import { recordLost } from '../../../src/daemon/sessions/lost-session.js'
import { planSignals } from '../../../src/daemon/sessions/plan-signals.js'
import { SessionSignals } from '../../../src/host/signals/session-signals.js'
import { signalFolder } from '../kit/signal-folder.js'

test('nothing that a hook was told outlives the session, though the hook was killed in the middle of it', async () => {
  using it = signalFolder()
  const { signals, inbox } = await openSignals(it.path)
  writeFileSync(join(inbox, '.permission-asked.1'), '{"tool_input":')
  signals.close()
  signals.close()

  expect(existsSync(inbox)).toBe(false)
})

test('nor does it where the host was killed', async () => {
  using it = signalFolder()
  const { signals, inbox } = await openSignals(it.path)
  signals.close()
  // What lies there once the host is gone.
  const killed = await openSignals(it.path)
  writeFileSync(join(inbox, 'permission-asked.1'), '{"tool_input":"the whole of a file"}')
  await recordLost({ folder: it.path, record: undefined })

  expect(readdirSync(join(it.path, 'signals')).toSorted()).toEqual(['settings.json', 'status-line.sh'])
  killed.signals.close()
})

async function openSignals(folder: string) {
  const plan = planSignals({
    plan: { agent: claude, args: [], home: folder, command: ['claude'] },
    runtime: { folder },
    launchArgs: [],
    env: {},
    cwd: folder,
    folder,
  })
  if (plan === undefined) throw new Error('Claude Code tells something')
  const signals = await SessionSignals.open({ plan, sessionFolder: folder, report: () => undefined })
  return { signals, inbox: join(folder, 'signals', 'inbox') }
}
