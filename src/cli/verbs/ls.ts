/** `perch ls`: the sessions, newest first. */

import { attentionStates, needsSomebody } from '../../api/attention-states.js'
import { type SessionStateName, sessionStates } from '../../api/session-states.js'
import { PerchError } from '../../platform/perch-error.js'
import type { VerbResult } from '../result.js'
import { sessionTable } from '../session-view.js'
import { parseKeyValues } from '../values/key-value.js'
import { type CliContext, type Invocation, optionValue, optionValues } from '../verb.js'

export async function run(invocation: Invocation, context: CliContext): Promise<VerbResult> {
  const all = invocation.flags.has('all')
  const [profile, originator] = ['profile', 'originator'].map((name) => optionValue(invocation, name))
  const state = parseState(optionValue(invocation, 'state'))
  const labels = optionValues(invocation, 'label')
  parseKeyValues(labels, '--label')
  const attention = parseAttention(optionValue(invocation, 'attention'))
  const needsYou = invocation.flags.has('needs-you')
  const listed = await (await context.client()).listSessions({ all, profile, originator, state, labels })
  const sessions = listed.sessions.filter(
    (session) => (attention === undefined || session.attention === attention) && (!needsYou || needsSomebody(session)),
  )
  const isNarrowed = [profile, originator, state, attention].some((asked) => asked !== undefined) || labels.length > 0 || needsYou
  return {
    shown: sessionTable(sessions, Date.now(), noneText({ listsEnded: all || state !== undefined, isNarrowed })),
    document: { sessions },
  }
}

function noneText({ listsEnded, isNarrowed }: { readonly listsEnded: boolean; readonly isNarrowed: boolean }): string {
  if (listsEnded) return isNarrowed ? 'no such session' : 'no sessions'
  return `no ${isNarrowed ? 'such ' : ''}session runs (perch ls -a shows the ended ones)`
}

/** @throws PerchError `usage` */
function parseState(text: string | undefined): SessionStateName | undefined {
  const state = sessionStates.find((name) => name === text)
  if (state !== undefined || text === undefined) return state
  throw new PerchError('usage', `--state does not know ${JSON.stringify(text)}`, {
    hint: `There are: ${sessionStates.join(', ')}.`,
  })
}

/** @throws PerchError `usage` */
function parseAttention(text: string | undefined): string | undefined {
  if (text === undefined || attentionStates.some((state) => state === text)) return text
  throw new PerchError('usage', `--attention does not know ${JSON.stringify(text)}`, {
    hint: `There are: ${attentionStates.join(', ')}.`,
  })
}
