import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { KeepupError } from '@keepup/core'
import { describe, expect, test } from 'vitest'

import { parseDuration, showDuration } from '../src/settings/duration.ts'
import { parseMoney, showMoney } from '../src/settings/money.ts'
import { nearest } from '../src/settings/nearest.ts'
import { resolveSettings } from '../src/settings/resolve-settings.ts'
import { withoutComments } from '../src/settings/without-comments.ts'
import { temporaryFolder } from './temporary-folder.ts'

function resolveIn(
  files: Readonly<Record<string, string>>,
  { flags = {}, variables = {} }: { flags?: object; variables?: Readonly<Record<string, string>> } = {},
) {
  const home = temporaryFolder()
  const folder = join(home, 'project', 'deep')
  mkdirSync(folder, { recursive: true })
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(home, name, '..'), { recursive: true })
    writeFileSync(join(home, name), content)
  }
  return {
    home,
    folder,
    ...resolveSettings({ flags, environment: { HOME: home, ...variables }, here: home, folder }),
  }
}

function failure(run: () => unknown): KeepupError {
  try {
    run()
  } catch (error) {
    if (KeepupError.is(error)) return error
    throw error
  }
  throw new Error('nothing failed')
}

describe('settings', () => {
  test('a project may add a sandbox, and not take away the one that a person chose', () => {
    const project = { 'project/keepup.json': '{ "sandbox": "off" }' }
    const mine = { '.config/keepup/config.json': '{ "sandbox": "auto" }' }
    expect(resolveIn({ ...project, ...mine }).settings.sandbox).toBe('auto')
    expect(resolveIn({ 'project/keepup.json': '{ "sandbox": "bubblewrap" }' }).settings.sandbox).toBe(
      'bubblewrap',
    )
    expect(resolveIn({}).settings.sandbox).toBe('off')
    expect(failure(() => resolveIn({ 'project/keepup.json': '{ "sandbox": "none" }' })).code).toBe(
      'configuration-invalid',
    )
  })

  test('an address is no file name, is shown without its password, and is nothing that a project may set', () => {
    const address = 'postgres://me:secret@host/db'
    const { settings, explained } = resolveIn({
      '.config/keepup/config.json': JSON.stringify({ store: address }),
    })
    expect(settings.store).toBe(address)
    expect(explained.find(({ name }) => name === 'store')?.value).toBe('postgres://me@host/db')
    for (const store of [address, ` ${address}`, address.replace('postgres', 'POSTGRESQL')]) {
      const error = failure(() => resolveIn({ 'project/keepup.json': JSON.stringify({ store }) }))
      expect(error.message).toContain('may not set')
      expect(error.message).not.toContain('secret')
    }
  })

  test('a flag wins over the environment, that over the project, that over the user, that over the default', () => {
    const files = {
      'project/keepup.json':
        '{ "mode": "plan", "limits": { "turns": 3, "time": "1m" }, "unattended": "wait" }',
      '.config/keepup/config.json': '{ "mode": "yolo", "limits": { "turns": 4, "time": "2m", "cost": 2 } }',
    }
    const { settings, explained } = resolveIn(files, {
      flags: { mode: 'auto' },
      variables: { KEEPUP_MODE: 'ask', KEEPUP_MAX_TURNS: '5' },
    })
    expect(settings).toMatchObject({
      mode: 'auto',
      turns: 5,
      time: 60_000,
      money: 2_000_000_000,
      unattended: 'wait',
    })
    const from = Object.fromEntries(explained.map(({ name, from: origin }) => [name, origin.split(' /')[0]]))
    expect(from).toMatchObject({
      mode: 'flag --mode',
      turns: 'environment KEEPUP_MAX_TURNS',
      time: 'project file',
      money: 'user file',
      store: 'default',
    })
  })

  test('of a mode or limit in both files, the person’s own stands where the project’s would give more', () => {
    const project = '{ "mode": "ask", "limits": { "turns": 30, "cost": 9, "time": "3h", "tokens": 5 } }'
    const user = '{ "mode": "plan", "limits": { "turns": 20, "cost": 0.5, "time": "2h", "tokens": 10 } }'
    const files = { 'project/keepup.json': project, '.config/keepup/config.json': user }
    const { settings } = resolveIn(files)
    expect(settings).toMatchObject({
      mode: 'plan',
      turns: 20,
      money: 500_000_000,
      time: 7_200_000,
      tokens: 5,
    })
  })

  test('the default store follows XDG_STATE_HOME', () => {
    const { settings, home } = resolveIn({})
    expect(settings.store).toBe(join(home, '.local/state/keepup/keepup.db'))
    expect(resolveIn({}, { variables: { XDG_STATE_HOME: '/state' } }).settings.store).toBe(
      '/state/keepup/keepup.db',
    )
  })

  test('a file name in a file starts at that file, one in a flag at the present folder', () => {
    const { settings, home } = resolveIn({ 'project/keepup.json': '{ "store": "threads.db" }' })
    expect(settings.store).toBe(join(home, 'project/threads.db'))
    expect(resolveIn({}, { flags: { store: 'x.db' } }).settings.store).toMatch(/x\.db$/)
  })

  test('comments and trailing commas are allowed, and strings that look like them are kept', () => {
    const text =
      '{ // note\n "model": "openai-compatible:http://127.0.0.1:1/v1#a", /* b\n */ "limits": { "turns": 2, }, }'
    expect(resolveIn({ 'project/keepup.json': text }).settings).toMatchObject({
      model: 'openai-compatible:http://127.0.0.1:1/v1#a',
      turns: 2,
    })
    expect(withoutComments('{"a":"x,}//"}')).toBe('{"a":"x,}//"}')
    expect(withoutComments('1 // é\n2')).toHaveLength('1 // é\n2'.length)
  })

  test.each([
    ['{ "mode": "askk" }', '#/mode', '"askk"', 'did you mean "ask"?'],
    ['{ "modell": "a/b" }', '#/modell', 'unknown key', 'did you mean "model"?'],
    ['{ "limits": { "turnz": 3 } }', '#/limits/turnz', 'unknown key', 'did you mean "turns"?'],
    ['{ "limits": { "turns": "3" } }', '#/limits/turns', '"3"', 'JSON number'],
    ['{ "limits": 3 }', '#/limits', 'is 3', 'write an object'],
    ['{ "zzzzzzzz": 1 }', '#/zzzzzzzz', 'unknown key', 'known keys are'],
    ['[]', '#', 'is []', 'write an object'],
    ['{ "mode": }', 'keepup.json', 'is not JSON', 'keepup init'],
  ])('a malformed file %s is refused with place, value and fix', (content, place, value, fix) => {
    const error = failure(() => resolveIn({ 'project/keepup.json': content }))
    expect(error.code).toBe('configuration-invalid')
    expect(error.message).toContain('keepup.json')
    expect(error.message).toContain(place)
    expect(error.message).toContain(value)
    expect(error.details['fix']).toContain(fix)
  })

  test.each([
    ['KEEPUP_MODE', 'all', 'one of plan'],
    ['KEEPUP_MAX_TURNS', '0', 'a whole number above 0'],
    ['KEEPUP_MAX_COST', '-1', 'US dollars'],
    ['KEEPUP_MAX_TIME', 'soon', 'a duration'],
    ['KEEPUP_MODEL', 'gpt', 'provider/name'],
    ['KEEPUP_STORE', 'mysql://host/db', 'SQLite'],
    ['KEEPUP_STORE', 'postgres://host:port/db', 'postgres://user@host:5432/database'],
  ])('the variable %s=%s is refused', (variable, value, fix) => {
    const error = failure(() => resolveIn({}, { variables: { [variable]: value } }))
    expect(error.message).toContain(variable)
    expect(error.message).toContain(value)
    expect(error.details['fix']).toContain(fix)
  })

  test.each([
    '{ "mode": "yolo" }',
    '{ "mode": "auto" }',
    '{ "mode": "auto-edit" }',
    '{ "model": "openai-compatible:https://collector.example/v1#x" }',
    '{ "model": "openai-compatible:http://127.0.0.1.example/v1#x" }',
    '{ "store": "../outside.db" }',
    '{ "system": "/etc/passwd" }',
  ])('a project may not widen what an agent may do: %s', (content) => {
    const error = failure(() => resolveIn({ 'project/keepup.json': content }))
    expect(error.message).toContain('may not set')
    expect(() => resolveIn({ '.config/keepup/config.json': content })).not.toThrow()
  })
})

