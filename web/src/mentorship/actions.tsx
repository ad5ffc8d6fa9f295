/** What the two agreed to do. A tick shows at once, and goes back when the server does not take it. */

import type { JSX } from 'preact'
import { useState } from 'preact/hooks'

import { AddAction, DropAction, EditAction } from '../api/gen/documents'
import type { ActionPartsFragment } from '../api/gen/types'
import { useAct, useActs } from '../api/outcome'
import { Choice, Field, Refusal, formValues } from '../ui/parts'
import { day } from '../ui/when'
import { useMore, useWords } from '../words'
import { paperWords } from '../words/papers'
import { useTie } from './tie'
import { wallOf } from './zones'

interface ActionsProps {
  readonly actions: readonly ActionPartsFragment[]
  readonly done: () => void
}

export function Actions({ actions, done }: ActionsProps): JSX.Element {
  const words = useMore(paperWords)
  const { isGoingOn } = useTie()
  return (
    <section class="card" aria-label={words.actions}>
      <h2>{words.actions}</h2>
      {actions.length === 0 && <p class="soft">{words.noActions}</p>}
      <ul class="stack tight">
        {actions.map((action) => (
          <li key={action.id}>
            <Action action={action} done={done} />
          </li>
        ))}
      </ul>
      {isGoingOn && <Adding done={done} />}
    </section>
  )
}

function Action({ action, done }: { action: ActionPartsFragment; done: () => void }): JSX.Element {
  const words = useMore(paperWords)
  const { language, room } = useWords()
  const { me, myId, isGoingOn } = useTie()
  const { act, isBusy, refused } = useActs()
  const [ticked, setTicked] = useState<boolean>()
  const isDone = ticked ?? action.doneAt !== null
  const today = wallOf(new Date().toISOString(), me.profile.timeZone).slice(0, 10)
  const owner = action.owner?.id === myId ? words.you : (action.owner?.name ?? room.somebody)

  async function tick(isNowDone: boolean): Promise<void> {
    if (action.owner === null) return
    setTicked(isNowDone)
    const { id: actionId, text, dueOn, version: expectedVersion } = action
    await act(EditAction, { input: { actionId, text, dueOn, ownerId: action.owner.id, isDone: isNowDone, expectedVersion } })
    setTicked(undefined)
    done()
  }

  return (
    <>
      <div class="row spread">
        <label class="check">
          <input
            type="checkbox"
            checked={isDone}
            disabled={!isGoingOn || action.owner === null}
            onChange={(event) => void tick(event.currentTarget.checked)}
          />
          <span>
            <span class={isDone ? 'done' : undefined}>{action.text}</span>{' '}
            <span class="small soft">
              {owner}
              {action.dueOn !== null && `, ${words.due(day(action.dueOn, language))}`}
            </span>{' '}
            {!isDone && action.dueOn !== null && action.dueOn < today && <span class="chip warm">{words.overdue}</span>}
          </span>
        </label>
        {isGoingOn && !isDone && (
          <button
            type="button"
            class="plain"
            disabled={isBusy}
            onClick={() => void act(DropAction, { id: action.id }).then(done)}
          >
            {words.drop}
            <span class="hidden">: {action.text}</span>
          </button>
        )}
      </div>
      <Refusal refused={refused} />
    </>
  )
}

function Adding({ done }: { done: () => void }): JSX.Element {
  const words = useMore(paperWords)
  const { head, myId, other, otherName } = useTie()
  const { act, isBusy, refused } = useAct(AddAction)
  const [ownerId, setOwner] = useState(myId)
  const [idempotencyKey, setKey] = useState(() => crypto.randomUUID())

  async function submit(event: SubmitEvent): Promise<void> {
    const form = event.currentTarget as HTMLFormElement
    const { text = '', dueOn = '' } = formValues(event)
    const input = { mentorshipId: head.id, ownerId, text, dueOn: dueOn === '' ? null : dueOn, idempotencyKey }
    if ((await act({ input })) === undefined) return
    setKey(crypto.randomUUID())
    form.reset()
    done()
  }

  const people = { [myId]: words.you, ...(other === null ? {} : { [other.id]: otherName }) }
  return (
    <form class="stack" aria-label={words.addAction} onSubmit={(event) => void submit(event)}>
      <Field label={words.actionText} name="text" required wrong={refused?.fields['text']} />
      <div class="columns">
        <Choice<string> label={words.who} value={ownerId} choices={people} onChange={setOwner} />
        <label class="field">
          {words.dueOn}
          <input type="date" name="dueOn" />
        </label>
      </div>
      <Refusal refused={refused} />
      <div>
        <button disabled={isBusy}>{words.add}</button>
      </div>
    </form>
  )
}
