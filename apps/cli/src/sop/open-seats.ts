import type { Model, Policy, RunAgent, Tool, ToolCoordinator, Workspace } from '@keepup/core'
import { joinHooks, type Seat } from '@keepup/roles/sop'
import { createRuntime } from '@keepup/runtime'
import { systemProcessTable } from '@keepup/toolkit'
import { createToolCoordinator } from '@keepup/tools'

import type { CommandLine } from '../command-line.ts'
import { runContextPolicy } from '../context/run-context-policy.ts'
import { withWindow } from '../context/with-window.ts'
import { withoutPast } from '../defence/without-past.ts'
import { leastLimits } from '../running/least-limits.ts'
import { limitsOf } from '../running/limits-of.ts'
import { observed } from '../running/observed.ts'
import { openRunParts } from '../running/open-run-parts.ts'
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

/** Opens tools, rules, hooks, the defence and the sandbox as for `keepup run`. Each seat has them all, and its own bounds besides; each of its runs
 * stays within the limits of the settings, and within what the procedure has left. */
export async function openSeats({ host }: CommandLine, place: SeatPlace): Promise<OpenedSeats> {
  const { store, settings, folder, files, note } = place
  const { environment, clock } = host
  await using opening = new AsyncDisposableStack()
  const model = await place.model(undefined)
  const order = { model, settings, folder, environment, clock, answerable: false, note, files }
  const { tools, permissions, guards, hooks, observe, guidance } = opening.use(await openRunParts(order))
  const common = { modePolicy: permissions, guards, artifacts: store.artifacts }
  async function agent(seat: Seat): Promise<RunAgent> {
    const role = await roleOf(seat, place, environment)
    const joined = joinHooks(hooks, seat.hooks)
    const policies: readonly Policy[] = [seat.policy, ...(role?.held === undefined ? [] : [role.held.policy])]
    const has = (tool: Tool): boolean => seat.toolPolicy(tool.name) && (role?.has(tool.name) ?? true)
    const wanted = seat.model ?? (role === undefined ? undefined : role.settings.model)
    const used = withWindow(await place.model(wanted), settings)
    const runtime = observed(
      createRuntime({
        ...common,
        model: used,
        checkpointer: store.checkpointer,
        workspace: folder,
        processes: systemProcessTable(),
        contextPolicy: runContextPolicy(used),
        files,
        ...(guidance === undefined ? {} : { guidance }),
        tools: [...tools.filter(has), ...seat.tools],
        policies,
        ...(joined === undefined ? {} : { hooks: joined }),
        system: [systemPrompt(folder), role?.held?.system ?? ''].filter((text) => text !== '').join('\n\n'),
      }),
      observe,
    )
    return (request) =>
      runtime.run({ ...request, limits: leastLimits(limitsOf(settings), request.limits ?? {}) })
  }
  const coordinator = createToolCoordinator({
    ...common,
    registry: tools,
    // A gate's command is judged as what somebody wrote whom nobody knows: where a person must be asked, the gate asks.
    policies: guards.map(withoutPast),
    ...(hooks === undefined ? {} : { hooks }),
  })
  const stack = opening.move()
  return {
    tools: tools.map(({ name }) => name),
    coordinator,
    agent,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
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
