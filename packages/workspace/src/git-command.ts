import { spawn } from 'node:child_process'

import { KeepupError, type Milliseconds } from '@keepup/core'

import { gitEnvironment, type GitPlace } from './git-environment.ts'

/** How a git command came to its end. */
export interface GitEnd {
  readonly code: number
  readonly output: Buffer
  /** What it complained of, at most 64 kB. */
  readonly errors: string
  /** It took too long and was ended. */
  readonly late?: true
}

/** What a git command is given. */
export interface GitRun extends GitPlace {
  readonly input?: string | Uint8Array
  /** In bytes; a command that prints more is ended and fails. */
  readonly mostOutput?: number
  /** A command that takes longer is ended and fails. 10 minutes when left out. */
  readonly timeout?: Milliseconds
}

/** Runs git; fails where it cannot be run, or ends with another code than 0. */
export async function git(args: readonly string[], run: GitRun): Promise<Buffer> {
  const end = await tryGit(args, run)
  if (end.code === 0) return end.output
  throw gitFailure(args, end)
}

/** Runs git, and tells how it ended. Fails `not-supported` where there is no git. */
export async function tryGit(args: readonly string[], run: GitRun): Promise<GitEnd> {
  const { input, mostOutput = 512 * 1024 * 1024, timeout = 600_000, tree } = run
  const child = spawn('git', args, { cwd: tree, env: gitEnvironment(run, process.env), windowsHide: true })
  const { promise: ended, resolve, reject } = Promise.withResolvers<number>()
  const chunks: Buffer[] = []
  let size = 0
  let errors = ''
  let late = false
  // Git waits for ever where a pipe stands in the place of a file that it reads.
  const timer = setTimeout(() => (late = child.kill('SIGKILL')), timeout)
  child.once('error', (error) => reject(noGit(error)))
  child.once('close', (code) => resolve(code ?? -1))
  child.stdout.on('data', (chunk: Buffer) => {
    size += chunk.length
    if (size <= mostOutput) chunks.push(chunk)
    else child.kill('SIGKILL')
  })
  child.stderr.on('data', (chunk: Buffer) => {
    if (errors.length < 64_000) errors += chunk.toString('utf8')
  })
  // A command that ends before it has read everything says so by its code.
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  const code = await ended.finally(() => clearTimeout(timer))
  if (late) return { code: -1, output: Buffer.alloc(0), errors, late }
  if (size > mostOutput)
    return { code: -1, output: Buffer.alloc(0), errors: `it printed more than ${mostOutput} bytes` }
  return { code, output: Buffer.concat(chunks), errors }
}

/** A git command that failed, as an error. */
export function gitFailure(args: readonly string[], { code, errors, late }: GitEnd): KeepupError {
  if (late === true) return tooLate(args)
  const said = errors.trim().split('\n').slice(0, 5).join('; ') || 'nothing'
  return new KeepupError(
    'internal',
    `The snapshots of the workspace failed: git ${args[0] ?? ''} ended with ${code} and said: ${said}. Nothing of the workspace was changed by it.`,
    { details: { arguments: args.slice(0, 20), code } },
  )
}

function tooLate(args: readonly string[]): KeepupError {
  return new KeepupError(
    'workspace-conflict',
    `The snapshots of the workspace failed: git ${args[0] ?? ''} took too long and was ended. Nothing of the workspace was changed by it. Look for a pipe or a device where a .gitignore or .gitattributes belongs, name what is large in .gitignore, or raise longestLook.`,
    { details: { arguments: args.slice(0, 20) } },
  )
}

function noGit(cause: Error): KeepupError {
  return new KeepupError(
    'not-supported',
    `Snapshots of a workspace need git, and it cannot be run (${cause.message}). Install git 2.35 or newer, or leave the workspace out.`,
    { cause },
  )
}
