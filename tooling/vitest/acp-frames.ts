import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect } from 'vitest'

/** An object of JSON. */
export type Json = Record<string, unknown>

/** Holds every frame of an agent against the protocol's own schema. */
export interface FrameChecker {
  /** Notes what a request asks for, so that its answer can be checked. */
  sent(id: unknown, method: string): void
  received(frame: Json): void
}

/** The types of what an agent sends, by method. Those that are drafts stand in the other schema. */
const answers: Readonly<Record<string, string>> = {
  initialize: 'InitializeResponse',
  authenticate: 'AuthenticateResponse',
  'session/new': 'NewSessionResponse',
  'session/load': 'LoadSessionResponse',
  'session/resume': 'ResumeSessionResponse',
  'session/list': 'ListSessionsResponse',
  'session/close': 'CloseSessionResponse',
  'session/delete': 'DeleteSessionResponse',
  'session/set_mode': 'SetSessionModeResponse',
  'session/set_config_option': 'SetSessionConfigOptionResponse',
  'session/prompt': 'PromptResponse',
  'session/fork': 'ForkSessionResponse',
}
const own: Readonly<Record<string, string>> = {
  'session/update': 'SessionNotification',
  'session/request_permission': 'RequestPermissionRequest',
  'elicitation/create': 'CreateElicitationRequest',
  '$/cancel_request': 'CancelRequestNotification',
}

const schemas = new Map<string, Ajv2020>()

/** Each is read once, and only what is needed of it is compiled. */
function schemaOf(name: 'schema' | 'schema.unstable'): Ajv2020 {
  const known = schemas.get(name)
  if (known !== undefined) return known
  const path = createRequire(import.meta.url).resolve(`@agentclientprotocol/sdk/schema/v1/${name}.json`)
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: false })
  ajv.addSchema(JSON.parse(readFileSync(path, 'utf8')), 'acp')
  schemas.set(name, ajv)
  return ajv
}

function hold(type: string | undefined, value: unknown): void {
  const ajv = schemaOf(type === 'ForkSessionResponse' ? 'schema.unstable' : 'schema')
  const validate = ajv.getSchema(`acp#/$defs/${type ?? 'a method that no agent has'}`)
  if (validate === undefined) throw new Error(`there is no type for ${JSON.stringify(value)}`)
  expect(validate(value) === true ? [] : { type, errors: validate.errors, value }).toEqual([])
}

/** Fails the test where a frame is none of the protocol. */
export function frameChecker(): FrameChecker {
  const methods = new Map<unknown, string>()
  return {
    sent: (id, method) => void methods.set(id, method),
    received(frame) {
      expect(frame['jsonrpc']).toBe('2.0')
      const { id, method, error, result, params } = frame
      if (typeof method === 'string') return hold(own[method], params)
      if (error !== undefined) return hold('Error', error)
      const asked = methods.get(id)
      methods.delete(id)
      hold(answers[asked ?? ''], result)
    },
  }
}
