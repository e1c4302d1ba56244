import { Validator } from '@cfworker/json-schema'
import { expect } from 'vitest'

import type { Served } from './serve.ts'

/** Asks, and holds the answer against what the document promises of it. */
export async function asked(
  served: Served,
  path: string,
  template: string,
  body?: unknown,
): Promise<unknown> {
  const response = await served.ask(`/api${path}`, body)
  const document = Object(await (await served.ask('/api/openapi.json')).json())
  const method = body === undefined ? 'get' : 'post'
  const promised = document.paths[template][method].responses[String(response.status)]
  const answer: unknown = await response.json()
  if (promised === undefined)
    throw new Error(`${path} answered ${response.status}: ${JSON.stringify(answer)}`)
  const { valid, errors } = new Validator(promised.content['application/json'].schema, '2020-12').validate(
    answer,
  )
  expect(valid ? [] : errors).toEqual([])
  return answer
}
