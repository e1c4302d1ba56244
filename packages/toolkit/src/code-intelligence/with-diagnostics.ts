import type { Milliseconds, Tool, ToolContext, ToolOutcome, ToolOutput } from '@keepup/core'

import { sourceOf } from '../source-text.ts'
import { appendOutput, completedOutput } from '../wrapping/append-output.ts'
import { changesSince, editedPaths, readFiles } from '../wrapping/edited-files.ts'
import { wrapTools } from '../wrapping/wrap-tools.ts'
import { execEffects } from './code-effects.ts'
import type { CodeIntelligence } from './code-intelligence.ts'
import { describeReport } from './describe-answers.ts'
import type { DiagnosticsReport } from './diagnose-files.ts'
import { structuredOf } from './structured-report.ts'

/** How the findings of an edit are gathered. */
export interface DiagnosticsOptions {
  /** How long an edit waits for them: 3 seconds. What is not known by then is said to be pending. */
  readonly wait?: Milliseconds
}

/**
 * The same tools; those that change single files tell which errors and warnings the change added. What was wrong before is not repeated. The edit itself
 * is never undone, delayed before it happens, or made to fail by this.
 */
export function withDiagnostics(
  tools: readonly Tool[],
  intelligence: CodeIntelligence,
  { wait = 3_000 }: DiagnosticsOptions = {},
): readonly Tool[] {
  return wrapTools(tools, {
    effects: (own) => editedPaths(own).flatMap((path) => execEffects(intelligence, path)),
    async around({ effects, context, run }) {
      const paths = editedPaths(effects).filter((path) => intelligence.commandsFor(path).length > 0)
      if (paths.length === 0) return run()
      const before = await readFiles(intelligence.root, paths)
      const result = await run()
      const output = completedOutput(result)
      if (output === undefined || output.labels !== undefined) return result
      return appendReport(output, await reportSince(intelligence, before, { wait, context }))
    },
  })
}

async function reportSince(
  intelligence: CodeIntelligence,
  before: Awaited<ReturnType<typeof readFiles>>,
  { wait, context }: { readonly wait: Milliseconds; readonly context: ToolContext },
): Promise<DiagnosticsReport | string | undefined> {
  const changes = await changesSince(before)
  if (changes.length === 0) return undefined
  const edits = changes.map(({ place, before: old, after }) => ({
    path: place.absolute,
    before: old === undefined ? undefined : sourceOf(old),
    after: after === undefined ? undefined : sourceOf(after),
  }))
  try {
    return await intelligence.diagnosticsSince(edits, { wait, signal: context.signal })
  } catch (error) {
    // The edit has happened: that must be told, whatever became of the check.
    return error instanceof Error ? error.message : String(error)
  }
}

function appendReport(
  output: ToolOutput,
  report: DiagnosticsReport | string | undefined,
): ToolOutput | ToolOutcome {
  if (report === undefined) return output
  if (typeof report === 'string') {
    return appendOutput(output, { text: `[The change was not checked: ${report}]`, structured: {} })
  }
  const told = describeReport(report, '[The change added no findings]')
  const text = report.findings.length === 0 ? told : `The change added findings:\n${told}`
  return appendOutput(output, { text, structured: { diagnostics: structuredOf(report) } })
}
