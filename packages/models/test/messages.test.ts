import type { ArtifactStore, JsonObject, Message, Model, ToolDefinition } from '@keepup/core'
import { describe, expect, test } from 'vitest'

import { anthropic, gemini, openaiCompatible, resolveModel } from '../src/index.ts'
import { collect, loopback, never, requestOf } from './loopback.ts'

const hash = 'a'.repeat(64)
const artifacts: Pick<ArtifactStore, 'get'> = {
  async *get() {
    yield Buffer.from('stored ')
    yield Buffer.from('bytes')
  },
}

/** What each transport sends for `messages`. The server refuses everything: only requests count here. */
async function bodiesOf(
  parts: Parameters<typeof requestOf>[0],
  more: { artifacts?: typeof artifacts } = {},
): Promise<Record<'openai' | 'anthropic' | 'gemini', JsonObject>> {
  await using server = await loopback((response) => void response.writeHead(400).end('{}'))
  const baseUrl = server.url
  const models: readonly Model[] = [
    openaiCompatible({ baseUrl, model: 'm', ...more }),
    anthropic({ baseUrl, model: 'm', cache: 'off', ...more }),
    gemini({ baseUrl, model: 'gemini-3-pro', ...more }),
  ]
  for (const model of models) await collect(model.stream(requestOf(parts), never()))
  const [openai = {}, claude = {}, google = {}] = server.received.map(({ body }) => body)
  return { openai, anthropic: claude, gemini: google }
}

function user(...content: Extract<Message, { role: 'user' }>['content']): Message {
  return { role: 'user', content }
}

describe('files', () => {
  const file = (mediaType: string, source: { base64: string } | { artifact: string }): Message =>
    user({ type: 'text', text: 'see' }, { type: 'file', mediaType, name: 'a file', source })

  test('an image', async () => {
    const {
      openai,
      anthropic: claude,
      gemini: google,
    } = await bodiesOf({ messages: [file('image/png', { base64: 'aW1n' })] })
    expect(openai['messages']).toMatchObject([
      {},
      {
        content: [{ type: 'text' }, { type: 'image_url', image_url: { url: 'data:image/png;base64,aW1n' } }],
      },
    ])
    expect(claude['messages']).toMatchObject([
      { content: [{}, { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'aW1n' } }] },
    ])
    expect(google['contents']).toMatchObject([
      { parts: [{}, { inlineData: { mimeType: 'image/png', data: 'aW1n' } }] },
    ])
  })

  test('a document', async () => {
    const {
      openai,
      anthropic: claude,
      gemini: google,
    } = await bodiesOf({ messages: [file('application/pdf', { base64: 'cGRm' })] })
    expect(openai['messages']).toMatchObject([
      {},
      {
        content: [
          {},
          { type: 'file', file: { filename: 'a file', file_data: 'data:application/pdf;base64,cGRm' } },
        ],
      },
    ])
    expect(claude['messages']).toMatchObject([
      { content: [{}, { type: 'document', title: 'a file', source: { media_type: 'application/pdf' } }] },
    ])
    expect(google['contents']).toMatchObject([
      { parts: [{}, { inlineData: { mimeType: 'application/pdf' } }] },
    ])
  })

  test('a sound', async () => {
    const { openai } = await bodiesOf({ messages: [file('audio/mpeg', { base64: 'bXAz' })] })
    expect(openai['messages']).toMatchObject([
      {},
      { content: [{}, { type: 'input_audio', input_audio: { data: 'bXAz', format: 'mp3' } }] },
    ])
  })

  test('a stored text is read from the artifacts and shown as text', async () => {
    const bodies = await bodiesOf({ messages: [file('text/plain', { artifact: hash })] }, { artifacts })
    for (const body of Object.values(bodies)) expect(JSON.stringify(body)).toContain('stored bytes')
  })

  test('what cannot be shown is said to be so', async () => {
    const bodies = await bodiesOf({ messages: [file('image/png', { artifact: hash })] })
    for (const body of Object.values(bodies))
      expect(JSON.stringify(body)).toContain('The file a file (image/png) cannot be shown here.')
  })

  test('of tool results', async () => {
    const messages: readonly Message[] = [
      user({ type: 'text', text: 'go' }),
      { role: 'assistant', content: [{ type: 'tool-call', id: 'c', name: 'shot', input: {} }] },
      {
        role: 'tool',
        content: [
          {
            type: 'tool-result',
            id: 'c',
            name: 'shot',
            error: false,
            content: [
              { type: 'text', text: 'taken' },
              { type: 'file', mediaType: 'image/png', source: { base64: 'aW1n' } },
            ],
          },
        ],
      },
    ]
    const { openai, anthropic: claude, gemini: google } = await bodiesOf({ messages })
    expect(openai['messages']).toMatchObject([
      {},
      {},
      {},
      { role: 'tool', content: expect.stringContaining('taken') },
      { role: 'user', content: [{}, { type: 'image_url' }] },
    ])
    expect(claude['messages']).toMatchObject([
      {},
      {},
      { content: [{ type: 'tool_result', content: [{ type: 'text' }, { type: 'image' }] }] },
    ])
    expect(google['contents']).toMatchObject([
      {},
      {},
      { parts: [{ functionResponse: { id: 'c', name: 'shot' } }, { inlineData: {} }] },
    ])
  })
})

