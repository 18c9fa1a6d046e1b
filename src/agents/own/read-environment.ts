/** `[environment]` of a definition: the variables and arguments by which the agent is told things. Pure. */
import type { TomlTable } from '../../platform/files/toml-table.js'
import type { EnvironmentFacts } from '../agent-definition.js'
import { lineOfText, listOf, ownVariable, pathBelow, variablePattern } from './agent-values.js'
import { OWN_VARIABLE } from './expected-values.js'

const VARIABLES = 'a list of variables, in which * stands for anything'

export function environmentOf(table: TomlTable | undefined): EnvironmentFacts {
  const variables = (key: string) => table?.value(key, VARIABLES, listOf(variablePattern)) ?? []
  const texts = (key: string) => table?.value(key, 'a list of arguments', listOf(lineOfText)) ?? []
  const paths = (key: string) =>
    table
      ?.table(key)
      ?.entries('a path below the folder, with a variable of the agent as its key', (variable, value) =>
        ownVariable(variable) === undefined ? undefined : pathBelow(value),
      ) ?? {}
  const loginVariables = table?.value('login-variables', 'a list of variables', listOf(ownVariable)) ?? []
  return {
    // A login in the shell would outrank the profile's own.
    scrubbed: [...new Set([...variables('scrubbed'), ...loginVariables])],
    nesting: variables('nesting'),
    belowSharedHome: paths('below-shared-home'),
    databases: paths('databases'),
    loginVariables,
    baseUrlVariable: table?.value('base-url-variable', OWN_VARIABLE, ownVariable) ?? null,
    baseUrlArguments: texts('base-url-arguments'),
    apiKeyCommandSetting: table?.value('api-key-command-setting', 'the key of a setting', lineOfText) ?? null,
    argumentsInHome: texts('arguments-in-home'),
  }
}
