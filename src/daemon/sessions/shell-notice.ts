/** What a person is told who gives a program to `perch run`, where what runs is a shell, which takes it for a script. Reads, but makes nothing. */
import { PerchError } from '../../platform/perch-error.js'
import { resolveProgram } from '../../platform/process/resolve-program.js'
import type { LaunchPlan } from './launch-plan.js'

export interface ShellQuestion {
  readonly plan: Pick<LaunchPlan, 'runsAgent' | 'agent' | 'command' | 'args'> & {
    readonly profile: Pick<LaunchPlan['profile'], 'name' | 'command'>
  }
  readonly cwd: string
  readonly path: string | undefined
}

/** Sentences. A shell of the person's choosing is theirs to know. */
export function shellNotices({ plan, cwd, path }: ShellQuestion): readonly string[] {
  const { runsAgent, agent, profile, command, args } = plan
  const [word = ''] = args
  const isShellByDefault = runsAgent && agent.commands.length === 0 && profile.command === null
  if (!isShellByDefault || word === '' || word.startsWith('-') || !isProgramName(word, { cwd, path })) return []
  return [
    `the arguments go to ${command[0]}, which is what the profile ${profile.name} runs; a program runs with: perch exec -- ${word}`,
  ]
}

function isProgramName(word: string, lookup: { readonly cwd: string; readonly path: string | undefined }): boolean {
  try {
    resolveProgram(word, lookup)
    return true
  } catch (error) {
    if (error instanceof PerchError) return false
    throw error
  }
}
