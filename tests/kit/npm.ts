/**
 * npm, as a newcomer runs it: with an empty home, but with the tarballs that this machine has already fetched, so that
 * setting up twice costs no second download.
 */
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { TestContext } from 'vitest'
import { skipOrFail } from './requirement.js'
import { type Finished, runProgram } from './running-program.js'
import type { TemporaryHome } from './temporary-home.js'

/** The checkout that is being tested. */
export const CHECKOUT = fileURLToPath(new URL('../..', import.meta.url))

/** A cold set-up: about 130 packages, a build and the checks, on a loaded machine. */
export const SET_UP_BOUND_MS = 5 * 60_000

/** The home's environment with the cache and the registry settings of this machine. */
export function npmEnvironment(home: TemporaryHome): Record<string, string> {
  const setting = (name: string) => execFileSync('npm', ['config', 'get', name], { encoding: 'utf8', cwd: CHECKOUT }).trim()
  const { NODE_EXTRA_CA_CERTS } = process.env
  return {
    ...home.env,
    // Behind a proxy that opens TLS, npm reaches nothing without it.
    ...(NODE_EXTRA_CA_CERTS && { NODE_EXTRA_CA_CERTS }),
    npm_config_cache: setting('cache'),
    npm_config_userconfig: setting('userconfig'),
    npm_config_prefer_offline: 'true',
  }
}

/** Runs `npm ARGS` in a folder. */
export function npm(
  home: TemporaryHome,
  cwd: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Finished> {
  return runProgram('npm', args, { cwd, env: { ...npmEnvironment(home), ...env }, boundMs: SET_UP_BOUND_MS })
}

/** Skips the test, saying why, unless the package's own dependencies can be installed here. */
export async function requiresInstallableDependencies(context: TestContext, home: TemporaryHome): Promise<void> {
  const probe = await npm(home, home.folder('npm-probe'), ['view', 'valibot@1.5.0', 'version', '--loglevel=error'], {
    // From the registry itself: an answer kept from earlier says nothing about now.
    npm_config_prefer_offline: 'false',
    npm_config_prefer_online: 'true',
  })
  if (probe.code !== 0) skipOrFail(context, `needs npm and its registry, which does not answer: ${probe.stderr.split('\n')[0]}`)
}
