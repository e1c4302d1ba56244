import { existsSync } from 'node:fs'

import type { HookHandler } from '../command-hook.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** The program that a handler starts. `${NAME}` in arguments stands for the variables that the dialect gives. */
export function programOf(
  handler: Extract<HookHandler, { type: 'shell' | 'program' }>,
  variables: Readonly<Record<string, string>>,
  environment: Environment,
): { readonly program: string; readonly arguments: readonly string[] } {
  if (handler.type === 'program') {
    const filled = (text: string): string => fill(text, variables)
    return { program: filled(handler.program), arguments: handler.arguments.map(filled) }
  }
  const { command, shell } = handler
  if (shell === 'powershell') return { program: 'pwsh', arguments: ['-NoProfile', '-Command', command] }
  if (shell === 'login') return { program: environment['SHELL'] || '/bin/sh', arguments: ['-lc', command] }
  return { program: bash(), arguments: ['-c', command] }
}

/** Bash where it is, else the POSIX shell. */
function bash(): string {
  return ['/bin/bash', '/usr/bin/bash'].find((path) => existsSync(path)) ?? '/bin/sh'
}

function fill(text: string, variables: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$\{(\w+)\}/g, (whole, name: string) => variables[name] ?? whole)
}
