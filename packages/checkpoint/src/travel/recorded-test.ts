import { createHash } from 'node:crypto'

import {
  type Checkpointer,
  type Entry,
  type Fold,
  KeepupError,
  type ThreadId,
  type ThreadView,
} from '@keepup/core'

import { decodeText } from '../decode-value.ts'
import { diffStates, type StateChange } from '../diff-states.ts'
import { encodeText } from '../encode-value.ts'
import { foldEntries } from '../fold-entries.ts'
import { replayCheckpointer } from '../replay/replay-checkpointer.ts'

/** Executes a thread again from its own entries; fails `replay-diverged` at the first one that would be another. */
export type Replay = (recorded: readonly Entry[], options: { readonly past?: ThreadView }) => Promise<unknown>

/** What a recorded test is held against. */
export interface TestedCode<State> {
  readonly fold: Fold<State>
  readonly replay: Replay
}

/** What a recorded test came to. */
export interface TestResult {
  readonly thread: ThreadId
  /** How many entries it holds. */
  readonly entries: number
  /** Where the execution took another way. */
  readonly diverged?: { readonly sequence?: number; readonly message: string }
  /** How the state that comes out differs from the recorded one. */
  readonly state: readonly StateChange[]
}

const format = 'keepup-test'
const version = 1

/**
 * A thread as the text of a regression test that needs neither model, tools nor database: its entries, what it was forked from, and the state that they fold into,
 * a line each. It holds everything that the agent read. Fails `thread-unknown`, `not-supported` where entries were erased, and `replay-diverged` where
 * the thread cannot be executed again already.
 */
export async function recordTest<State>(
  checkpointer: Checkpointer,
  thread: ThreadId,
  code: TestedCode<State>,
): Promise<string> {
  const { origin } = await checkpointer.read(thread, { at: 0 })
  const entries: Entry[] = []
  for await (const entry of checkpointer.log(thread)) entries.push(entry)
  if (entries.length === 0) {
    const advice =
      origin === undefined ? '' : `It was forked from ${origin.thread} and did nothing yet: record that one.`
    throw new KeepupError(
      'thread-unknown',
      `There is nothing of thread ${thread} to record. ${advice}`.trim(),
    )
  }
  const isPruned = entries[0]?.type === 'thread-pruned'
  const past =
    origin === undefined || isPruned ? undefined : await checkpointer.read(thread, { at: origin.at })
  await code.replay(entries, past === undefined ? {} : { past })
  const state = await stateOf(entries, past, code.fold)
  const lines = [{ format, version, thread, fold: code.fold.id, past }, ...entries, { state }].map((line) =>
    encodeText(line),
  )
  return `${[...lines, encodeText({ digest: digestOf(lines) })].join('\n')}\n`
}

/** Runs a recorded test against the code of today. Fails `thread-damaged` where the text is no whole recorded test, `thread-too-new` where a newer version wrote it. */
export async function runRecordedTest<State>(text: string, code: TestedCode<State>): Promise<TestResult> {
  const { thread, past, entries, state } = readTest(text)
  const diverged = await divergence(() => code.replay(entries, past === undefined ? {} : { past }))
  return {
    thread,
    entries: entries.length,
    ...(diverged === undefined ? {} : { diverged }),
    state: diffStates(state, await stateOf(entries, past, code.fold)),
  }
}

async function divergence(replay: () => Promise<unknown>): Promise<TestResult['diverged']> {
  try {
    await replay()
    return undefined
  } catch (error) {
    if (!KeepupError.is(error, 'replay-diverged')) throw error
    const { sequence } = error.details
    return { message: error.message, ...(typeof sequence === 'number' ? { sequence } : {}) }
  }
}

/** The stored form of the state that entries fold into, as it would be read. */
async function stateOf<State>(
  entries: readonly Entry[],
  past: ThreadView | undefined,
  fold: Fold<State>,
): Promise<unknown> {
  const replayed = replayCheckpointer(entries, past === undefined ? {} : { past })
  replayed.cursor.advance(entries.length)
  const view = await replayed.read(entries[0]?.thread ?? '')
  const state = foldEntries(fold, fold.initial, view.entries)
  return decodeText(encodeText(fold.save?.(state) ?? state))
}

interface ReadTest {
  readonly thread: ThreadId
  readonly past?: ThreadView
  readonly entries: readonly Entry[]
  readonly state: unknown
}

function readTest(text: string): ReadTest {
  const lines = text.replaceAll('\r\n', '\n').trimEnd().split('\n')
  const end = lines.pop() ?? ''
  const head = parse(lines[0] ?? end)
  if (head['format'] !== format) throw damaged('it does not begin as one')
  if (head['version'] !== version)
    throw new KeepupError(
      'thread-too-new',
      'The recorded test was written by a newer version. Update keepup.',
    )
  if (parse(end)['digest'] !== digestOf(lines)) throw damaged('it was cut short or changed by hand')
  const [, ...rest] = lines.map(parse)
  const state = rest.pop()
  // The digest says that `recordTest` wrote these lines.
  const { thread, past } = head as { readonly thread: ThreadId; readonly past?: ThreadView }
  const entries = rest as unknown as readonly Entry[]
  return { thread, ...(past === undefined ? {} : { past }), entries, state: state?.['state'] }
}

function parse(line: string): Readonly<Record<string, unknown>> {
  try {
    const value = decodeText(line)
    if (typeof value === 'object' && value !== null) return { ...value }
  } catch (cause) {
    throw damaged('a line of it is no JSON', cause)
  }
  throw damaged('a line of it is no object')
}

function digestOf(lines: readonly string[]): string {
  return createHash('sha256').update(lines.join('\n')).digest('hex')
}

function damaged(why: string, cause?: unknown): KeepupError {
  const message = `This is no whole recorded test: ${why}. Record it anew, or take the file as it was committed.`
  return new KeepupError('thread-damaged', message, cause === undefined ? {} : { cause })
}
