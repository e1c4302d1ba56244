import type { Model, Policy, RunAgent, Tool, ToolCoordinator, Workspace } from '@keepup/core'
import { joinHooks, type Seat } from '@keepup/roles/sop'
import { createRuntime } from '@keepup/runtime'
import { systemProcessTable } from '@keepup/toolkit'
import { createToolCoordinator } from '@keepup/tools'

import type { CommandLine } from '../command-line.ts'
import { runGuards } from '../defence/run-guards.ts'
import { openHooks } from '../hooks/open-hooks.ts'
import { openPermissions } from '../permissions/open-permissions.ts'
import { openConfinement } from '../running/open-confinement.ts'
import { openTools } from '../running/open-tools.ts'
import type { RunRole } from '../running/run-role.ts'
import type { FlagTexts } from '../settings/resolve-settings.ts'
import type { Settings } from '../settings/setting.ts'
import type { Store } from '../store.ts'
import { systemPrompt } from '../system-prompt.ts'

/** What the agents of a procedure are opened with. */
export interface SeatPlace {
  readonly store: Store
  readonly settings: Settings
  readonly flags: FlagTexts
  readonly folder: string
  readonly files: Workspace
  /** The model of a name, or the one of the run. */
  readonly model: (reference: string | undefined) => Promise<Model>
  readonly note: (text: string) => void
}

/** What runs the agents and the commands of gates, opened. */
export interface OpenedSeats extends AsyncDisposable {
  readonly tools: readonly string[]
  readonly coordinator: ToolCoordinator
  readonly agent: (seat: Seat) => Promise<RunAgent>
}

/** Opens tools, rules, hooks, the defence and the sandbox as for `keepup run`. Each seat has them all, and its own bounds besides. */
export async function openSeats({ host }: CommandLine, place: SeatPlace): Promise<OpenedSeats> {
  const { store, settings, folder, note } = place
  const { environment } = host
  const stack = new AsyncDisposableStack()
  try {
    const modePolicy = openPermissions(folder, environment)
    const confinement = await openConfinement(settings, folder, environment)
    if (confinement !== undefined) stack.use(confinement)
    const model = await place.model(undefined)
    const hooks = await openHooks({ settings, folder, environment, model: model.id, note, tell: note })
    if (hooks !== undefined) stack.use(hooks)
    const guards = await runGuards(settings, { folder, environment, confinement })
    const { tools } = stack.use(
      await openTools({ model, settings, folder, environment, answerable: false, note, confinement }),
    )
    const common = { modePolicy, guards, artifacts: store.artifacts }
    async function agent(seat: Seat): Promise<RunAgent> {
      const role = await roleOf(seat, place, environment)
      const joined = joinHooks(hooks, seat.hooks)
      const policies: readonly Policy[] = [
        seat.policy,
        ...(role?.held === undefined ? [] : [role.held.policy]),
      ]
      const has = (tool: Tool): boolean => seat.toolPolicy(tool.name) && (role?.has(tool.name) ?? true)
      const registry = [...tools.filter(has), ...seat.tools]
      return createRuntime({
        ...common,
        model: await place.model(seat.model ?? (role === undefined ? undefined : role.settings.model)),
        checkpointer: store.checkpointer,
        workspace: folder,
        processes: systemProcessTable(),
        files: place.files,
        tools: registry,
        policies,
        ...(joined === undefined ? {} : { hooks: joined }),
        system: [systemPrompt(folder), role?.held?.system ?? ''].filter((text) => text !== '').join('\n\n'),
      }).run
    }
    return {
      tools: tools.map(({ name }) => name),
      coordinator: createToolCoordinator({
        ...common,
        registry: tools,
        ...(hooks === undefined ? {} : { hooks }),
      }),
      agent,
      [Symbol.asyncDispose]: () => stack.disposeAsync(),
    }
  } catch (error) {
    await stack.disposeAsync()
    throw error
  }
}

/** The role of a seat; nothing is loaded where it has none. */
async function roleOf(
  { role }: Seat,
  { folder, settings, flags, note }: SeatPlace,
  environment: CommandLine['host']['environment'],
): Promise<RunRole | undefined> {
  if (role === undefined) return undefined
  const { openRole } = await import('../roles/open-role.ts')
  return openRole(role, { folder, environment, settings, flags, note })
}
