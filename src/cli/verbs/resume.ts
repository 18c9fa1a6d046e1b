/** `perch resume`: a conversation goes on where it was, in a new session, also under another profile. */
import { isConversationId } from '../../agents/conversation.js'
import { agentNamed, knownAgents } from '../../agents/known-agents.js'
import type { PerchClient } from '../../client/perch-client.js'
import { PerchError } from '../../platform/perch-error.js'
import { chooseProfile, readChosenProfile } from '../../profiles/choose-profile.js'
import { readProfile } from '../../profiles/store.js'
import type { VerbResult } from '../result.js'
import { lostConversations, type Resumable, resumableSession, resumePlan } from '../resume-plan.js'
import { isLive, sessionTitle } from '../session-view.js'
import { currentFolder } from '../shell/current-folder.js'
import { startSession } from '../start-session.js'
import { isTranscriptPath, readTranscript } from '../transcript.js'
import { type CliContext, type Invocation, optionValue } from '../verb.js'

export async function run(invocation: Invocation, context: CliContext): Promise<VerbResult> {
  const [asked] = invocation.positionals
  const all = invocation.flags.has('all')
  if (all === (asked !== undefined)) {
    throw new PerchError('usage', all ? '--all and SESSION exclude each other' : 'perch resume needs SESSION, or --all', {
      hint: 'See: perch help resume',
    })
  }
  if (all) return resumeAll(invocation, context)
  const client = await context.client()
  return resume(await resumableNamed(asked ?? '', invocation, context, client), invocation, context)
}

async function resumableNamed(
  asked: string,
  { flags }: Invocation,
  context: CliContext,
  client: PerchClient,
): Promise<Resumable> {
  const nowhere = { name: null, labels: {}, profile: null }
  if (isTranscriptPath(asked)) {
    const { conversation, cwd } = readTranscript(asked)
    return { ...nowhere, title: conversation, conversation, cwd: cwd ?? currentFolder() }
  }
  if (isConversationId(asked)) {
    return { ...nowhere, title: asked, conversation: asked.toLowerCase(), cwd: currentFolder() }
  }
  const { session } = await client.showSession(asked)
  const resumable = resumableSession(session)
  if (!isLive(session)) return resumable
  if (!flags.has('end')) {
    throw new PerchError('session-live', `${sessionTitle(session)} still runs: two of it would write one conversation`, {
      hint: `perch attach ${session.name ?? session.id} returns to it; --end ends it first.`,
    })
  }
  context.notice(`ending ${sessionTitle(session)}`)
  await client.killSession(session.id)
  return resumable
}

async function resume(resumable: Resumable, invocation: Invocation, context: CliContext): Promise<VerbResult> {
  const { env, paths } = context
  const asked = optionValue(invocation, 'profile') ?? resumable.profile
  const chosen = chooseProfile(paths, { asked, env, cwd: resumable.cwd })
  const profile = readChosenProfile(paths, chosen, env)
  const from = resumable.profile === null ? undefined : profileIfThere(resumable.profile, context)
  const args = resumePlan(resumable, from, { profile, agent: agentNamed(profile.agent, knownAgents(paths)) })
  const values = new Map(invocation.values)
  values.delete('profile')
  values.set('cwd', [resumable.cwd])
  if (resumable.name !== null && !values.has('name')) values.set('name', [resumable.name])
  const labels = Object.entries(resumable.labels).map(([key, value]) => `${key}=${value}`)
  values.set('label', [...labels, ...(values.get('label') ?? [])])
  return startSession({ ...invocation, positionals: [profile.name], values }, context, {
    kind: 'agent',
    args: [...args, ...(invocation.rest ?? [])],
  })
}

/** The one that it was under may be removed by now: then nothing is known of it. */
function profileIfThere(name: string, { paths, env }: CliContext) {
  try {
    return readProfile(paths, name, env)
  } catch (error) {
    if (error instanceof PerchError && error.code === 'profile-not-found') return undefined
    throw error
  }
}

/** Each in the background: after a restart of the machine nobody sits at them. */
async function resumeAll(invocation: Invocation, context: CliContext): Promise<VerbResult> {
  const client = await context.client()
  const lost = lostConversations((await client.listSessions({ all: true })).sessions)
  if (lost.length === 0) context.notice('no lost session has a conversation that could go on')
  const lines: string[] = []
  const problems: PerchError[] = []
  for (const session of lost) {
    try {
      const flags = new Set([...invocation.flags, 'detach', 'pty'])
      const { shown } = await resume(resumableSession(session), { ...invocation, flags }, context)
      lines.push(...(shown.kind === 'lines' ? shown.lines : []))
    } catch (error) {
      if (!(error instanceof PerchError)) throw error
      problems.push(new PerchError(error.code, `${sessionTitle(session)}: ${error.message}`, { hint: error.hint, cause: error }))
    }
  }
  return { shown: { kind: 'lines', lines }, document: { resumed: lines }, problems }
}
