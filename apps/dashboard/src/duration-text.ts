/** A duration as a person reads it. */
export function durationText(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`
  const seconds = milliseconds / 1000
  if (seconds < 60) return `${seconds.toFixed(1)} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} min ${Math.round(seconds % 60)} s`
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/** How long ago something was. */
export function agoText(time: number, now: number): string {
  const passed = Math.max(0, now - time)
  return passed < 5000 ? 'just now' : `${durationText(passed).replace(/\.\d s/, ' s')} ago`
}
