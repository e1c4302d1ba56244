import type {
  CreateElicitationResponse,
  ElicitationPropertySchema,
  PermissionOption,
} from '@agentclientprotocol/sdk'
import type { AnswerForm } from '@keepup/core'
import type { FoundApproval } from '@keepup/loop'

import { offers } from '../offers.ts'
import type { LiveSession } from '../sessions/live-session.ts'
import type { Asking, Said } from './asking.ts'

/**
 * Puts a question of the agent that wants words: as a form where the editor has forms, else as a choice where there is one. Gives nothing where neither is there, or
 * where the person left it open.
 */
export function askForWords(
  session: LiveSession,
  found: FoundApproval,
  asking: Asking,
): Promise<Said | undefined> {
  const { wants = {} } = found
  if (offers(session.capabilities.elicitation?.form)) return askByForm(session, found, asking)
  return wants.options === undefined || wants.multiple === true
    ? Promise.resolve(undefined)
    : askByChoice(session, found, wants.options, asking)
}

async function askByForm(
  { client, thread }: LiveSession,
  { approval, wants = {} }: FoundApproval,
  { signal }: Asking,
): Promise<Said | undefined> {
  const given = await client.request(
    'elicitation/create',
    {
      mode: 'form',
      sessionId: thread,
      message: approval.question,
      requestedSchema: { type: 'object', properties: propertiesOf(wants) },
    },
    { cancellationSignal: signal, stopWaitingOnCancel: true },
  )
  return saidIn(given)
}

/** Other words than the options are an answer too. */
function propertiesOf({ options, multiple = false }: AnswerForm): Record<string, ElicitationPropertySchema> {
  if (options === undefined || options.length === 0)
    return { words: { type: 'string', title: 'Your answer' } }
  const words = { words: { type: 'string', title: 'Or other words' } } as const
  return multiple
    ? {
        choices: { type: 'array', title: 'Your choices', items: { type: 'string', enum: [...options] } },
        ...words,
      }
    : { choice: { type: 'string', title: 'Your choice', enum: [...options] }, ...words }
}

function saidIn(given: CreateElicitationResponse): Said | undefined {
  if (given.action === 'decline') return { allow: false }
  if (given.action !== 'accept' || !('content' in given)) return undefined
  const fields: Readonly<Record<string, unknown>> = Object.fromEntries(Object.entries(given.content ?? {}))
  const { words, choice, choices } = fields
  const texts = [choice, ...(Array.isArray(choices) ? choices : []), words].filter(
    (text): text is string => typeof text === 'string' && text.trim() !== '',
  )
  return texts.length === 0 ? undefined : { allow: true, message: texts.join('\n') }
}

async function askByChoice(
  { client, thread }: LiveSession,
  { approval, part }: FoundApproval,
  options: readonly string[],
  { transcript, signal }: Asking,
): Promise<Said | undefined> {
  const toolCallId = transcript.view(part.id)?.id ?? `approval-${approval.id}`
  const offered: PermissionOption[] = options.map((name, index) => ({
    optionId: `option-${index}`,
    name,
    kind: 'allow_once',
  }))
  const { outcome } = await client.request(
    'session/request_permission',
    {
      sessionId: thread,
      toolCall: { toolCallId, title: approval.question, kind: 'other' },
      options: [...offered, { optionId: 'decline', name: 'I do not answer', kind: 'reject_once' }],
    },
    { cancellationSignal: signal, stopWaitingOnCancel: true },
  )
  if (outcome.outcome !== 'selected' || !('optionId' in outcome)) return undefined
  const chosen = options[offered.findIndex(({ optionId }) => optionId === outcome.optionId)]
  if (chosen !== undefined) return { allow: true, message: chosen }
  return outcome.optionId === 'decline' ? { allow: false } : undefined
}
