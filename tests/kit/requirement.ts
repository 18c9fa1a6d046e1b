/**
 * What a test wants beyond Node and git. A test that lacks it is skipped with the reason as its note, which
 * `skipped-tests-reporter.ts` prints in one line each; with `PERCH_TEST_STRICT=1` it fails instead, so that CI cannot go
 * green by skipping.
 */
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { TestContext } from 'vitest'

/** Programs by the Debian package that has them. */
const PACKAGE_OF = {
  tmux: 'tmux',
  dtach: 'dtach',
  screen: 'screen',
  strace: 'strace',
  curl: 'curl',
  bash: 'bash',
  dash: 'dash',
  zsh: 'zsh',
  fish: 'fish',
  ssh: 'openssh-client',
  ps: 'procps',
  script: 'util-linux',
  prlimit: 'util-linux',
  less: 'less',
  vim: 'vim',
  htop: 'htop',
  'systemd-analyze': 'systemd',
} as const
export type RequiredProgram = keyof typeof PACKAGE_OF

/** Skips the test, saying why, unless every program is installed. */
export function requires(context: TestContext, ...programs: readonly RequiredProgram[]): void {
  for (const program of programs) {
    if (isInstalled(program)) continue
    skipOrFail(context, `needs ${program}, which is not installed (Debian package: ${PACKAGE_OF[program]})`)
  }
}

/** Skips the test unless it runs as root, which it needs to act as a second user. */
export function requiresRoot(context: TestContext): void {
  if (process.geteuid?.() !== 0) skipOrFail(context, 'needs root, to act as a second user')
}

/** Skips the test unless it runs on one of these systems. Not a matter of installing something: never a failure. */
export function requiresPlatform(context: TestContext, ...platforms: readonly NodeJS.Platform[]): void {
  if (!platforms.includes(process.platform)) context.skip(`needs ${platforms.join(' or ')}, this is ${process.platform}`)
}

/** Skips with a reason; a failure where skipping is not allowed. */
export function skipOrFail(context: TestContext, why: string): never {
  if (process.env.PERCH_TEST_STRICT === '1') throw new Error(`PERCH_TEST_STRICT=1 and this test ${why}`)
  return context.skip(why)
}

function isInstalled(program: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}
