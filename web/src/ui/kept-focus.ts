/**
 * Whoever goes by keyboard stays where they are. What had the focus may be put out of use while its answer is on its
 * way, be moved, or be gone once it has done its work: the browser lets go of the focus then, and a screen reader falls
 * silent. It is given back, or goes to the nearest part that is still there.
 */

const PARTS = 'article, section, form, fieldset, details, dialog, li, nav, main'
/** For a page that puts the focus somewhere itself, which goes before. */
const WAIT_MS = 60
/** What is out of use for longer may stay so. */
const OUT_OF_USE_MS = 700

export function keepFocus(root: HTMLElement): void {
  let held: HTMLElement | undefined
  let around: HTMLElement[] = []
  /** Had the focus before it went to a part, since it was out of use. */
  let lent: HTMLElement | undefined
  let looking: ReturnType<typeof setTimeout> | undefined
  let waiting: ReturnType<typeof setTimeout> | undefined

  document.addEventListener('focusin', ({ target }) => {
    if (!(target instanceof HTMLElement) || target.dataset['kept'] !== undefined) return
    held = target
    lent = undefined
    around = []
    for (let part = target.parentElement?.closest<HTMLElement>(PARTS); part != null; part = part.parentElement?.closest(PARTS)) {
      around.push(part)
    }
  })
  // A press beside everything lets go on purpose.
  document.addEventListener('pointerdown', () => {
    held = lent = undefined
  })

  function isLost(): boolean {
    return document.activeElement === document.body || (lent !== undefined && lent === held && isKept(document.activeElement))
  }

  function look(): void {
    looking = undefined
    if (held === undefined || !isLost()) return
    if (!isShown(held)) giveAway()
    else if (!held.matches(':disabled')) held.focus({ preventScroll: true })
    else waiting ??= setTimeout(stopWaiting, OUT_OF_USE_MS)
  }

  function stopWaiting(): void {
    waiting = undefined
    if (held === undefined || document.activeElement !== document.body || !held.matches(':disabled')) return
    lent = held
    giveAway()
  }

  function giveAway(): void {
    const part = around.find(isShown)
    if (part !== undefined && !part.contains(document.activeElement)) giveTo(part)
  }

  new MutationObserver(() => {
    if (held !== undefined && isLost()) looking ??= setTimeout(look, WAIT_MS)
  }).observe(root, { childList: true, subtree: true, attributes: true, attributeFilter: ['disabled', 'open', 'hidden'] })
}

function isShown(it: HTMLElement): boolean {
  return it.isConnected && it.getClientRects().length > 0
}

function isKept(it: Element | null): boolean {
  return it instanceof HTMLElement && it.dataset['kept'] !== undefined
}

function giveTo(part: HTMLElement): void {
  const own = part.tagName === 'MAIN' ? 'h1' : part.tagName === 'DETAILS' ? 'summary' : undefined
  if (own !== undefined) {
    part.querySelector<HTMLElement>(own)?.focus({ preventScroll: true })
    return
  }
  if (!part.hasAttribute('tabindex')) {
    part.tabIndex = -1
    part.dataset['kept'] = ''
    part.addEventListener(
      'blur',
      () => {
        part.removeAttribute('tabindex')
        delete part.dataset['kept']
      },
      { once: true },
    )
  }
  part.focus({ preventScroll: true })
}
