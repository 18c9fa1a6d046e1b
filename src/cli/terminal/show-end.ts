/** How the showing of a session on a terminal ended, as `show-session.ts` tells it and `typing.ts` may cause it. */
import type { Exit } from '../../api/session.js'

export type ShowEnd =
  | { readonly kind: 'ended'; readonly exit: Exit }
  | { readonly kind: 'detached' | 'stolen' | 'kicked'; readonly by?: string | undefined }
  | { readonly kind: 'host-lost' }
  /** The session ended before it could be shown. */
  | { readonly kind: 'gone' }
  | { readonly kind: 'signal'; readonly signal: NodeJS.Signals }
