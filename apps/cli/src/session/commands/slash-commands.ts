import { usageError } from '../../error-report.ts'
import { nearest } from '../../settings/nearest.ts'
import { wrapWords } from '../screen/columns.ts'
import type { SessionHandle } from '../session-handle.ts'
import type { SlashCommand } from './slash-command.ts'
import { threadCommands } from './thread-commands.ts'
import { travelCommands } from './travel-commands.ts'
import { verbCommands } from './verb-commands.ts'

const help: SlashCommand = { name: 'help', brief: 'commands and keys', run: showHelp }

/** Every command of a session. */
export const slashCommands: readonly SlashCommand[] = [
  help,
  ...threadCommands,
  ...travelCommands,
  ...verbCommands,
]

/** Runs a line that begins with a slash. Fails `input-invalid` where there is no such command, naming one that is near. */
export async function runSlashCommand(session: SessionHandle, line: string): Promise<void> {
  const [, name = '', words = ''] = /^\/([^\s]*)\s*([^]*)$/.exec(line) ?? []
  const asked = name === 'exit' ? 'quit' : name === '?' ? 'help' : name
  const command = slashCommands.find((candidate) => candidate.name === asked)
  if (command !== undefined) return command.run(session, words.trim())
  const meant = nearest(
    asked,
    slashCommands.map((candidate) => candidate.name),
  )
  throw usageError(
    `there is no command /${name}`,
    meant === undefined ? 'see /help' : `did you mean /${meant}?`,
  )
}

const keys: readonly (readonly [string, string])[] = [
  ['Enter', 'send; while the agent works, it is told before its next turn'],
  ['Alt-Enter, Ctrl-J', 'a new line; so is Enter behind a \\'],
  ['!command', 'run a command yourself; the agent is not told'],
  ['Esc', 'interrupt; twice with nothing written: go back to an earlier prompt'],
  ['Ctrl-C', 'interrupt, then leave'],
  ['Up, Down, Ctrl-R', 'what was written before'],
  ['Tab', 'complete a /command or an @file'],
  ['Shift-Tab', 'the next mode'],
  ['Ctrl-Z, Ctrl-L', 'suspend; draw anew'],
]

function showHelp(session: SessionHandle): void {
  const commands = slashCommands.map(
    ({ name, takes = '', brief }) => [`/${name} ${takes}`.trim(), brief] as const,
  )
  const widest = Math.max(...[...commands, ...keys].map(([name]) => name.length))
  const row = ([name, brief]: readonly [string, string]): readonly string[] => {
    const lines = wrapWords(brief, Math.max(16, session.width - widest - 2))
    return lines.map((line, index) => {
      const first = index === 0 ? session.paint.bold(name.padEnd(widest)) : ' '.repeat(widest)
      return `${first}  ${session.paint.dim(line)}`
    })
  }
  session.tell({ type: 'lines', lines: [...commands.flatMap(row), '', ...keys.flatMap(row)] })
}
