/** The program that shows a notification on the desktop of this platform, with its arguments: texts are never part of a script. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { resolveProgram } from '../../platform/process/resolve-program.js'
import type { NotificationTexts } from './notification.js'

/** Undefined where there is no desktop to show it on, or nothing to do so with. */
export function desktopCommand(texts: NotificationTexts, env: NodeJS.ProcessEnv): readonly [string, ...string[]] | undefined {
  if (process.platform === 'darwin') return ['/usr/bin/osascript', ...appleScript(texts)]
  if (process.platform !== 'linux' || !hasSessionBus(env)) return undefined
  const program = programOnPath('notify-send', env)
  return program === undefined ? undefined : [program, ...notifySend(texts)]
}

/** `display notification` takes the texts from the arguments of the script. */
export function appleScript({ title, body }: NotificationTexts): readonly string[] {
  const script = ['on run argv', 'display notification (item 2 of argv) with title (item 1 of argv)', 'end run']
  return [...script.flatMap((line) => ['-e', line]), title, body]
}

/** The body may have markup, which nobody here means. */
export function notifySend({ title, body }: NotificationTexts): readonly string[] {
  const plain = body.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  return ['--app-name=perch', '--', title, plain]
}

function hasSessionBus({ DBUS_SESSION_BUS_ADDRESS, XDG_RUNTIME_DIR }: NodeJS.ProcessEnv): boolean {
  return Boolean(DBUS_SESSION_BUS_ADDRESS) || (XDG_RUNTIME_DIR !== undefined && existsSync(join(XDG_RUNTIME_DIR, 'bus')))
}

function programOnPath(name: string, env: NodeJS.ProcessEnv): string | undefined {
  try {
    return resolveProgram(name, { path: env.PATH, cwd: '/' })
  } catch {
    // Most servers have none.
    return undefined
  }
}
