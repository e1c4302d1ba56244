import { buildCommand, buildRouteMap } from '@stricli/core'

import { type CommandLine, performs } from '../command-line.ts'
import type { ServeFlags } from '../mcp/serve-flags.ts'
import { jsonFlag, runFlags, textFlag } from './run-flags.ts'

/** The flags of every command about MCP servers. */
export interface McpFlags {
  readonly cwd?: string
  readonly json: boolean
}

/** The flags of `keepup mcp add`. */
export interface AddFlags extends McpFlags {
  readonly env?: readonly string[]
  readonly header?: readonly string[]
  readonly transport?: 'http' | 'sse'
  readonly scope: 'user' | 'project'
  readonly force: boolean
}

/** The flags of `keepup mcp login`. */
export interface LoginFlags extends McpFlags {
  readonly paste: boolean
}

/** The flags of `keepup mcp review`. */
export interface ReviewFlags extends McpFlags {
  readonly approve?: string
}

/** The flags of `keepup mcp tools`. */
export interface ToolsFlags extends McpFlags {
  readonly search?: string
}

const flags = {
  cwd: textFlag('Folder that the agent would work in (default: here)', 'folder'),
  json: jsonFlag('Print JSON'),
}
const aliases = { C: 'cwd' } as const
const server = { brief: 'The name of the server', parse: String, placeholder: 'server' } as const
const maybeServer = { ...server, brief: 'Only this server', optional: true } as const

const listRoute = buildCommand<McpFlags, [], CommandLine>({
  loader: async () => performs((await import('../commands/mcp-list.ts')).mcpList),
  parameters: { flags, aliases },
  docs: { brief: 'Show the servers that are configured here; starts none' },
})

const addRoute = buildCommand<AddFlags, [string, ...string[]], CommandLine>({
  loader: async () => performs((await import('../commands/mcp-add.ts')).mcpAdd),
  parameters: {
    flags: {
      ...flags,
      env: {
        ...textFlag('NAME=VALUE for the program; ${env:NAME} and ${keychain:NAME} keep secrets out', 'pair'),
        variadic: true,
      },
      header: { ...textFlag("'Name: value' for each request", 'pair'), variadic: true },
      transport: {
        kind: 'enum',
        values: ['http', 'sse'],
        optional: true,
        brief: 'How the URL speaks (default: http)',
      },
      scope: {
        kind: 'enum',
        values: ['user', 'project'],
        default: 'user',
        brief: 'For you everywhere, or in .mcp.json for all who work here',
      },
      force: jsonFlag('Replace a server of that name'),
    },
    aliases,
    positional: {
      kind: 'array',
      minimum: 1,
      parameter: {
        brief: 'A name, then -- and the program with its arguments, or a URL',
        parse: String,
        placeholder: 'word',
      },
    },
  },
  docs: {
    brief: 'Add a server',
    customUsage: ['[flags] name -- program [arguments]', '[flags] name https://host/mcp'],
    fullDescription: [
      'Adds a server to ~/.config/keepup/mcp.json, or to .mcp.json of the project.',
      '',
      '  keepup mcp add files -- npx -y @modelcontextprotocol/server-filesystem .',
      "  keepup mcp add issues https://example.com/mcp --header 'Key: ${env:ISSUES_KEY}'",
    ].join('\n'),
  },
})

const removeRoute = buildCommand<McpFlags, [string], CommandLine>({
  loader: async () => performs((await import('../commands/mcp-change.ts')).mcpRemove),
  parameters: { flags, aliases, positional: { kind: 'tuple', parameters: [server] } },
  docs: { brief: 'Remove a server' },
})

const enableRoute = buildCommand<McpFlags, [string], CommandLine>({
  loader: async () => performs((await import('../commands/mcp-change.ts')).mcpSwitch(true)),
  parameters: { flags, aliases, positional: { kind: 'tuple', parameters: [server] } },
  docs: { brief: 'Switch a server on' },
})

const disableRoute = buildCommand<McpFlags, [string], CommandLine>({
  loader: async () => performs((await import('../commands/mcp-change.ts')).mcpSwitch(false)),
  parameters: { flags, aliases, positional: { kind: 'tuple', parameters: [server] } },
  docs: { brief: 'Switch a server off, wherever it is configured' },
})

const approveRoute = buildCommand<McpFlags, [string?], CommandLine>({
  loader: async () => performs((await import('../commands/mcp-approve.ts')).mcpApprove),
  parameters: {
    flags,
    aliases,
    positional: {
      kind: 'tuple',
      parameters: [{ ...server, brief: 'The server to approve (default: show what waits)', optional: true }],
    },
  },
  docs: { brief: "Approve a project's server, as it is now", customUsage: ['[flags] [server]'] },
})

const reviewRoute = buildCommand<ReviewFlags, [string?], CommandLine>({
  loader: async () => performs((await import('../commands/mcp-review.ts')).mcpReview),
  parameters: {
    flags: { ...flags, approve: textFlag('Let pass what was shown with this code', 'code') },
    aliases,
    positional: { kind: 'tuple', parameters: [maybeServer] },
  },
  docs: {
    brief: 'Show which tools changed or are odd, and let them pass',
    customUsage: ['[flags] [server]'],
  },
})

const loginRoute = buildCommand<LoginFlags, [string], CommandLine>({
  loader: async () => performs((await import('../commands/mcp-login.ts')).mcpLogin),
  parameters: {
    flags: {
      ...flags,
      paste: jsonFlag('The browser is on another machine: paste the address at which it ended'),
    },
    aliases,
    positional: { kind: 'tuple', parameters: [server] },
  },
  docs: { brief: 'Log in to a server by OAuth' },
})

