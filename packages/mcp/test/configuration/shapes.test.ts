import { join } from 'node:path'

import { expect, test } from 'vitest'

import { makeHome } from './home.ts'

const own = '.config/keepup/mcp.json'

/** Everything that a program's file may say of one server, and what becomes of it. `file` is in the home. */
const shapes: readonly {
  readonly name: string
  readonly include?: string
  readonly file: string
  readonly content: object
  readonly expected: object
}[] = [
  {
    name: "keepup's own: a program",
    file: own,
    content: {
      servers: {
        one: {
          type: 'stdio',
          command: 'node',
          args: ['server.js'],
          env: { A: '1' },
          cwd: '~/there',
          timeouts: { start: 1, call: 2, longest: 3 },
          tools: { allow: ['a'], deny: ['b'] },
          trust: { annotations: true, integrity: 'vendor', confidential: true },
          description: 'x',
        },
      },
    },
    expected: {
      transport: { type: 'stdio', command: 'node', args: ['server.js'], env: { A: '1' }, cwd: 'HOME/there' },
      timeouts: { start: 1, call: 2, longest: 3 },
      tools: { allow: ['a'], deny: ['b'] },
      trust: { annotations: true, integrity: 'vendor', confidential: true },
      source: { scope: 'user' },
    },
  },
  {
    name: "keepup's own: a server by HTTP, with OAuth",
    file: own,
    content: {
      servers: {
        one: {
          url: 'https://example.com/mcp',
          headers: { 'X-A': 'b' },
          oauth: { clientId: 'c', clientSecret: 's', scopes: ['r'], issuer: 'https://i', redirectPort: 7777 },
        },
      },
    },
    expected: {
      transport: { type: 'http', url: 'https://example.com/mcp', headers: { 'X-A': 'b' } },
      oauth: { clientId: 'c', clientSecret: 's', scopes: ['r'], issuer: 'https://i', redirectPort: 7777 },
    },
  },
  {
    name: 'the .mcp.json of a project',
    file: 'project/.mcp.json',
    content: { mcpServers: { one: { command: 'npx', args: ['-y', 'x@1.0.0'], env: {} } } },
    expected: {
      transport: { type: 'stdio', command: 'npx', args: ['-y', 'x@1.0.0'] },
      source: { scope: 'project' },
    },
  },
  {
    name: "Claude Code: a person's, with a header and milliseconds",
    include: 'claude',
    file: '.claude.json',
    content: {
      numStartups: 3,
      mcpServers: {
        one: {
          type: 'sse',
          url: 'https://e.com/sse',
          headers: { Authorization: 'Bearer ${T:-none}' },
          timeout: 500,
        },
      },
    },
    expected: {
      transport: { type: 'sse', url: 'https://e.com/sse', headers: { Authorization: 'Bearer none' } },
      timeouts: { call: 500 },
    },
  },
  {
    name: 'Claude Desktop',
    include: 'claude-desktop',
    file: '.config/Claude/claude_desktop_config.json',
    content: { mcpServers: { one: { command: 'uvx', args: ['y==1.0.0'] } } },
    expected: { transport: { type: 'stdio', command: 'uvx', args: ['y==1.0.0'], env: {} } },
  },
  {
    name: 'Cursor, with its variables',
    include: 'cursor',
    file: '.cursor/mcp.json',
    content: {
      mcpServers: {
        one: {
          command: '${userHome}/bin/x',
          args: ['${workspaceFolder}', '${workspaceFolderBasename}'],
          env: {},
        },
      },
    },
    expected: { transport: { command: 'HOME/bin/x', args: ['HOME/project', 'project'] } },
  },
  {
    name: 'Cursor, with OAuth',
    include: 'cursor',
    file: '.cursor/mcp.json',
    content: {
      mcpServers: {
        one: { url: 'https://c.com', auth: { CLIENT_ID: 'i', CLIENT_SECRET: 's', scopes: ['a'] } },
      },
    },
    expected: { transport: { type: 'http' }, oauth: { clientId: 'i', clientSecret: 's', scopes: ['a'] } },
  },
  {
    name: 'VS Code, with inputs',
    include: 'vscode',
    file: '.config/Code/User/mcp.json',
    content: {
      inputs: [{ type: 'promptString', id: 'key', default: 'preset' }],
      servers: { one: { type: 'http', url: 'https://v.com/mcp', headers: { Key: '${input:key}' }, dev: {} } },
    },
    expected: { transport: { type: 'http', url: 'https://v.com/mcp', headers: { Key: 'preset' } } },
  },
  {
    name: 'VS Code in a project',
    include: 'vscode',
    file: 'project/.vscode/mcp.json',
    content: { servers: { one: { command: 'node', cwd: '${workspaceFolder}/sub' } } },
    expected: { transport: { command: 'node', cwd: 'HOME/project/sub' }, source: { scope: 'project' } },
  },
  {
    name: 'Cline, with seconds and the older transport by default',
    include: 'cline',
    file: '.config/Code/User/globalStorage/saoudrizwan.claude-dev/settings/cline_mcp_settings.json',
    content: { mcpServers: { one: { url: 'https://l.com', timeout: 60, disabled: false } } },
    expected: { transport: { type: 'sse' }, timeouts: { call: 60_000 }, enabled: true },
  },
  {
    name: 'Cline, streamable and switched off',
    include: 'cline',
    file: '.cline/data/settings/cline_mcp_settings.json',
    content: { mcpServers: { one: { type: 'streamableHttp', url: 'https://l.com', disabled: true } } },
    expected: { transport: { type: 'http' }, enabled: false },
  },
  {
    name: 'Gemini CLI, by httpUrl',
    include: 'gemini',
    file: '.gemini/settings.json',
    content: {
      theme: 'x',
      mcpServers: {
        one: {
          httpUrl: 'https://g.com/mcp',
          headers: { K: '$NAME' },
          timeout: 600,
          trust: true,
          includeTools: ['a'],
          excludeTools: ['b'],
        },
      },
    },
    expected: {
      transport: { type: 'http', url: 'https://g.com/mcp', headers: { K: 'value' } },
      timeouts: { call: 600 },
      trust: { annotations: true },
      tools: { allow: ['a'], deny: ['b'] },
    },
  },
  {
    name: 'Gemini CLI, by url',
    include: 'gemini',
    file: '.gemini/settings.json',
    content: { mcpServers: { one: { url: 'https://g.com/sse' } } },
    expected: { transport: { type: 'sse' } },
  },
  {
    name: 'opencode, local',
    include: 'opencode',
    file: '.config/opencode/opencode.json',
    content: {
      mcp: {
        one: {
          type: 'local',
          command: ['bun', 'x'],
          environment: { A: '{env:NAME}' },
          enabled: true,
          timeout: 9,
        },
      },
    },
    expected: { transport: { command: 'bun', args: ['x'], env: { A: 'value' } }, timeouts: { start: 9 } },
  },
  {
    name: 'opencode, remote, in a project, with comments',
    include: 'opencode',
    file: 'project/opencode.jsonc',
    content: { mcp: { one: { type: 'remote', url: 'https://o.com', enabled: false, oauth: false } } },
    expected: { transport: { type: 'http', url: 'https://o.com' }, enabled: false },
  },
]

