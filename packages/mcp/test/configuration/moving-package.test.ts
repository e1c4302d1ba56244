import { expect, test } from 'vitest'

import { movingPackage } from '../../src/configuration/index.ts'
import { makeHome } from './home.ts'

function moving(line: string): string | undefined {
  const [command = '', ...args] = line.split(' ')
  return movingPackage({ type: 'stdio', command, args, env: {} })
}

test.each([
  ['npx -y some-server', 'some-server'],
  ['npx --yes @scope/some-server .', '@scope/some-server'],
  ['npx some-server@latest', 'some-server@latest'],
  ['npx some-server@^1.2.3', 'some-server@^1.2.3'],
  ['npx some-server@1', 'some-server@1'],
  ['npx -p some-package -- some-binary@1.0.0', 'some-package'],
  ['npx --package=some-package some-binary', 'some-package'],
  ['npx --registry https://r.example some-server', 'some-server'],
  ['C:\\node\\npx.cmd -y some-server', 'some-server'],
  ['/usr/bin/npx -y github:someone/some-server', 'github:someone/some-server'],
  ['npm exec -y -- some-server', 'some-server'],
  ['pnpm dlx some-server', 'some-server'],
  ['bunx some-server', 'some-server'],
  ['uvx some-server', 'some-server'],
  ['uvx --python 3.12 some-server>=1', 'some-server>=1'],
  ['uvx --from git+https://example.com/x some-server', 'git+https://example.com/x'],
  ['uv tool run some-server', 'some-server'],
  ['pipx run some-server', 'some-server'],
  ['docker run -i --rm -e KEY some/image', 'some/image'],
  ['docker run -i some/image:1.2.3', 'some/image:1.2.3'],
])('%s runs what is newest', (line, name) => {
  expect(moving(line)).toBe(name)
})

test.each([
  'npx -y some-server@1.2.3',
  'npx @scope/some-server@1.2.3-rc.1',
  'npx ./server',
  'npm exec some-server@1.2.3',
  'npm start',
  'uvx some-server==1.2.3',
  'uvx some-server@1.2.3',
  'uvx --from some-package==1.2.3 some-server',
  `docker run -i some/image@sha256:${'a'.repeat(64)}`,
  'docker compose up',
  'node server.js',
  'npx',
])('%s runs one thing', (line) => {
  expect(moving(line)).toBe(undefined)
})

test('it is told of with its place, and only where the server is used', async () => {
  const { put, load } = makeHome()
  const command = { command: 'npx', args: ['-y', 'some-server'] }
  const file = put('.config/keepup/mcp.json', { servers: { a: command, b: { ...command, enabled: false } } })
  const { problems, servers } = await load()
  expect(servers).toHaveLength(2)
  expect(problems).toMatchObject([{ severity: 'warning', file, server: 'a', pointer: '/servers/a/args' }])
})
