import { writeSync } from 'node:fs'

/** What the trivial tool of every case answers: one kilobyte. */
export const toolText = 'x'.repeat(1024)

/**
 * Measures `run(turns)` and prints one line of JSON. Before that, nothing is loaded for the first time: a `young` process has run ten turns and
 * compiles while it is measured, a `warmed` one has run ten conversations of 200 turns, after which compilers have little left to do.
 * `run` must resolve with the number of times its model was called, the last answer included.
 */
export async function measure(run) {
  const turns = Number(process.argv[3])
  const age = process.argv[4]
  if (age === 'warmed') for (let conversation = 0; conversation < 10; conversation += 1) await run(200)
  else await run(10)
  const cpu = process.cpuUsage()
  const started = performance.now()
  const calls = await run(turns)
  const wall = performance.now() - started
  const { user, system } = process.cpuUsage(cpu)
  if (calls !== turns + 1) throw new Error(`expected ${turns + 1} model calls, counted ${calls}`)
  const rss = process.memoryUsage.rss()
  writeSync(1, `\n${JSON.stringify({ turns, cpu: (user + system) / 1000, wall, rss })}\n`)
  process.exit(0)
}

/**
 * Measures agents that live at once: each waits in `arrive` until all are there, then goes on for so many turns. `print` writes one line of JSON: the memory while
 * all were there, and the processor time of a turn after that.
 */
export function liveReport(agents, turns) {
  const all = Promise.withResolvers()
  let there = 0
  let rss = 0
  let cpu = process.cpuUsage()
  return {
    arrive() {
      there += 1
      if (there === agents) {
        rss = process.memoryUsage.rss()
        cpu = process.cpuUsage()
        all.resolve()
      }
      return all.promise
    },
    print(more) {
      const { user, system } = process.cpuUsage(cpu)
      const turn = (user + system) / 1000 / (agents * (turns + 1))
      const most = process.memoryUsage.rss()
      writeSync(1, `\n${JSON.stringify({ agents, turns, rss, most, turn, ...more })}\n`)
      process.exit(0)
    },
  }
}

/** The middle of some times, the first 20 left out: code is compiled then. */
export function middle(times) {
  const sorted = times.slice(20).toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)]
}
