/** What it means to leave a session that goes on: by oneself, by a signal, or because somebody else wanted it. */
import { EXIT } from '../api/error-codes.js'
import type { Session } from '../api/session.js'
import { PerchError } from '../platform/perch-error.js'
import { exitCodeOfSignal } from './session-exit.js'
import { sessionTitle } from './session-view.js'
import type { CliContext } from './verb.js'

/**
 * The exit code for the shell, with a word to the person.
 * @throws PerchError `stolen`, `kicked`
 */
export function leftCode(
  end:
    | { readonly kind: 'detached' | 'stolen' | 'kicked'; readonly by?: string | undefined }
    | { readonly kind: 'signal'; readonly signal: NodeJS.Signals },
  session: Session,
  context: Pick<CliContext, 'notice'>,
): number {
  const title = sessionTitle(session)
  switch (end.kind) {
    case 'detached':
      context.notice(`detached from ${title}, which goes on; perch attach ${session.name ?? session.id} returns to it`)
      return EXIT.done
    case 'signal':
      context.notice(`left ${title} on ${end.signal}; it goes on`)
      return exitCodeOfSignal(end.signal)
    case 'stolen':
      throw new PerchError('stolen', `${title} was taken over from another terminal`, { hint: 'Take it back with --steal.' })
    case 'kicked':
      throw new PerchError('kicked', `you were detached from ${title} by ${end.by ?? 'somebody else'}`, {
        hint: `perch attach ${session.id} returns to it.`,
      })
  }
}
