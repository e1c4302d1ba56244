import { KeepupError, type NewSignal, type ThreadId, type Timestamp } from '@keepup/core'
import { answer, interrupt, message, steer, stop } from '@keepup/runtime'

import type { CommandLine } from '../command-line.ts'
import { usageError } from '../error-report.ts'
import type { ExitName } from '../exit-code.ts'
import { answerGraphWords, eventSignal } from '../graph/answer-wait.ts'
import { findGraph } from '../graph/find-graph.ts'
import { readAgent } from '../read-agent.ts'
import type { StoreFlags } from '../routes/thread-routes.ts'
import { flagTexts } from '../settings/flag-texts.ts'
import { nearest } from '../settings/nearest.ts'
import { resolveSettings } from '../settings/resolve-settings.ts'
import { findThread, openExistingStore, placeOf, type Store } from '../store.ts'

interface Words {
  readonly store: Store
  readonly thread: ThreadId
  readonly rest: readonly string[]
  readonly now: Timestamp
}

const kinds: Readonly<Record<string, (words: Words) => Promise<NewSignal> | NewSignal>> = {
  steer: ({ thread, rest }) => steer(thread, text('steer', rest)),
  message: ({ thread, rest }) => message(thread, text('message', rest)),
  stop: ({ thread, rest }) => stop(thread, rest.join(' ') || 'asked on the command line'),
  interrupt: ({ thread, rest }) => interrupt(thread, rest.join(' ') || 'asked on the command line'),
  answer: answerQuestion,
  event: ({ thread, rest, now }) => eventSignal(thread, rest, now),
}

/** Sends a durable signal to a thread, whoever runs it and wherever. */
export async function signal(
  line: CommandLine,
  flags: StoreFlags,
  name = '',
  kind = '',
  ...rest: readonly string[]
): Promise<ExitName> {
  const { environment, workingDirectory: here } = line.host
  const make = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined
  if (make === undefined) throw unknownKind(kind)
  const { settings } = resolveSettings({ flags: flagTexts(flags), environment, here, folder: here })
  await using store = await openExistingStore(placeOf(settings, environment))
  const thread = await heardBy(store, await findThread(store, name), kind)
  const sent = await make({ store, thread, rest, now: line.host.clock.now() })
  const [receipt = 'full'] = await store.checkpointer.signal([sent], 'power')
  if (receipt === 'full') {
    throw usageError(
      `thread ${sent.thread} has as many signals waiting as it can hold`,
      'let it run, then send it again',
    )
  }
  const said = { thread: sent.thread, signal: sent.id, kind, receipt }
  await line.terminal.out.write(
    flags.json ? `${JSON.stringify(said)}\n` : `${kind} to ${sent.thread}: ${receipt}\n`,
  )
  return 'completed'
}

/** A steer is for whoever has control: an agent may have handed it on. */
async function heardBy(store: Store, thread: ThreadId, kind: string): Promise<ThreadId> {
  if (kind !== 'steer' || !(await hasHandedOn(store, thread))) return thread
  const { inControl, readTree } = await import('@keepup/agents')
  return inControl(await readTree(store.checkpointer, thread)).agent
}

async function hasHandedOn({ checkpointer }: Store, thread: ThreadId): Promise<boolean> {
  try {
    const { agents = [] } = await readAgent(checkpointer, thread)
    return agents.some(({ control, settled }) => control === true && settled === undefined)
  } catch (error) {
    if (KeepupError.is(error, 'thread-too-new')) return false
    throw error
  }
}

/** A graph's thread asks other questions than an agent's. */
async function answerQuestion(words: Words): Promise<NewSignal> {
  try {
    return await answerApproval(words)
  } catch (error) {
    const graph = KeepupError.is(error) ? await findGraph(words.store, words.thread) : undefined
    if (graph === undefined) throw error
    return answerGraphWords(graph, words.rest, words.now)
  }
}

async function answerApproval({ store, thread, rest }: Words): Promise<NewSignal> {
  const [verdict = '', ...more] = rest
  if (verdict !== 'allow' && verdict !== 'deny') {
    throw usageError(
      `"${verdict}" is no answer`,
      'write: keepup signal THREAD answer allow|deny [APPROVAL] [TEXT...]',
    )
  }
  const open = await openApprovals(store, thread)
  const named = open.find(({ id }) => id === more[0])
  const [first] = open
  if (first === undefined)
    throw usageError(`no approval of thread ${thread} is open`, 'look at it with: keepup show THREAD')
  if (named === undefined && open.length > 1) {
    throw usageError(`${open.length} approvals are open`, `name one: ${open.map(({ id }) => id).join(', ')}`)
  }
  const { id, digest } = named ?? first
  const words = (named === undefined ? more : more.slice(1)).join(' ')
  return answer(thread, {
    approval: id,
    digest,
    allow: verdict === 'allow',
    ...(words === '' ? {} : { message: words }),
  })
}

async function openApprovals({ checkpointer }: Store, thread: ThreadId) {
  const { turn } = await readAgent(checkpointer, thread)
  return (turn?.calls ?? []).flatMap(({ approval }) =>
    approval === undefined || approval.answer !== undefined ? [] : [approval],
  )
}

function text(kind: string, rest: readonly string[]): string {
  const words = rest.join(' ').trim()
  if (words === '') throw usageError(`${kind} needs a text`, `write: keepup signal THREAD ${kind} "..."`)
  return words
}

function unknownKind(kind: string): Error {
  const meant = nearest(kind, Object.keys(kinds))
  return usageError(
    `there is no signal "${kind}"`,
    meant === undefined ? `send one of ${Object.keys(kinds).join(', ')}` : `did you mean ${meant}?`,
  )
}
