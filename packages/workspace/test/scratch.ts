import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

import { onTestFinished } from 'vitest'

import { type GitWorkspace, gitWorkspace, type GitWorkspaceOptions } from '../src/index.ts'

/** A folder to work in, beside one for snapshots. Removed with its test. */
export interface Scratch {
  readonly root: string
  readonly storage: string
  readonly write: (files: Readonly<Record<string, string | Uint8Array>>) => Promise<void>
  readonly text: (path: string) => Promise<string>
  readonly open: (options?: Partial<GitWorkspaceOptions>) => Promise<GitWorkspace>
  /** Runs git as the user would, in the root or a folder within. */
  readonly git: (args: readonly string[], folder?: string) => string
}

export async function scratch(): Promise<Scratch> {
  const place = await realpath(await mkdtemp(join(tmpdir(), 'keepup-test-')))
  onTestFinished(() => rm(place, { recursive: true, force: true }))
  const root = join(place, 'root')
  const storage = join(place, 'kept')
  await mkdir(root)
  return {
    root,
    storage,
    text: (path) => readFile(join(root, path), 'utf8'),
    open: (options = {}) => gitWorkspace({ root, storage, ...options }),
    git: (args, folder = '') => runGit(args, join(root, folder)),
    async write(files) {
      for (const [path, content] of Object.entries(files)) {
        await mkdir(dirname(join(root, path)), { recursive: true })
        await writeFile(join(root, path), content)
      }
    },
  }
}

function runGit(args: readonly string[], cwd: string): string {
  const who = ['-c', 'user.name=a', '-c', 'user.email=a@example.org', '-c', 'init.defaultBranch=main']
  const quiet = { GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' }
  return execFileSync('git', [...who, ...args], {
    cwd,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], HOME: cwd, ...quiet },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}
