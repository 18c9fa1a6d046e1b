/** An event as one line for people: when, which session, what. Pure, but for the time zone of the machine. */
import * as v from 'valibot'
import { Attention } from '../../api/attention.js'
import { type EventLine, isEventGap, type PerchEvent } from '../../api/event.js'
import { Exit } from '../../api/session.js'
import { localTime } from '../../platform/local-time.js'
import { exitText } from '../session-exit.js'
import { inertText } from './inert-text.js'

/** `2026-11-21 10:43:27  3f2a91bc (build)  detached: controller 2, kicked by 3`. */
export function eventText(line: EventLine): string {
  if (isEventGap(line)) return `(${line.to - line.from + 1} events are not held any more: ${line.from} to ${line.to})`
  const about = detailsOf(line)
  return inertText([localTime(line.at), subjectOf(line), about === '' ? line.type : `${line.type}: ${about}`].join('  '))
}

/** The session, or the profile that the event is of. */
function subjectOf({ session, name, profile }: PerchEvent): string {
  if (session === null) return `profile ${typeof profile === 'string' ? profile : '?'}`
  return name === null ? session : `${session} (${name})`
}

/** What else a person wants to know, by type; nothing for types of a later version. */
function detailsOf(event: PerchEvent): string {
  switch (event.type) {
    case 'created':
      return joined([event.profile, event.originator && `by ${event.originator}`, event.parent && `in ${event.parent}`])
    case 'attached':
      return attachmentText(event)
    case 'stolen':
    case 'detached':
      return joined([attachmentText(event), howText(event)])
    case 'ended': {
      const exit = v.safeParse(v.looseObject({ exit: v.omit(Exit, ['signalsSent']) }), event)
      return exit.success ? exitText({ ...exit.output.exit, signalsSent: [] }) : ''
    }
    case 'tee-missed':
    case 'tee-failed':
      return joined([teeName(event), event.missed && `${event.missed} bytes`, event.problem])
    case 'attention': {
      const told = v.safeParse(v.looseObject({ attention: Attention }), event)
      return told.success ? joined([told.output.attention.state, told.output.attention.reason]) : ''
    }
    case 'renamed':
      return joined([event.from && `from ${event.from}`])
    case 'disk-full':
    case 'logged-out':
      return joined([event.problem])
    case 'sync-conflict':
    case 'sync-restored':
      return joined([event.entry, event.problem])
    case 'usage-warning':
      return joined([limitText(event), typeof event.resetsAt === 'string' && `resets ${localTime(event.resetsAt)}`])
    case 'events-missed':
      return `${event.count} events before this one`
    default:
      return ''
  }
}

const Attached = v.looseObject({ attachment: v.looseObject({ id: v.string(), mode: v.string() }) })

function attachmentText(event: PerchEvent): string {
  const parsed = v.safeParse(Attached, event)
  return parsed.success ? `${parsed.output.attachment.mode} ${parsed.output.attachment.id}` : ''
}

function howText({ reason, by, type }: PerchEvent): string {
  const verb = type === 'stolen' ? 'taken over' : reason === 'kicked' ? 'kicked' : ''
  return typeof by === 'string' ? `${verb} by ${by}`.trim() : verb
}

/** The tee's id, whether the event names it or holds its status. */
function teeName({ tee }: PerchEvent): string {
  if (typeof tee === 'string') return tee
  const parsed = v.safeParse(v.looseObject({ id: v.string() }), tee)
  return parsed.success ? parsed.output.id : ''
}

function limitText({ window, usedPercent }: PerchEvent): string {
  if (typeof window !== 'string' || typeof usedPercent !== 'number') return ''
  return `${Math.floor(usedPercent)} % of the limit of ${window} used`
}

function joined(parts: readonly unknown[]): string {
  return parts.filter((part): part is string => typeof part === 'string' && part !== '').join(', ')
}
