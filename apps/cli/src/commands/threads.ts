import { KeepupError, type ThreadSummary, type Timestamp } from '@keepup/core'
import type { AgentState } from '@keepup/loop'

import type { CommandLine } from '../command-line.ts'
import type { ExitName } from '../exit-code.ts'
import { findGraph, type FoundGraph } from '../graph/find-graph.ts'
import { isMailThread } from '../mail/is-mail-thread.ts'
import { isMemoryThread } from '../memory/is-memory-thread.ts'
import { readAgent } from '../read-agent.ts'
import type { StoreFlags } from '../routes/thread-routes.ts'
import { withoutPassword } from '../settings/database-address.ts'
import { flagTexts } from '../settings/flag-texts.ts'
import { resolveSettings } from '../settings/resolve-settings.ts'
import { openStoreIfAny, placeOf, type Store } from '../store.ts'
import { safeText } from '../terminal/safe-text.ts'
import type { Style } from '../terminal/style.ts'
import { fit, pad } from '../terminal/width.ts'

/** Lists the threads of the store, the latest first. */
export async function threads(
  line: CommandLine,
  flags: StoreFlags & { readonly limit: number },
): Promise<ExitName> {
  const { host, terminal } = line
  const here = host.workingDirectory
  const { settings } = resolveSettings({
    flags: flagTexts(flags),
    environment: host.environment,
    here,
    folder: here,
  })
  const none = `no threads yet in ${withoutPassword(settings.store)}\nnext: ${host.self.command} run "..."\n`
  await using store = await openStoreIfAny(placeOf(settings, host.environment))
  if (store === undefined) {
    await terminal.notes.write(none)
    return 'completed'
  }
  let count = 0
  for await (const summary of store.checkpointer.threads({ limit: flags.limit })) {
    if (isMemoryThread(summary.thread) || isMailThread(summary.thread)) continue
    const standing = await standingOf(store, summary)
    const text = flags.json
      ? JSON.stringify(standing.record)
      : threadLine(summary, standing, {
          now: host.clock.now(),
          width: terminal.width,
          style: terminal.outStyle,
        })
    await terminal.out.write(`${text}\n`)
    count += 1
  }
  if (count === 0) await terminal.notes.write(none)
  return 'completed'
}

/** How a thread stands, for a list: of an agent, or of a graph. */
interface Standing {
  readonly status: string
  readonly title: string
  readonly record: object
}

async function standingOf(store: Store, summary: ThreadSummary): Promise<Standing> {
  try {
    const state = await readAgent(store.checkpointer, summary.thread)
    return {
      status: threadStatus(summary, state),
      title: titleOf(state),
      record: threadRecord(summary, state),
    }
  } catch (error) {
    const graph = KeepupError.is(error, 'thread-too-new') ? await findGraph(store, summary.thread) : undefined
    if (graph === undefined) throw error
    return graphStanding(summary, graph)
  }
}

function graphStanding(
  { thread, head, created, updated, pending, owner }: ThreadSummary,
  found: FoundGraph,
): Standing {
  const status = found.status === 'running' && owner === undefined ? 'cut off' : found.status
  const { graph, kind } = found
  const record = {
    thread,
    status,
    head,
    created,
    updated,
    pending,
    owner,
    title: `${kind} ${graph}`,
    [kind]: graph,
  }
  return { status, title: `${kind} ${graph}`, record }
}

/** How a thread stands, in one word: `running` only where a live process holds it. */
export function threadStatus({ owner }: ThreadSummary, { status, run }: AgentState): string {
  if (status === 'running') return owner === undefined ? 'cut off' : 'running'
  if (status === 'finished') return run?.outcome?.type ?? 'finished'
  return status
}

function threadRecord(summary: ThreadSummary, state: AgentState) {
  const { thread, head, created, updated, pending, owner } = summary
  const { title, turns, cost, usage, delegation } = state
  return {
    thread,
    status: threadStatus(summary, state),
    head,
    created,
    updated,
    pending,
    owner,
    title,
    turns,
    usage,
    cost,
    ...(delegation === undefined
      ? {}
      : { parent: delegation.parent, root: delegation.root, role: delegation.role }),
  }
}

/** Whose agent it is, and what it is about. */
function titleOf({ title = '', delegation }: AgentState): string {
  return delegation === undefined ? title : `${delegation.role} of ${delegation.parent}: ${title}`
}

function threadLine(
  summary: ThreadSummary,
  { status, title: words }: Standing,
  { now, width, style }: { readonly now: Timestamp; readonly width: number; readonly style: Style },
): string {
  const paint = status === 'completed' ? style.green : status === 'running' ? style.cyan : style.yellow
  const head = `${style.bold(pad(summary.thread, 12))} ${paint(pad(status, 13))} ${style.dim(pad(age(now - summary.updated), 9))}`
  const title = fit(safeText(words), Math.max(10, width - 38), style.marks.more)
  return `${head} ${title}`.trimEnd()
}

function age(duration: number): string {
  const minutes = Math.floor(duration / 60_000)
  if (minutes < 1) return 'just now'
  if (minutes < 60) return `${minutes} m ago`
  const hours = Math.floor(minutes / 60)
  return hours < 48 ? `${hours} h ago` : `${Math.floor(hours / 24)} d ago`
}
