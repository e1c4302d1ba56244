import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { analyseCommand, judgeCommand } from '../src/index.ts'

let scratch: string
let root: string

beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'keepup-shell-'))
  root = join(scratch, 'work')
  mkdirSync(root)
})
afterEach(() => rmSync(scratch, { recursive: true, force: true }))

function put(name: string, text = 'x\n'): void {
  mkdirSync(dirname(join(root, name)), { recursive: true })
  writeFileSync(join(root, name), text)
}

function decide(command: string, folder?: string): string {
  return judgeCommand(command, 'read-only', {
    root,
    ...(folder !== undefined && { folder: join(root, folder) }),
  }).decision
}

describe('links', () => {
  test('that lead out of the workspace are outside of it', () => {
    writeFileSync(join(scratch, 'other'), 'x')
    symlinkSync('../other', join(root, 'link'))
    symlinkSync('..', join(root, 'up'))
    put('f')
    expect(decide('cat f')).toBe('allow')
    for (const command of [
      'cat link',
      'cat up/other',
      'cat up/../x',
      'ls up',
      'cd up && ls',
      'cat < link',
      'wc -l l*',
      '[ -f link ]',
      'grep -r x up',
    ])
      expect(`${command}: ${decide(command)}`).toBe(`${command}: ask`)
    expect(analyseCommand('rm link/x up/y', { root }).effects).toContainEqual({
      kind: 'delete',
      target: join(scratch, 'y'),
    })
  })

  test('that a program would meet and follow lead outside, too', () => {
    put('a/f')
    put('b/f')
    expect(decide('diff -r a b')).toBe('allow')
    symlinkSync('../..', join(root, 'b/up'))
    expect(decide('diff -r a b')).toBe('ask')
    expect(decide('grep -r x b')).toBe('allow')
  })

  test.each([
    ['to a file outside', '../../other'],
    ['to a secret', '../.env'],
    ['to a folder, in which there may be more', '../c'],
  ])('that diff of folders would follow ask: %s', (_, target) => {
    writeFileSync(join(scratch, 'other'), 'x')
    put('.env')
    put('c/.npmrc')
    for (const name of ['a/f', 'b/f', 'f']) put(name)
    const commands = ['diff a b', 'diff -N a b', 'diff f b', 'diff b f', 'diff -q a b', 'diff -- a ./b/']
    expect(commands.filter((command) => decide(command) === 'ask')).toEqual([])
    symlinkSync(target, join(root, 'b/node_modules'))
    expect(commands.filter((command) => decide(command) === 'allow')).toEqual([])
  })

  test('that lead nowhere are where they would lead', () => {
    symlinkSync('../nothing', join(root, 'dangling'))
    expect(decide('cat dangling')).toBe('ask')
    expect(analyseCommand('touch dangling', { root }).effects).toContainEqual({
      kind: 'write',
      target: join(scratch, 'nothing'),
    })
  })

  test('to a secret are secret by either name', () => {
    put('.env')
    symlinkSync('.env', join(root, 'plain'))
    symlinkSync('f', join(root, 'id_rsa'))
    put('f')
    expect(decide('cat plain')).toBe('ask')
    expect(decide('cat id_rsa')).toBe('ask')
  })

  test('are not gone through by cd, which goes back by names', () => {
    put('a/b/f')
    symlinkSync('a/b', join(root, 'link'))
    expect(decide('cat link/f')).toBe('allow')
    expect(decide('cd link && cat f')).toBe('ask')
    expect(decide('cd a/b && cat f')).toBe('allow')
  })
})

describe('patterns of file names', () => {
  test('become the names that are there', () => {
    put('a.txt')
    put('b.txt')
    expect(
      analyseCommand('rm *.txt', { root }).effects.flatMap(({ kind, target }) =>
        kind === 'delete' ? [target] : [],
      ),
    ).toEqual([join(root, 'a.txt'), join(root, 'b.txt')])
  })

  test('that fit a secret ask, and so do those that aim at one', () => {
    put('a')
    expect(decide('cat *')).toBe('allow')
    put('credentials')
    expect(decide('cat *')).toBe('ask')
    expect(decide('cat c*')).toBe('ask')
    expect(decide('cat .e*')).toBe('ask')
  })

  test('that become options are options', () => {
    put('-delete')
    put('a')
    expect(decide('find . -name a')).toBe('allow')
    expect(decide('find *')).toBe('ask')
  })
})

