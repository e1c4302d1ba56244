import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { judgeCommand, judgedEnvironment } from '../src/index.ts'
import { type RepositoryAt, repositoryAt } from './repository-at.ts'

let scratch: string
let root: string
let put: RepositoryAt['put']
let git: RepositoryAt['git']
let commit: RepositoryAt['commit']

beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'keepup-shell-'))
  root = join(scratch, 'work')
  mkdirSync(root)
  ;({ put, git, commit } = repositoryAt(root, scratch))
})
afterEach(() => rmSync(scratch, { recursive: true, force: true }))

function decide(command: string, folder = '.'): string {
  return judgeCommand(command, 'read-only', { root, folder: join(root, folder) }).decision
}

/** Commands of which another thing is decided. */
function others(decision: 'allow' | 'ask', commands: readonly string[], folder?: string): readonly string[] {
  return commands.filter((command) => decide(command, folder) !== decision)
}

describe('what git prints of files that are tracked', () => {
  const whole = [
    'git show HEAD',
    'git show',
    'git log -p -2',
    'git diff',
    'git diff --cached',
    'git diff HEAD~1 HEAD',
    'git diff --check',
    'git diff --stat -p',
    'git diff-tree -p HEAD',
    'git diff-index -p HEAD',
    'git status -v',
    'git grep x',
    'git grep x HEAD',
    'git grep -e x HEAD',
    'git log --cc -1',
    'git diff -- .',
    'git diff .',
    'git show HEAD -- conf',
    "git log -p -- ':(icase)CONF'",
    "git show HEAD -- ':!src'",
    "git grep x -- 'conf/*'",
    "git grep x '*onf*'",
    "git diff -- ':(attr:a)'",
  ]

  test('asks where one has the name of a secret', () => {
    git('init', '-q')
    commit('src/a.ts', 'conf/a.txt')
    commit('src/b.ts')
    expect(others('allow', whole)).toEqual([])
    commit('conf/.npmrc')
    expect(others('ask', whole)).toEqual([])
  })

  test('does not ask where it is left out, or where no content is printed', () => {
    git('init', '-q')
    commit('src/a.ts', 'conf/.npmrc')
    expect(
      others('allow', [
        'git log --oneline',
        'git diff --stat',
        'git show --name-only HEAD',
        'git show HEAD:src/a.ts',
        'git status',
        'git log -p -- src',
        'git diff HEAD -- src/a.ts',
        'git diff src',
        "git grep x -- '*.ts'",
        "git grep x '*.ts'",
        "git diff -- . ':!conf/.npmrc'",
        "git log -p -1 -- ':(exclude)conf'",
      ]),
    ).toEqual([])
    expect(others('allow', ['git grep x'], 'src')).toEqual([])
    expect(others('ask', ['git diff', "git diff -- ':/conf'", 'git diff -- ../conf'], 'src')).toEqual([])
  })

  test('asks where the id of one is given', () => {
    git('init', '-q')
    commit('src/a.ts')
    put('.env', 'KEY=abc\n')
    git('add', '.env')
    const id = git('rev-parse', ':.env')
    const other = git('rev-parse', ':src/a.ts')
    const short = id.slice(0, 9)
    expect(
      others('ask', [
        `git show ${short} -- src`,
        `git show --oneline ${id} -- src`,
        `git diff ${other} ${short.toUpperCase()} -- src`,
        `git grep K ${short} -- src`,
        `git show ${id}^{blob} -- src`,
        `git show v1-2-g${short} -- src`,
        `git cat-file -p ${short}`,
        `git cat-file -p ${short}^{}`,
      ]),
    ).toEqual([])
    expect(
      others('allow', [`git cat-file -t ${id}`, 'git cat-file -p HEAD', `git show ${other} -- src`]),
    ).toEqual([])
  })

  test.each(['2', '3', '4'])('reads an index of version %s', (version) => {
    git('init', '-q')
    put('src/a.ts')
    put('src/ab/ü.ts')
    put('src/server.pem')
    put('src/z.ts')
    git('add', '.')
    git('add', '-N', 'src/z.ts')
    git('update-index', '--index-version', version)
    expect(others('ask', ['git diff', 'git diff src'])).toEqual([])
    expect(others('allow', ['git diff src/a.ts', 'git diff src/ab'])).toEqual([])
  })

  test('reads an index with SHA-256, and asks where it is divided or damaged', () => {
    git('init', '-q', '--object-format=sha256')
    put('a.pem')
    put('b')
    git('add', '.')
    expect(others('ask', ['git diff'])).toEqual([])
    expect(others('allow', ['git diff b', 'git status'])).toEqual([])
    git('update-index', '--split-index')
    expect(others('ask', ['git diff b', 'git status'])).toEqual([])
    git('update-index', '--no-split-index')
    expect(others('allow', ['git diff b'])).toEqual([])
    const bytes = readFileSync(join(root, '.git/index'))
    writeFileSync(join(root, '.git/index'), bytes.subarray(0, bytes.length - 40))
    expect(others('ask', ['git diff b', 'git status'])).toEqual([])
  })

  test('a workspace below the top is told from the repository above it', () => {
    git('init', '-q')
    commit('conf/.npmrc', 'src/a.ts')
    const place = { root: join(root, 'src') }
    expect(judgeCommand('git show', 'read-only', place).decision).toBe('ask')
    expect(judgeCommand('git show HEAD -- .', 'read-only', place).decision).toBe('allow')
    git('config', 'core.fsmonitor', './x')
    expect(judgeCommand('git show HEAD -- .', 'read-only', place).decision).toBe('ask')
  })
})

