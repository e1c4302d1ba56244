import type { ListedCheckpoint } from '@keepup/checkpoint'
import type { DurableEvent, Entry } from '@keepup/core'

import { showDuration } from '../settings/duration.ts'
import { showMoney } from '../settings/money.ts'
import { entryLine } from '../terminal/entry-line.ts'
import { groupedDigits } from '../terminal/grouped-digits.ts'
import { advance, noProgress } from '../terminal/progress.ts'
import { safeText } from '../terminal/safe-text.ts'
import type { Style } from '../terminal/style.ts'
import { type Column, type Row, tableLines } from '../terminal/table-lines.ts'
import { clockTime, isoDay } from '../terminal/timeline.ts'

const columns: readonly Column[] = [
  { title: 'at', align: 'right' },
  { title: 'time', align: 'left' },
  { title: 'tokens', align: 'right' },
  { title: 'cost', align: 'right' },
  { title: 'took', align: 'right' },
  { title: 'files', align: 'right' },
  { title: 'what happened', align: 'left' },
]

/** Entries that a person can do without where the same commit tells of others. */
const quiet: ReadonlySet<string> = new Set([
  'model-called',
  'instructions-changed',
  'process-started',
  'workspace-snapshotted',
  'tool-started',
])

/** Checkpoints as a table, oldest first; dates where they change; columns without anything to tell are left out. */
export function checkpointTable(
  checkpoints: readonly ListedCheckpoint[],
  style: Style,
  width: number,
): readonly string[] {
  let progress = noProgress
  const rows = checkpoints.map((checkpoint): Row => {
    // Entries of types that the fold does not know pass it by.
    for (const entry of checkpoint.entries) progress = advance(progress, entry as DurableEvent)
    const cells = cellsOf(checkpoint, progress.inputs)
    return checkpoint.hidden ? { cells, paint: style.dim } : { cells }
  })
  const [title = '', ...lines] = tableLines(columns, rows, { style, width })
  return [title, ...lines.flatMap((line, index) => [...dateAbove(checkpoints, index, style), line])]
}

function cellsOf(checkpoint: ListedCheckpoint, inputs: ReadonlyMap<string, unknown>): readonly string[] {
  const { sequence, time, usage, cost, duration, files, tags, hidden } = checkpoint
  const tokens = usage.input + usage.output
  const marks = [...tags.map((tag) => `[${tag}]`), ...(hidden ? ['(rewound)'] : [])]
  return [
    String(sequence),
    clockTime(time).slice(0, 8),
    tokens === 0 ? '' : groupedDigits(tokens),
    cost === 0 ? '' : showMoney(cost),
    duration === undefined ? '' : showDuration(duration),
    files === undefined ? '' : String(files.changes.length + files.more),
    safeText([...marks, summary(checkpoint.entries, inputs)].join(' ')),
  ]
}

function summary(entries: readonly Entry[], inputs: ReadonlyMap<string, unknown>): string {
  const telling = entries.filter((entry) => !quiet.has(entry.type) || isFailedLook(entry))
  return (telling.length === 0 ? entries.slice(-1) : telling)
    .map((entry) => entryLine(entry, inputs))
    .join('; ')
}

/** Files that could not be kept cannot be brought back: a person should know. */
function isFailedLook({ type, data }: Entry): boolean {
  return type === 'workspace-snapshotted' && typeof data === 'object' && data !== null && 'failed' in data
}

function dateAbove(checkpoints: readonly ListedCheckpoint[], index: number, style: Style): readonly string[] {
  const day = isoDay(checkpoints[index]?.time ?? 0)
  const before = checkpoints[index - 1]
  return before !== undefined && isoDay(before.time) === day ? [] : [style.dim(day)]
}
