import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { KeepupError, type Sandbox, type ToolContext } from '@keepup/core'
import { describe, expect, test, vi } from 'vitest'

import { shellTool, toolkit } from '../../src/index.ts'
import { bubblewrapSandbox, workspaceProfile } from '../../src/sandbox/index.ts'
import { call, contextOf, temporaryFolder, textOf } from '../call-tool.ts'
import { eventually, processesWith, uniqueSeconds } from '../find-processes.ts'
import { breachPlace } from './breach-place.ts'

vi.setConfig({ testTimeout: 60_000 })

const there = process.platform === 'linux' && spawnSync('bwrap', ['--version']).status === 0

async function confined(): Promise<{ readonly root: string; readonly sandbox: Sandbox }> {
  const folder = await temporaryFolder()
  const root = join(folder, 'root')
  await mkdir(root)
  return { root, sandbox: bubblewrapSandbox({ state: join(folder, 'state') }) }
}

async function shell(command: string, timeout_ms = 20_000, context: ToolContext = contextOf()) {
  const { root, sandbox } = await confined()
  const outcome = await call(shellTool(root, { sandbox }), { command, timeout_ms }, context)
  return { root, outcome, text: textOf(outcome) }
}

describe.runIf(there)('the shell in bubblewrap', () => {
  test('works as outside: output, exit code, files of the project, its own folder', async () => {
    const { root, text } = await shell('pwd; echo err >&2; echo x > made; cat made; exit 3')
    expect(text).toBe(`${root}\nerr\nx\n[Exit code 3]`)
    expect(await readFile(join(root, 'made'), 'utf8')).toBe('x\n')
  })

  test('the model is told that it is in one, and what it can reach', async () => {
    const { root, sandbox } = await confined()
    expect(shellTool(root, { sandbox }).description).toContain('It runs in a sandbox')
    expect(shellTool(root, { sandbox }).description).toContain('it can reach no host')
    expect(shellTool(root).description).not.toContain('sandbox')
  })

  test('a sandboxed command leaves no trace in the project, and none in the ledger', async () => {
    const { root } = await shell('true')
    expect(await readdir(root)).toEqual([])
    expect(await readdir(join(root, '..', 'state', 'begun'))).toEqual([])
  })

  test('what it left behind and was made harmless is said to the model', async () => {
    const { text } = await shell('git init -q sub && echo evil > sub/.git/hooks/pre-commit')
    expect(text).toMatch(/\[.*sub\/\.git\/hooks\/pre-commit was renamed to .*Git would run it/)
  })

  test('a clone with a plain configuration is left as it is', async () => {
    const command =
      'git init -q a && git -C a -c user.name=n -c user.email=e commit -q --allow-empty -m x && git clone -q a b && ls b/.git/config'
    expect((await shell(command)).text).toBe('b/.git/config')
  })

  test('what the command started ends with it, however it fled', async () => {
    const mark = uniqueSeconds()
    await shell(`(env -i setsid sleep ${mark} &) ; setsid nohup sleep ${mark} & sleep 0.2; echo done`)
    await eventually(() => processesWith(mark).length === 0)
    expect(processesWith(mark)).toEqual([])
  })

  test('a time-out lets it end politely first, and then ends everything', async () => {
    const mark = uniqueSeconds()
    const command = `trap 'echo polite; exit' TERM; setsid sleep ${mark} & sleep ${mark} & wait`
    const { outcome, text } = await shell(command, 500)
    expect(outcome.type).toBe('timed-out')
    expect(text).toContain('polite')
    await eventually(() => processesWith(mark).length === 0)
    const deaf = await shell(`trap "" TERM; sleep ${mark}; sleep ${mark}`, 400)
    expect(deaf.outcome.type).toBe('timed-out')
    await eventually(() => processesWith(mark).length === 0)
  })

  test('an abort ends it', async () => {
    const mark = uniqueSeconds()
    const controller = new AbortController()
    const running = shell(
      `echo begun; sleep ${mark}`,
      20_000,
      contextOf(undefined, { signal: controller.signal }),
    )
    await eventually(() => processesWith(mark).length > 0)
    controller.abort(new Error('interrupted'))
    expect((await running).text).toContain('It was interrupted and ended')
    await eventually(() => processesWith(mark).length === 0)
  })

  test('commands beside each other keep what stands in for each', async () => {
    const { root, sandbox } = await confined()
    const tool = shellTool(root, { sandbox })
    const slow = call(tool, { command: 'sleep 0.6; echo evil > .mcp.json; ls -d .mcp.json' })
    await sleep(150)
    await call(tool, { command: 'true' })
    expect(existsSync(join(root, '.mcp.json'))).toBe(true)
    expect(textOf(await slow)).toContain('.mcp.json: Is a directory')
    expect(await readdir(root)).toEqual([])
  })

  test('one that ends first does not take away what stands in for another', async () => {
    const { root, sandbox } = await confined()
    const tool = shellTool(root, { sandbox })
    const first = call(tool, { command: 'sleep 0.4' })
    await sleep(150)
    const second = call(tool, {
      command: 'sleep 0.6; echo evil > .mcp.json; mkdir -p .vscode; echo evil > .vscode/tasks.json',
    })
    await first
    expect(textOf(await second)).toContain('.mcp.json: Is a directory')
    expect(await readdir(root)).toEqual([])
  })

  test('what a command of a program that died left is made harmless by the next one', async () => {
    const { root, sandbox } = await confined()
    const state = join(root, '..', 'state', 'begun')
    const began = Date.now()
    await mkdir(join(root, '.vscode'))
    spawnSync('git', ['init', '-q', 'sub'], { cwd: root })
    await writeFile(join(root, 'sub/.git/hooks/pre-commit'), 'evil')
    const dead = {
      since: began,
      writable: [root],
      placeholders: [join(root, '.vscode')],
      owner: { pid: 999_999_999, started: 'x' },
    }
    await writeFile(join(state, 'dead.json'), JSON.stringify(dead))
    const outcome = await call(shellTool(root, { sandbox }), { command: 'ls -A' })
    expect(textOf(outcome)).toContain('pre-commit was renamed to')
    expect(await readdir(root)).toEqual(['sub'])
    expect(await readdir(state)).toEqual([])
  })

  test('a link to what is protected stays what it was', async () => {
    const { root, sandbox } = await confined()
    await mkdir(join(root, 'shared'))
    spawnSync('ln', ['-s', 'shared', '.claude'], { cwd: root })
    const command = 'rm .claude; mkdir .claude; echo evil > .claude/settings.json; echo evil > shared/x; true'
    const text = textOf(await call(shellTool(root, { sandbox }), { command }))
    expect(text).toContain('was changed, and was restored')
    expect(text).toContain('shared/x: Read-only file system')
    expect(existsSync(join(root, '.claude/settings.json'))).toBe(false)
  })

  test('hosts that are listed are refused, with the sandbox that can hold them', async () => {
    const { root, sandbox } = await confined()
    const profile = workspaceProfile({ root, hosts: ['example.com'] })
    const outcome = await call(shellTool(root, { sandbox, profile }), { command: 'touch made' })
    expect(outcome).toMatchObject({ type: 'failed', code: 'not-supported' })
    expect(textOf(outcome)).toContain('"sandbox-runtime"')
    expect(await readdir(root)).toEqual([])
  })

  // The superuser may write everywhere: there is no such project for it.
  test.runIf(process.getuid?.() !== 0)('a project that may only be read is read', async () => {
    const { root, sandbox } = await confined()
    await writeFile(join(root, 'a'), 'here')
    spawnSync('chmod', ['a-w', root])
    const text = textOf(await call(shellTool(root, { sandbox }), { command: 'cat a; touch made' }))
    spawnSync('chmod', ['u+w', root])
    expect(text).toMatch(/^heretouch: .*made.*denied/)
  })

  test('what is hidden in the project stays hidden when the folder above it is moved', async () => {
    const { root, sandbox } = await confined()
    await mkdir(join(root, 'conf'))
    await writeFile(join(root, 'conf', '.env'), 'a secret')
    const profile = workspaceProfile({ root, unreadable: [join(root, 'conf', '.env')] })
    const tool = shellTool(root, { sandbox, profile })
    await call(tool, { command: 'mv conf elsewhere; mv conf/.env conf/b' })
    expect(textOf(await call(tool, { command: 'cat conf/.env elsewhere/.env conf/b' }))).not.toContain(
      'a secret',
    )
  })

  test('a writable folder in the project cannot be made a way out', async () => {
    await using place = await breachPlace()
    const { root, outside, state } = place
    const profile = { ...workspaceProfile({ root, home: place.home }), writable: [root, join(root, 'build')] }
    const tool = shellTool(root, { sandbox: bubblewrapSandbox({ state }), profile })
    await call(tool, { command: `ln -s ${outside} build` })
    const text = textOf(await call(tool, { command: 'echo changed > build/precious' }))
    // Below the temporary folder it is not even there.
    expect(text).toMatch(/Read-only file system|No such file/)
    expect(await readFile(join(outside, 'precious'), 'utf8')).toBe('precious')
  })

  test('hooks that git is told to take from the project cannot be written', async () => {
    const { root, sandbox } = await confined()
    await mkdir(join(root, 'tools', 'hooks'), { recursive: true })
    spawnSync('sh', ['-c', 'git init -q . && git config core.hooksPath tools/hooks'], { cwd: root })
    const text = textOf(
      await call(shellTool(root, { sandbox }), { command: 'echo evil > tools/hooks/pre-commit' }),
    )
    expect(text).toContain('Read-only file system')
  })

  test('folders that are merely named as a repository’s are are left alone', async () => {
    const { root, sandbox } = await confined()
    await call(shellTool(root, { sandbox }), {
      command: 'mkdir hooks config; echo x > HEAD; echo x > hooks/useThing.ts',
    })
    expect((await readdir(root)).toSorted()).toEqual(['HEAD', 'config', 'hooks'])
    expect(await readdir(join(root, 'hooks'))).toEqual(['useThing.ts'])
  })

  test('a linked worktree, whose .git is a file, is worked in and cannot be pointed elsewhere', async () => {
    // Beside each other outside of the temporary folder, of which a sandbox has its own.
    await using place = await breachPlace()
    const { root, state } = place
    const sandbox = bubblewrapSandbox({ state })
    const git = 'git -c user.name=n -c user.email=e'
    spawnSync(
      'sh',
      [
        '-c',
        `${git} init -q main && cd main && ${git} commit -q --allow-empty -m x && git worktree add -q ../tree`,
      ],
      { cwd: root },
    )
    const tree = join(root, 'tree')
    const command = 'git log --oneline | wc -l; echo "gitdir: ../evil" > .git; mv .git g'
    const text = textOf(await call(shellTool(tree, { sandbox }), { command }))
    expect(text).toMatch(/^1\n/)
    expect(text).toContain('.git: Read-only file system')
    expect(text).toContain('busy')
    expect(await readFile(join(tree, '.git'), 'utf8')).toContain('main/.git/worktrees/tree')
  })

  test.each(['/', '/proc', '/dev/', '/sys', '/run'])('a profile that opens %s is refused', async (path) => {
    const { root, sandbox } = await confined()
    const profile = { ...workspaceProfile({ root }), writable: [root, path] }
    const outcome = await call(shellTool(root, { sandbox, profile }), { command: 'touch made' })
    expect(outcome).toMatchObject({ type: 'failed', code: 'not-supported' })
    expect(await readdir(root)).toEqual([])
  })

  test('a writable folder above does not open what the sandbox remembers', async () => {
    const { root, sandbox } = await confined()
    const above = join(root, '..')
    const profile = { ...workspaceProfile({ root }), writable: [above] }
    const text = textOf(
      await call(shellTool(root, { sandbox, profile }), {
        command: 'ls -A ../state; touch ../state/x; echo x > ../beside',
      }),
    )
    expect(text).toContain('Permission denied')
    expect(existsSync(join(above, 'beside'))).toBe(true)
    expect(existsSync(join(above, 'state', 'x'))).toBe(false)
  })

  test('a project of two thousand folders is looked through, and a name with anything in it does no harm', async () => {
    const { root, sandbox } = await confined()
    await mkdir(join(root, '-- --bind'))
    await mkdir(join(root, `it's "$HOME" `))
    for (let index = 0; index < 2_000; index++) await mkdir(join(root, `f${index}`))
    const tool = toolkit({ root, sandbox }).find(({ name }) => name === 'shell')
    const command = `git init -q f1999/x && echo evil > f1999/x/.git/hooks/post-checkout; ls | wc -l`
    const text = tool === undefined ? '' : textOf(await call(tool, { command }))
    expect(text).toMatch(/^2002\n\[.*post-checkout was renamed/)
  })
})

test('a sandbox that is not there is an error that says how to have it', () => {
  const failed = (): unknown => {
    try {
      return bubblewrapSandbox({ program: '/no/bwrap', state: '/no/state' })
    } catch (error) {
      return error
    }
  }
  expect(KeepupError.is(failed()) && failed()).toMatchObject({ code: 'sandbox-unavailable' })
  expect(String(failed())).toMatch(/Nothing was run\. To go on: install it/)
})
