import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { seatbeltProfile, seatbeltSandbox, workspaceProfile } from '../../src/sandbox/index.ts'
import { temporaryFolder } from '../call-tool.ts'

// The text alone is proved here: sandbox-exec is on macOS only.
const profile = {
  writable: ['/w'],
  unwritable: ['/w/.git/hooks', '/w/.mcp.json'],
  unreadable: ['/home/ann/.ssh', '/w/odd "name\\'],
  hosts: [],
  withheld: ['*TOKEN*'],
}

test('a profile is text in which everything is denied first, and later rules take away again', () => {
  const text = seatbeltProfile(profile)
  expect(text.split('\n').slice(0, 2)).toEqual(['(version 1)', '(deny default)'])
  expect(text).toContain('(allow file-write*\n  (subpath "/w")\n  (literal "/dev/null")')
  expect(text).toContain('(deny file-write*\n  (subpath "/w/.git/hooks")\n  (subpath "/w/.mcp.json"))')
  expect(text.indexOf('(deny file-write*')).toBeGreaterThan(text.indexOf('(allow file-write*'))
  expect(text.indexOf('(deny file-read* file-write*')).toBeGreaterThan(text.indexOf('(allow file-read*)'))
  expect(text).not.toContain('network')
  expect(text.match(/\(/g)?.length).toBe(text.match(/\)/g)?.length)
})

test('folders above a protected path cannot be moved away, and names are quoted', () => {
  const text = seatbeltProfile(profile)
  expect(text).toContain('(deny file-write-unlink\n  (literal "/w/.git"))')
  expect(text).toContain(String.raw`(subpath "/w/odd \"name\\")`)
})

test('all hosts are let through only where all are asked for', () => {
  expect(seatbeltProfile({ ...profile, hosts: 'any' })).toContain('(allow network-outbound (remote ip))')
})

test('a program is started by sandbox-exec with the profile and without secrets; hosts that are listed are refused', async () => {
  const folder = await temporaryFolder()
  const root = join(folder, 'root')
  await mkdir(root)
  const program = join(folder, 'sandbox-exec')
  await writeFile(program, '#!/bin/sh\n')
  await chmod(program, 0o755)
  await using sandbox = seatbeltSandbox({ program, state: join(folder, 'state') })
  const started = {
    program: '/bin/ls',
    arguments: ['-l'],
    folder: root,
    environment: { A_TOKEN: 'x', LANG: 'C' },
  }
  const contained = await sandbox.contain(started, workspaceProfile({ root, home: folder }))
  expect(contained).toMatchObject({
    program,
    folder: root,
    environment: { LANG: 'C', KEEPUP_SANDBOX: 'seatbelt' },
  })
  expect(contained.environment).not.toHaveProperty('A_TOKEN')
  expect(contained.arguments.slice(0, 1)).toEqual(['-p'])
  expect(contained.arguments.slice(2)).toEqual(['/bin/ls', '-l'])
  expect(contained.arguments[1]).toContain(`(subpath "${root}/.mcp.json")`)
  expect(contained.arguments[1]).toContain(`(subpath "${folder}/.ssh")`)
  // No mount keeps what is missing from being made elsewhere: it is looked at afterwards.
  await writeFile(join(root, 'Jenkinsfile'), 'evil')
  expect(await contained.release()).toEqual([
    expect.stringContaining('Jenkinsfile, which no command may make'),
  ])
  const listed = workspaceProfile({ root, hosts: ['example.com'] })
  await expect(sandbox.contain(started, listed)).rejects.toMatchObject({ code: 'not-supported' })
})

test('elsewhere than on macOS it says so', () => {
  expect(() => seatbeltSandbox({ program: '/no/sandbox-exec' })).toThrow(
    /"seatbelt" cannot be used.*part of macOS/,
  )
})
