/**
 * A series of requests, one after the other, started and stopped by a button. Only one series runs at a time.
 *
 * Read beside: app.js
 * Touches the world: timers, and the button's pressed state.
 */

/** @type {{ button: HTMLElement, abort: AbortController } | null} */
let running = null

/**
 * Sends up to `times` requests, with a pause that is long enough to watch. A second press of the button ends its series; the button
 * of another series replaces it.
 *
 * @param {HTMLElement} button
 * @param {number} times
 * @param {number} pause milliseconds between a response and the next request
 * @param {(signal: AbortSignal) => Promise<unknown>} send
 * @returns {Promise<boolean>} false when the button ended its own series, or another series replaced this one
 */
export async function runSeries(button, times, pause, send) {
  const wasRunning = running?.button === button
  stopSeries()
  if (wasRunning) return false

  const own = { button, abort: new AbortController() }
  running = own
  button.setAttribute('aria-pressed', 'true')
  const { signal } = own.abort
  for (let i = 0; i < times && !signal.aborted; i++) {
    if (i > 0) await sleep(pause, signal)
    if (!signal.aborted) await send(signal)
  }
  if (running === own) stopSeries()
  return running === null
}

/** Ends the running series, and aborts its open request. */
export function stopSeries() {
  if (running === null) return
  running.button.setAttribute('aria-pressed', 'false')
  running.abort.abort()
  running = null
}

/**
 * @param {number} ms
 * @param {AbortSignal} signal
 * @returns {Promise<void>}
 */
function sleep(ms, signal) {
  return new Promise(resolve => {
    const timer = setTimeout(resolve, ms)
    const cut = () => {
      clearTimeout(timer)
      resolve()
    }
    signal.addEventListener('abort', cut, { once: true })
  })
}
