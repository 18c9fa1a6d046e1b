/** What a person is told when a session is shown to them: which one it is, and how to leave. Pure. */
import type { AttachParams } from '../../api/attach-protocol.js'
import type { Session } from '../../api/session.js'
import type { AttachSettings } from '../attach-settings.js'
import { inertText } from '../present/inert-text.js'
import { sessionTitle } from '../session-view.js'
import { detachKeysText } from './detach-key-names.js'
import type { Greeting } from './shown-screen.js'

/** Pushes the terminal's title, and sets it; a program that sets its own is free to. */
export function greetingOf(
  session: Pick<Session, 'id' | 'name' | 'profile'>,
  { detachKeys, hasHint }: AttachSettings,
  mode: AttachParams['mode'],
): Greeting {
  const keys = detachKeysText(detachKeys)
  const leaves = `${keys} ${mode === 'viewer' ? 'leaves' : 'detaches'}`
  const title = inertText(`${session.name ?? session.id}${session.profile === '' ? '' : ` (${session.profile})`}`)
  return {
    line: hasHint ? `perch: ${sessionTitle(session)}; ${leaves}` : '',
    hints: hasHint ? [`perch: ${inertText(sessionTitle(session))}; ${leaves}`, leaves, keys] : [],
    titleOn: `\x1b[22;0t\x1b]0;${title}\x1b\\`,
    titleOff: '\x1b[23;0t',
  }
}
