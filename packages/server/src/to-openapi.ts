import type { JsonObject } from '@keepup/core'
import { z } from 'zod'

import type { Route } from './routes/route.ts'

const problems = {
  type: 'object',
  properties: {
    type: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string', description: 'For programs: see the error codes of @keepup/core.' },
    detail: { type: 'string', description: 'What happened, and what to do.' },
  },
  required: ['type', 'status', 'code', 'detail'],
}

/** What the server offers, as an OpenAPI 3.1 document, from the same schemas that requests are read by. */
export function toOpenapi(routes: readonly Route[], version: string): JsonObject {
  const paths: Record<string, JsonObject> = {}
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [route.method]: operation(route) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'keepup',
      version,
      description: 'Threads of agents: their past, their present, and what they are told.',
    },
    servers: [{ url: '/api' }],
    security: [{ token: [] }, { session: [] }],
    paths,
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer' },
        session: { type: 'apiKey', in: 'cookie', name: 'keepup-session' },
      },
      schemas: { Problem: problems },
    },
  }
}

function operation({
  method,
  path,
  summary,
  params,
  query,
  body,
  answer,
  streams,
  status,
}: Route): JsonObject {
  const type = streams ? 'text/event-stream' : 'application/json'
  const hasBody = Object.keys(body.shape).length > 0
  return {
    operationId: `${method}${path.replace(/[/:]+(\w?)/g, (_, letter: string) => letter.toUpperCase())}`,
    summary,
    parameters: [...parameters(params, 'path'), ...parameters(query, 'query')],
    ...(hasBody
      ? {
          requestBody: {
            required: true,
            content: { 'application/json': { schema: schemaOf(body, 'input') } },
          },
        }
      : {}),
    responses: {
      [status]: {
        description: streams ? 'Events; the data of each is:' : 'Done.',
        content: { [type]: { schema: schemaOf(answer, 'output') } },
      },
      default: {
        description: 'It was refused, or failed.',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
  }
}

function parameters(shape: z.ZodObject, place: 'path' | 'query'): JsonObject[] {
  const { properties = {}, required = [] } = schemaOf(shape, 'input')
  const needed = new Set(Array.isArray(required) ? required : [])
  return Object.entries(properties as JsonObject).map(([name, schema]) => ({
    name,
    in: place,
    required: place === 'path' || needed.has(name),
    schema,
  }))
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): JsonObject {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' })
  // A JSON Schema is JSON.
  return rest as JsonObject
}
