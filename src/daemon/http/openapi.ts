/**
 * The OpenAPI 3.1 document of the control API, generated from the same routes and schemas that the server dispatches on
 * and checks with. Loaded on the first request for it: the generator is larger than the daemon.
 */
import { toJsonSchema } from '@valibot/to-json-schema'
import type * as v from 'valibot'
import { ErrorReply } from '../../api/control.js'
import { EVENT_STREAM_TYPE } from '../../api/event.js'
import { type Route, routes } from '../../api/routes.js'
import { TextRecord } from '../../api/text-record.js'
import { PERCH_VERSION } from '../../platform/bundles.js'

export function openApiDocument(): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const [operationId, route] of Object.entries<Route>(routes)) {
    const operations = paths[route.path] ?? {}
    operations[route.method.toLowerCase()] = { operationId, ...operationOf(route) }
    paths[route.path] = operations
  }
  return {
    openapi: '3.1.0',
    info: { title: 'perchd', version: PERCH_VERSION, description: 'The control API of perch, on a local socket.' },
    paths,
  }
}

function operationOf(route: Route): Record<string, unknown> {
  const parameters = [...pathParameters(route.path), ...queryParameters(route.query ?? {})]
  const success = successContent(route)
  return {
    summary: route.summary,
    ...(parameters.length > 0 && { parameters }),
    ...(route.body && { requestBody: { required: true, content: jsonContent(route.body) } }),
    responses: {
      200: { description: 'Done', content: success },
      default: { description: 'Failed', content: jsonContent(ErrorReply) },
    },
  }
}

function successContent({ reply, lines }: Route): object {
  if (reply) return jsonContent(reply)
  return lines ? content(EVENT_STREAM_TYPE, lines) : { 'application/octet-stream': {} }
}

function pathParameters(path: string): object[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({ name, in: 'path', required: true, schema: { type: 'string' } }))
}

function queryParameters(query: Readonly<Record<string, string>>): object[] {
  return Object.entries(query).map(([name, description]) => ({ name, in: 'query', description, schema: { type: 'string' } }))
}

function jsonContent(schema: v.GenericSchema): object {
  return content('application/json', schema)
}

function content(mediaType: string, schema: v.GenericSchema): object {
  const { $schema: _, ...jsonSchema } = toJsonSchema(schema, { errorMode: 'ignore', overrideSchema: ownSchema })
  return { [mediaType]: { schema: jsonSchema } }
}

/** What the generator cannot know of a schema that is not valibot's own. */
function ownSchema({ valibotSchema }: { readonly valibotSchema: unknown }) {
  if (valibotSchema !== TextRecord.pipe[0]) return undefined
  return { type: 'object', additionalProperties: { type: 'string' } } as const
}
