import type { AgentEntry, Milliseconds } from '@keepup/core'

import type { FollowUp } from '../follow-up.ts'
import { showDuration } from '../settings/duration.ts'
import { outcomeText } from '../terminal/entry-line.ts'
import { changeText } from '../terminal/outcome-line.ts'
import type { Progress } from '../terminal/progress.ts'
import { safeText } from '../terminal/safe-text.ts'
import { usageFacts } from '../terminal/status-line.ts'
import type { Style } from '../terminal/style.ts'

/** What a finished run is summed up from. */
export interface Ending {
  readonly finished: AgentEntry<'run-finished'>
  readonly progress: Progress
  readonly elapsed: Milliseconds
  readonly mode: string
  readonly next: FollowUp
}

/** The last lines of a run: which files changed, how it ended, what it took, what to do next. Pure. */
export function summaryLines(ending: Ending, style: Style): string {
  const { finished, progress, elapsed } = ending
  const { outcome, turns, usage, cost } = finished.data
  const facts = [
    style.bold(
      outcome.type === 'completed'
        ? style.green('completed')
        : style.yellow(safeText(outcome.type === 'failed' ? 'failed' : outcomeText(outcome))),
    ),
    `${turns} ${turns === 1 ? 'turn' : 'turns'}`,
    ...usageFacts({ usage, cost, unpriced: progress.unpriced }),
    showDuration(elapsed),
    `thread ${finished.thread}`,
  ]
  return [
    ...changeLines(progress, style),
    facts.join(` ${style.marks.separator} `),
    ...nextLines(ending, style),
    '',
  ].join('\n')
}

/** What waits for a person, and how to answer. */
export function waitingLines(waiting: AgentEntry<'run-waiting'>, next: FollowUp, style: Style): string {
  const count = waiting.data.approvals.length
  return [
    style.yellow(
      `waiting for ${count} ${count === 1 ? 'answer' : 'answers'} ${style.marks.separator} thread ${waiting.thread}`,
    ),
    `${style.dim('next  ')}${next.about('signal', 'answer allow')}   ${style.dim('(or: answer deny)')}`,
    `${style.dim('then  ')}${next.resume()}`,
    '',
  ].join('\n')
}

function changeLines({ changes }: Progress, style: Style): readonly string[] {
  const files = new Map<string, { added: number; removed: number }>()
  for (const { path, added, removed } of changes) {
    const sum = files.get(path) ?? { added: 0, removed: 0 }
    files.set(path, { added: sum.added + added, removed: sum.removed + removed })
  }
  return [...files].map(
    ([path, change]) => `${style.dim('changed')} ${safeText(path)} ${changeText(change, style)}`,
  )
}

function nextLines({ finished, progress, mode, next }: Ending, style: Style): readonly string[] {
  const { outcome } = finished.data
  const denied =
    progress.denied > 0
      ? [
          `${progress.denied} ${progress.denied === 1 ? 'call was' : 'calls were'} denied in mode ${mode}; to allow every call: --mode yolo`,
        ]
      : []
  const command = outcome.type === 'completed' ? next.about('show') : next.resume(raise(finished))
  return [...denied, `${style.dim('next')} ${command}`]
}

/** A limit that was reached must be raised to go on. */
function raise({ data }: AgentEntry<'run-finished'>): { readonly turns?: string } {
  const { outcome, turns } = data
  return outcome.type === 'limit-reached' && outcome.limit === 'turns' ? { turns: String(turns * 2) } : {}
}
