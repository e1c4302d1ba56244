import { type Clock, type Model, type ModelFailure, systemClock } from '@keepup/core'

import { anthropic, gemini, openaiCompatible } from '../src/index.ts'
import { type Answer, failed, loopback, never, requestOf } from './loopback.ts'

/** Must never show. */
export const secret = 'sk-very-secret-key-123'
/** Says always the same time. */
const fixedClock: Clock = {
  now: () => Date.parse('2026-11-20T12:00:00Z'),
  sleep: (duration, signal) => systemClock.sleep(duration, signal),
}

/** A model per transport, all of them with the same key. */
export const at = {
  openai: (url: string): Model =>
    openaiCompatible({
      baseUrl: `${url}/v1`,
      model: 'gone-1',
      apiKey: secret,
      keyVariable: 'SOME_API_KEY',
      clock: fixedClock,
    }),
  anthropic: (url: string): Model =>
    anthropic({
      baseUrl: `${url}/v1`,
      model: 'gone-1',
      apiKey: secret,
      keyVariable: 'SOME_API_KEY',
      clock: fixedClock,
    }),
  gemini: (url: string): Model =>
    gemini({
      baseUrl: `${url}/v1beta`,
      model: 'gone-1',
      apiKey: secret,
      keyVariable: 'SOME_API_KEY',
      clock: fixedClock,
    }),
}

/** The failure that a model makes of an answer. */
export async function failureOf(
  answer: Answer,
  model: (url: string) => Model = at.openai,
): Promise<ModelFailure> {
  await using server = await loopback(answer)
  return (await failed(model(server.url).stream(requestOf(), never()))).failure
}

/** Answers with a status and a body. */
export function refusing(status: number, body: unknown, headers: Record<string, string> = {}): Answer {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers })
    response.end(typeof body === 'string' ? body : JSON.stringify(body))
  }
}
