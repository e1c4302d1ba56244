import type { Entry } from '@keepup/core'
import type { Attributes } from '@opentelemetry/api'

import { spanIdOf, traceIdOf } from './span-identity.ts'
import type { TracePlace, TraceSpan } from './trace-span.ts'

/** Messages of mailboxes that were received and are not done with: how long they took is told with their end. */
export type OpenMails = Map<string, number>

/** What entries of memories, of what agents had of them, and of mailboxes tell, each as a span. Those of other threads tell none. */
export function tellStore(
  mails: OpenMails,
  entry: Entry,
  within: TracePlace | undefined,
): readonly TraceSpan[] {
  const { type, data, thread } = entry
  const told = Object(data) as Readonly<Record<string, unknown>> // of an entry
  switch (type) {
    case 'memory-read':
      return [operation(entry, within, 'search_memory', storeOf(told['scope']))]
    case 'memory-changed':
      return [operation(entry, within, 'upsert_memory', { ...storeOf(thread), ...countOf(told['changes']) })]
    case 'memory-consolidated':
      return [operation(entry, within, 'update_memory', { ...storeOf(thread), ...countOf(told['changes']) })]
    case 'mail/received':
      mails.set(`${thread} ${String(told['id'])}`, entry.time)
      return []
    case 'mail/settled':
      return Array.isArray(told['messages'])
        ? told['messages'].map((mail) => settled(mails, entry, mail))
        : []
    default:
      return []
  }
}

/** A moment of work: how long it took stands nowhere. */
function operation(
  { thread, sequence, time }: Entry,
  within: TracePlace | undefined,
  name: string,
  attributes: Attributes,
): TraceSpan {
  return {
    traceId: within?.traceId ?? traceIdOf(thread, String(sequence)),
    spanId: spanIdOf(thread, sequence),
    ...(within === undefined ? {} : { parent: within }),
    name,
    kind: 'internal',
    start: time,
    end: time,
    attributes: { 'gen_ai.operation.name': name, ...attributes },
    moments: [],
  }
}

function storeOf(scope: unknown): Attributes {
  return typeof scope === 'string' ? { 'gen_ai.memory.store.id': scope } : {}
}

function countOf(changes: unknown): Attributes {
  return Array.isArray(changes) ? { 'gen_ai.memory.record.count': changes.length } : {}
}

/** A message, from its receipt to its end, in the words of the messaging conventions. What went wrong is told as a code alone. */
function settled(mails: OpenMails, { thread, sequence, time }: Entry, mail: unknown): TraceSpan {
  const { id, outcome, attempts } = Object(mail) as Readonly<Record<string, unknown>> // of an entry
  const name = String(id)
  const start = mails.get(`${thread} ${name}`) ?? time
  mails.delete(`${thread} ${name}`)
  const address = thread.replace(/^mail:/, '')
  return {
    traceId: traceIdOf(thread, name),
    spanId: spanIdOf(`${thread} ${name}`, sequence),
    name: `process ${address}`,
    kind: 'internal',
    start,
    end: time,
    attributes: {
      'messaging.system': 'keepup',
      'messaging.operation.type': 'process',
      'messaging.destination.name': address,
      'messaging.message.id': name,
      'keepup.outcome': String(outcome),
      ...(typeof attempts === 'number' ? { 'keepup.attempt': attempts } : {}),
    },
    ...(outcome === 'handled' ? {} : { error: String(outcome) }),
    moments: [],
  }
}
