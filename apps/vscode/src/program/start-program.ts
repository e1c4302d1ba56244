import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'

import { KeepupError } from '@keepup/core'

import type { Program } from './program.ts'

/** How much of what a program said is kept for a message, in characters. */
const kept = 2000

/** A program that was started. */
export interface StartedProgram {
  readonly child: ChildProcessWithoutNullStreams
  /** Resolves with its exit code once it is gone; nothing where a signal ended it. */
  readonly ended: Promise<number | undefined>
  /** The end of what it wrote to standard error. */
  readonly complaint: () => string
  /** Ends it: by hanging up, and where it stays, by force. */
  stop(): Promise<void>
}

/** How long a program may take to end after it was asked to, in milliseconds. */
const patience = 3000

/**
 * Starts keepup in a folder. What it says on standard error goes to `note`, line by line.
 * Fails `configuration-invalid` where it cannot be started: the message says how to install it.
 */
export async function startProgram(
  program: Program,
  words: readonly string[],
  { folder, note }: { readonly folder: string; readonly note: (text: string) => void },
): Promise<StartedProgram> {
  // On Windows what npm installs is a script, which only a shell starts; words are quoted for it.
  const shell = process.platform === 'win32'
  const quote = (word: string): string => (shell ? `"${word.replaceAll('"', '""')}"` : word)
  const child = spawn(quote(program.command), words.map(quote), {
    cwd: folder,
    env: program.environment,
    stdio: 'pipe',
    shell,
  })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-kept)
    note(text.trimEnd())
  })
  // What can no longer be written to is gone, which its end tells.
  child.stdin.on('error', () => {})
  const ended = new Promise<number | undefined>((resolve) => {
    child.once('close', (code) => resolve(code ?? undefined))
  })
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve)
    child.once('error', (cause) => reject(notStarted(program.command, cause)))
  })
  return { child, ended, complaint: () => said.trim(), stop: () => stop(child, ended) }
}

async function stop(child: ChildProcessWithoutNullStreams, ended: Promise<unknown>): Promise<void> {
  child.stdin.end()
  child.kill('SIGTERM')
  const late = setTimeout(() => child.kill('SIGKILL'), patience)
  await ended
  clearTimeout(late)
}

function notStarted(command: string, cause: Error): KeepupError {
  return new KeepupError(
    'configuration-invalid',
    `keepup cannot be started: there is no program ${command}, or it is none (${cause.message}). Install it with: npm install -g @keepup/cli; or name it in the setting keepup.path.`,
    { cause },
  )
}
