import { spawn } from 'node:child_process'

/** What a command used. Without Python there is only the wall time. */
export interface CommandUse {
  /** Milliseconds from its start to its end. */
  readonly wall: number
  /** Milliseconds of user and system time, of the process and the children it waited for. */
  readonly cpu: number
  /** The most memory it held, in bytes. */
  readonly rss: number
  readonly code: number
  /** The end of what it printed. */
  readonly output: string
}

/** Node has no account of a child that ended; `wait4` has. Prints one line of JSON. */
const accountant = `
import json, os, resource, subprocess, sys, time
started = time.perf_counter()
child = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
output = child.stdout.read()
_, status, use = os.wait4(child.pid, 0)
wall = (time.perf_counter() - started) * 1000
scale = 1 if sys.platform == 'darwin' else 1024
print(json.dumps({'wall': wall, 'cpu': (use.ru_utime + use.ru_stime) * 1000, 'rss': use.ru_maxrss * scale,
  'code': os.waitstatus_to_exitcode(status), 'output': output.decode('utf8', 'replace')[-2000:]}))
`

/** Runs a command to its end and accounts for it. */
export async function measureCommand(
  command: readonly string[],
  options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): Promise<CommandUse> {
  const accounted = await collect(['python3', '-c', accountant, ...command], options)
  if (accounted.code === 0) return JSON.parse(accounted.output) as CommandUse
  const started = performance.now()
  const { code, output } = await collect(command, options)
  return {
    wall: performance.now() - started,
    cpu: Number.NaN,
    rss: Number.NaN,
    code,
    output: output.slice(-2000),
  }
}

function collect(
  [program = '', ...args]: readonly string[],
  options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'inherit'] })
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
    child.on('error', () => resolve({ code: 127, output }))
    child.on('close', (code) => resolve({ code: code ?? 1, output }))
  })
}
