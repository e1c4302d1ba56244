import type { JsonObject } from '@keepup/core'
import { Client, type ClientOptions } from '@modelcontextprotocol/client'

import type { HubParts } from '../hub-parts.ts'
import type { ServerQuestions } from './server-questions.ts'

/** The extension by which a server may answer with a task (SEP-2663). */
const tasksExtension = 'io.modelcontextprotocol/tasks'

/** How often a request that needs input is sent again (2026-07-28, multi round-trip requests). */
const mostRounds = 3

/** How long a server may take to say which protocol it speaks before it is taken for an old one, in milliseconds. */
const longestProbe = 10_000

/** What a client is made of. */
export interface ClientParts extends Pick<HubParts, 'client' | 'elicit' | 'sample' | 'roots'> {
  readonly questions: ServerQuestions
  /** How long connecting may take, in milliseconds. */
  readonly start: number
}

/** A client of the SDK that offers servers exactly what there are parts for, and speaks both eras of the protocol. */
export function createClient(parts: ClientParts): Client {
  const { questions, client: told = { name: 'keepup', version: '0.1.0' } } = parts
  const client = new Client(told, {
    capabilities: capabilitiesFor(parts),
    versionNegotiation: { mode: 'auto', probe: { timeoutMs: Math.min(longestProbe, parts.start / 2) } },
    inputRequired: { maxRounds: mostRounds },
  })
  if (parts.elicit !== undefined) {
    client.setRequestHandler('elicitation/create', async ({ params }, { mcpReq }) => {
      const answer = await questions.elicit(asJson(params), mcpReq.signal)
      // Made of the schema's own actions and of content that was checked against the form.
      return answer as { action: 'accept' | 'decline' | 'cancel' }
    })
  }
  if (parts.sample !== undefined) {
    client.setRequestHandler('sampling/createMessage', async ({ params }, { mcpReq }) => {
      const answer = await questions.sample(asJson(params), mcpReq.signal)
      // The SDK checks what it sends.
      return answer as never
    })
  }
  if (parts.roots !== undefined) {
    client.setRequestHandler('roots/list', async () => ({ roots: [...(parts.roots?.() ?? [])] }))
  }
  return client
}

function capabilitiesFor({ elicit, sample, roots }: ClientParts): NonNullable<ClientOptions['capabilities']> {
  return {
    extensions: { [tasksExtension]: {} },
    ...(elicit === undefined ? {} : { elicitation: { form: { applyDefaults: true }, url: {} } }),
    ...(sample === undefined ? {} : { sampling: {} }),
    ...(roots === undefined ? {} : { roots: {} }),
  }
}

/** Parameters come from JSON. */
function asJson(parameters: object): JsonObject {
  return parameters as JsonObject
}
