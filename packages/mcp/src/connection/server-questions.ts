import { canonicalJson, type JsonObject, type JsonValue, KeepupError } from '@keepup/core'

import type { Elicitation, ElicitationAnswer, HubParts } from '../hub-parts.ts'
import { plainText } from '../plain-text.ts'
import { checkAnswer } from './check-answer.ts'
import { isObject } from './keep-raw.ts'
import type { QuestionLimit } from './question-limit.ts'

/** How often a person is asked again where an answer does not fit the form. */
const mostAttempts = 3

/** What answering needs. */
export interface QuestionParts extends Pick<HubParts, 'elicit' | 'sample' | 'roots'> {
  readonly server: string
  readonly limit: QuestionLimit
  /** Lets no time pass for running requests until the returned function is called. */
  readonly pause: () => () => void
  readonly tell: (text: string) => void
}

/** Answers what a server asks of us, whether as requests of its own, in place of a result, or in a task. */
export interface ServerQuestions {
  elicit(parameters: JsonObject, signal: AbortSignal): Promise<JsonObject>
  sample(parameters: JsonObject, signal: AbortSignal): Promise<JsonObject>
  roots(): JsonObject
  /** Any of them, by its method. Fails `not-supported` where it is none, or was not offered. */
  answer(method: string, parameters: JsonObject, signal: AbortSignal): Promise<JsonObject>
}

/** Answers with the parts that there are. */
export function createServerQuestions(parts: QuestionParts): ServerQuestions {
  const questions: ServerQuestions = {
    elicit: (parameters, signal) => elicit(parts, parameters, signal),
    sample: (parameters, signal) => sample(parts, parameters, signal),
    roots: () => ({ roots: (parts.roots?.() ?? []).map((root) => ({ ...root })) }),
    async answer(method, parameters, signal) {
      if (method === 'elicitation/create') return questions.elicit(parameters, signal)
      if (method === 'sampling/createMessage') return questions.sample(parameters, signal)
      if (method === 'roots/list' && parts.roots !== undefined) return questions.roots()
      throw notOffered(parts.server, method)
    },
  }
  return questions
}

async function elicit(
  parts: QuestionParts,
  parameters: JsonObject,
  signal: AbortSignal,
): Promise<JsonObject> {
  if (parts.elicit === undefined) throw notOffered(parts.server, 'elicitation')
  const refusal = parts.limit.refusal(canonicalJson(withoutId(parameters)))
  if (refusal !== undefined) {
    parts.tell(`a question was not shown: ${refusal}`)
    return { action: 'cancel' }
  }
  const resume = parts.pause()
  try {
    return parameters['mode'] === 'url'
      ? await elicitByUrl(parts, parameters, signal)
      : await elicitByForm(parts, parameters, signal)
  } finally {
    resume()
  }
}

async function elicitByUrl(
  { server, elicit: ask, tell }: QuestionParts,
  parameters: JsonObject,
  signal: AbortSignal,
): Promise<JsonObject> {
  const url = safeUrl(parameters['url'])
  if (url === undefined || ask === undefined) {
    tell('a question at a page was refused: only https pages are shown')
    return { action: 'decline' }
  }
  const { action } = await ask({ type: 'url', server, message: textOf(parameters['message']), url, signal })
  return { action }
}

async function elicitByForm(
  { server, elicit: ask, tell }: QuestionParts,
  parameters: JsonObject,
  signal: AbortSignal,
): Promise<JsonObject> {
  const requested = parameters['requestedSchema']
  const schema = isObject(requested) ? requested : { type: 'object', properties: {} }
  const form = { type: 'form', server, message: textOf(parameters['message']), schema, signal } as const
  let problem: string | undefined
  for (let attempt = 0; attempt < mostAttempts; attempt++) {
    const asked: Elicitation = problem === undefined ? form : { ...form, problem }
    const answer: ElicitationAnswer | undefined = await ask?.(asked)
    if (answer?.action !== 'accept') return { action: answer?.action ?? 'cancel' }
    const checked = checkAnswer(schema, answer.content ?? {})
    if (checked.problem === undefined) return { action: 'accept', content: checked.content }
    problem = checked.problem
  }
  tell(`an answer was not sent: it does not fit the form (${problem})`)
  return { action: 'cancel' }
}

async function sample(
  parts: QuestionParts,
  parameters: JsonObject,
  signal: AbortSignal,
): Promise<JsonObject> {
  if (parts.sample === undefined) throw notOffered(parts.server, 'sampling')
  const refusal = parts.limit.refusal(canonicalJson(parameters))
  if (refusal !== undefined) {
    throw new KeepupError('not-supported', `Sampling was refused: ${refusal}.`)
  }
  const resume = parts.pause()
  try {
    return await parts.sample({ server: parts.server, request: parameters, signal })
  } finally {
    resume()
  }
}

/** The URL where it is one that may be shown: `https:`, or `http:` on this machine, without a name and password in it. */
function safeUrl(value: JsonValue | undefined): string | undefined {
  const url = typeof value === 'string' ? URL.parse(value) : null
  if (url === null || url.username !== '' || url.password !== '') return undefined
  const local = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)
  return url.protocol === 'https:' || (url.protocol === 'http:' && local) ? url.href : undefined
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? plainText(value, 4_000) : ''
}

/** The same question is put under a new id each time. */
function withoutId({ elicitationId: _id, _meta: _info, ...question }: JsonObject): JsonObject {
  return question
}

function notOffered(server: string, what: string): KeepupError {
  return new KeepupError(
    'not-supported',
    `MCP server "${server}" asked for ${what}, which it was not offered.`,
  )
}
