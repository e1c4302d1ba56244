import { checkThread, genesisHash } from '@keepup/checkpoint'
import { countFitting, locateHistory, stretchesOf, unknownPosition } from '@keepup/checkpoint/backend'
import type { Entry, FoldRef, Sequence, ThreadId, ThreadView } from '@keepup/core'

import { hashAt, position } from './fork-thread.ts'
import { readLine, type ThreadLine } from './lineage.ts'
import type { Parts } from './parts.ts'
import { readEntries } from './read-entries.ts'
import type { Session } from './session.ts'
import { newestSnapshot } from './snapshot-rows.ts'

/** What to read of a thread. */
interface ReadOptions {
  readonly at?: Sequence
  readonly fold?: FoldRef
}

/** So many entries are read in one go; longer histories let other work in between. */
const atOnce = 2_000

/** The effective history up to a position; see `Checkpointer.read`. */
export async function readView(
  parts: Parts,
  session: Session,
  thread: ThreadId,
  options: ReadOptions,
): Promise<ThreadView> {
  checkThread(thread)
  try {
    return await look(parts, session, thread, options)
  } catch {
    // Entries were pruned or erased between two looks, or are damaged: one look at everything tells.
    return session.read((inner) =>
      look(
        parts,
        { ...session, call: (statement, parameters) => inner.query(statement, ...parameters) },
        thread,
        options,
      ),
    )
  }
}

async function look(
  parts: Parts,
  session: Session,
  name: ThreadId,
  options: ReadOptions,
): Promise<ThreadView> {
  const line = await readLine(session, name, position(options.at))
  const [thread] = line[0] ?? []
  if (thread === undefined) return emptyView(name, options.at)
  const at = options.at ?? thread.head
  const history = locateHistory(line, at)
  const { fold } = options
  const snapshot = fold === undefined ? undefined : await newestSnapshot(session, history, fold)
  const isHead = at === thread.head && thread.hash !== null
  if (isHead) parts.states.set(name, { head: at, hash: thread.hash, many: thread.many })
  return {
    thread: name,
    head: thread.head,
    at,
    hash: isHead ? thread.hash : await hashAt(parts, session, line, at),
    ...rareOf(thread),
    inherited: history.inherited,
    ...(snapshot === undefined ? {} : { snapshot }),
    entries: await readAll(parts, session, stretchesOf(history, snapshot?.at ?? 0, atOnce)),
  }
}

/** What most threads do not have. */
function rareOf({ origin, erasures }: ThreadLine): Pick<ThreadView, 'origin' | 'erasures'> {
  return { ...(origin === undefined ? {} : { origin }), ...(erasures === 0 ? {} : { erasures }) }
}

async function readAll(
  parts: Parts,
  session: Session,
  stretches: ReturnType<typeof stretchesOf>,
): Promise<readonly Entry[]> {
  const entries: Entry[] = []
  for (let rest = stretches; rest.length > 0;) {
    const count = Math.max(1, countFitting(rest, atOnce))
    for (const entry of await readEntries(parts.labels, session, rest.slice(0, count))) entries.push(entry)
    rest = rest.slice(count)
  }
  return entries
}

function emptyView(thread: ThreadId, at: Sequence = 0): ThreadView {
  if (at !== 0) throw unknownPosition(thread, at, 0)
  return { thread, head: 0, at, hash: genesisHash(thread), inherited: 0, entries: [] }
}
