import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** A folder in which tests make a repository, step by step. */
export interface RepositoryAt {
  readonly put: (name: string, text?: string) => void
  /** Runs git with nothing of this machine's configuration, and gives what it prints. */
  readonly git: (...words: readonly string[]) => string
  /** Puts files and commits everything. */
  readonly commit: (...names: readonly string[]) => void
}

/** Works in a folder, with another one as home. */
export function repositoryAt(root: string, home: string): RepositoryAt {
  const put = (name: string, text = 'x\n'): void => {
    mkdirSync(dirname(join(root, name)), { recursive: true })
    writeFileSync(join(root, name), text)
  }
  const git = (...words: readonly string[]): string => {
    const named = ['-c', 'user.name=A', '-c', 'user.email=a@example.com', '-c', 'protocol.file.allow=always']
    const environment = { PATH: process.env['PATH'], HOME: home, GIT_CONFIG_NOSYSTEM: '1' }
    const { status, stdout, stderr } = spawnSync('git', [...named, ...words], {
      cwd: root,
      env: environment,
      encoding: 'utf8',
    })
    if (status !== 0) throw new Error(`git ${words.join(' ')} ended with ${status}: ${stderr}`)
    return stdout.trim()
  }
  const commit = (...names: readonly string[]): void => {
    for (const name of names) put(name)
    git('add', '-f', '.')
    git('commit', '-qm', 'x')
  }
  return { put, git, commit }
}
