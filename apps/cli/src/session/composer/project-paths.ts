import { execFile } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { join, relative } from 'node:path'

/** So many files are offered. */
const most = 20_000
const longest = 5_000

/** The files of a folder that git would not ignore, relative to it: as ripgrep lists them, or git; else those that are there, down to a few folders. Never fails. */
export async function projectPaths(folder: string): Promise<readonly string[]> {
  const listed =
    (await lines(folder, 'rg', ['--files', '--hidden', '--glob', '!.git', '--null'])) ??
    (await lines(folder, 'git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'])) ??
    (await walked(folder, folder, 4))
  return listed.slice(0, most).toSorted()
}

function lines(
  folder: string,
  program: string,
  words: readonly string[],
): Promise<readonly string[] | undefined> {
  return new Promise((resolve) => {
    const options = { cwd: folder, maxBuffer: 32 * 1024 * 1024, timeout: longest }
    execFile(program, words, options, (error, stdout) => {
      resolve(error === null ? stdout.split('\0').filter((path) => path !== '') : undefined)
    })
  })
}

async function walked(root: string, folder: string, depth: number): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  const found: string[] = []
  for (const entry of entries) {
    if (entry.name.startsWith('.') || entry.name === 'node_modules') continue
    const path = join(folder, entry.name)
    if (entry.isFile()) found.push(relative(root, path))
    if (entry.isDirectory() && depth > 0) found.push(...(await walked(root, path, depth - 1)))
  }
  return found
}
