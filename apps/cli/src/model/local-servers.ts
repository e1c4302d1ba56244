import type { Environment } from '../host.ts'

/** Where model servers listen on this machine, by provider; `OLLAMA_HOST` moves Ollama, as it does for its own command, within this machine. */
export function localServers(environment: Environment): Readonly<Record<string, string>> {
  const [, host = '127.0.0.1', port = '11434'] =
    /^(?:http:\/\/)?(127\.0\.0\.1|localhost)?(?::(\d+))?\/?$/.exec(environment['OLLAMA_HOST'] ?? '') ?? []
  return {
    ollama: `http://${host}:${port}/v1`,
    llamacpp: 'http://127.0.0.1:8080/v1',
    lmstudio: 'http://127.0.0.1:1234/v1',
  }
}
