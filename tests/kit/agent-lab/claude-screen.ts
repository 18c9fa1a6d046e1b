/** How a person talks to the agent's full-screen interface: waits for its prompt, types, and reads the answer. */
import type { OpenTerminal } from '../terminal.js'

/** The script of the lab: what every prompt is answered with, so that a test knows what to look for. */
export function labAnswer(prompt: string): string {
  return `The lab heard: ${prompt}`
}

/** The cursor of the input line. It shows once the interface takes input. */
export const INPUT_LINE = /^❯/m

/** Types the prompt (one that is not on the screen yet) and returns when the screen shows the lab's answer to it. */
export async function askOnScreen(terminal: OpenTerminal, prompt: string): Promise<void> {
  await terminal.waitForText(INPUT_LINE)
  await terminal.type(prompt)
  // The client takes what arrives in one piece for a paste, and its return key for a line of it.
  await terminal.waitForText(prompt)
  await terminal.type('\r')
  await terminal.waitForText(labAnswer(prompt))
}

/** Opens `/config`, finds a setting by its name, and changes it. */
export async function changeSetting(terminal: OpenTerminal, name: string): Promise<void> {
  await terminal.waitForText(INPUT_LINE)
  await terminal.type('/config')
  await terminal.waitForText(/\/config +\S/)
  await terminal.type('\r')
  await terminal.waitForText('Search settings')
  await terminal.type(name)
  await terminal.waitForText(new RegExp(`⌕ ${name}`))
  await terminal.type('\r')
  await terminal.waitForText(new RegExp(`❯ ${name}`))
  await terminal.type('\r')
}
