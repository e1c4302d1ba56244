/**
 * Prints directly to the standard output of the process, and has both of Node's streams do so: what is printed is seen while a cell still computes, and in the order
 * of what other processes print. Becomes part of a program's text, so it uses nothing but what Node has.
 */
export function directOutput(): (chunk: string | Uint8Array, ...rest: readonly unknown[]) => boolean {
  const { writeSync } = process.getBuiltinModule('node:fs')
  const pause = new Int32Array(new SharedArrayBuffer(4))

  /** Waits where a cell made the descriptor refuse what is written faster than it is read. */
  function write(bytes: Buffer): number {
    try {
      return writeSync(1, bytes)
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) throw error
      Atomics.wait(pause, 0, 0, 2)
      return 0
    }
  }

  function print(chunk: string | Uint8Array, ...rest: readonly unknown[]): boolean {
    const bytes = Buffer.from(chunk)
    for (let at = 0; at < bytes.length;) at += write(bytes.subarray(at))
    const done = rest.at(-1)
    if (typeof done === 'function') process.nextTick(done)
    return true
  }

  process.stdout.write = print
  process.stderr.write = print
  return print
}
