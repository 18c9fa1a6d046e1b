/** `perch detach`: ends somebody's attachment; the session goes on. */
import type { Attachment, Session } from '../../api/session.js'
import { PerchError } from '../../platform/perch-error.js'
import type { VerbResult } from '../result.js'
import { withSessionHost } from '../session-host.js'
import { sessionTitle } from '../session-view.js'
import { askingPerson } from '../shell/asking-person.js'
import type { CliContext, Invocation } from '../verb.js'

export async function run({ positionals }: Invocation, context: CliContext): Promise<VerbResult> {
  const [asked = '', named] = positionals
  const detach = withSessionHost(
    await context.client(),
    asked,
    async (connection, session) => {
      const detached = chooseAttachment((await connection.status()).attachments, named, session)
      await connection.detach(detached.id, askingPerson(context.env))
      return { detached, session }
    },
    nobodyAttached,
  )
  const { detached, session } = await detach
  const lines = [`${detached.mode} ${detached.id} detached from ${sessionTitle(session)}, which goes on`]
  return { shown: { kind: 'lines', lines }, document: { detached } }
}

/**
 * The one with this id; without one the controller, or the only viewer. Pure.
 * @throws PerchError `attachment-not-found`, `usage` when it could be any of several viewers
 */
export function chooseAttachment(
  attachments: readonly Attachment[],
  named: string | undefined,
  session: Pick<Session, 'id' | 'name'>,
): Attachment {
  const listed = attachments.map(({ id, mode }) => `${id} (${mode})`).join(', ')
  const hint = listed === '' ? undefined : `There are: ${listed}.`
  if (named !== undefined) {
    const meant = attachments.find(({ id }) => id === named)
    if (meant) return meant
    throw new PerchError('attachment-not-found', `nobody is attached to ${sessionTitle(session)} as ${named}`, { hint })
  }
  const controller = attachments.find(({ mode }) => mode === 'controller')
  const [first, ...others] = attachments
  if (first === undefined) throw nobodyAttached(session)
  if (controller === undefined && others.length > 0) {
    throw new PerchError('usage', `${attachments.length} viewers are attached to ${sessionTitle(session)}: name one`, { hint })
  }
  return controller ?? first
}

function nobodyAttached(session: Pick<Session, 'id' | 'name'>): PerchError {
  return new PerchError('attachment-not-found', `nobody is attached to ${sessionTitle(session)}`)
}
