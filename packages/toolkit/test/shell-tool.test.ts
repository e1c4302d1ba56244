import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import type { StartedProcess, ToolOutcome } from '@keepup/core'
import { expect, onTestFinished, test, vi } from 'vitest'

import { shellTool } from '../src/index.ts'
import { call, contextOf, newKey, temporaryFolder, textOf } from './call-tool.ts'
import { eventually, processesWith, uniqueSeconds } from './find-processes.ts'
import { mapArtifacts } from './map-artifacts.ts'

// Real processes on a busy machine.
vi.setConfig({ testTimeout: 60_000 })

async function shell(command: string, timeout_ms = 20_000, context = contextOf()): Promise<ToolOutcome> {
  return call(shellTool(await temporaryFolder()), { command, timeout_ms }, context)
}

test('a command runs in the folder; both streams come in order, with the exit code', async () => {
  const root = await temporaryFolder()
  const outcome = await call(shellTool(root), { command: 'pwd; echo err >&2; echo out; exit 3' })
  expect(outcome.type).toBe('completed')
  expect(textOf(outcome)).toBe(`${root}\nerr\nout\n[Exit code 3]`)
  expect(outcome).toMatchObject({ output: { structured: { exitCode: 3 } } })
  expect(textOf(await shell('true'))).toBe('[It printed nothing. Exit code 0]')
  expect(textOf(await shell('kill -9 $$'))).toBe('[Ended by signal SIGKILL]')
  expect(textOf(await shell('printf "a\\n\\n"'))).toBe('a\n')
})

test('standard input is closed, the environment passes through, and the call is marked', async () => {
  const key = newKey()
  const command = 'cat; [ -n "$PATH" ] && echo "$KEEPUP_CALL"; (: <&3) 2>/dev/null || echo closed'
  const text = textOf(await shell(command, 5_000, contextOf(key)))
  expect(text).toMatch(new RegExp(`^${key}\nclosed$`))
})

test('what only reads runs in the judged environment, everything else in that of this process', async () => {
  const root = await temporaryFolder()
  vi.stubEnv('GIT_PAGER', 'mine')
  vi.stubEnv('CDPATH', '/')
  try {
    const reads = '[ "$GIT_PAGER" = mine ] && echo mine; [ -n "$CDPATH" ] && echo set; echo end'
    expect(textOf(await call(shellTool(root), { command: reads }))).toBe('end')
    expect(textOf(await call(shellTool(root), { command: `${reads}; printenv GIT_PAGER` }))).toBe(
      'mine\nset\nend\nmine',
    )
  } finally {
    vi.unstubAllEnvs()
  }
})

test('quotes, line breaks, and syntax errors reach the shell as they are', async () => {
  expect(textOf(await shell(`echo 'it'"'"'s "$0"' $((1+1))\necho next`))).toBe('it\'s "$0" 2\nnext')
  expect(textOf(await shell('if then'))).toMatch(/[Ss]yntax error[\s\S]*\[Exit code 2]/)
  expect(textOf(await shell('no-such-program-here'))).toContain('[Exit code 127]')
})

test('nothing works before its process is recorded', async () => {
  const root = await temporaryFolder()
  const seen: [StartedProcess, boolean][] = []
  const file = join(root, 'made')
  const context = contextOf(undefined, {
    async processStarted(process) {
      await new Promise((resolve) => setTimeout(resolve, 200))
      seen.push([
        process,
        await readFile(file).then(
          () => true,
          () => false,
        ),
      ])
    },
  })
  await call(shellTool(root), { command: 'touch made' }, context)
  expect(seen).toHaveLength(1)
  expect(seen[0]?.[1]).toBe(false)
  expect(seen[0]?.[0].group).toBe(seen[0]?.[0].pid)
  expect(await readFile(file, 'utf8')).toBe('')
})

test('where the process cannot be recorded, nothing is run and nothing stays', async () => {
  const root = await temporaryFolder()
  const mark = uniqueSeconds()
  const context = contextOf(undefined, { processStarted: () => Promise.reject(new Error('lease lost')) })
  const outcome = await call(shellTool(root), { command: `touch made; sleep ${mark}` }, context)
  expect(textOf(outcome)).toBe('lease lost')
  expect(await readFile(join(root, 'made')).catch(() => 'none')).toBe('none')
  expect(processesWith(mark)).toEqual([])
})

