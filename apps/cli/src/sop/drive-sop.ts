import type { ThreadId } from '@keepup/core'
import {
  createSopExecutor,
  parseSop,
  requestToolName,
  type Sop,
  type SopEvent,
  type SopExecutor,
  type SopState,
} from '@keepup/roles/sop'
import { systemProcessTable } from '@keepup/toolkit'

import type { CommandLine } from '../command-line.ts'
import type { ExitName } from '../exit-code.ts'
import { chooseModel } from '../model/choose-model.ts'
import { refuseRole } from '../roles/refuse-role.ts'
import type { SopRunFlags } from '../routes/sop-routes.ts'
import { isAttended } from '../running/is-attended.ts'
import { openFiles } from '../running/project-files.ts'
import { watchStops } from '../running/stop-watch.ts'
import { flagTexts } from '../settings/flag-texts.ts'
import { invalidSetting } from '../settings/invalid-setting.ts'
import type { Settings } from '../settings/setting.ts'
import type { Store } from '../store.ts'
import { safeText } from '../terminal/safe-text.ts'
import { askAboutSop } from './ask-about-sop.ts'
import { openSeats } from './open-seats.ts'
import { sopEventLine } from './sop-event-line.ts'
import { tellSopEnd } from './tell-sop-end.ts'

/** What is to be done with a procedure. */
export interface SopOrder {
  readonly flags: SopRunFlags
  readonly settings: Settings
  readonly folder: string
  readonly thread: ThreadId
  /** Left out to go on with the one that is there. */
  readonly start?: { readonly sop: Sop; readonly task: string; readonly askCommands: boolean }
}

/** Walks a procedure, shows what happens, asks whoever sits at the terminal, and says how the program exits. */
export async function driveSop(line: CommandLine, store: Store, order: SopOrder): Promise<ExitName> {
  const { host, terminal } = line
  const { settings, folder, flags } = order
  refuseRole(settings, 'an SOP, whose phases name their roles')
  const note = (text: string): void => void terminal.notes.write(safeText(`note: ${text}\n`))
  if (settings.snapshots === 'off') {
    throw invalidSetting(
      'snapshots',
      'is "off", and gates are bound to the files that they saw',
      'leave --snapshots off out',
    )
  }
  await using files = await openFiles(folder, host.environment, store.path)
  const model = (reference = settings.model) => chooseModel(reference, host, note)
  const place = { store, settings, flags: flagTexts(flags), folder, files, model, note }
  await using seats = await openSeats(line, place)
  // Names of tools are checked against those that are there.
  if (order.start !== undefined) parseSop(order.start.sop, { tools: [...seats.tools, requestToolName] })
  const { checkpointer, artifacts } = store
  const executor = createSopExecutor({
    checkpointer,
    artifacts,
    workspace: files,
    processes: systemProcessTable(),
    coordinator: seats.coordinator,
    agent: seats.agent,
    mode: settings.mode,
    unattended: isAsked(line, flags) ? 'wait' : settings.unattended,
    clock: host.clock,
  })
  using stops = watchStops(host, terminal.out.closed, note)
  const state = await walk(line, store, executor, order, stops.signal)
  return await tellSopEnd(line, order, state, stops.exit)
}

/** Walks as far as it goes. Where it waits for answers and somebody is there to give them, it goes on with them. */
async function walk(
  line: CommandLine,
  store: Store,
  executor: SopExecutor,
  { thread, start, flags, folder }: SopOrder,
  signal: AbortSignal,
): Promise<SopState> {
  const attended = isAsked(line, flags)
  let events =
    start === undefined ? executor.resume({ thread, signal }) : executor.start({ thread, signal, ...start })
  for (;;) {
    let last: SopEvent | undefined
    for await (const event of events) {
      await show(line, flags, event)
      if (!('live' in event)) last = event
    }
    if (last?.type !== 'sop-waiting' || !attended) return executor.state(thread)
    const left = await askAboutSop(line, store, { thread, threads: last.data.threads, folder })
    if (left > 0) return executor.state(thread)
    events = executor.resume({ thread, signal })
  }
}

/** Whether the person at the terminal is asked. */
function isAsked(line: CommandLine, { json, unattended }: SopRunFlags): boolean {
  return !json && unattended === undefined && isAttended(line)
}

async function show({ terminal }: CommandLine, { json }: SopRunFlags, event: SopEvent): Promise<void> {
  if (json) {
    await terminal.out.write(`${JSON.stringify(event)}\n`)
    return
  }
  const text = sopEventLine(event, terminal.notesStyle)
  if (text !== undefined && (terminal.interactive || event.type !== 'gate-running'))
    await terminal.notes.write(`${text}\n`)
}
