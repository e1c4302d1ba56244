import type { CellReply } from './cell-reply.ts'
import type { InterpreterBounds } from './interpreter-bounds.ts'

/**
 * What the main thread of a JavaScript interpreter does: hands cells to a worker, answers for it, and ends with it. Becomes the text of a program, so it uses
 * nothing but its arguments and what Node has.
 */
export function superviseCells(source: string, { memory }: InterpreterBounds): void {
  const { createReadStream, writeSync } = process.getBuiltinModule('node:fs')
  const { createInterface } = process.getBuiltinModule('node:readline')
  const { Worker } = process.getBuiltinModule('node:worker_threads')

  function reply(message: CellReply): void {
    writeSync(4, `${JSON.stringify(message)}\n`)
  }

  function lose(reason: string): void {
    reply({ type: 'lost', reason })
    // At once, whatever the worker does.
    process.kill(process.pid, 'SIGKILL')
  }

  const heap = Math.max(64, Math.floor(memory / 1024 / 1024 / 2))
  const worker = new Worker(source, {
    eval: true,
    resourceLimits: { maxOldGenerationSizeMb: heap },
    // Its own streams are not joined to this thread's, which would make the descriptors refuse what is written faster than it is read.
    stdout: true,
    stderr: true,
  })
  worker.on('message', (message: CellReply) => reply(message))
  worker.on('error', (error: unknown) => {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    const full = code === 'ERR_WORKER_OUT_OF_MEMORY'
    lose(full ? `it used more than ${heap} MiB of heap` : `it broke: ${String(error)}`)
  })
  worker.on('exit', (code) => lose(`the cell ended it with process.exit(${code})`))
  setInterval(() => {
    const used = process.memoryUsage.rss()
    if (used > memory) lose(`it used ${Math.round(used / 1024 / 1024)} MiB of memory`)
  }, 100)
  const requests = createInterface({ input: createReadStream('', { fd: 5 }) })
  requests.on('line', (line) => {
    const request: { readonly type: string } = JSON.parse(line)
    if (request.type === 'run') worker.postMessage(request, [])
    else lose('it was told to stop')
  })
  requests.on('close', () => process.exit(0))
}
