import {
  type Effect,
  type JsonObject,
  type JsonValue,
  KeepupError,
  type Milliseconds,
  type Repeat,
  type Tool,
  type ToolContext,
  type ToolInput,
  type ToolOutcome,
  type ToolOutput,
} from '@keepup/core'
import { jsonSchema } from '@keepup/core/json-schema'

import type { CallAnswer, CallOptions } from '../mcp-connection.ts'
import type { ServerDefinition } from '../server-definition.ts'
import type { OfferedTool } from '../server-status.ts'
import { failureOutcome } from './failure-outcome.ts'
import { mendSchema } from './mend-schema.ts'
import { clean } from './tool-name.ts'
import { toolOutcome } from './tool-output.ts'

/** @limit In milliseconds: how long a call may take altogether, where the server's definition does not say. */
const usualLongest: Milliseconds = 600_000
/** Connecting, and questions to a person, come on top. */
const besides: Milliseconds = 600_000

/** Who makes the calls. */
export interface ToolCaller {
  definition(): ServerDefinition
  /** Makes a call, and again where that is allowed and helps: see `ServerKeeper.call`. */
  call(tool: OfferedTool, input: JsonObject, repeat: Repeat, options: CallOptions): Promise<CallAnswer>
  /** Remembers the task that a call became, by the key of the call. */
  taskStarted(key: string, task: string): void
  /** Goes on with the task that a call became; `undefined` where it became none. */
  resume(key: string, options: CallOptions): Promise<CallAnswer | undefined>
}

/** A tool of a server as a tool of ours, under a name that is unique in the hub. */
export function serverTool(offered: OfferedTool, name: string, caller: ToolCaller): Tool<JsonObject> {
  const definition = caller.definition()
  const repeat = repeatOf(offered, definition)
  const { trust = {}, timeouts = {} } = definition
  const effects = effectsOf(definition)
  return {
    name,
    description: shownDescription(offered),
    input: inputOf(offered),
    inputJsonSchema: offered.inputSchema,
    repeat,
    effects: () => effects,
    produces: {
      default: trust.integrity ?? 'free-text',
      source: `mcp:${clean(offered.server)}/${clean(offered.serverName)}`.slice(0, 150),
      ...(trust.confidential === undefined ? {} : { confidential: trust.confidential }),
    },
    timeout: (timeouts.longest ?? usualLongest) + besides,
    run: (input, context) => run(offered, caller, repeat, input, context),
    reconcile: (_input, context) => reconcile(offered, caller, context),
  }
}

/** What a model is shown of what a server says. */
export function shownDescription({ server, description, mark }: OfferedTool): string {
  return mark === undefined ? description : `From the MCP server ${clean(server)}: ${mark(description)}`
}

/** Made when it is first used: of a thousand tools a run calls a few. */
function inputOf({ raw, checked }: OfferedTool): ToolInput<JsonObject> {
  let schema: ToolInput<JsonObject> | undefined
  return {
    '~standard': {
      version: 1,
      vendor: 'keepup',
      validate(value) {
        schema ??= checkedSchema(checked ?? raw['inputSchema'])
        return schema['~standard'].validate(value)
      },
    },
  }
}

function checkedSchema(inputSchema: JsonValue | undefined): ToolInput<JsonObject> {
  const mended = mendSchema(inputSchema)
  return jsonSchema<JsonObject>('reason' in mended ? { type: 'object' } : mended.checked)
}

/**
 * What the server's annotations say, where it is trusted in this. Otherwise at most `idempotent`: a server that lies of itself could do things twice by itself
 * too, but no policy must take its word that nothing is changed.
 */
function repeatOf({ annotations }: OfferedTool, { trust }: ServerDefinition): Repeat {
  const reads = annotations?.['readOnlyHint'] === true && annotations['destructiveHint'] !== true
  if (reads) return trust?.annotations === true ? 'safe' : 'idempotent'
  return annotations?.['idempotentHint'] === true ? 'idempotent' : 'once'
}

function effectsOf({ name, transport }: ServerDefinition): readonly Effect[] {
  return transport.type === 'stdio'
    ? [{ kind: 'exec', target: `mcp:${clean(name)}` }]
    : [{ kind: 'net', target: URL.parse(transport.url)?.hostname ?? '*' }]
}

async function run(
  offered: OfferedTool,
  caller: ToolCaller,
  repeat: Repeat,
  input: JsonObject,
  context: ToolContext,
): Promise<ToolOutput | ToolOutcome> {
  try {
    const answer = await caller.call(offered, input, repeat, {
      signal: context.signal,
      progress: ({ progress, total, message }) => {
        const far = total === undefined ? `${progress}` : `${progress} of ${total}`
        context.progress(message === undefined ? far : `${far}: ${message}`)
      },
      taskStarted: (task) => caller.taskStarted(context.idempotencyKey, task),
    })
    return toolOutcome(offered, answer)
  } catch (error) {
    if (context.signal.aborted) throw error
    return failureOutcome(error, repeat)
  }
}

/** A task goes on at its server, whatever became of us; of any other call nobody knows. */
async function reconcile(
  offered: OfferedTool,
  caller: ToolCaller,
  context: ToolContext,
): Promise<ToolOutcome> {
  try {
    const answer = await caller.resume(context.idempotencyKey, { signal: context.signal })
    if (answer === undefined) {
      const reason = `Nobody can tell whether ${offered.serverName} of the MCP server ${offered.server} was run.`
      return { type: 'unknown', reason }
    }
    const outcome = toolOutcome(offered, answer)
    return 'type' in outcome ? outcome : { type: 'completed', output: outcome }
  } catch (error) {
    const said = KeepupError.is(error) ? error.message : String(error)
    return { type: 'unknown', reason: `The task of the call could not be asked after: ${said}` }
  }
}
