/** Wording a goal: what is expected is enough; the other outcomes make it finer. */

import type { JSX } from 'preact'
import { useState } from 'preact/hooks'

import { AddGoal, EditGoal } from '../api/gen/documents'
import type { GoalPartsFragment } from '../api/gen/types'
import { useActs } from '../api/outcome'
import { Field, Refusal, formValues } from '../ui/parts'
import { useMore, useWords } from '../words'
import { paperWords } from '../words/papers'
import { LEVELS, signed } from './scale'
import { Taps } from './taps'
import { useTie } from './tie'

interface GoalFormProps {
  readonly goal?: GoalPartsFragment
  readonly done: () => void
}

const FINER = [
  ['muchMore', '2'],
  ['more', '1'],
  ['less', '-1'],
  ['muchLess', '-2'],
] as const

const USUAL_BASELINE = -1

export default function GoalForm({ goal, done }: GoalFormProps): JSX.Element {
  const words = useMore(paperWords)
  const { save } = useWords()
  const { head } = useTie()
  const { act, isBusy, refused } = useActs()
  const [idempotencyKey, setKey] = useState(() => crypto.randomUUID())
  const wrong = (field: string): string | undefined => refused?.fields[`aim.${field}`] ?? refused?.fields[field]

  async function submit(event: SubmitEvent): Promise<void> {
    const form = event.currentTarget as HTMLFormElement
    const { title = '', expected = '', dueOn = '', baseline = '', level = '', weight = '', ...given } = formValues(event)
    const finer = Object.fromEntries(FINER.map(([field]) => [field, given[field] ?? '']))
    const counts = { baselineLevel: Number(level), weight: Number(weight) }
    const aim = { title, expected, baseline, ...finer, ...counts, dueOn: dueOn === '' ? null : dueOn }
    const payload =
      goal === undefined
        ? await act(AddGoal, { input: { mentorshipId: head.id, aim, idempotencyKey } })
        : await act(EditGoal, { input: { goalId: goal.id, aim, expectedVersion: goal.version } })
    if (payload === undefined) return
    setKey(crypto.randomUUID())
    form.reset()
    done()
  }

  const label = goal === undefined ? words.addGoal : words.edit
  return (
    <form class="stack" aria-label={label} onSubmit={(event) => void submit(event)}>
      <Field label={words.goalTitle} name="title" required value={goal?.title ?? ''} wrong={wrong('title')} />
      <Field
        label={words.expected}
        hint={words.expectedHint}
        name="expected"
        required
        value={goal?.expected ?? ''}
        wrong={wrong('expected')}
      />
      <label class="field">
        {words.dueOn}
        <input type="date" name="dueOn" defaultValue={goal?.dueOn ?? ''} />
      </label>
      <details open={goal !== undefined}>
        <summary class="small">{words.more}</summary>
        <div class="stack">
          {FINER.map(([field, level]) => (
            <Field
              key={field}
              label={`${signed(Number(level))} ${words.levels[level]}`}
              name={field}
              value={goal?.[field] ?? ''}
              wrong={wrong(field)}
            />
          ))}
          <Field label={words.baseline} name="baseline" value={goal?.baseline ?? ''} wrong={wrong('baseline')} />
          <Taps
            legend={words.baselineLevel}
            name="level"
            chosen={String(goal?.baselineLevel ?? USUAL_BASELINE)}
            choices={LEVELS.slice(0, -1).map((level) => [String(level), signed(level)])}
          />
          <Taps
            legend={words.weight}
            name="weight"
            chosen={String(goal?.weight ?? 1)}
            choices={['1', '2', '3', '4', '5'].map((n) => [n, n])}
          />
        </div>
      </details>
      <Refusal refused={refused} />
      <div>
        <button class="main" disabled={isBusy}>
          {save}
        </button>
      </div>
    </form>
  )
}
