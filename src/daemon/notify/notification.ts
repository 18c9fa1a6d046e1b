/** What a notification says, as the environment of a person's command and as texts for a desktop. Pure. */
import type { Session } from '../../api/session.js'
import { reasonText } from '../../host/attention/reason-text.js'
import { localTime } from '../../platform/local-time.js'
import type { LimitWarning } from '../usage/limit-warnings.js'

/** The variables of a notification. No text in them acts on a terminal. */
export function notificationVariables(session: Session): Readonly<Record<string, string>> {
  const { id, name, profile, attention, attentionReason } = session
  return {
    PERCH_SESSION: id,
    PERCH_NAME: inert(name),
    PERCH_PROFILE: inert(profile),
    PERCH_ATTENTION: attention ?? '',
    PERCH_REASON: inert(attentionReason),
  }
}

export interface NotificationTexts {
  readonly title: string
  readonly body: string
}

export function notificationTexts({ id, name, profile, attention, attentionReason }: Session): NotificationTexts {
  const reason = inert(attentionReason)
  return {
    title: `perch: ${inert(name) || id} (${inert(profile)})`,
    body: `${WORDS[attention ?? 'idle']}${reason === '' ? '' : `: ${reason}`}`,
  }
}

/** No session is meant: those variables are empty. */
export function nearLimitVariables(near: LimitWarning): Readonly<Record<string, string>> {
  return {
    PERCH_SESSION: '',
    PERCH_NAME: '',
    PERCH_PROFILE: inert(near.profile),
    PERCH_ATTENTION: 'usage-warning',
    PERCH_REASON: nearLimitText(near),
  }
}

export function nearLimitTexts(near: LimitWarning): NotificationTexts {
  return { title: `perch: ${inert(near.profile)}`, body: nearLimitText(near) }
}

function nearLimitText({ window, usedPercent, resetsAt }: LimitWarning): string {
  const resets = resetsAt === null ? '' : `, resets ${localTime(resetsAt)}`
  return `${inert(window)} is used to ${Math.round(usedPercent)} %${resets}`
}

const WORDS = {
  working: 'works',
  waiting: 'waits for you',
  permission: 'asks for a permission',
  idle: 'is idle',
  limit: 'has reached the limit of its account',
} as const

function inert(text: string | null | undefined): string {
  return reasonText(text ?? null) ?? ''
}
