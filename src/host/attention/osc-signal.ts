/**
 * Which operating system commands (OSC) say something of attention: notifications of iTerm2 and others (9), kitty (99) and
 * urxvt (777), and the marks of a shell's prompt (133). Pure.
 */
import type { TerminalSignal } from './attention-memory.js'

/** `text` is what lies between `ESC ]` and the end of the sequence. */
export function oscSignal(text: string): TerminalSignal | undefined {
  const { code, rest } = /^(?<code>\d{1,3});(?<rest>.*)$/s.exec(text)?.groups ?? {}
  if (rest === undefined) return undefined
  switch (code) {
    case '9':
      // ConEmu's commands have the same number, progress (9;4) among them.
      return /^\d{1,2}(;|$)/.test(rest) ? undefined : notified(rest)
    case '777': {
      const [kind, title = '', ...body] = rest.split(';')
      return kind === 'notify' ? notified(body.length > 0 ? body.join(';') : title) : undefined
    }
    case '99':
      return kittyNotification(rest)
    case '133':
      return shellMark(rest)
    default:
      return undefined
  }
}

/** `key=value:key=value;text`. Other payloads than texts are buttons, icons, questions about what the terminal can. */
function kittyNotification(rest: string): TerminalSignal | undefined {
  const at = rest.indexOf(';')
  if (at === -1) return undefined
  const keys = rest.slice(0, at).split(':')
  const payload = keys.find((key) => key.startsWith('p='))
  if (payload !== undefined && payload !== 'p=title' && payload !== 'p=body') return undefined
  return notified(keys.includes('e=1') ? '' : rest.slice(at + 1))
}

function shellMark(rest: string): TerminalSignal | undefined {
  switch (/^([A-Z])(;|$)/.exec(rest)?.[1]) {
    case 'A':
    case 'B':
      return { terminal: 'prompt-shown' }
    case 'C':
      return { terminal: 'command-started' }
    case 'D':
      return { terminal: 'command-ended' }
    default:
      return undefined
  }
}

function notified(text: string): TerminalSignal {
  return { terminal: 'notified', text: text === '' ? null : text }
}
