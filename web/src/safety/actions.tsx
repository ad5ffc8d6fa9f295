import type { JSX } from 'preact'
import { useState } from 'preact/hooks'

import { useAnswer } from '../api/answer'
import { BlockPerson, HelplinesOf, MutePerson, Report } from '../api/gen/documents'
import type { ReportReason } from '../api/gen/types'
import { useAct } from '../api/outcome'
import { Choice, Field, Refusal, formValues } from '../ui/parts'
import { ViewerContext } from '../viewer'
import { useMore } from '../words'
import { safetyWords } from '../words/safety'
import { Lines } from './lines'
import type { SafetyProps } from './safety'

export default function Actions({ subjectId, profileId, name }: SafetyProps): JSX.Element {
  const words = useMore(safetyWords)
  const muting = useAct(MutePerson)
  const blocking = useAct(BlockPerson)
  const [done, setDone] = useState<'mute' | 'block'>()
  return (
    <div class="stack">
      <Refusal refused={muting.refused ?? blocking.refused} />
      <p role="status" class={done === undefined ? 'hidden' : 'note'}>
        {done !== undefined && words.done[done]}
      </p>
      {profileId !== null && done === undefined && (
        <>
          <Deed label={words.mute} hint={words.muteHint} isBusy={muting.isBusy}>
            {async () => {
              if ((await muting.act({ id: profileId })) !== undefined) setDone('mute')
            }}
          </Deed>
          <Deed label={words.block} hint={words.blockHint} isBusy={blocking.isBusy} isAlarm>
            {async () => {
              if ((await blocking.act({ id: profileId })) !== undefined) setDone('block')
            }}
          </Deed>
        </>
      )}
      <ReportForm subjectId={subjectId} name={name} />
    </div>
  )
}

interface DeedProps {
  readonly label: string
  readonly hint: string
  readonly isBusy: boolean
  readonly isAlarm?: boolean
  readonly children: () => Promise<void>
}

function Deed({ label, hint, isBusy, isAlarm, children: act }: DeedProps): JSX.Element {
  return (
    <div class="row spread">
      <p class="small">{hint}</p>
      <button type="button" class={isAlarm === true ? 'alarm' : ''} disabled={isBusy} onClick={() => void act()}>
        {label}
      </button>
    </div>
  )
}

function ReportForm({ subjectId, name }: { subjectId: string; name: string }): JSX.Element {
  const words = useMore(safetyWords)
  const { act, isBusy, refused } = useAct(Report)
  const [reason, setReason] = useState<ReportReason>('HARASSMENT')
  const [isSent, setSent] = useState(false)
  const [idempotencyKey] = useState(() => crypto.randomUUID())
  if (isSent) {
    return (
      <p class="note" role="status">
        {words.sent}
      </p>
    )
  }
  return (
    <form
      class="stack"
      aria-label={`${words.report}: ${name}`}
      onSubmit={(event) => {
        const { words: told = '' } = formValues(event)
        void act({ input: { subjectId, reason, words: told, idempotencyKey } }).then((payload) => {
          setSent(payload !== undefined)
        })
      }}
    >
      <p class="small">{words.reportHint}</p>
      <Refusal refused={refused} />
      <Choice<ReportReason> label={words.reason} value={reason} choices={words.reasons} onChange={setReason} />
      {reason === 'SELF_HARM' && <Helplines />}
      <Field label={words.words} name="words" lines={3} wrong={refused?.fields['words']} />
      <div>
        <button class="alarm" disabled={isBusy}>
          {words.send}
        </button>
      </div>
    </form>
  )
}

function Helplines(): JSX.Element {
  const { helplines } = useMore(safetyWords)
  const { me } = ViewerContext.use()
  const { data } = useAnswer(HelplinesOf, { country: me?.profile.country ?? '' })
  return (
    <div class="note warm stack tight" role="status">
      <p>{helplines}</p>
      <Lines lines={data?.helplines ?? []} />
    </div>
  )
}