test.each(shapes)('$name', async ({ include, file, content, expected }) => {
  const { home, put, load } = makeHome({ NAME: 'value' })
  if (include !== undefined) put(own, { include: [include] })
  put(file, content)
  const { servers, problems } = await load()
  expect(problems).toEqual([])
  expect(servers).toHaveLength(1)
  expect(JSON.parse(JSON.stringify(servers[0]?.definition).replaceAll(home, 'HOME'))).toMatchObject({
    name: 'one',
    source: { file: join('HOME', file) },
    ...expected,
  })
})

test("other programs' files are read only where they are named", async () => {
  const { put, load } = makeHome()
  put('.cursor/mcp.json', { mcpServers: { one: { command: 'x' } } })
  expect((await load()).servers).toEqual([])
})

test("Claude Code's servers for one folder are for that folder alone", async () => {
  const { project, put, load } = makeHome()
  put(own, { include: ['claude'] })
  put('.claude.json', {
    mcpServers: { everywhere: { command: 'a' }, both: { command: 'a' } },
    projects: {
      [project]: { mcpServers: { here: { command: 'b' }, both: { command: 'b' } } },
      '/x': { mcpServers: { no: { command: 'c' } } },
    },
  })
  const { servers } = await load()
  expect(servers.map(({ written }) => [written.name, written.place.scope])).toEqual([
    ['here', 'local'],
    ['both', 'local'],
    ['everywhere', 'user'],
  ])
})
