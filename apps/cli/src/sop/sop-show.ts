import { readState } from '@keepup/checkpoint'
import { type Sop, sopFold, sopMermaid, type SopState } from '@keepup/roles/sop'

import type { CommandLine } from '../command-line.ts'
import { usageError } from '../error-report.ts'
import type { ExitName } from '../exit-code.ts'
import type { SopShowFlags } from '../routes/sop-routes.ts'
import { flagTexts } from '../settings/flag-texts.ts'
import { resolveSettings } from '../settings/resolve-settings.ts'
import { findThread, openExistingStore, placeOf } from '../store.ts'
import { workingFolder } from '../working-folder.ts'
import { loadSop } from './load-sop.ts'
import { sopTable } from './sop-table.ts'

/** Shows a procedure, or where the one of a thread stands: as a table, as a diagram of Mermaid, or as JSON. */
export async function sopShow(line: CommandLine, flags: SopShowFlags, name?: string): Promise<ExitName> {
  const { terminal } = line
  const { sop, state } =
    flags.thread === undefined ? shownFile(line, flags, name) : await shownThread(line, flags, flags.thread)
  if (flags.mermaid) await terminal.out.write(sopMermaid(sop, state?.machine))
  else if (flags.json)
    await terminal.out.write(`${JSON.stringify(state === undefined ? sop : { sop, ...standing(state) })}\n`)
  else await terminal.out.write(sopTable(sop, terminal.outStyle, state))
  return 'completed'
}

interface Shown {
  readonly sop: Sop
  readonly state?: SopState
}

function shownFile({ host }: CommandLine, flags: SopShowFlags, name: string | undefined): Shown {
  if (name === undefined)
    throw usageError('no procedure is named', 'write: keepup sop show NAME, or --thread THREAD')
  return { sop: loadSop(name, workingFolder(host, flags.cwd), host.workingDirectory).sop }
}

async function shownThread({ host }: CommandLine, flags: SopShowFlags, name: string): Promise<Shown> {
  const { environment, workingDirectory: here } = host
  const { settings } = resolveSettings({ flags: flagTexts(flags), environment, here, folder: here })
  await using store = await openExistingStore(placeOf(settings, environment))
  const thread = await findThread(store, name)
  const { state } = await readState(store.checkpointer, thread, sopFold)
  if (state.sop === undefined)
    throw usageError(`${thread} is no thread of a procedure`, 'look at it with: keepup show THREAD')
  return { sop: state.sop, state }
}

function standing({ status, task, machine, evidence, spent, artifacts, asked }: SopState): object {
  return {
    status,
    task,
    machine,
    spent,
    artifacts,
    evidence: Object.values(evidence),
    asked: Object.values(asked),
  }
}
