/** What only the host does: the code at the door, changing or moving it, handing it over, calling it off. */

import type { JSX } from 'preact'
import { useState } from 'preact/hooks'

import { CancelGathering, EditGathering, OfferGatheringHost } from '../api/gen/documents'
import type { OneGatheringFragment } from '../api/gen/types'
import { useAct } from '../api/outcome'
import { Refusal } from '../ui/parts'
import type { ChosenPerson } from '../ui/person-field'
import { PersonField } from '../ui/person-field'
import { useMore } from '../words'
import { gatheringWords } from '../words/gatherings'
import GatheringForm from './form'

interface Props {
  readonly gathering: OneGatheringFragment
}

export default function Hosting({ gathering }: Props): JSX.Element | null {
  const words = useMore(gatheringWords)
  const isAhead = gathering.state === 'ANNOUNCED'
  if (gathering.checkInCode === null && !isAhead) return null
  return (
    <section class="stack" aria-label={words.host}>
      <h2>{words.host}</h2>
      {gathering.checkInCode !== null && <Door code={gathering.checkInCode} />}
      {isAhead && (
        <>
          <Change gathering={gathering} />
          <HandOver gathering={gathering} />
          <CallOff gathering={gathering} />
        </>
      )}
    </section>
  )
}

function Door({ code }: { code: string }): JSX.Element {
  const words = useMore(gatheringWords)
  return (
    <section class="card lit" aria-label={words.door}>
      <h3>{words.door}</h3>
      <p class="code">{code}</p>
      <p class="small">{words.doorHint}</p>
    </section>
  )
}

function Change({ gathering }: Props): JSX.Element {
  const words = useMore(gatheringWords)
  const { act, isBusy, refused } = useAct(EditGathering)
  const [isDone, setDone] = useState(false)
  return (
    <details class="card">
      <summary>{words.change}</summary>
      <div class="stack">
        <GatheringForm
          key={gathering.version}
          label={words.change}
          button={words.change}
          now={gathering}
          isBusy={isBusy}
          refused={refused}
          send={(form) =>
            void act({
              input: { gatheringId: gathering.id, gathering: form, expectedVersion: gathering.version },
            }).then((done) => {
              setDone(done !== undefined)
            })
          }
        />
        <p role="status">{isDone && words.changed}</p>
      </div>
    </details>
  )
}

function HandOver({ gathering }: Props): JSX.Element {
  const words = useMore(gatheringWords)
  const { act, isBusy, refused } = useAct(OfferGatheringHost)
  const [heir, setHeir] = useState<ChosenPerson>()
  const offer = (heirId: string | null): void => void act({ input: { gatheringId: gathering.id, heirId } })
  return (
    <details class="card" open={gathering.heir !== null}>
      <summary>{words.handOver}</summary>
      {gathering.heir !== null ? (
        <div class="stack">
          <p role="status">{words.heirAsked(gathering.heir.name)}</p>
          <Refusal refused={refused} />
          <div>
            <button type="button" disabled={isBusy} onClick={() => { offer(null) }}>
              {words.takeBack}
            </button>
          </div>
        </div>
      ) : (
        <form
          class="stack"
          aria-label={words.handOver}
          onSubmit={(event) => {
            event.preventDefault()
            if (heir !== undefined) offer(heir.id)
          }}
        >
          <p class="small soft">{words.handOverHint}</p>
          <PersonField label={words.heir} chosen={heir} choose={setHeir} wrong={refused?.fields['heirId']} />
          <Refusal refused={refused} />
          <div>
            <button disabled={isBusy || heir === undefined}>{words.askHeir}</button>
          </div>
        </form>
      )}
    </details>
  )
}

function CallOff({ gathering }: Props): JSX.Element {
  const words = useMore(gatheringWords)
  const { act, isBusy, refused } = useAct(CancelGathering)
  return (
    <details class="card">
      <summary>{words.callOff}</summary>
      <div class="stack">
        <p class="small soft">{words.callOffHint}</p>
        <Refusal refused={refused} />
        <div>
          <button
            type="button"
            class="alarm"
            disabled={isBusy}
            onClick={() => void act({ input: { gatheringId: gathering.id, expectedVersion: gathering.version } })}
          >
            {words.sure}
          </button>
        </div>
      </div>
    </details>
  )
}
