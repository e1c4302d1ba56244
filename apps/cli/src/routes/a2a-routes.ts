import { buildCommand, buildRouteMap } from '@stricli/core'

import type { A2aFlags, A2aSendFlags, A2aServeFlags } from '../a2a/a2a-flags.ts'
import { type CommandLine, performs } from '../command-line.ts'
import { jsonFlag, runFlags, textFlag } from './run-flags.ts'

function port(text: string): number {
  const number = Number(text)
  if (!/^\d+$/.test(text) || number > 65_535) throw new Error('a port from 0 to 65535')
  return number
}

function count(text: string): number {
  const number = Number(text)
  if (!Number.isSafeInteger(number) || number < 1) throw new Error('a whole number above 0')
  return number
}

const { unattended: _unattended, json: _json, ...servingFlags } = runFlags
const portFlag = { kind: 'parsed', optional: true, parse: port, placeholder: 'port' } as const

/** `keepup serve [--a2a]` */
export const serveRoute = buildCommand<A2aServeFlags, [], CommandLine>({
  loader: async () => performs((await import('../serve/serve.ts')).serve),
  parameters: {
    flags: {
      ...servingFlags,
      a2a: jsonFlag('Over A2A: JSON-RPC, HTTP+JSON and gRPC'),
      demoAgent: jsonFlag('Serve an agent without a model, to try clients with'),
      workers: jsonFlag('Hand runs to workers: keepup worker'),
      host: textFlag('Address to listen on (default: 127.0.0.1)', 'address'),
      port: { ...portFlag, brief: 'Port for HTTP (default: any)' },
      grpcPort: { ...portFlag, brief: 'Port for gRPC (default: any)' },
      publicUrl: textFlag('URL by which others reach it, behind a proxy', 'url'),
      token: { kind: 'boolean', default: true, brief: 'Clients must bear a token' },
      pushHost: {
        ...textFlag('Host that is not public and may be notified', 'host'),
        variadic: true,
      },
      remote: { ...textFlag('NAME=URL of an agent to delegate to', 'agent'), variadic: true },
      json: jsonFlag('Print where it listens as a line of JSON'),
    },
    aliases: { m: 'model', C: 'cwd' },
  },
  docs: {
    brief: 'Serve threads over HTTP, or an agent to other agents',
    fullDescription: [
      'Without --a2a: threads, their streams, time travel and approvals over HTTP, with',
      'the dashboard, for whoever has the token that it prints.',
      '',
      'With --a2a: the agent of keepup run, in this folder or in --cwd, to agents that',
      'speak A2A. What they say is data to it. It may ask them for words; what needs leave',
      'waits for you: keepup approvals. A task survives a kill of this process.',
      '',
      '  keepup serve                            threads, for you',
      '  keepup serve --a2a --port 8080          the agent of this folder',
      '  keepup serve --a2a --demo-agent         one that echoes, to try clients with',
    ].join('\n'),
  },
})

const flags = {
  header: { ...textFlag("'Name: value' for each request", 'pair'), variadic: true },
  binding: {
    kind: 'enum',
    values: ['jsonrpc', 'http', 'grpc'],
    optional: true,
    brief: 'How to speak (default: as the card says)',
  },
  json: jsonFlag('Print lines of JSON'),
} as const
const address = { brief: 'The URL of the agent', parse: String, placeholder: 'url' } as const
const task = { brief: 'The task', parse: String, placeholder: 'task' } as const

const cardRoute = buildCommand<A2aFlags, [string], CommandLine>({
  loader: async () => performs((await import('../a2a/card.ts')).a2aCard),
  parameters: { flags, positional: { kind: 'tuple', parameters: [address] } },
  docs: { brief: 'Show the card of an agent' },
})

const discoverRoute = buildCommand<A2aFlags, string[], CommandLine>({
  loader: async () => performs((await import('../a2a/card.ts')).a2aDiscover),
  parameters: { flags, positional: { kind: 'array', minimum: 1, parameter: address } },
  docs: { brief: 'Look for agents at URLs, and say what each can do' },
})

const sendRoute = buildCommand<A2aSendFlags, [string, ...string[]], CommandLine>({
  loader: async () => performs((await import('../a2a/send.ts')).a2aSend),
  parameters: {
    flags: {
      ...flags,
      task: textFlag('Task that the message belongs to', 'task'),
      context: textFlag('Context that the message belongs to', 'context'),
      messageId: textFlag('Id of the message: sent again, it is the same one', 'id'),
      wait: { kind: 'boolean', default: true, brief: 'Follow the task until it ends or waits' },
    },
    positional: {
      kind: 'array',
      minimum: 2,
      parameter: { brief: 'The URL of the agent, then the text', parse: String, placeholder: 'words' },
    },
  },
  docs: {
    brief: 'Send an agent a message, and show what it comes to',
    customUsage: ['[flags] url text...'],
    fullDescription: [
      'Sends a message and follows its task, also through cut connections. A token goes',
      'in KEEPUP_A2A_TOKEN.',
      '',
      '  keepup a2a send localhost:8080 "Which tests fail?"',
    ].join('\n'),
  },
})

const tasksRoute = buildCommand<A2aFlags & { readonly limit: number }, [string, string?], CommandLine>({
  loader: async () => performs((await import('../a2a/tasks.ts')).a2aTasks),
  parameters: {
    flags: {
      ...flags,
      limit: {
        kind: 'parsed',
        parse: count,
        placeholder: 'number',
        brief: 'How many at most',
        default: '20',
      },
    },
    positional: { kind: 'tuple', parameters: [address, { ...task, optional: true }] },
  },
  docs: { brief: 'List your tasks with an agent, or show one', customUsage: ['[flags] url [task]'] },
})

const cancelRoute = buildCommand<A2aFlags, [string, string], CommandLine>({
  loader: async () => performs((await import('../a2a/tasks.ts')).a2aCancel),
  parameters: { flags, positional: { kind: 'tuple', parameters: [address, task] } },
  docs: { brief: 'Cancel a task' },
})

/** `keepup a2a card|discover|send|tasks|cancel` */
export const a2aRoutes = buildRouteMap<'cancel' | 'card' | 'discover' | 'send' | 'tasks', CommandLine>({
  routes: {
    card: cardRoute,
    discover: discoverRoute,
    send: sendRoute,
    tasks: tasksRoute,
    cancel: cancelRoute,
  },
  docs: { brief: 'Agents of A2A: theirs, wherever they run' },
})