describe('programs that git would run', () => {
  test('those of a submodule count, however deep', () => {
    git('init', '-q')
    commit('a')
    git('clone', '-q', '.', 'sm')
    git('clone', '-q', '.', 'sm/deep')
    git('-C', 'sm', 'add', 'deep')
    expect(others('allow', ['git status', 'git diff'])).toEqual([])
    git('add', 'sm')
    expect(others('allow', ['git status', 'git diff'])).toEqual([])
    git('-C', 'sm/deep', 'config', 'core.fsmonitor', './x')
    expect(others('ask', ['git status', 'git diff', 'git --no-pager diff --stat'])).toEqual([])
    git('-C', 'sm/deep', 'config', 'core.fsmonitor', 'false')
    expect(others('allow', ['git status'])).toEqual([])
    git('-C', 'sm', 'config', 'filter.x.clean', './x')
    expect(others('ask', ['git status'])).toEqual([])
  })

  test('those of a submodule that is kept beside count', () => {
    mkdirSync(join(root, 'other'))
    git('-C', 'other', 'init', '-q')
    put('other/a')
    git('-C', 'other', 'add', '.')
    git('-C', 'other', 'commit', '-qm', 'x')
    git('init', '-q', 'top')
    git('-C', 'top', 'submodule', '--quiet', 'add', join(root, 'other'), 'sm')
    expect(others('allow', ['git status'], 'top')).toEqual([])
    git('-C', 'top/sm', 'config', 'diff.external', './x')
    expect(others('ask', ['git status', 'git diff'], 'top')).toEqual([])
  })

  test('the judged environment keeps the hooks of a repository from running', () => {
    git('init', '-q')
    commit('a', 'b', 'c')
    const hook = '#!/bin/sh\necho ran > "$PWD/ran"\n'
    for (const folder of ['.git/hooks', '.husky']) put(`${folder}/post-index-change`, hook)
    for (const folder of ['.git/hooks', '.husky']) chmodSync(join(root, folder, 'post-index-change'), 0o755)
    let touched = 0
    const ran = (environment: Record<string, string>, command: string): boolean => {
      touched++
      for (const name of ['a', 'b', 'c']) utimesSync(join(root, name), touched, touched)
      rmSync(join(root, 'ran'), { force: true })
      spawnSync('bash', ['-c', command], { cwd: root, env: environment })
      return existsSync(join(root, 'ran'))
    }
    const plain = { PATH: process.env['PATH'] ?? '', HOME: scratch }
    for (const path of ['.git/hooks', '.husky']) {
      git('config', 'core.hooksPath', path)
      git('update-index', '-q', '--refresh')
      expect(ran(plain, 'git diff; git status')).toBe(true)
      expect(ran(judgedEnvironment(plain), 'git diff; git status; git diff --stat')).toBe(false)
    }
  })

  test('a repository whose shared part lies elsewhere, or that has no configuration, is one', () => {
    git('init', '-q')
    commit('a')
    put('evil/config', '[core]\n\tfsmonitor = ./x\n')
    expect(others('allow', ['git status'])).toEqual([])
    put('.git/commondir', '../evil\n')
    expect(others('ask', ['git status', 'git diff'])).toEqual([])
    rmSync(join(root, '.git/commondir'))
    put('in/.git/HEAD', 'ref: refs/heads/x\n')
    expect(others('allow', ['git status'], 'in')).toEqual([])
    put('in/.git/hooks/post-index-change', '#!/bin/sh\n')
    expect(others('ask', ['git status', 'git diff'], 'in')).toEqual([])
  })

  test('a hook that follows the index counts, wherever hooks are', () => {
    git('init', '-q')
    expect(others('allow', ['git diff', 'git status'])).toEqual([])
    put('.git/hooks/post-index-change', '#!/bin/sh\n')
    chmodSync(join(root, '.git/hooks/post-index-change'), 0o755)
    expect(others('ask', ['git diff', 'git status'])).toEqual([])
    rmSync(join(root, '.git/hooks/post-index-change'))
    git('config', 'core.hooksPath', '.husky')
    expect(others('allow', ['git diff', 'git status'])).toEqual([])
    put('.husky/post-index-change', '#!/bin/sh\n')
    expect(others('ask', ['git diff', 'git status'])).toEqual([])
  })

  test.each([
    '[remote "o"]\n\tpromisor = true',
    '[remote "o"] promisor',
    '[extensions]\n\tpartialClone = o',
    '[pretty]\n\tx = %h %G?',
    '[format]\n\tpretty = format:%+GS',
    '[tag]\n\tsort = -signature',
    '[trailer "x"]\n\tcmd = ./x',
    '[diff "]"] external = ./x',
    '[diff "a]b"] textconv = ./x',
  ])('asks where the configuration holds %j', (text) => {
    put('.git/config', `[core]\n\tbare = false\n${text}\n`)
    expect(others('ask', ['git status', 'git log -1', 'git cat-file -t HEAD'])).toEqual([])
  })
})

test('addresses and settings that hold a password or a token ask', () => {
  const shown = ['git remote -v', 'git config --list --local', 'git config -l --local', 'git remote']
  git('init', '-q')
  git('remote', 'add', 'origin', 'https://example.com/x.git')
  expect(others('allow', shown)).toEqual([])
  git('remote', 'set-url', 'origin', 'https://me:abc@example.com/x.git')
  expect(others('ask', shown.slice(0, 3))).toEqual([])
  expect(others('allow', ['git log -1'])).toEqual([])
})
