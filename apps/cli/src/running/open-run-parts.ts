import type { AgentEvent, Clock, Guard, Guidance, Hooks, Policy, Tool, Workspace } from '@keepup/core'

import { runGuards } from '../defence/run-guards.ts'
import { joinGuidance } from '../guidance/join-guidance.ts'
import { openGuidance } from '../guidance/open-guidance.ts'
import { openHooks } from '../hooks/open-hooks.ts'
import { memoryGuidance } from '../memory/remembered-run.ts'
import { openPermissions } from '../permissions/open-permissions.ts'
import { openObserver } from '../telemetry/open-observer.ts'
import { type Confinement, openConfinement } from './open-confinement.ts'
import { openTools, type ToolParts } from './open-tools.ts'
import { projectFiles } from './project-files.ts'

/** What an agent is to be opened for. */
export interface RunPartsOrder extends Omit<ToolParts, 'confinement'> {
  readonly clock: Clock
  /** Tells a person something while it runs; `note` when left out. */
  readonly tell?: (text: string) => void
  /** The snapshots of its files where somebody opened them already; else the settings say. */
  readonly files?: Workspace
  /** Hooks of the run that it belongs to: they are run for it as well, and no others. A collector is told by that run too. */
  readonly hooks?: Hooks | undefined
}

/** What bounds an agent, and what it works with. */
export interface RunParts {
  readonly permissions: Policy
  readonly guards: readonly Guard[]
  readonly hooks: Hooks | undefined
  readonly confinement: Confinement | undefined
  readonly files: Workspace | undefined
  /** Tells a collector of what happens; left out where the environment names none. */
  readonly observe: ((event: AgentEvent) => void) | undefined
  readonly tools: readonly Tool[]
  /** Finds what an agent is told of the place where it works. */
  readonly guidance: Guidance | undefined
}

/** The same, opened. Disposing of it ends what the tools, the hooks and the sandbox started. */
export type OpenedRunParts = RunParts & AsyncDisposable

/**
 * Opens everything that bounds an agent: rules, defence, hooks, sandbox, snapshots, telemetry, tools. Whatever lets a model call tools takes them from here, so that none of its
 * ways is less guarded than another. Fails `configuration-invalid` and `sandbox-unavailable`, before anything is run.
 */
export async function openRunParts(order: RunPartsOrder): Promise<OpenedRunParts> {
  const { settings, folder, environment, model, clock, note, tell = note } = order
  await using opening = new AsyncDisposableStack()
  const permissions = openPermissions(folder, environment)
  const confinement = await openConfinement(settings, folder, environment)
  if (confinement !== undefined) opening.use(confinement)
  const belongs = 'hooks' in order
  const observer = belongs ? undefined : await openObserver(environment, clock, tell)
  if (observer !== undefined) opening.use(observer)
  const own = belongs
    ? undefined
    : await openHooks({ settings, folder, environment, model: model.id, note, tell })
  if (own !== undefined) opening.use(own)
  const guards = await runGuards(settings, { folder, environment, confinement })
  const { tools } = opening.use(await openTools({ ...order, confinement }))
  const told = await openGuidance({ settings, folder, environment, model, tell: note })
  const files = order.files ?? projectFiles(settings, folder, environment)
  const stack = opening.move()
  return {
    permissions,
    guards,
    hooks: order.hooks ?? own,
    confinement,
    files,
    observe: observer?.observe,
    tools: [...tools, ...told.tools],
    guidance: joinGuidance(told.guidance, memoryGuidance(order)),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}
