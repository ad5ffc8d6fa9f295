import type { ComponentChildren, JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'

import { useWords } from '../words'

interface DialogProps {
  readonly label: string
  readonly isOpen: boolean
  readonly close: () => void
  readonly children: ComponentChildren
}

/** Over the page until it is closed, by its button or by Escape; the focus goes back to where it was. */
export function Dialog({ label, isOpen, close, children }: DialogProps): JSX.Element {
  const words = useWords()
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    if (isOpen) dialog.current?.showModal()
    else dialog.current?.close()
  }, [isOpen])
  return (
    <dialog ref={dialog} aria-label={label} onClose={close}>
      {isOpen && (
        <div class="stack">
          <h2>{label}</h2>
          {children}
          <div>
            <button type="button" onClick={close}>
              {words.close}
            </button>
          </div>
        </div>
      )}
    </dialog>
  )
}
