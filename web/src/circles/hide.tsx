/** Where nobody has a profile to block, members hide each other by their seats. */

import type { JSX } from 'preact'
import { useId } from 'preact/hooks'

import { HideCircleSeat } from '../api/gen/documents'
import { useActs } from '../api/outcome'
import { Refusal, formValues } from '../ui/parts'
import { useMore, useWords } from '../words'
import { circleHideWords } from '../words/circle-hide'
import { useCircle } from './circle'
import { seatName } from './seat-name'

export default function Hide(): JSX.Element {
  const words = useMore(circleHideWords)
  const all = useWords()
  const { head } = useCircle()
  const { act, isBusy, refused } = useActs()
  const id = useId()
  const others = head.seats.filter((seat) => seat.state === 'SEATED' && !seat.isMine)
  const shown = others.filter(({ nickname }) => nickname !== null)
  // Whoever hid themselves looks the same: which of the two did it is told to nobody.
  const unseen = others.filter(({ nickname }) => nickname === null)

  async function showAgain(): Promise<void> {
    for (const { id: seatId } of unseen) await act(HideCircleSeat, { input: { seatId, isHidden: false } })
  }

  return (
    <div class="stack">
      <p class="small soft">{words.hint}</p>
      <Refusal refused={refused} />
      {shown.length > 0 && (
        <form
          class="stack tight"
          onSubmit={(event) => {
            const { seat: seatId = '' } = formValues(event)
            void act(HideCircleSeat, { input: { seatId, isHidden: true } })
          }}
        >
          <div class="field">
            <label for={id}>{words.whom}</label>
            <select id={id} name="seat">
              {shown.map((seat) => (
                <option key={seat.id} value={seat.id}>
                  {seatName(seat, all)}
                </option>
              ))}
            </select>
          </div>
          <div>
            <button disabled={isBusy}>{words.hide}</button>
          </div>
        </form>
      )}
      <p role="status">{unseen.length > 0 && words.hidden(unseen.length)}</p>
      {unseen.length > 0 && (
        <div>
          <button type="button" disabled={isBusy} onClick={() => void showAgain()}>
            {words.show}
          </button>
        </div>
      )}
    </div>
  )
}
