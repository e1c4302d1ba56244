import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { access } from 'node:fs/promises'
import { join } from 'node:path'

/** What ripgrep is asked for. */
export interface RipgrepQuestion {
  readonly program: string
  /** Without symbolic links. */
  readonly root: string
  /** Relative to the root; empty for the root. */
  readonly folder: string
  /** In ripgrep's syntax. */
  readonly pattern: string
  readonly ignoresCase: boolean
  readonly signal: AbortSignal
}

/** In bytes: beyond it the list of files is not used. */
const mostListed = 64 * 1024 * 1024

/**
 * The files below a folder with a line that matches, relative to the root, in the order in which a walk meets them: of each folder its files first. What
 * `.gitignore` files below the folder ignore may be left out, nothing else is. `undefined` where ripgrep cannot tell: it knows no such pattern or option, or
 * could not read something.
 */
export async function ripgrepFiles(question: RipgrepQuestion): Promise<readonly string[] | undefined> {
  const { program, root, signal } = question
  signal.throwIfAborted()
  // No option makes ripgrep overlook these alone.
  if (await exists(join(root, '.rgignore'))) return undefined
  const child = spawn(program, argumentsOf(question), {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {},
    signal,
    killSignal: 'SIGKILL',
  })
  let complained = false
  child.stderr.on('data', () => (complained = true))
  const chunks: Buffer[] = []
  let size = 0
  child.stdout.on('data', (chunk: Buffer) => {
    size += chunk.length
    if (size > mostListed) child.kill('SIGKILL')
    else chunks.push(chunk)
  })
  const code = await exitCodeOf(child)
  signal.throwIfAborted()
  if (complained || (code !== 0 && code !== 1)) return undefined
  const paths = Buffer.concat(chunks).toString('utf8').split('\0').slice(0, -1)
  return inWalkOrder(paths.map((path) => path.replace(/^\.\//, '')))
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

function argumentsOf({ folder, pattern, ignoresCase }: RipgrepQuestion): readonly string[] {
  const alike = ['--text', '--encoding', 'none', '--hidden', '--no-require-git']
  const own = ['exclude', 'global', 'parent', 'dot'].map((kind) => `--no-ignore-${kind}`)
  const output = ['--no-config', '--files-with-matches', '--null', '--color', 'never', '--glob', '!.git/']
  const sense = ignoresCase ? '--ignore-case' : '--case-sensitive'
  return [...output, ...alike, ...own, sense, '-e', pattern, '--', `./${folder}`]
}

async function exitCodeOf(child: ReturnType<typeof spawn>): Promise<number | null> {
  try {
    const [code] = (await once(child, 'close')) as [number | null]
    return code
  } catch {
    // It could not be started, or was stopped.
    return null
  }
}

/** Files before folders, each by name. */
function inWalkOrder(paths: readonly string[]): readonly string[] {
  return paths
    .map((path) => {
      const names = path.split('/')
      const key = names.map((name, index) => (index === names.length - 1 ? '\0' : '\u0001') + name).join('\0')
      return { path, key }
    })
    .toSorted((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ path }) => path)
}
