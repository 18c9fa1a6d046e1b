/**
 * The real Claude Code under two profiles, headless and on terminals, side by side and resumed, while daemons are killed: what
 * `perch usage` sums is what the provider has served, to the token, and each request once.
 */

import * as v from 'valibot'
import { expect, test } from 'vitest'
import { UsageReply } from '../../src/api/usage.js'
import { answeredQuestions, loginVariables } from '../kit/agent-lab/claude.js'
import { addClaudeProfile, addToGlobalDocument, logInProfile, withClaude } from '../kit/agent-lab/claude-profile.js'
import { labAnswer } from '../kit/agent-lab/claude-screen.js'
import { countedAnswers } from '../kit/agent-lab/counted-answers.js'
import { INSTALL_BOUND_MS, requiresClaude } from '../kit/agent-lab/install-agent.js'
import { startLoginProvider } from '../kit/agent-lab/login-provider.js'
import type { ServedRequest } from '../kit/agent-lab/login-replies.js'
import { promptBySend, screenShows } from '../kit/agent-lab/prompt-by-send.js'
import { until } from '../kit/bounded.js'
import { perchJson, perchText } from '../kit/perch-program.js'
import { killDaemon, startSession } from '../kit/perch-session.js'
import { type TestHome, temporaryHome } from '../kit/temporary-home.js'

const LAB = { timeout: INSTALL_BOUND_MS }
const BOUND_MS = 60_000
const Result = v.looseObject({ total_cost_usd: v.pipe(v.number(), v.minValue(1e-6)) })
const PROFILES = ['work', 'play'] as const

test('tokens, requests, cost and windows of two profiles are those that were served', LAB, async (context) => {
  const claude = await requiresClaude(context)
  await using base = temporaryHome()
  await using provider = await startLoginProvider(countedAnswers())
  const home = withClaude(base, claude, loginVariables(provider))
  const cwd = home.folder('project')
  for (const profile of PROFILES) {
    await addClaudeProfile(home, profile)
    await logInProfile(home, profile, emailOf(profile), provider.accounts.logIn(emailOf(profile), 'fresh'))
    await addToGlobalDocument(home, profile, answeredQuestions([cwd]))
  }
  const reset = Math.floor(Date.now() / 1000) + 3_600
  provider.allow((email) => ({
    fiveHours: email === emailOf('work') ? 0.4 : 0.1,
    fiveHoursReset: reset,
    sevenDays: 0.7,
    sevenDaysReset: reset + 86_400,
  }))

  // Both at once, each with a daemon that dies under it.
  const headless = PROFILES.map((profile) =>
    perchText(home, ['run', profile, '-n', profile, '--', '-p', 'headless', '--output-format', 'json'], { cwd }),
  )
  await until(
    () => provider.served.length > 0,
    BOUND_MS,
    () => 'a request',
  )
  killDaemon(home)
  const said = (await Promise.all(headless)).map((text) => v.parse(Result, JSON.parse(text)))
  await perchText(home, ['resume', 'work', '--', '-p', 'resumed'], { cwd })

  await startSession(home, 'run', ['work', '--pty', '-n', 'screen', '--size', '90x30'], { cwd })
  await ask(home, 'on-a-terminal')
  killDaemon(home)
  await ask(home, 'without-a-daemon')

  const isWhole = async () => (await usage(home, 'work')).requests === servedTo(provider.served, 'work').length
  await until(isWhole, BOUND_MS, () => `all of ${JSON.stringify(provider.served)}`)
  for (const profile of PROFILES) {
    const served = servedTo(provider.served, profile)
    expect(await usage(home, profile)).toMatchObject({ tokens: sumOf(served), requests: served.length, errors: 0 })
  }
  expect((await usage(home, 'work')).windows).toMatchObject([
    { kind: '5h', usedPercent: 40, resetsAt: new Date(reset * 1_000).toISOString() },
    { kind: '7d', usedPercent: 70, resetsAt: new Date((reset + 86_400) * 1_000).toISOString() },
  ])
  // The agent's own estimate, as it says itself at the end of its only run.
  expect((await usage(home, 'play')).costUsd).toBeCloseTo(said[1]?.total_cost_usd ?? 0, 10)
  // Headless runs say nothing of what is left.
  expect((await usage(home, 'play')).windows).toEqual([])

  // What perch has heard is in the transcripts as well, and is not counted again.
  await perchText(home, ['usage', 'import'])
  expect(await usage(home, 'work')).toMatchObject({ tokens: sumOf(servedTo(provider.served, 'work')) })
  await perchText(home, ['kill', 'screen'])
  await perchText(home, ['prune'])
  expect(await usage(home, 'work')).toMatchObject({ tokens: sumOf(servedTo(provider.served, 'work')) })
})

async function usage(home: TestHome, profile: string) {
  const reply = v.parse(UsageReply, await perchJson(home, ['usage', '--profile', profile]))
  const [found] = reply.profiles
  if (!found) throw new Error(`no usage of ${profile}`)
  return found
}

async function ask(home: TestHome, prompt: string): Promise<void> {
  await promptBySend(home, 'screen', prompt)
  await screenShows(home, 'screen', labAnswer(prompt))
}

function servedTo(served: readonly ServedRequest[], profile: string): readonly ServedRequest[] {
  return served.filter(({ email }) => email === emailOf(profile))
}

function sumOf(served: readonly ServedRequest[]) {
  const sum = (of: (usage: ServedRequest['usage']) => number) => served.reduce((total, { usage: one }) => total + of(one), 0)
  return {
    input: sum((one) => one.input_tokens),
    output: sum((one) => one.output_tokens),
    cacheRead: sum((one) => one.cache_read_input_tokens),
    cacheCreation: sum((one) => one.cache_creation_input_tokens),
  }
}

function emailOf(profile: string): string {
  return `${profile}@example.test`
}
