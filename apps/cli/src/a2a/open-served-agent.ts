import type { ServedAgentParts } from '@keepup/a2a/server'
import type { Runtime } from '@keepup/runtime'

import type { CommandLine } from '../command-line.ts'
import { openHooks } from '../hooks/open-hooks.ts'
import { chooseModel } from '../model/choose-model.ts'
import { openPermissions } from '../permissions/open-permissions.ts'
import { refuseRole } from '../roles/refuse-role.ts'
import { startAgent } from '../running/agent-parts.ts'
import { openConfinement } from '../running/open-confinement.ts'
import { openTools } from '../running/open-tools.ts'
import { projectFiles } from '../running/project-files.ts'
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
}

/** An agent that can be served. Disposing of it ends what its tools started. */
export type OpenedServedAgent = AsyncDisposable & {
  readonly runtime: Runtime
  readonly parts: Pick<ServedAgentParts, 'checkpointer' | 'clock' | 'run'>
}

/** Opens model, tools, rules, hooks and the sandbox as for `keepup run`. It may ask its client for words; what needs leave waits for a person here. */
export async function openServedAgent(
  { host }: CommandLine,
  { store, settings, folder, remote = [], note }: ServedAgentOrder,
): Promise<OpenedServedAgent> {
  const { environment } = host
  refuseRole(settings, 'what is served')
  await using opening = new AsyncDisposableStack()
  const model = await chooseModel(settings.model, host, note)
  const permissions = openPermissions(folder, environment)
  const confinement = await openConfinement(settings, folder, environment)
  if (confinement !== undefined) opening.use(confinement)
  const hooks = await openHooks({ settings, folder, environment, model: model.id, note, tell: note })
  if (hooks !== undefined) opening.use(hooks)
  const files = projectFiles(settings, folder, environment)
  const { tools } = opening.use(
    await openTools({ model, settings, folder, environment, answerable: true, note, confinement }),
  )
  const agents = openRemoteAgents(host, store, remote)
  const all = [...tools, ...(agents?.tools ?? [])]
  const given = agents === undefined ? {} : { agents }
  const parts = { store, model, folder, settings, permissions, tools: all, hooks, files, ...given }
  const runtime = startAgent(parts)
  const stack = opening.move()
  return {
    runtime,
    parts: { checkpointer: store.checkpointer, clock: host.clock, run: runtime.run },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}
