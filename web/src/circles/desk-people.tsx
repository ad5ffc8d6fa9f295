/** Who sits in a circle, what they are in it, and their leave: leads give roles and take seats. */

import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'

import { ChangeCircleRole, RemoveFromCircle } from '../api/gen/documents'
import type { DeskSeatFragment, SeatRole } from '../api/gen/types'
import { useActs } from '../api/outcome'
import { Refusal } from '../ui/parts'
import { useMore, useWords } from '../words'
import { circleDeskWords } from '../words/circle-desk'
import { circleWords } from '../words/circles'
import { useCircle } from './circle'
import { seatName } from './seat-name'

export function People({ seats }: { seats: readonly DeskSeatFragment[] }): JSX.Element {
  const words = useMore(circleDeskWords)
  return (
    <section class="card" aria-label={words.people}>
      <h2>{words.people}</h2>
      <p class="small soft">{words.leadHint}</p>
      <ul class="stack">
        {seats
          .filter(({ state }) => state === 'SEATED')
          .map((seat) => (
            <Seat key={seat.id} seat={seat} />
          ))}
      </ul>
    </section>
  )
}

function Seat({ seat }: { seat: DeskSeatFragment }): JSX.Element {
  const words = useMore(circleDeskWords)
  const { roles } = useMore(circleWords)
  const all = useWords()
  const { isOpen } = useCircle()
  const { act, isBusy, refused } = useActs()
  const name = seatName(seat, all)
  const isFixed = !isOpen || seat.isMine || seat.role === 'GUEST'
  return (
    <li class="stack tight">
      <div class="row spread">
        <span>{name}</span>
        {isFixed ? (
          <span class="chip">{roles[seat.role]}</span>
        ) : (
          <Role
            seat={seat}
            name={name}
            isBusy={isBusy}
            give={(role) => act(ChangeCircleRole, { input: { seatId: seat.id, role } })}
          />
        )}
      </div>
      <Refusal refused={refused} />
      {isOpen && !seat.isMine && (
        <details>
          <summary class="small soft">
            {words.remove}
            <span class="hidden">: {name}</span>
          </summary>
          <button
            type="button"
            class="alarm"
            disabled={isBusy}
            onClick={() => void act(RemoveFromCircle, { input: { seatId: seat.id } })}
          >
            {words.removeSure(name)}
          </button>
        </details>
      )}
    </li>
  )
}

interface RoleProps {
  readonly seat: DeskSeatFragment
  readonly name: string
  readonly isBusy: boolean
  readonly give: (role: SeatRole) => Promise<unknown>
}

/** What somebody is here. Choosing is not giving: by arrow keys one passes the lead's own seat, among others. */
function Role({ seat, name, isBusy, give }: RoleProps): JSX.Element {
  const words = useMore(circleDeskWords)
  const { save } = useWords()
  const [chosen, setChosen] = useState<SeatRole>(seat.role)
  useEffect(() => {
    setChosen(seat.role)
  }, [seat.role])
  return (
    <span class="row">
      <select
        class="short"
        aria-label={words.role(name)}
        value={chosen}
        onChange={(event) => {
          setChosen(event.currentTarget.value as SeatRole)
        }}
      >
        {Object.entries(words.roles).map(([role, label]) => (
          <option key={role} value={role}>
            {label}
          </option>
        ))}
      </select>
      <button type="button" disabled={isBusy || chosen === seat.role} onClick={() => void give(chosen)}>
        {save}
        <span class="hidden">: {words.role(name)}</span>
      </button>
    </span>
  )
}
