/** Everything that the dashboard knows and shows, as plain data. It changes by messages alone (`update.ts`). */
import type { Profile } from '../../api/profile.js'
import type { Session, Size } from '../../api/session.js'
import type { UsageReply } from '../../api/usage.js'

/** What a person is asked for a line of text for. */
export type PromptPurpose = 'send' | 'rename' | 'filter'

/** What a person is asked yes or no about. */
export type ConfirmPurpose = 'kill' | 'remove' | 'take-over'

/** What the keys mean at the moment. */
export type Mode =
  | { readonly kind: 'list' }
  | { readonly kind: 'help' }
  /** `session` is undefined for the filter. */
  | { readonly kind: 'prompt'; readonly purpose: PromptPurpose; readonly session: string | undefined; readonly text: string }
  | { readonly kind: 'confirm'; readonly purpose: ConfirmPurpose; readonly session: string }
  /** Which profile a new session is to have. */
  | { readonly kind: 'choose-profile'; readonly profile: string }

/** Whether what is shown is kept up to date. */
export type Connection =
  /** Nothing is known yet. */
  | 'connecting'
  | 'live'
  /** The daemon cannot be reached, and is asked for again and again. */
  | 'lost'
  /** A person has stopped it: it is waited for. */
  | 'stopped'

/** Something that was done or failed, shown until the next key. */
export interface Notice {
  readonly text: string
  readonly isProblem: boolean
}

export interface DashboardState {
  readonly size: Size
  readonly connection: Connection
  /** Undefined until the first list has come. */
  readonly sessions: readonly Session[] | undefined
  readonly profiles: readonly Profile[]
  /** Undefined while nothing is known of usage. */
  readonly usage: UsageReply | undefined
  /** By the session's id: the last line that its terminal shows, or that it wrote. */
  readonly lastLines: ReadonlyMap<string, string>
  /** The id of the selected session; it may have gone. */
  readonly selected: string | undefined
  /** The row of the selection when it was last seen: what takes its place when its session goes. */
  readonly selectedRow: number
  readonly filter: string
  /** Also sessions that had ended before. */
  readonly showsEnded: boolean
  readonly showsProfiles: boolean
  readonly mode: Mode
  readonly notice: Notice | undefined
}

export function initialState(size: Size): DashboardState {
  return {
    size,
    connection: 'connecting',
    sessions: undefined,
    profiles: [],
    usage: undefined,
    lastLines: new Map(),
    selected: undefined,
    selectedRow: 0,
    filter: '',
    showsEnded: false,
    showsProfiles: true,
    mode: { kind: 'list' },
    notice: undefined,
  }
}
