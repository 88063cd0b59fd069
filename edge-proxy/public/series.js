/**
 * A series of questions, one after the other, started and stopped by a button. There is one at a time.
 *
 * Read beside: app.js
 * Touches the world: timers, and the button's pressed state.
 */

/** @type {{ button: HTMLElement, abort: AbortController } | null} */
let running = null

/**
 * Asks up to `times` times, with a pause that eyes can follow. The button of the running series ends it; another one takes over.
 *
 * @param {HTMLElement} button
 * @param {number} times
 * @param {number} pause milliseconds between an answer and the next question
 * @param {(signal: AbortSignal) => Promise<unknown>} ask
 * @returns {Promise<boolean>} whether any question was asked, and no other series took over
 */
export async function runSeries(button, times, pause, ask) {
  const wasThisOne = running?.button === button
  stopSeries()
  if (wasThisOne) return false

  const own = { button, abort: new AbortController() }
  running = own
  button.setAttribute('aria-pressed', 'true')
  const { signal } = own.abort
  for (let i = 0; i < times && !signal.aborted; i++) {
    if (i > 0) await sleep(pause, signal)
    if (!signal.aborted) await ask(signal)
  }
  if (running === own) stopSeries()
  return running === null
}

/** Ends the series that is going on, and calls off its open question. */
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
