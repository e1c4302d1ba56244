import type { ServedAgentParts } from '@keepup/a2a/server'
import type { Milliseconds, Workspace } from '@keepup/core'
import type { Runtime } from '@keepup/runtime'

import type { CommandLine } from '../command-line.ts'
import { chooseModel } from '../model/choose-model.ts'
import { openRunParts } from '../running/open-run-parts.ts'
import { servedRun } from '../running/served-run.ts'
import type { Settings } from '../settings/setting.ts'
import type { Store } from '../store.ts'
import { openRemoteAgents } from './remote-agents.ts'

/** What an agent is opened for. */
export interface ServedAgentOrder {
  readonly store: Store
  readonly settings: Settings
  readonly folder: string
  /** Agents that it may delegate to, as `NAME=URL`. */
  readonly remote?: readonly string[]
  readonly note: (text: string) => void
  /** The snapshots of its files where somebody opened them already, and ends them; else the settings say. */
  readonly files?: Workspace | undefined
  /** How long the lease of a thread outlives a process that nobody can prove dead; the runtime's choice when left out. */
  readonly leaseTtl?: Milliseconds
}

/** An agent that can be served. Disposing of it ends what its tools started. */
export type OpenedServedAgent = AsyncDisposable & {
  readonly runtime: Pick<Runtime, 'events' | 'run'>
  readonly parts: Pick<ServedAgentParts, 'checkpointer' | 'clock' | 'run'>
}

/** Opens what `keepup run` opens. It may ask its client for words; what needs leave waits for a person here. */
export async function openServedAgent(
  line: CommandLine,
  { store, settings, folder, remote = [], note, files, leaseTtl }: ServedAgentOrder,
): Promise<OpenedServedAgent> {
  const { host } = line
  const { environment, clock } = host
  await using opening = new AsyncDisposableStack()
  const model = await chooseModel(settings.model, host, note)
  const order = { settings, folder, environment, clock, model, answerable: true, note }
  const kept = files === undefined ? {} : { files }
  const opened = opening.use(await openRunParts({ ...order, ...kept }))
  const agents = openRemoteAgents(host, store, remote)
  const tools = [...opened.tools, ...(agents?.tools ?? [])]
  const given = {
    ...(agents === undefined ? {} : { agents }),
    ...(leaseTtl === undefined ? {} : { leaseTtl }),
  }
  const runtime = servedRun(line, { ...opened, ...given, tools, store, model, folder, settings, note })
  const stack = opening.move()
  return {
    runtime,
    parts: { checkpointer: store.checkpointer, clock: host.clock, run: runtime.run },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}
