/**
 * Where an agent's hooks leave what they tell, and its end: they may have come too late, or have been killed in the middle of a
 * document that holds what the agent was about to do.
 */
import { rmSync } from 'node:fs'
import { join } from 'node:path'

/** The folder of a session in which everything lies that its agent is told. */
export function signalsFolder(sessionFolder: string): string {
  return join(sessionFolder, 'signals')
}

export function inboxFolder(signalsFolder: string): string {
  return join(signalsFolder, 'inbox')
}

/** The session is over: what still lies there is read by nobody. Hooks that come after find no folder, and are silent. @throws the system error */
export function removeInbox(signalsFolder: string): void {
  rmSync(inboxFolder(signalsFolder), { force: true, recursive: true })
}
