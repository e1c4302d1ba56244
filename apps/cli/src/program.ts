import { ExitCode, run, type StricliProcess } from '@stricli/core'

import { createApplication } from './application.ts'
import type { CommandLine } from './command-line.ts'
import { exitCodes, type ExitName } from './exit-code.ts'
import { helpOutput } from './help-output.ts'
import type { Host } from './host.ts'
import { openTerminal } from './terminal/terminal.ts'

/** Runs the program with the words that were typed after its name. Resolves with the exit code once all output was handed over. Never rejects. */
export async function runProgram(words: readonly string[], host: Host): Promise<number> {
  if (words[0] === 'complete' && words[1] === '--') {
    const { completeWords } = await import('./complete-words.ts')
    return completeWords(words.slice(2), host)
  }
  const terminal = openTerminal(host)
  let exit: ExitName = 'completed'
  const parser: StricliProcess = { stdout: helpOutput(host.stdout), stderr: host.stderr }
  const line: CommandLine & { readonly process: StricliProcess } = {
    process: parser,
    host,
    terminal,
    finish: (name) => {
      exit = name
    },
  }
  await run(createApplication(host.environment), splitFlags(withCommand(words, host)), line)
  await terminal.notes.flush()
  await terminal.out.flush()
  if (parser.exitCode === ExitCode.UnknownCommand || parser.exitCode === ExitCode.InvalidArgument) {
    return exitCodes.usage
  }
  return parser.exitCode === ExitCode.Success ? exitCodes[exit] : exitCodes.failed
}

const aboutTheProgram: ReadonlySet<string> = new Set(['--help', '-h', '--help-all', '-H', '--version', '-v'])

/** Without a command a person at a terminal opens a session, and flags are those of one; elsewhere one is told what there is. */
function withCommand(words: readonly string[], { inputKind, stdout }: Host): readonly string[] {
  const [first] = words
  if (first === undefined) return inputKind === 'terminal' && stdout.isTTY === true ? ['chat'] : ['--help']
  return first.startsWith('-') && !aboutTheProgram.has(first) ? ['chat', ...words] : words
}

/** The parser takes `--flag=` and a value of several lines for plain words, which would end in the prompt: apart they are what they look like. */
function splitFlags(words: readonly string[]): readonly string[] {
  const escape = words.indexOf('--')
  return words.flatMap((word, index) => {
    const [, flag, value = ''] =
      (escape < 0 || index < escape ? /^(--[a-z][a-z-]*)=([^]*)$/.exec(word) : null) ?? []
    return flag === undefined || /^.+$/.test(value) ? [word] : [flag, value]
  })
}
