/** Who answered, as far as the viewer is shown it; the host says here who came. */

import type { JSX } from 'preact'

import { NoteGatheringGuest } from '../api/gen/documents'
import type { OneGatheringFragment } from '../api/gen/types'
import { useAct } from '../api/outcome'
import { Safety } from '../safety/safety'
import { Refusal } from '../ui/parts'
import { Somebody } from '../ui/somebody'
import { useMore } from '../words'
import { gatheringWords } from '../words/gatherings'

type Guest = OneGatheringFragment['guests']['edges'][number]['node']

export function Guests({ gathering }: { gathering: OneGatheringFragment }): JSX.Element | null {
  const words = useMore(gatheringWords)
  const guests = gathering.guests.edges.map(({ node }) => node)
  const others = guests.filter(({ profile }) => profile?.relation !== 'SELF')
  const isCounted = gathering.isMine && (gathering.checkInCode !== null || gathering.state === 'OVER')
  // Who has no place is shown nobody but themselves.
  if (others.length === 0 && !gathering.isMine) return null
  return (
    <section class="card" aria-label={words.guests}>
      <h2>{words.guests}</h2>
      {gathering.came > 0 && <p class="small soft">{words.came(gathering.came)}</p>}
      {guests.length === 0 ? (
        <p class="soft">{words.noGuests}</p>
      ) : (
        <ul class="stack tight">
          {guests.map((guest, place) => (
            <Line key={guest.profile?.id ?? place} guest={guest} gatheringId={gathering.id} isCounted={isCounted} />
          ))}
        </ul>
      )}
    </section>
  )
}

interface LineProps {
  readonly guest: Guest
  readonly gatheringId: string
  readonly isCounted: boolean
}

function Line({ guest, gatheringId, isCounted }: LineProps): JSX.Element {
  const words = useMore(gatheringWords)
  const { act, isBusy, refused } = useAct(NoteGatheringGuest)
  const { profile, state, cameAt } = guest
  const isMe = profile?.relation === 'SELF'
  return (
    <li>
      <div class="row">
        {isMe ? words.you : <Somebody person={profile} />}
        <span class="small soft">{words.guestStates[state]}</span>
        {cameAt !== null && !isCounted && <span class="chip">{words.cameMark}</span>}
        {isCounted && profile !== null && !isMe && (
          <label class="check small">
            <input
              type="checkbox"
              checked={cameAt !== null}
              disabled={isBusy}
              aria-label={words.isThere(profile.name)}
              onChange={(event) =>
                void act({ input: { gatheringId, guestId: profile.id, came: event.currentTarget.checked } })
              }
            />
            {words.cameMark}
          </label>
        )}
      </div>
      {profile !== null && !isMe && <Safety subjectId={profile.id} profileId={profile.id} name={profile.name} />}
      <Refusal refused={refused} />
    </li>
  )
}
