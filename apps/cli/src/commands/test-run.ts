import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'

import { runRecordedTest, type TestResult } from '@keepup/checkpoint'

import type { CommandLine } from '../command-line.ts'
import { reportError } from '../error-report.ts'
import type { ExitName } from '../exit-code.ts'
import type { StoreFlags } from '../routes/thread-routes.ts'
import { safeText } from '../terminal/safe-text.ts'
import { fit } from '../terminal/width.ts'
import { testedCode } from '../travel/tested-code.ts'

/** What became of one file. */
type Run =
  | ({ readonly file: string; readonly passed: boolean } & TestResult)
  | { readonly file: string; readonly passed: false; readonly error: string; readonly fix: string }

/** Runs recorded tests: fails where the code of today does something else than was recorded. */
export async function testRun(
  line: CommandLine,
  { json }: Pick<StoreFlags, 'json'>,
  ...files: readonly string[]
): Promise<ExitName> {
  const { host, terminal } = line
  let failed = 0
  for (const file of files) {
    if (terminal.out.closed.aborted) return 'output-closed'
    const run = await runOne(resolve(host.workingDirectory, file), file)
    if (!run.passed) failed += 1
    for (const text of json ? [JSON.stringify(run)] : linesOf(line, run))
      await terminal.out.write(`${text}\n`)
  }
  if (!json) await terminal.out.write(`${files.length - failed} passed, ${failed} failed\n`)
  return failed === 0 ? 'completed' : 'failed'
}

async function runOne(path: string, file: string): Promise<Run> {
  try {
    const result = await runRecordedTest(readFileSync(path, 'utf8'), testedCode)
    return { file, passed: result.diverged === undefined && result.state.length === 0, ...result }
  } catch (error) {
    const { what, fix } = reportError(error)
    return { file, passed: false, error: what, fix }
  }
}

const mostShown = 8

function linesOf({ terminal }: CommandLine, run: Run): readonly string[] {
  const { outStyle: style, width } = terminal
  const cut = (text: string): string => fit(safeText(text), width, style.marks.more)
  if ('error' in run)
    return [
      style.red(cut(`${style.marks.failed} ${run.file}`)),
      safeText(`  ${run.error}\n  fix: ${run.fix}`),
    ]
  const { file, entries, thread, diverged, state } = run
  if (run.passed)
    return [style.green(cut(`${style.marks.done} ${file}: ${entries} entries of ${thread}, as recorded`))]
  const more = state.length - mostShown
  return [
    style.red(cut(`${style.marks.failed} ${file}`)),
    ...(diverged === undefined ? [] : [`  ${safeText(diverged.message)}`]),
    ...state.slice(0, mostShown).map(({ type, pointer }) => cut(`  state ${type}: ${pointer}`)),
    ...(more > 0 ? [`  ${style.marks.more} ${more} more differences of the state`] : []),
  ]
}
