import type { Host } from '../../host.ts'
import { emptyFrame, type Frame, redraw, withdraw } from './frame.ts'

/** The live region at the bottom of a terminal, and what was printed above it for good. */
export interface Screen extends Disposable {
  readonly columns: number
  readonly rows: number
  /** Whether it is drawn, and keys are its own. */
  readonly entered: boolean
  /** Prints lines above the live region, and draws that anew. Does nothing but keep the lines while it is away. */
  show(frame: Frame, printed: readonly string[]): void
  /** Takes the live region away, and lets others read and write until {@link Screen.enter}. */
  leave(): void
  /** Raw keys, bracketed pastes, the live region. */
  enter(): void
  /** Empties the screen; what was printed stays in the terminal's own history where it has one. */
  clear(): void
  /** Gives the terminal back and stops the program, as Ctrl-Z does; once it goes on it enters again, and tells. */
  suspend(goesOn: () => void): void
}

const bracketedPaste = { on: '\u001B[?2004h', off: '\u001B[?2004l' }
const plainState = '\u001B[?7h\u001B[?25h'

/** Takes over the terminal of a host. Disposing of it gives it back as it was, whatever has happened; twice does no harm. */
export function openScreen(host: Host): Screen {
  const { stdout } = host
  let frame = emptyFrame
  let waiting: readonly string[] = []
  let entered = false

  const columns = (): number => (stdout.columns !== undefined && stdout.columns > 0 ? stdout.columns : 80)
  function leave(): void {
    if (!entered) return
    entered = false
    stdout.write(`${withdraw(frame, columns())}${bracketedPaste.off}${plainState}`)
    frame = emptyFrame
    rawKeys(host, false)
  }
  function enter(): void {
    if (entered) return
    entered = true
    rawKeys(host, true)
    stdout.write(bracketedPaste.on)
  }
  // Also where the program fails: its last words would be written over a terminal that hides the cursor.
  process.on('exit', leave)
  return {
    get columns() {
      return columns()
    },
    get rows() {
      return stdout.rows !== undefined && stdout.rows > 0 ? stdout.rows : 24
    },
    get entered() {
      return entered
    },
    show(next, printed) {
      waiting = [...waiting, ...printed]
      if (!entered) return
      stdout.write(redraw(frame, next, waiting, columns()))
      waiting = []
      frame = next
    },
    leave,
    enter,
    clear() {
      if (!entered) return
      stdout.write('\u001B[2J\u001B[H')
      frame = emptyFrame
    },
    suspend(goesOn) {
      leave()
      process.once('SIGCONT', () => {
        enter()
        goesOn()
      })
      // The whole group, as the terminal itself would do it: a package manager may have started the program.
      process.kill(0, 'SIGTSTP')
    },
    [Symbol.dispose]() {
      process.off('exit', leave)
      leave()
    },
  }
}

/** Keys as they are pressed, or lines as the terminal edits them. */
function rawKeys({ stdin }: Host, raw: boolean): void {
  if ('setRawMode' in stdin && typeof stdin.setRawMode === 'function') stdin.setRawMode(raw)
}
