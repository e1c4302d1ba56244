import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { makeHome } from './home.ts'

const own = '.config/keepup/mcp.json'

async function headerOf(written: string, variables: Readonly<Record<string, string>> = {}) {
  const { put, load } = makeHome(variables)
  put(own, { servers: { one: { url: 'https://x.com', headers: { key: written } }, other: { command: 'x' } } })
  const { servers, problems } = await load({
    secret: async (name) => (name === 'kept' ? 'from the keychain' : undefined),
  })
  const definition = servers[0]?.definition
  expect(servers[1]?.definition).toBeDefined()
  return {
    value: definition?.transport.type === 'http' ? definition.transport.headers['key'] : undefined,
    problems,
  }
}

test.each([
  ['${env:TOKEN}', 'secret'],
  ['${TOKEN}', 'secret'],
  ['Bearer ${TOKEN}!', 'Bearer secret!'],
  ['${TOKEN}${TOKEN}', 'secretsecret'],
  ['${NONE:-preset}', 'preset'],
  ['${env:NONE:-preset}', 'preset'],
  ['${NONE:-}', ''],
  ['${EMPTY}', ''],
  ['${keychain:kept}', 'from the keychain'],
  ['$TOKEN', '$TOKEN'],
  ['{env:TOKEN}', '{env:TOKEN}'],
  ['${SNEAKY}', '${TOKEN}'],
])('%s is %j', async (written, value) => {
  const found = await headerOf(written, { TOKEN: 'secret', EMPTY: '', SNEAKY: '${TOKEN}' })
  expect(found).toEqual({ value, problems: [] })
})

test.each([
  ['${env:NONE}', 'NONE is not set', 'Set NONE'],
  ['${NONE}', 'NONE is not set', 'Set NONE'],
  ['${keychain:none}', 'the keychain has no none', 'account "none"'],
  ['${file:/none}', '/none cannot be read', 'Make it'],
  ['${input:none}', 'the input none', 'keychain'],
  ['${two words}', 'is no variable', '${env:NAME}'],
])(
  'where %s is missing, file, server, field and fix are named, and that server alone is left out',
  async (written, message, fix) => {
    const { value, problems } = await headerOf(written)
    expect(value).toBeUndefined()
    expect(problems).toEqual([
      {
        severity: 'error',
        file: expect.stringContaining(own),
        server: 'one',
        pointer: '/servers/one/headers/key',
        message: expect.stringContaining(message),
        fix: expect.stringContaining(fix),
      },
    ])
  },
)

test('a server that is switched off may miss what it likes', async () => {
  const { put, load } = makeHome()
  put(own, { servers: { one: { command: '${NONE}', enabled: false } }, disabled: ['two'] })
  put('project/.mcp.json', { mcpServers: { two: { command: '${NONE}' } } })
  expect((await load()).problems).toEqual([])
})

test('a secret does not go where everybody on the machine can read it', async () => {
  const { put, load } = makeHome()
  put(own, { servers: { one: { command: 'x', args: ['--key', '${keychain:kept}'] } } })
  const { problems } = await load({ secret: async () => 'very secret' })
  expect(problems).toMatchObject([
    { pointer: '/servers/one/args/1', message: expect.stringContaining('everybody') },
  ])
  expect(JSON.stringify(problems)).not.toContain('very secret')
})

test('a keychain that fails is told, and no secret is in what is told', async () => {
  const { put, load } = makeHome()
  put(own, { servers: { one: { command: 'x', env: { A: '${keychain:a}' } } } })
  const { problems } = await load({
    secret: async () => {
      throw new Error('locked')
    },
  })
  expect(problems).toMatchObject([
    { message: expect.stringContaining('locked'), pointer: '/servers/one/env/A' },
  ])
})

test('a file of variables is read; those beside it count more', async () => {
  const { put, load, project } = makeHome()
  put(own, { servers: { one: { command: 'x', envFile: '.env', env: { B: 'own' } } } })
  writeFileSync(join(project, '.env'), '# all\nexport A="a b"\nB=file\nC=\'c#\'\nD=d # rest\nnot a line\n')
  expect((await load()).servers[0]?.definition?.transport).toMatchObject({
    env: { A: 'a b', B: 'own', C: 'c#', D: 'd' },
  })
})

test('a file of variables that is not there is told', async () => {
  const { put, load } = makeHome()
  put(own, { servers: { one: { command: 'x', envFile: 'none.env' } } })
  expect((await load()).problems).toMatchObject([{ pointer: '/servers/one/envFile' }])
})