test('a time-out ends the whole group, and keeps what was printed', async () => {
  const mark = uniqueSeconds()
  const outcome = await shell(`echo begun; sleep ${mark} & sleep ${mark}`, 400)
  expect(outcome).toMatchObject({
    type: 'timed-out',
    after: 400,
    output: { structured: { stopped: 'timed-out' } },
  })
  expect(textOf(outcome)).toBe('begun\n[It took longer than 400 ms and was ended]')
  expect(processesWith(mark)).toEqual([])
})

test('a group that ignores SIGTERM is killed, and so is what fled into another session', async () => {
  const mark = uniqueSeconds()
  const deaf = `trap "" TERM; setsid sh -c 'trap "" TERM; sleep ${mark}' & sleep ${mark}`
  expect((await shell(deaf, 400)).type).toBe('timed-out')
  expect(processesWith(mark)).toEqual([])
})

test('an abort ends the whole group and gives what there is', async () => {
  const mark = uniqueSeconds()
  const controller = new AbortController()
  const heard: string[] = []
  const context = contextOf(undefined, {
    signal: controller.signal,
    progress: (text) => void heard.push(text),
  })
  const running = shell(`echo begun; (sleep ${mark}; echo never) & sleep ${mark}`, 20_000, context)
  await eventually(() => heard.join('').includes('begun'))
  controller.abort(new Error('interrupted'))
  const outcome = await running
  expect(textOf(outcome)).toBe('begun\n[It was interrupted and ended]')
  expect(processesWith(mark)).toEqual([])
})

test('an abort before the command begins does nothing', async () => {
  const root = await temporaryFolder()
  const early = contextOf(undefined, { signal: AbortSignal.abort(new Error('stopped')) })
  expect(textOf(await call(shellTool(root), { command: 'touch made' }, early))).toBe('stopped')
  const controller = new AbortController()
  const late = contextOf(undefined, {
    signal: controller.signal,
    processStarted: async () => controller.abort(),
  })
  expect(await call(shellTool(root), { command: 'touch made' }, late)).toMatchObject({ code: 'interrupted' })
  expect(await readFile(join(root, 'made')).catch(() => 'none')).toBe('none')
})

test('a child in the background that holds the output does not hold the call', async () => {
  const mark = uniqueSeconds()
  const outcome = await shell(`sleep ${mark} & echo started`)
  expect(textOf(outcome)).toContain('started\n[Processes that it left in the background were ended')
  expect(processesWith(mark)).toEqual([])
})

test('a child that finishes soon may finish', async () => {
  expect(textOf(await shell('(sleep 0.01; echo late) & echo early'))).toBe('early\nlate')
})

test('a daemon that fled is told of', async () => {
  const mark = uniqueSeconds()
  const outcome = await shell(`setsid sleep ${mark} >/dev/null 2>&1 & sleep 0.3; echo started`)
  const [pid] = processesWith(mark)
  expect(textOf(outcome)).toBe(
    `started\n[Processes of this command still run, in sessions of their own: ${pid}]`,
  )
  process.kill(pid ?? 0)
})

test('a daemon that cleared its environment is found by the file that it inherited', async () => {
  const mark = uniqueSeconds()
  const outcome = await shell(`(env -i setsid sleep ${mark} >/dev/null 2>&1 &); sleep 0.3; echo started`)
  const [pid] = processesWith(mark)
  expect(textOf(outcome)).toContain(`still run, in sessions of their own: ${pid}]`)
  process.kill(pid ?? 0)
  const late = await shell(`(env -i setsid sleep ${mark} >/dev/null 2>&1 &); sleep ${mark}`, 600)
  expect(late.type).toBe('timed-out')
  expect(processesWith(mark)).toEqual([])
})

test('one that also closed its files is not ended, and the call says that it may still run', async () => {
  const mark = uniqueSeconds()
  const command = `(env -i setsid bash -c 'exec 10>&-; sleep ${mark} & exit 0' >/dev/null 2>&1 &); sleep 0.3; echo started`
  const outcome = await shell(command)
  const [pid] = processesWith(mark)
  expect(textOf(outcome)).toBe(
    `started\n[Processes that may be of this command still run, and lost its mark: ${pid}]`,
  )
  expect(outcome).toMatchObject({ output: { structured: { perhapsRunning: [pid] } } })
  process.kill(pid ?? 0)
})

test('the marks of a call do not show: no file, no open descriptor that scripts use', async () => {
  // A temporary folder of its own: in the common one, other processes make and remove theirs.
  vi.stubEnv('TMPDIR', await temporaryFolder())
  onTestFinished(() => void vi.unstubAllEnvs())
  const text = textOf(await shell('ls /proc/self/fd | tr "\\n" " "; ls "$TMPDIR" | grep keepup-call-'))
  expect(text).toMatch(/^0 1 10 /)
  expect(text).not.toMatch(/ [4-9] |keepup-call-/)
})

