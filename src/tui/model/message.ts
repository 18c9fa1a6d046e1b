/** What happens to the dashboard (`Message`), and what it wants done in the world (`Effect`). */
import type { Profile } from '../../api/profile.js'
import type { Session, Size } from '../../api/session.js'
import type { UsageReply } from '../../api/usage.js'
import type { Key } from '../keys/key.js'
import type { Connection } from './state.js'

export type Message =
  | { readonly type: 'key'; readonly key: Key }
  | { readonly type: 'resized'; readonly size: Size }
  | { readonly type: 'connection'; readonly connection: Connection }
  | { readonly type: 'sessions'; readonly sessions: readonly Session[] }
  | { readonly type: 'profiles'; readonly profiles: readonly Profile[] }
  | { readonly type: 'usage'; readonly usage: UsageReply }
  | { readonly type: 'last-line'; readonly session: string; readonly line: string }
  /** Something that was asked for is done, or has failed. */
  | { readonly type: 'notice'; readonly text: string; readonly isProblem: boolean }
  /** A session was started from here. */
  | { readonly type: 'started'; readonly session: Session }
  /** Somebody else has the session that was to be attached to. */
  | { readonly type: 'taken'; readonly session: string }

export type Effect =
  | { readonly type: 'quit' }
  | { readonly type: 'suspend' }
  /** Everything on the screen is to be painted anew. */
  | { readonly type: 'redraw' }
  /** A session has begun to need somebody. */
  | { readonly type: 'ring' }
  /** Which sessions are listed has changed. */
  | { readonly type: 'list'; readonly showsEnded: boolean }
  | { readonly type: 'attach'; readonly session: string; readonly how: AttachHow }
  | { readonly type: 'send'; readonly session: string; readonly text: string }
  | { readonly type: 'kill'; readonly session: string }
  | { readonly type: 'remove'; readonly session: string }
  | { readonly type: 'rename'; readonly session: string; readonly name: string }
  | { readonly type: 'start'; readonly profile: string }

/** As who somebody wants to see a session. */
export type AttachHow = 'controller' | 'viewer' | 'steal'