test('durations are read as people write them', () => {
  expect(['90', '90s', '10m', '2h', '500ms', '1.5s'].map(parseDuration)).toEqual([
    90_000, 90_000, 600_000, 7_200_000, 500, 1500,
  ])
  expect(['', '0', '-1s', '5 minutes', 'x'].map(parseDuration)).toEqual(
    Array.from({ length: 5 }, () => undefined),
  )
  expect([12, 1234, 185_000, 7_800_000].map(showDuration)).toEqual(['12 ms', '1.2 s', '3 m 05 s', '2 h 10 m'])
})

test('money is exact in nano-dollars', () => {
  expect(['2', '0.50', '$1.25', '.1'].map(parseMoney)).toEqual([
    2_000_000_000, 500_000_000, 1_250_000_000, 100_000_000,
  ])
  expect(['0', '-1', 'one', '1e3'].map(parseMoney)).toEqual(Array.from({ length: 4 }, () => undefined))
  expect([0, 4_200_000, 123_400_000, 1_250_000_000].map(showMoney)).toEqual([
    '$0.00',
    '$0.004200',
    '$0.1234',
    '$1.25',
  ])
})

test('the nearest word is found, and none where none is near', () => {
  expect(nearest('modle', ['mode', 'model', 'store'])).toBe('model')
  expect(nearest('quux', ['mode', 'model'])).toBeUndefined()
})