describe('conversations', () => {
  test('consecutive messages of a person all arrive', async () => {
    const {
      openai,
      anthropic: claude,
      gemini: google,
    } = await bodiesOf({
      messages: [user({ type: 'text', text: 'one' }), user({ type: 'text', text: 'two' })],
    })
    expect(openai['messages']).toMatchObject([{}, { content: 'one' }, { content: 'two' }])
    expect(claude['messages']).toMatchObject([{ role: 'user', content: [{ text: 'one' }, { text: 'two' }] }])
    expect(google['contents']).toMatchObject([{ role: 'user', parts: [{ text: 'one' }, { text: 'two' }] }])
  })

  test('results stand before what a person said at the same time', async () => {
    const messages: readonly Message[] = [
      user({ type: 'text', text: 'go' }),
      { role: 'assistant', content: [{ type: 'tool-call', id: 'c', name: 'x', input: {} }] },
      user({ type: 'text', text: 'wait' }),
      { role: 'tool', content: [{ type: 'tool-result', id: 'c', name: 'x', error: false, content: [] }] },
    ]
    const { anthropic: claude, gemini: google } = await bodiesOf({ messages })
    expect(claude['messages']).toMatchObject([
      {},
      {},
      { content: [{ type: 'tool_result' }, { text: 'wait' }] },
    ])
    expect(google['contents']).toMatchObject([
      {},
      {},
      { parts: [{ functionResponse: {} }, { text: 'wait' }] },
    ])
  })

  test('an empty answer and blank texts leave no empty blocks', async () => {
    const messages: readonly Message[] = [
      user({ type: 'text', text: 'one' }),
      { role: 'assistant', content: [] },
      user({ type: 'text', text: '  ' }, { type: 'text', text: 'two' }),
    ]
    const { anthropic: claude, gemini: google } = await bodiesOf({ messages, system: '' })
    expect(claude['messages']).toEqual([
      {
        role: 'user',
        content: [
          { type: 'text', text: 'one' },
          { type: 'text', text: 'two' },
        ],
      },
    ])
    expect(claude['system']).toBeUndefined()
    expect(google['systemInstruction']).toBeUndefined()
    expect(google['contents']).toMatchObject([{ role: 'user' }])
  })

  test('what another provider thought stays out, and its calls are accepted', async () => {
    const messages: readonly Message[] = [
      user({ type: 'text', text: 'go' }),
      {
        role: 'assistant',
        content: [
          { type: 'reasoning', text: 'secret thought', provider: { elsewhere: { signature: 's' } } },
          { type: 'tool-call', id: 'a:b|c', name: 'x', input: null, invalid: '{"half' },
        ],
      },
      {
        role: 'tool',
        content: [
          {
            type: 'tool-result',
            id: 'a:b|c',
            name: 'x',
            error: true,
            content: [{ type: 'text', text: 'no' }],
          },
        ],
      },
    ]
    const bodies = await bodiesOf({ messages })
    for (const body of Object.values(bodies)) expect(JSON.stringify(body)).not.toContain('secret thought')
    expect(bodies.anthropic['messages']).toMatchObject([
      {},
      { content: [{ type: 'tool_use', id: 'a_b_c', input: { invalid: '{"half' } }] },
      { content: [{ tool_use_id: 'a_b_c', is_error: true }] },
    ])
    expect(bodies.gemini['contents']).toMatchObject([
      {},
      { parts: [{ functionCall: {}, thoughtSignature: 'skip_thought_signature_validator' }] },
      {},
    ])
    expect(bodies.openai['messages']).toMatchObject([{}, {}, {}, { content: 'Error: no' }])
  })

  test('ids of calls are renamed for Mistral, alike in call and result', async () => {
    await using server = await loopback((response) => void response.writeHead(400).end('{}'))
    const model = openaiCompatible({ baseUrl: server.url, model: 'm', callIds: 'mistral' })
    const messages: readonly Message[] = [
      {
        role: 'assistant',
        content: [
          { type: 'tool-call', id: 'toolu_01', name: 'x', input: {} },
          { type: 'tool-call', id: 'AbC123xyz', name: 'x', input: {} },
        ],
      },
      {
        role: 'tool',
        content: [{ type: 'tool-result', id: 'toolu_01', name: 'x', error: false, content: [] }],
      },
    ]
    await collect(model.stream(requestOf({ messages, system: '' }), never()))
    const [assistant, tool] = Array.isArray(server.received[0]?.body['messages'])
      ? server.received[0].body['messages']
      : []
    const id: unknown = tool?.tool_call_id
    expect(id).toMatch(/^[A-Za-z0-9]{9}$/)
    expect(assistant).toMatchObject({ tool_calls: [{ id }, { id: 'AbC123xyz' }] })
  })
})

