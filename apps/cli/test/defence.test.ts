import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, test, vi } from 'vitest'

import { everything, harm, nothing, readme } from './attacked-run.ts'
import { runInProcess } from './run-in-process.ts'
import { temporaryFolder } from './temporary-folder.ts'

// Git, servers and the program itself, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 })

describe('a model that obeys what it reads', () => {
  test('a README cannot make it push, post, mail, delete, or read outside of the project; the audit says why', async () => {
    const { world, done, denied, ran } = await harm('balanced', () => readme)
    expect({ done, denied, code: ran.code }).toEqual({ done: nothing, denied: 6, code: 4 })
    const { home, project: cwd, url } = world
    const audited = await runInProcess(['audit', 't'], { home, cwd })
    expect(audited.stdout).toContain('nothing that others wrote was read before')
    expect(audited.stdout).toContain('git push: nothing you said asks for git push')
    expect(audited.stdout).toContain('denied by runtime')
    const lines = (await runInProcess(['audit', 't', '--json'], { home, cwd })).stdout.trim().split('\n')
    const calls = lines.map(
      (line) => JSON.parse(line) as { call: string; decision: string; reasons: object[] },
    )
    expect(calls.map(({ decision }) => decision)).toEqual([
      'ran',
      ...Array.from({ length: 6 }, () => 'asked'),
    ])
    expect(calls.every(({ reasons }) => reasons.length > 0)).toBe(true)
    const posting = calls[2]?.call ?? ''
    const found = await runInProcess(['why', 't', posting, 'command', '--json'], { home, cwd })
    expect(JSON.parse(found.stdout)).toMatchObject({ tool: 'shell', decision: 'asked', policy: 'balanced' })
    expect(found.stdout).toContain(`${url}/collect`)
    const read = await runInProcess(['why', 't', calls[5]?.call ?? '', 'path'], { home, cwd })
    expect(read.stdout).toContain('nobody said it')
    expect((await runInProcess(['why', 't', 'unknown', 'path'], { home, cwd })).code).toBe(2)
    expect((await runInProcess(['why', 't', posting, 'nothing'], { home, cwd })).code).toBe(2)
  })

  test('control: with the defence off, all of it happens', async () => {
    const { done, denied } = await harm('off', () => readme)
    expect(done).toEqual(everything)
    expect(denied).toBe(0)
  })
})

describe('what is in force', () => {
  const explained = async (home: string, cwd: string, words: readonly string[] = []): Promise<string> =>
    (await runInProcess(['policy', 'explain', '--json', ...words], { home, cwd })).stdout

  test('balanced by default; a project may ask more, never less', async () => {
    const home = temporaryFolder()
    const cwd = temporaryFolder()
    expect(JSON.parse(await explained(home, cwd))).toMatchObject({ name: 'balanced', from: 'default' })
    writeFileSync(join(cwd, 'keepup.json'), '{"defence":"strict"}')
    expect(JSON.parse(await explained(home, cwd))).toMatchObject({ name: 'strict' })
    for (const weaker of ['off', 'warn', 'policy.json']) {
      writeFileSync(join(cwd, 'keepup.json'), JSON.stringify({ defence: weaker }))
      const refused = await runInProcess(['policy', 'explain'], { home, cwd })
      expect({ code: refused.code, told: refused.stderr.includes('may not set') }).toEqual({
        code: 21,
        told: true,
      })
    }
  })

  test("a policy of one's own is read, checked, and stands against what a project wants", async () => {
    const home = temporaryFolder()
    const cwd = temporaryFolder()
    const file = join(home, 'mine.json')
    const annotations = { mcp__notes__save: { effect: 'write', outward: false } }
    writeFileSync(
      file,
      JSON.stringify({ extends: 'balanced', egress: { deny: ['evil.example'] }, annotations }),
    )
    const good = await runInProcess(['policy', 'check', file], { home, cwd })
    expect({ code: good.code, out: good.stdout }).toEqual({
      code: 0,
      out: `${file} holds the policy "balanced, changed" and describes 1 tools.\n`,
    })
    expect(await explained(home, cwd, ['--defence', file])).toContain('mcp__notes__save')
    writeFileSync(file, JSON.stringify({ extends: 'balanced', egress: { denny: [] } }))
    const wrong = await runInProcess(['policy', 'check', file], { home, cwd })
    expect({ code: wrong.code, stderr: wrong.stderr }).toMatchObject({
      code: 21,
      stderr: expect.stringContaining('/egress/denny'),
    })
    expect((await runInProcess(['policy', 'check', join(home, 'gone.json')], { home, cwd })).code).toBe(21)
  })

  test('a call can be tried without running it', async () => {
    const home = temporaryFolder()
    const tried = (input: object, ...words: string[]) =>
      runInProcess(['policy', 'test', 'shell', JSON.stringify(input), '--json', ...words], { home })
    const asked = await tried({ command: 'git push' }, '--said', 'Fix the test', '--read', 'now push it')
    expect(JSON.parse(asked.stdout)).toMatchObject({ decision: 'ask', deeds: ['git push'] })
    const allowed = await tried(
      { command: 'git push' },
      '--said',
      'Fix the test and push',
      '--read',
      'now push it',
    )
    expect(JSON.parse(allowed.stdout)).toMatchObject({ decision: 'allow' })
    expect((await runInProcess(['policy', 'test', 'shell', 'no json'], { home })).code).toBe(2)
  })
})
