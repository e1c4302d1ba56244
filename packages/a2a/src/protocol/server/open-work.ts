import { randomUUID } from 'node:crypto'

import type { AgentCard } from '@a2a-js/sdk'
import type { A2ARequestHandler, ServerCallContext } from '@a2a-js/sdk/server'
import { type Clock, type ObserveCall, systemClock } from '@keepup/core'

import { type CallObserver, isPlace, observeCalls, placeBelow } from '../observe-calls.ts'
import { createTaskJournal } from '../task/task-journal.ts'
import { createTaskRunner } from './agent/task-runner.ts'
import { createPushOutbox } from './push/push-outbox.ts'
import { createRequestHandler } from './requests/create-request-handler.ts'
import type { A2aServerParts } from './server-parts.ts'
import { sweepTasks } from './sweep-tasks.ts'

/** What answers requests and does the work behind them. Disposing of it interrupts what runs, for another server to go on with. */
export interface OpenWork extends AsyncDisposable {
  readonly handler: A2ARequestHandler
  /** Goes on with what servers left behind that are gone. */
  readonly sweep: () => Promise<void>
}

/** Opens the work of a server, whose card is known by the time that it is asked for. */
export function openWork(parts: A2aServerParts, card: () => AgentCard): OpenWork {
  const { checkpointer, agent, newId = randomUUID, clock = systemClock, note = () => {} } = parts
  const { push = { allowHosts: [] }, isRepetition, extendedCard, observe } = parts
  const journal = createTaskJournal(checkpointer, clock)
  const outbox = createPushOutbox({ journal, clock, rules: push, note })
  const published = outbox.notify
  const runner = createTaskRunner({ journal, agent, clock, newId, published, note })
  const handler = createRequestHandler({
    card,
    journal,
    runner,
    newId,
    push,
    ...(isRepetition === undefined ? {} : { isRepetition }),
    ...(extendedCard === undefined
      ? {}
      : { extendedCard: (context: ServerCallContext) => extendedCard(card(), context) }),
  })
  const ending = new AbortController()
  let sweeping: Promise<void> | undefined
  async function lookThrough(): Promise<void> {
    try {
      const swept = await sweepTasks(journal, { runner, outbox, now: clock.now(), signal: ending.signal })
      if (swept.resumed > 0) note(`${swept.resumed} tasks of servers that are gone are gone on with`)
    } catch (error) {
      if (!ending.signal.aborted)
        note(`tasks that were left behind could not be looked for: ${String(error)}`)
    }
  }
  return {
    handler: observe === undefined ? handler : observeCalls(handler, answering(observe, clock)),
    sweep: () => (sweeping ??= lookThrough()),
    async [Symbol.asyncDispose]() {
      ending.abort()
      await sweeping
      await runner[Symbol.asyncDispose]()
      await outbox[Symbol.asyncDispose]()
    },
  }
}

/** Calls as the server sees them: below what the request says that it belongs to. */
function answering(observe: ObserveCall, clock: Clock): CallObserver {
  return {
    side: 'server',
    observe,
    clock,
    begin(...given) {
      // Each operation of a handler is given its request, then its context.
      const context = given[1] as ServerCallContext
      const headers: unknown = context.state.get('headers')
      const said =
        typeof headers === 'object' && headers !== null ? Reflect.get(headers, 'traceparent') : undefined
      const under = typeof said === 'string' && isPlace(said) ? said : undefined
      const attributes = { 'a2a.protocol.version': context.requestedVersion }
      return { given, attributes, traceparent: placeBelow(under), ...(under === undefined ? {} : { under }) }
    },
  }
}
