import { type ComparedThread, compareThreads, type Comparison, familyOf } from '@keepup/checkpoint'
import type { ThreadId } from '@keepup/core'

import type { CommandLine } from '../command-line.ts'
import type { ExitName } from '../exit-code.ts'
import type { StoreFlags } from '../routes/thread-routes.ts'
import { showDuration } from '../settings/duration.ts'
import { showMoney } from '../settings/money.ts'
import { findThread } from '../store.ts'
import { outcomeText } from '../terminal/entry-line.ts'
import { groupedDigits } from '../terminal/grouped-digits.ts'
import { safeText } from '../terminal/safe-text.ts'
import { type Column, tableLines } from '../terminal/table-lines.ts'
import { fit } from '../terminal/width.ts'
import { openNamedStore } from '../travel/find-place.ts'

const columns: readonly Column[] = [
  { title: 'thread', align: 'left' },
  { title: 'turns', align: 'right' },
  { title: 'tokens', align: 'right' },
  { title: 'cost', align: 'right' },
  { title: 'took', align: 'right' },
  { title: 'files', align: 'right' },
  { title: 'outcome', align: 'left' },
]

/** Prints what became of threads since they parted, beside each other; of one thread and all its forks where one is named. */
export async function compare(
  line: CommandLine,
  flags: StoreFlags,
  ...names: readonly string[]
): Promise<ExitName> {
  await using store = await openNamedStore(line, flags)
  const named: ThreadId[] = []
  for (const name of names) named.push(await findThread(store, name))
  const [first] = named
  const threads =
    first !== undefined && named.length === 1
      ? await familyOf(store.checkpointer, first)
      : [...new Set(named)]
  const comparison = await compareThreads(store.checkpointer, threads)
  const { out } = line.terminal
  if (flags.json) await out.write(`${JSON.stringify(comparison)}\n`)
  else for (const text of linesOf(line, comparison)) await out.write(`${text}\n`)
  return 'completed'
}

function linesOf({ terminal }: CommandLine, { past, threads }: Comparison): readonly string[] {
  const { outStyle: style, width } = terminal
  const since =
    past.last === undefined
      ? 'they share no entry: all of each counts'
      : `since entry ${past.last.at} of ${past.last.thread}, the last that they share`
  const rows = threads.map((thread) => ({ cells: cellsOf(thread) }))
  const answers = threads.flatMap(({ thread, answer }) =>
    answer === undefined
      ? []
      : ['', style.bold(safeText(thread)), ...firstLines(safeText(answer), width, style.marks.more)],
  )
  return [
    ...(threads.length > 1 ? [style.dim(fit(safeText(since), width, style.marks.more))] : []),
    ...tableLines(columns, rows, { style, width }),
    ...answers,
  ]
}

function cellsOf(compared: ComparedThread): readonly string[] {
  const { thread, turns, usage, cost, duration, files, outcome, open } = compared
  return [
    fit(safeText(thread), 24, '...'),
    String(turns),
    groupedDigits(usage.input + usage.output),
    cost > 0 ? showMoney(cost) : '',
    showDuration(duration),
    files === undefined ? '' : String(files.changes.length + files.more),
    outcome === undefined ? (open ? 'not finished' : 'nothing ran') : safeText(outcomeText(outcome)),
  ]
}

/** The first lines of an answer; the whole of it is in `--json` and `keepup show`. */
function firstLines(text: string, width: number, more: string): readonly string[] {
  const lines = text.trimEnd().split('\n')
  const shown = lines.slice(0, 6).map((one) => `  ${fit(one, width - 2, more)}`)
  return lines.length > 6 ? [...shown, `  ${more} ${lines.length - 6} more lines`] : shown
}
