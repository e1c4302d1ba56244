import type { Runtime } from 'node:inspector'

import type { CellReply } from './cell-reply.ts'
import type { ShowingValues } from './showing-values.ts'

/** `import()`, which must stand in the worker's own text to load what the project has. */
type Load = (specifier: string, options?: ImportCallOptions) => Promise<unknown>

/** What the types of Node leave out: names may be declared again, and `await` stands anywhere. */
type ReplParameters = Runtime.EvaluateParameterType & { readonly replMode: true }

/**
 * What the worker of a JavaScript interpreter does: runs each cell it is sent in the inspector's REPL mode, in which `await` stands anywhere and names may be declared
 * again. Becomes the text of a program, so it uses nothing but its arguments and what Node has.
 */
export function runCells(
  load: Load,
  { show, showError }: ShowingValues,
  print: (text: string) => void,
): void {
  const { Session } = process.getBuiltinModule('node:inspector')
  const { createRequire } = process.getBuiltinModule('node:module')
  const { parentPort } = process.getBuiltinModule('node:worker_threads')
  const held: { text?: string } = {}
  const session = new Session()

  const late = (error: unknown): void => print(`Uncaught ${showError(error)}\n`)

  /** The text of what the inspector holds; nothing of `undefined`. */
  function textOf(remote: Runtime.RemoteObject, failed: boolean): string | undefined {
    if (remote.objectId === undefined) {
      if (remote.type === 'undefined') return failed ? 'undefined' : undefined
      return remote.unserializableValue ?? show(remote.value)
    }
    delete held.text
    const functionDeclaration = `function () { 'use strict'; __keepupShow(this, ${failed}) }`
    session.post('Runtime.callFunctionOn', { objectId: remote.objectId, functionDeclaration }, () => {})
    return held.text ?? '[A value that cannot be shown]'
  }

  function replyTo(
    name: string,
    lines: number,
    { result, exceptionDetails }: Runtime.EvaluateReturnType,
  ): CellReply {
    if (exceptionDetails === undefined) {
      const value = textOf(result, false)
      return value === undefined ? { type: 'done' } : { type: 'done', value }
    }
    const { exception, text, lineNumber, columnNumber } = exceptionDetails
    const error = (exception === undefined ? undefined : textOf(exception, true)) ?? text
    // Of a source that is cut off, the place is after its end.
    const placed = error.includes(`${name}:`) || lineNumber >= lines
    return {
      type: 'done',
      error: placed ? error : `${error}\n    at ${name}:${lineNumber + 1}:${columnNumber + 1}`,
    }
  }

  process.on('uncaughtException', late)
  process.on('unhandledRejection', late)
  const shower = (value: unknown, failed: boolean): void => {
    held.text = failed ? showError(value) : show(value)
  }
  Object.defineProperties(globalThis, {
    __keepupImport: { value: load },
    __keepupShow: { value: shower },
    require: { value: createRequire(`${process.cwd()}/`), configurable: true, writable: true },
  })
  session.connect()
  parentPort?.on('message', ({ source, name }: { readonly source: string; readonly name: string }) => {
    const expression = `${source}\n//# sourceURL=${name}`
    const options: ReplParameters = { expression, replMode: true, awaitPromise: true, objectGroup: name }
    session.post('Runtime.evaluate', options, (failure, answer) => {
      if (failure === null) parentPort.postMessage(replyTo(name, source.split('\n').length, answer), [])
      // So it is when the worker is about to end, which its end tells.
      else setTimeout(() => parentPort.postMessage({ type: 'done', error: failure.message }, []), 500)
      session.post('Runtime.releaseObjectGroup', { objectGroup: name })
    })
  })
}
