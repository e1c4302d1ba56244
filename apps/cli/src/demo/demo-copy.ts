import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, realpathSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { KeepupError } from '@keepup/core'

import type { Environment, Host } from '../host.ts'

/** A temporary copy of the demo's repository, and what the demo keeps beside it. */
export interface DemoCopy {
  /** The working tree, committed. */
  readonly project: string
  /** The database file of the demo's thread. */
  readonly store: string
  /** The scripted model's answers. */
  readonly script: string
  /** What processes in it get: no settings of the person's own. */
  readonly environment: Environment
}

/** Makes the copy. Fails `not-supported` where git is missing. */
export function makeDemoCopy({ self, environment }: Host): DemoCopy {
  const folder = realpathSync(mkdtempSync(join(environment['TMPDIR'] || tmpdir(), 'keepup-demo-')))
  const project = join(folder, 'parcel-quotes')
  const source = fileURLToPath(new URL('demo/', self.folder))
  cpSync(join(source, 'project'), project, { recursive: true })
  mkdirSync(join(folder, 'config'))
  const copy = {
    project,
    store: join(folder, 'keepup.db'),
    script: join(source, 'script.json'),
    environment: demoEnvironment(environment, self.executable, join(folder, 'config')),
  }
  runGit(copy, ['init', '--quiet', '--initial-branch=main'])
  runGit(copy, ['add', '--all'])
  runGit(copy, [...author, 'commit', '--quiet', '--message=Round weights as the carrier does'])
  return copy
}

const author = [
  '-c',
  'user.name=keepup demo',
  '-c',
  'user.email=demo@localhost',
  '-c',
  'commit.gpgsign=false',
]

/** Runs git in the copy and gives what it printed. */
export function runGit({ project, environment }: DemoCopy, words: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync('git', words, {
    cwd: project,
    env: environment,
    encoding: 'utf8',
  })
  if (status === 0) return stdout
  throw new KeepupError('not-supported', `git could not be used: ${error?.message ?? stderr}`, {
    cause: error,
    details: { fix: 'install git (https://git-scm.com), then try again' },
  })
}

/** The person's environment without their settings of keepup, with the present Node first in the path. */
function demoEnvironment(environment: Environment, executable: string, config: string): Environment {
  const kept = Object.entries(environment).filter(
    ([name]) => name !== 'NODE_TEST_CONTEXT' && !(name.startsWith('KEEPUP_') && name !== 'KEEPUP_DEBUG'),
  )
  const node = executable.slice(0, executable.lastIndexOf('/'))
  return {
    ...Object.fromEntries(kept),
    XDG_CONFIG_HOME: config,
    PATH: `${node}:${environment['PATH'] ?? ''}`,
  }
}