test('temperature, size of the output and switched-off tools go along', async () => {
  const tools: readonly ToolDefinition[] = [{ name: 'x', description: 'X', input: {} }]
  const {
    openai,
    anthropic: claude,
    gemini: google,
  } = await bodiesOf({ tools, toolChoice: 'none', temperature: 0.5, maxOutput: 77 })
  expect(openai).toMatchObject({
    temperature: 0.5,
    max_tokens: 77,
    tool_choice: 'none',
    tools: [{ function: { parameters: { type: 'object', properties: {} } } }],
  })
  expect(claude).toMatchObject({
    temperature: 0.5,
    max_tokens: 77,
    tool_choice: { type: 'none' },
    tools: [{ input_schema: { type: 'object' } }],
  })
  expect(google).toMatchObject({
    generationConfig: { temperature: 0.5, maxOutputTokens: 77, thinkingConfig: { includeThoughts: true } },
    toolConfig: { functionCallingConfig: { mode: 'NONE' } },
  })
})

test('a resolved model of Azure names the size of its output as that server wants it', async () => {
  await using server = await loopback((response) => void response.writeHead(400).end('{}'))
  const catalogue = {
    mine: { id: 'mine', name: 'Mine', env: [], npm: '@ai-sdk/azure', api: server.url, models: {} },
  }
  const model = await resolveModel('mine/m', { environment: {}, catalogue })
  await collect(model.stream(requestOf({ maxOutput: 5 }), never()))
  expect(server.received[0]?.body).toMatchObject({ max_completion_tokens: 5 })
})