test('a daemon that prints for ever does not hold the call for ever', async () => {
  const mark = uniqueSeconds()
  const outcome = await shell(
    `setsid sh -c 'echo ${mark}; while :; do echo more; sleep 5; done' & echo started`,
  )
  expect(textOf(outcome)).toContain('still run')
  const [pid = 0] = processesWith(mark)
  process.kill(-pid, 'SIGKILL')
})

test('250 MB of output are bounded, and the whole is an artifact', async () => {
  const kept = mapArtifacts()
  const before = process.memoryUsage().rss
  const context = contextOf(undefined, { artifacts: kept.store })
  const outcome = await shell('echo HEAD; yes 0123456789 | head -c 250000000; echo TAIL', 60_000, context)
  expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 * 1024)
  const text = textOf(outcome)
  expect(text.length).toBeLessThan(50_000)
  expect(text.split('\n').length).toBeLessThan(2_000)
  expect(text).toMatch(/^HEAD\n0123456789\n/)
  expect(text).toMatch(
    /of 250000010 bytes were left out\. The whole is artifact:sha-250000010\.]\n[\s\S]*TAIL$/,
  )
  expect(outcome).toMatchObject({ output: { artifacts: ['sha-250000010'] } })
})

test('output beyond what may be stored, or that the store refuses, is told of', async () => {
  const root = await temporaryFolder()
  const tool = shellTool(root, { mostStored: 50_000 })
  const kept = mapArtifacts()
  const cut = await call(
    tool,
    { command: 'yes | head -c 200000' },
    contextOf(undefined, { artifacts: kept.store }),
  )
  expect(textOf(cut)).toContain('The first 50000 bytes are artifact:sha-50000.')
  const failing = { ...kept.store, put: () => Promise.reject(new Error('disk full')) }
  const failed = await call(
    tool,
    { command: 'yes | head -c 200000' },
    contextOf(undefined, { artifacts: failing }),
  )
  expect(textOf(failed)).toContain('They could not be kept: disk full')
  const none = await call(tool, { command: 'yes | head -c 200000' })
  expect(textOf(none)).toContain('there is no artifact store')
})

test('a slow store loses nothing', async () => {
  const kept = mapArtifacts({ delay: 3 })
  const context = contextOf(undefined, { artifacts: kept.store })
  await shell('seq 1 600000', 60_000, context)
  const stored = kept.bytes()
  expect(stored.length).toBe(4_088_895)
  expect(stored.subarray(-7).toString()).toBe('600000\n')
})

test('characters that a limit cuts in two are left out', async () => {
  const text = textOf(await shell(`i=0; while [ $i -lt 20000 ]; do printf '\u{1F600}'; i=$((i+1)); done`))
  expect(text).not.toContain('\u{FFFD}')
  expect(text).toContain('bytes were left out')
})

test('a folder that is gone, a shell that is not there, and a command too long are failures', async () => {
  expect((await call(shellTool('/no/such/folder'), { command: 'true' })).type).toBe('failed')
  const root = await temporaryFolder()
  expect(textOf(await call(shellTool(root, { shell: '/no/shell' }), { command: 'true' }))).toContain(
    '[Exit code 127]',
  )
  expect((await call(shellTool(root), { command: `: ${'x'.repeat(200_000)}` })).type).toBe('failed')
})

test('it works with the POSIX shell alone, and from another working directory', async () => {
  const root = await temporaryFolder()
  await writeFile(join(root, 'a'), 'here')
  expect(textOf(await call(shellTool(root, { shell: '/bin/sh' }), { command: 'cat a' }))).toBe('here')
})

test('it declares what each command may touch, and everything where that cannot be known', () => {
  const tool = shellTool('/srv')
  const effectsOf = (command: string): readonly string[] =>
    tool.effects({ command }).map(({ kind, target }) => `${kind}:${target}`)
  expect(tool.repeat).toBe('once')
  expect(effectsOf('cat a > b')).toEqual(['delete:/srv/b', 'exec:cat', 'read:/srv/a', 'write:/srv/b'])
  expect(effectsOf('make')).toEqual(['delete:*', 'exec:make', 'net:*', 'read:*', 'write:*'])
  expect(effectsOf('if then')).toEqual(['exec:*', 'read:*', 'write:*', 'delete:*', 'net:*'])
})