const logoutRoute = buildCommand<McpFlags, [string], CommandLine>({
  loader: async () => performs((await import('../commands/mcp-login.ts')).mcpLogout),
  parameters: { flags, aliases, positional: { kind: 'tuple', parameters: [server] } },
  docs: { brief: 'Give the tokens of a server back, and forget them' },
})

const toolsRoute = buildCommand<ToolsFlags, [string?], CommandLine>({
  loader: async () => performs((await import('../commands/mcp-tools.ts')).mcpTools),
  parameters: {
    flags: { ...flags, search: textFlag('Only those that fit, as an agent finds them', 'words') },
    aliases,
    positional: { kind: 'tuple', parameters: [maybeServer] },
  },
  docs: { brief: 'Show the tools that servers offer', customUsage: ['[flags] [server]'] },
})

const callRoute = buildCommand<McpFlags, [string, string, ...string[]], CommandLine>({
  loader: async () => performs((await import('../commands/mcp-call.ts')).mcpCall),
  parameters: {
    flags,
    aliases,
    positional: {
      kind: 'array',
      minimum: 2,
      parameter: {
        brief: 'The server, its tool, and the arguments: JSON, or name=value',
        parse: String,
        placeholder: 'word',
      },
    },
  },
  docs: {
    brief: 'Call a tool',
    customUsage: ['[flags] server tool [json|name=value...]'],
    fullDescription: [
      'Calls a tool of a server and prints its answer.',
      '',
      '  keepup mcp call files read_text_file path=README.md head=3',
    ].join('\n'),
  },
})

const resourcesRoute = buildCommand<McpFlags, [string, string?], CommandLine>({
  loader: async () => performs((await import('../commands/mcp-resources.ts')).mcpResources),
  parameters: {
    flags,
    aliases,
    positional: {
      kind: 'tuple',
      parameters: [server, { brief: 'The one to read', parse: String, placeholder: 'uri', optional: true }],
    },
  },
  docs: { brief: 'Show the resources of a server, or read one', customUsage: ['[flags] server [uri]'] },
})

const promptsRoute = buildCommand<McpFlags, [string, ...string[]], CommandLine>({
  loader: async () => performs((await import('../commands/mcp-prompts.ts')).mcpPrompts),
  parameters: {
    flags,
    aliases,
    positional: {
      kind: 'array',
      minimum: 1,
      parameter: {
        brief: 'The server, one of its prompts, and name=value',
        parse: String,
        placeholder: 'word',
      },
    },
  },
  docs: {
    brief: 'Show the prompts of a server, or one filled in',
    customUsage: ['[flags] server [prompt [name=value...]]'],
  },
})

const doctorRoute = buildCommand<McpFlags, [string?], CommandLine>({
  loader: async () => performs((await import('../commands/mcp-doctor.ts')).mcpDoctor),
  parameters: { flags, aliases, positional: { kind: 'tuple', parameters: [maybeServer] } },
  docs: {
    brief: 'Start the servers, and say what is wrong with each and what to do',
    customUsage: ['[flags] [server]'],
  },
})

const logsRoute = buildCommand<McpFlags, [string], CommandLine>({
  loader: async () => performs((await import('../commands/mcp-logs.ts')).mcpLogs),
  parameters: { flags, aliases, positional: { kind: 'tuple', parameters: [server] } },
  docs: { brief: 'Show the last lines that a server wrote' },
})

const { json: _json, unattended: _unattended, ...servingFlags } = runFlags

const serveRoute = buildCommand<ServeFlags, [], CommandLine>({
  loader: async () => performs((await import('../mcp/serve.ts')).mcpServe),
  parameters: {
    flags: {
      ...servingFlags,
      http: textFlag('Listen on this port of this machine (default: serve standard input)', 'port'),
      token: {
        kind: 'boolean',
        default: true,
        brief: 'Clients over HTTP must bear a token',
      },
      agent: jsonFlag('Offer an agent as well: run_agent'),
      servers: jsonFlag('Offer the tools of your MCP servers as well'),
    },
    aliases: { m: 'model', C: 'cwd' },
  },
  docs: {
    brief: 'Offer these tools, and an agent, to other programs',
    fullDescription: [
      'Offers the tools that keepup run has, in this folder or in --cwd, as a server of',
      'the Model Context Protocol. Each call is decided by your rules and --mode, and',
      'recorded in a thread; what a person would have to be asked about is denied.',
      '',
      '  keepup mcp serve --mode auto-edit       for a client that starts it',
      '  keepup mcp serve --http 8080 --agent    for clients that connect to it',
    ].join('\n'),
  },
})

/** `keepup mcp ...` */
export const mcpRoutes = buildRouteMap<string, CommandLine>({
  routes: {
    list: listRoute,
    add: addRoute,
    remove: removeRoute,
    enable: enableRoute,
    disable: disableRoute,
    approve: approveRoute,
    review: reviewRoute,
    login: loginRoute,
    logout: logoutRoute,
    tools: toolsRoute,
    call: callRoute,
    resources: resourcesRoute,
    prompts: promptsRoute,
    doctor: doctorRoute,
    logs: logsRoute,
    serve: serveRoute,
  },
  docs: { brief: 'Servers of the Model Context Protocol: tools from elsewhere' },
})
