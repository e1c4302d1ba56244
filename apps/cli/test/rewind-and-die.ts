import files from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'

// Runs the program, and kills it at a moment of bringing files back: before the so many-th draft of a file is put in its place.
const [count = '1', ...words] = process.argv.slice(2)
const { rename } = files
let left = Number(count)
files.rename = async (from, to) => {
  if (String(from).includes('.keepup-restore-') && (left -= 1) === 0) process.kill(process.pid, 'SIGKILL')
  await rename(from, to)
}
syncBuiltinESMExports()

const { runProgram } = await import('../src/program.ts')
const { processHost } = await import('../src/host.ts')
process.exitCode = await runProgram(words, processHost(new URL('../src/main.ts', import.meta.url).href))
