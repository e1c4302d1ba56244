import type { ModelFailure } from '@keepup/core'

import type { WatchEnd } from './call-watch.ts'
import { type Endpoint, failureAt } from './endpoint.ts'
import { carriedFailure } from './model-failed.ts'

/** How far a call had come when it failed. */
export type CallStage = 'asking' | 'reading'

/** The failure that an exception during a call means. */
export function networkFailure(
  endpoint: Endpoint,
  error: unknown,
  stage: CallStage,
  end: WatchEnd | undefined,
): ModelFailure {
  const ended = end === undefined ? undefined : endedFailure(endpoint, end)
  return failureAt(endpoint, ended ?? carriedFailure(error) ?? nodeFailure(endpoint, error, stage))
}

function endedFailure({ shown, limits }: Endpoint, end: WatchEnd): ModelFailure {
  if (end === 'interrupted')
    return { kind: 'interrupted', message: 'The model call was interrupted.', retryable: false }
  if (end === 'connect')
    return {
      kind: 'unavailable',
      message: `No connection to ${shown} within ${limits.connect} ms. Check the network and the base URL.`,
      retryable: true,
    }
  if (end === 'idle')
    return { kind: 'timed-out', message: `${shown} sent nothing for ${limits.idle} ms.`, retryable: true }
  return {
    kind: 'timed-out',
    message: `${shown} did not finish its answer within ${limits.total} ms.`,
    retryable: true,
  }
}

function nodeFailure(endpoint: Endpoint, error: unknown, stage: CallStage): ModelFailure {
  const { shown } = endpoint
  const code = codeOf(error)
  if (error instanceof RangeError)
    return {
      kind: 'invalid-response',
      message: `The answer of ${shown} is too large: ${error.message}.`,
      retryable: false,
    }
  if (stage === 'reading')
    return {
      kind: 'stream-cut',
      message: `The answer of ${shown} broke off${code === '' ? '' : ` (${code})`}.`,
      retryable: true,
    }
  if (code === 'ECONNREFUSED')
    return {
      kind: 'unavailable',
      message: `Nothing listens at ${shown}. ${startAdvice(endpoint.base)}`,
      retryable: true,
    }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return {
      kind: 'unavailable',
      message: `The name of ${shown} cannot be resolved. Check the network and the base URL.`,
      retryable: true,
    }
  if (/CERT|SIGNATURE|ALTNAME|TLS|SSL|EPROTO/.test(code))
    return {
      kind: 'unavailable',
      message: `No secure connection to ${shown} (${code}). Check the server's certificate, or http against https.`,
      retryable: false,
    }
  if (code.startsWith('ERR_') || code === '')
    return {
      kind: 'invalid-request',
      message: `The call to ${shown} could not be made: ${error instanceof Error ? error.message : String(error)}`,
      retryable: false,
    }
  return { kind: 'unavailable', message: `${shown} cannot be reached (${code}).`, retryable: true }
}

function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return ''
  if ('code' in error && typeof error.code === 'string') return error.code
  // Several addresses were tried; the first failure stands for all.
  return error instanceof AggregateError ? codeOf(error.errors[0]) : ''
}

const localServers: Readonly<Record<string, string>> = {
  '11434': 'Start Ollama with `ollama serve`',
  '1234': 'Start the server of LM Studio with `lms server start`',
  '8080': 'Start llama.cpp with `llama-server -m MODEL.gguf --port 8080`',
  '8000': 'Start vLLM with `vllm serve MODEL`',
}

function startAdvice(base: URL): string {
  const known = /^(localhost|127\.|\[::1\])/.test(base.hostname) ? localServers[base.port] : undefined
  return `${known ?? 'Start the server'}, or correct the base URL.`
}
