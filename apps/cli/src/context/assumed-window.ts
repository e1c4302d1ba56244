/** Servers that run models on machines of one's own: what they hold is small unless somebody made it larger. */
const local = ['ollama', 'llamacpp', 'lmstudio', 'openai-compatible']

/** In tokens: what fits the window of a model of one's own, and of any that a service offers. */
const windows = { local: 32_000, remote: 128_000 } as const

/** The window that a model is taken to have where nobody knows it: messages give way in time for that, and no run ends at it. In tokens. */
export function assumedWindow(model: string): number {
  return local.some((server) => model.startsWith(`${server}/`)) ? windows.local : windows.remote
}
