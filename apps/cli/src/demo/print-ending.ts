import type { Entry, ThreadId } from '@keepup/core'

import type { CommandLine } from '../command-line.ts'
import { readAgent } from '../read-agent.ts'
import { showMoney } from '../settings/money.ts'
import { openStore } from '../store.ts'
import { groupedDigits } from '../terminal/grouped-digits.ts'
import type { Style } from '../terminal/style.ts'
import { clockTime, createTimeline } from '../terminal/timeline.ts'
import { type DemoCopy, runGit } from './demo-copy.ts'
import type { DemoStage } from './demo-stage.ts'

/** What the demo came to. */
export interface DemoEnding {
  readonly copy: DemoCopy
  readonly thread: ThreadId
  readonly killedAt: number
  readonly killedProcess: number
  readonly green: boolean
}

/** Prints the timeline from the log, the diff, the cost, whether the tests pass, and what to try next. */
export async function printEnding(line: CommandLine, stage: DemoStage, ending: DemoEnding): Promise<void> {
  const { copy, thread, green } = ending
  const { style, heading } = stage
  await using store = await openStore({ path: copy.store })
  const entries: Entry[] = []
  for await (const entry of store.checkpointer.log(thread)) entries.push(entry)
  const { cost, usage } = await readAgent(store.checkpointer, thread)
  await stage.say([
    '',
    heading('4. The timeline, as the log has it'),
    '',
    ...timeline(entries, ending, style, line.terminal.width),
  ])
  const colour = style.bold('x') === 'x' ? 'never' : 'always'
  await stage.say(['', heading('5. The diff'), '', runGit(copy, ['diff', `--color=${colour}`]).trimEnd()])
  const tokens = groupedDigits(usage.input + usage.output)
  await stage.say([
    '',
    heading('6. The cost'),
    '',
    `  ${showMoney(cost)} for ${tokens} tokens at $3 and $15 a million (made up, as the model is)`,
    '',
    green
      ? style.green(
          style.bold(`${style.marks.done} The tests of the copy pass: node --test says so, not the model.`),
        )
      : style.red(style.bold(`${style.marks.failed} The tests of the copy still fail.`)),
    '',
    ...nextCommands(line.host.self.command, ending, lastBefore(entries, ending.killedAt), stage),
  ])
}

const quiet = new Set(['model-called', 'instructions-changed', 'process-started'])

function timeline(
  entries: readonly Entry[],
  ending: DemoEnding,
  style: Style,
  width: number,
): readonly string[] {
  const shown = entries.filter(({ type }) => !quiet.has(type))
  const kill = style.red(
    style.bold(
      `   ${style.marks.killed}  ${clockTime(ending.killedAt)}  kill -9 ${ending.killedProcess}, inside the call`,
    ),
  )
  const after = shown.findIndex(({ time }) => time > ending.killedAt)
  const table = createTimeline({ style, width, dates: false })
  const lines = shown.map((entry) => table.line(entry))
  return after === -1 ? [...lines, kill] : [...lines.slice(0, after), kill, ...lines.slice(after)]
}

function lastBefore(entries: readonly Entry[], time: number): number {
  return entries.findLast((entry) => entry.time <= time)?.sequence ?? 1
}

/** The thread's first letters are enough to name it. */
function nextCommands(
  command: string,
  { copy }: DemoEnding,
  beforeKill: number,
  { heading, style }: DemoStage,
): readonly string[] {
  return [
    heading('Try next'),
    '',
    `  ${style.dim('# the whole log of that thread')}`,
    `  ${command} history demo --store ${copy.store}`,
    `  ${style.dim('# what the agent knew at the moment of the kill')}`,
    `  ${command} show demo --at ${beforeKill} --store ${copy.store}`,
    `  ${style.dim('# your own task: set a key such as ANTHROPIC_API_KEY, or start Ollama')}`,
    `  ${command} run "Fix the failing test" --mode yolo --cwd .`,
  ]
}
