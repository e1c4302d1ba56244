import type { OutputFormat } from '../running/output-format.ts'
import type { RunOutput } from '../running/run-output.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { claudeLines } from './claude-lines.ts'
import { codexLines } from './codex-lines.ts'
import { geminiLines } from './gemini-lines.ts'
import type { LineWriter, RunFacts } from './line-writer.ts'

/** The programs whose words a run can be told in. */
export type Dialect = Exclude<OutputFormat, 'text' | 'json'>

const writers: Readonly<Record<Dialect, (facts: RunFacts) => LineWriter>> = {
  claude: claudeLines,
  codex: codexLines,
  gemini: geminiLines,
}

/** A run as lines of JSON in the words of another program, for scripts that were written for it. */
export function linesOutput({ out, notes }: Terminal, dialect: Dialect, facts: RunFacts): RunOutput {
  const linesOf = writers[dialect](facts)
  let begun = false
  const early: object[] = []
  return {
    async show(event) {
      const lines = linesOf(event)
      begun ||= event.type === 'run-started' || event.type === 'run-resumed'
      // With us a prompt is written down before the run that answers it begins; theirs begin with the session.
      if (!begun) early.push(...lines)
      else for (const line of [...lines, ...early.splice(0)]) await out.write(`${JSON.stringify(line)}\n`)
    },
    warn: (text) => notes.write(`${text}\n`),
    pause: () => out.flush(),
    end: () => out.flush(),
    closed: out.closed,
  }
}
