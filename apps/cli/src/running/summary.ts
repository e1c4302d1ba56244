import type { AgentEntry, Milliseconds, RunOutcome, ThreadId } from '@keepup/core'

import type { FollowUp } from '../follow-up.ts'
import { showDuration, writeDuration } from '../settings/duration.ts'
import type { FlagTexts } from '../settings/resolve-settings.ts'
import type { Settings } from '../settings/setting.ts'
import { outcomeText } from '../terminal/entry-line.ts'
import { changeText } from '../terminal/outcome-line.ts'
import type { Progress } from '../terminal/progress.ts'
import { safeLine, safeText } from '../terminal/safe-text.ts'
import { usageFacts } from '../terminal/status-line.ts'
import type { Style } from '../terminal/style.ts'

/** What a finished run is summed up from. */
export interface Ending {
  readonly finished: AgentEntry<'run-finished'>
  readonly progress: Progress
  readonly elapsed: Milliseconds
  readonly settings: Settings
  readonly next: FollowUp
}

/** How many files are named that no edit changed. */
const mostOthers = 10

/** The last lines of a run: which files changed, how it ended, what it took, what to do next. Pure. */
export function summaryLines(ending: Ending, style: Style): string {
  const { finished, progress, elapsed } = ending
  const { outcome, turns, usage, cost } = finished.data
  const facts = [
    style.bold(
      outcome.type === 'completed'
        ? style.green('completed')
        : style.yellow(
            safeText(outcome.type === 'failed' ? failure(outcome, progress) : outcomeText(outcome)),
          ),
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

/** Why a run failed, unless a line above tells it already. */
function failure(outcome: Extract<RunOutcome, { type: 'failed' }>, { told }: Progress): string {
  return told === outcome.message ? 'failed' : outcomeText(outcome)
}

/** What waits for a person, and how to answer. */
export function waitingLines(thread: ThreadId, count: number, next: FollowUp, style: Style): string {
  return [
    style.yellow(
      `waiting for ${count} ${count === 1 ? 'answer' : 'answers'} ${style.marks.separator} thread ${thread}`,
    ),
    `${style.dim('next  ')}${next.about('signal', 'answer allow')}   ${style.dim('(or: answer deny; to a question: answer allow "words")')}`,
    `${style.dim('then  ')}${next.resume()}`,
    '',
  ].join('\n')
}

function changeLines({ changes, files: seen }: Progress, style: Style): readonly string[] {
  const files = new Map<string, { added: number; removed: number }>()
  for (const { path, added, removed } of changes) {
    const sum = files.get(path) ?? { added: 0, removed: 0 }
    files.set(path, { added: sum.added + added, removed: sum.removed + removed })
  }
  const edited = [...files].map(
    ([path, change]) => `${style.dim('changed')} ${safeLine(path)} ${changeText(change, style)}`,
  )
  const others = [...seen].filter(([path]) => !files.has(path))
  return [...edited, ...otherLines(others, style)]
}

/** Files that something else than an edit changed: commands, mostly. */
function otherLines(others: readonly (readonly [string, string])[], style: Style): readonly string[] {
  const words: Readonly<Record<string, string>> = { added: 'added', deleted: 'deleted' }
  const shown = others
    .slice(0, mostOthers)
    .map(([path, change]) => `${style.dim(words[change] ?? 'changed')} ${safeLine(path)}`)
  const more = others.length - shown.length
  return more > 0 ? [...shown, style.dim(`and ${more} more files`)] : shown
}

function nextLines(ending: Ending, style: Style): readonly string[] {
  return [...deniedLines(ending), `${style.dim('next')} ${nextCommand(ending)}`]
}

function deniedLines({ progress: { denied }, settings: { mode } }: Ending): readonly string[] {
  if (denied === 0) return []
  const advice = mode === 'yolo' ? '' : '; to allow every call: --mode yolo'
  return [`${denied} ${denied === 1 ? 'call was' : 'calls were'} denied in mode ${mode}${advice}`]
}

/** The same run again would end at the same limit: what is printed goes on. */
function nextCommand({ finished, settings, next }: Ending): string {
  const { outcome } = finished.data
  if (outcome.type === 'completed') return next.about('show')
  if (outcome.type !== 'limit-reached') return next.resume()
  if (outcome.limit === 'loop') return next.say()
  if (outcome.limit === 'context') return next.resume({ model: 'A/LARGER-MODEL' })
  return next.resume(raised(outcome.limit, settings))
}

function raised(limit: 'turns' | 'time' | 'tokens' | 'money', settings: Settings): FlagTexts {
  const double = (settings[limit] ?? 0) * 2
  switch (limit) {
    case 'turns':
    case 'tokens':
      return { [limit]: String(double) }
    case 'time':
      return { time: writeDuration(double) }
    case 'money':
      return { money: String(double / 1_000_000_000) }
  }
}
