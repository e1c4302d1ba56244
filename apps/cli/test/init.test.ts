import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { runInProcess } from './run-in-process.ts'
import { temporaryFolder } from './temporary-folder.ts'

test('a template becomes a project whose folder and versions are put in', async () => {
  const home = temporaryFolder()
  const { code, stdout } = await runInProcess(['init', '--template', 'minimal', 'my agent'], { home })
  expect([code, stdout]).toEqual([
    0,
    `wrote ${join(home, 'my agent')}\nnext: cd 'my agent' && npm install && npm start\n`,
  ])
  const manifest = readFileSync(join(home, 'my agent/package.json'), 'utf8')
  expect(manifest).toContain('"name": "my-agent"')
  expect(manifest).not.toContain('workspace:')
  expect(existsSync(join(home, 'my agent/main.ts'))).toBe(true)
})

test('without a folder it is written where keepup is called, and only where nothing is', async () => {
  const home = temporaryFolder()
  expect((await runInProcess(['init', '--template', 'minimal'], { home })).stdout).toContain(
    'next: npm install',
  )
  const files = readdirSync(home)
  const again = await runInProcess(['init', '-t', 'minimal'], { home })
  expect([again.code, again.stderr]).toEqual([2, expect.stringContaining('is not empty')])
  expect(readdirSync(home)).toEqual(files)
})

test('the templates are listed; one that is none, and a folder without one, are told', async () => {
  const home = temporaryFolder()
  const { stdout } = await runInProcess(['init', '--template', 'list'], { home })
  for (const name of ['minimal', 'cli-agent', 'mcp-hub', 'a2a-pair', 'roles-sop', 'postgres', 'workers'])
    expect(stdout).toMatch(new RegExp(`^${name}: `, 'm'))
  const wrong = await runInProcess(['init', '--template', '../packages'], { home })
  expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('name one of minimal, ')])
  const folder = await runInProcess(['init', 'there'], { home })
  expect([folder.code, folder.stderr]).toEqual([
    2,
    expect.stringContaining('keepup init --template minimal there'),
  ])
  expect(readdirSync(home)).toEqual([])
})

test('settings are written as before, and never over what is there', async () => {
  const home = temporaryFolder()
  writeFileSync(join(home, 'keepup.json'), '{}')
  expect((await runInProcess(['init'], { home })).code).toBe(2)
  expect(readFileSync(join(home, 'keepup.json'), 'utf8')).toBe('{}')
})
