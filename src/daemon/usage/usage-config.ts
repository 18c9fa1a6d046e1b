/** From which percentage of a limit on a person wants to be told: the profile's own `warn-at`, else that of `config.toml`. */
import { configValue, readConfigFile } from '../../platform/config-file.js'
import type { PerchPaths } from '../../platform/paths.js'
import { percent } from '../config-values.js'

export const DEFAULT_WARN_AT = 80

/** @throws PerchError `bad-config` */
export function configuredWarnAt(paths: PerchPaths): number {
  const file = readConfigFile(paths)
  if (file === undefined) return DEFAULT_WARN_AT
  return configValue(file, ['usage', 'warn-at'], 'a number from 0 to 100', percent) ?? DEFAULT_WARN_AT
}