describe('searches of a tree', () => {
  test('ask where they would read a secret', () => {
    put('src/a.ts')
    put('.env')
    expect(decide('grep -rn foo src')).toBe('allow')
    expect(decide('grep -rn foo .')).toBe('ask')
    expect(decide('grep -rn foo')).toBe('ask')
    expect(decide('grep -rn foo . --include=*.ts')).toBe('allow')
    expect(decide("grep -rn foo . --exclude='.env*'")).toBe('allow')
    expect(decide('rg foo')).toBe('allow')
    expect(decide('rg --hidden foo')).toBe('ask')
    expect(decide('rg -uu foo')).toBe('ask')
    put('deploy/server.key')
    expect(decide('rg foo')).toBe('ask')
    expect(decide('rg foo -g "*.ts"')).toBe('allow')
    expect(decide('rg foo src')).toBe('allow')
    expect(decide('find . -name "*.key"')).toBe('allow')
    expect(decide('ls -R')).toBe('allow')
    expect(decide('diff -r src deploy')).toBe('ask')
  })

  test('ask where diff compares folders of which one holds a secret', () => {
    put('a/f')
    put('b/f')
    put('b/prod.env')
    expect(decide('diff a/f b/f')).toBe('allow')
    for (const command of ['diff a b', 'diff --new-file a b', 'cd a && diff ../b .'])
      expect(`${command}: ${decide(command)}`).toBe(`${command}: ask`)
  })

  test.each([
    "grep -r --exclude='q*' --include='*.md' K .",
    'grep -r --exclude=.env --include=.env K .',
    "grep -r --include='*.md' --include='.e??' K .",
    "grep -r --include='*.md' --exclude='*.md' --include='.[e]nv' K .",
    'grep -r --exclude=lib/.env K .',
    'grep -r --exclude=./.env K .',
    "grep -r --exclude='[[:punct:]]env' K .",
    String.raw`grep -r '--exclude=\.env' --include=.env K .`,
    'rg -g .env K',
    "rg -g '*' K .",
    "rg -g '**' K .",
    'rg --iglob .ENV K',
    'rg --glob-case-insensitive -g .Env K',
    "rg -. -g '!lib/*' K",
    "rg -. -g '!.*' -g .env K",
    "rg -. -g '!.e*' --iglob '.E*' K",
    "rg -g '#x' -g '.{env,x}' K",
    "rg -g './**' -g '!*.ts' -g '**/.env' K",
    "rg -. -g '!.env/' K",
    "rg -. -g '!.ENV' K",
    "rg -uu -g '!x' K",
  ])('ask where the last option that fits lets a secret in: %s', (command) => {
    put('.env')
    put('src/a.ts')
    expect(decide(command)).toBe('ask')
  })

  test.each([
    "grep -r --include='*.ts' K .",
    "grep -r --include='*.ts' --exclude='*.test.ts' K .",
    'grep -r --exclude=.env K .',
    "grep -r --include=.env --exclude='.e*' K .",
    "rg -g '*.ts' K",
    "rg -g 'src/**' K",
    "rg -g '!*.test.ts' K",
    "rg -. -g '!.env' K",
    "rg -. -g '*.{ts,md}' -g '!.env' K",
    "rg --iglob '*.MD' K .",
  ])('do not ask where the options leave secrets out: %s', (command) => {
    put('.env')
    put('src/a.ts')
    expect(decide(command)).toBe('allow')
  })

  test('ask where a file of ignored names takes a hidden secret in again', () => {
    put('pkg/.env')
    put('.ignore', '*.log\n!keep\n')
    expect(decide('rg K')).toBe('allow')
    for (const line of ['!.env', '!/pkg/.env', '!.e*', '!.[e]nv ', '!pkg/.env/']) {
      put('.ignore', `*.log\n${line}\n`)
      expect(`${line}: ${decide('rg K pkg')}`).toBe(`${line}: ask`)
    }
    put('.ignore')
    put('pkg/.gitignore', '!.env')
    expect(decide('rg K')).toBe('ask')
  })

  test('ask about a configuration that holds a token, and no other', () => {
    put('.git/config', '[remote "origin"]\n\turl = https://example.com/x.git\n')
    expect(decide('grep -rn foo .')).toBe('allow')
    put('.git/config', '[remote "origin"]\n\turl = https://me:abc@example.com/x.git\n')
    expect(decide('grep -rn foo .')).toBe('ask')
  })
})

describe('git', () => {
  test.each([
    '[core]\n\tfsmonitor = ./x',
    '[core] fsmonitor = ./x',
    '[CORE]\nFsMonitor="./x"',
    '[core]\n  fsmonitor = \\\n ./x',
    '[diff "x"]\n\ttextconv = ./x',
    '[diff]\n\texternal = ./x',
    '[filter "x"]\n\tclean = ./x',
    '[include]\n\tpath = ../x',
    '[gpg]\n\tprogram = ./x',
    '[core]\n\tworktree = /',
    '[log]\n\tshowSignature = true',
  ])('asks where its configuration holds %j', (text) => {
    put('.git/config', '[core]\n\tbare = false\n\tfsmonitor = false\n')
    expect(decide('git status')).toBe('allow')
    put('.git/config', text)
    expect(decide('git status')).toBe('ask')
    expect(decide('git log -p', 'sub')).toBe('ask')
  })

  test('allows the filters of git-lfs', () => {
    put('.git/config', '[filter "lfs"]\n\tclean = git-lfs clean -- %f\n\tprocess = git-lfs filter-process\n')
    expect(decide('git diff')).toBe('allow')
  })

  test('asks in a folder that poses as a repository', () => {
    put('vendor/x/HEAD', 'ref: refs/heads/main\n')
    put('vendor/x/config', '[core]\n\tfsmonitor = ./x\n')
    expect(decide('git status')).toBe('allow')
    expect(decide('cd vendor/x && git status')).toBe('ask')
    expect(decide('git status', 'vendor/x')).toBe('ask')
  })

  test('follows a .git that names another place', () => {
    put('sub/.git', 'gitdir: ../modules/sub\n')
    expect(decide('cd sub && git status')).toBe('ask')
    put('modules/sub/config', '[core]\n\tworktree = ../../sub\n')
    expect(decide('cd sub && git status')).toBe('allow')
    put('modules/sub/config', '[core]\n\tfsmonitor = ./x\n')
    expect(decide('cd sub && git status')).toBe('ask')
  })
})

test('a folder that is there is gone into, one that is not may not be', () => {
  put('src/f')
  expect(decide('cd src; cat ../f')).toBe('allow')
  expect(decide('cd nowhere; cat ../f')).toBe('ask')
})

test('the null device is harmless by its own name alone', () => {
  expect(decide('diff /dev/null f')).toBe('allow')
  expect(decide('cat /dev/stdin')).toBe('ask')
  expect(decide('cat /dev/../dev/fd/0')).toBe('ask')
})
