import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { Link } from 'wouter-preact'

import { useAnswer } from '../api/answer'
import { MakeProgramme, Programmes as Asked, PublishRun, RollBackRun, Runs, StartRun } from '../api/gen/documents'
import type { MentoringFormat, ProgrammesQuery, RunLineFragment } from '../api/gen/types'
import { useAct, useActs } from '../api/outcome'
import { Meter } from '../ui/meter'
import { Choice, Failed, Field, Loading, Refusal, formValues } from '../ui/parts'
import { when } from '../ui/when'
import { useMore, useWords } from '../words'
import { deskWords } from '../words/desk'
import { matchingWords } from '../words/matching'

const LOOK_AGAIN_MS = 2000

type Programme = ProgrammesQuery['programmes']['edges'][number]['node']

export function Programmes({ mayMake }: { mayMake: boolean }): JSX.Element {
  const words = useMore(deskWords)
  const { data, failure, again } = useAnswer(Asked, {})
  const found = data?.programmes.edges
  return (
    <section class="stack" aria-label={words.programmes}>
      <h2>{words.programmes}</h2>
      {found === undefined ? (
        failure === undefined ? (
          <Loading />
        ) : (
          <Failed failure={failure} retry={again} />
        )
      ) : found.length === 0 ? (
        <p class="note">{words.noProgrammes}</p>
      ) : (
        found.map(({ node }) => <OneProgramme key={node.id} programme={node} />)
      )}
      {mayMake && <Maker made={again} />}
    </section>
  )
}

function OneProgramme({ programme }: { programme: Programme }): JSX.Element {
  const words = useMore(deskWords)
  const { formats } = useWords()
  const { data, failure, again } = useAnswer(Runs, { programmeId: programme.id })
  const { act, isBusy, refused } = useAct(StartRun)
  const runs = data?.cohortRuns.edges ?? []
  const isComputing = runs.some(({ node }) => node.state === 'DRAFT')
  useEffect(() => {
    if (!isComputing) return undefined
    const looking = setInterval(again, LOOK_AGAIN_MS)
    return () => {
      clearInterval(looking)
    }
  }, [isComputing, again])
  return (
    <article class="card" aria-label={programme.title}>
      <h3>
        {programme.title} <span class="chip">{formats[programme.format]}</span>
      </h3>
      <p>{programme.about}</p>
      <Refusal refused={refused} />
      {failure !== undefined && <Failed failure={failure} retry={again} />}
      {data !== undefined && runs.length === 0 && <p class="soft">{words.noRuns}</p>}
      <ul class="stack tight">
        {runs.map(({ node }) => (
          <li key={node.id}>
            <Run run={node} again={again} />
          </li>
        ))}
      </ul>
      <div>
        <button
          type="button"
          class="main"
          disabled={isBusy || isComputing}
          onClick={() =>
            void act({
              input: { programmeId: programme.id, seed: 0, weights: null, idempotencyKey: crypto.randomUUID() },
            }).then(again)
          }
        >
          {words.start}
        </button>
      </div>
    </article>
  )
}

function Run({ run, again }: { run: RunLineFragment; again: () => void }): JSX.Element {
  const words = useMore(deskWords)
  const { language } = useWords()
  const { act, isBusy, refused } = useActs()
  const input = { runId: run.id, expectedVersion: run.version }
  const isComputed = run.state !== 'DRAFT' && run.state !== 'FAILED'
  const label = when(run.createdAt, language)
  return (
    <div class="stack tight">
      <Refusal refused={refused} />
      <div class="row spread">
        <span>
          {isComputed ? <Link href={`/desk/runs/${encodeURIComponent(run.id)}`}>{label}</Link> : label}{' '}
          <span class={run.state === 'PUBLISHED' ? 'chip warm' : 'chip'}>{words.runStates[run.state]}</span>
        </span>
        {run.state === 'PREVIEW' && (
          <button type="button" disabled={isBusy} onClick={() => void act(PublishRun, { input }).then(again)}>
            {words.publish}
          </button>
        )}
        {run.state === 'PUBLISHED' && (
          <button type="button" disabled={isBusy} onClick={() => void act(RollBackRun, { input }).then(again)}>
            {words.rollBack}
          </button>
        )}
      </div>
      {run.state === 'DRAFT' && <Meter share={run.done / Math.max(1, run.total)}>{words.runStates.DRAFT}</Meter>}
    </div>
  )
}

function Maker({ made }: { made: () => void }): JSX.Element {
  const words = useMore(deskWords)
  const { formats } = useWords()
  const matching = useMore(matchingWords)
  const { act, isBusy, refused } = useAct(MakeProgramme)
  const [format, setFormat] = useState<MentoringFormat>('CLASSIC')
  const [idempotencyKey, setKey] = useState(() => crypto.randomUUID())

  async function submit(event: SubmitEvent): Promise<void> {
    const form = event.currentTarget as HTMLFormElement
    const { title = '', about = '', everybody } = formValues(event)
    const scope = everybody === 'on' ? 'EVERYBODY' : 'MEMBERS'
    const input = { title, about, format, learners: scope, mentors: scope, listLength: 3, idempotencyKey } as const
    if ((await act({ input })) === undefined) return
    setKey(crypto.randomUUID())
    form.reset()
    made()
  }

  return (
    <details class="card">
      <summary>{words.make}</summary>
      <form class="stack" aria-label={words.make} onSubmit={(event) => void submit(event)}>
        <Refusal refused={refused} />
        <Field label={words.name} name="title" required wrong={refused?.fields['title']} />
        <Field label={words.about} name="about" lines={2} wrong={refused?.fields['about']} />
        <Choice<MentoringFormat> label={matching.format} value={format} choices={formats} onChange={setFormat} />
        <label class="check">
          <input type="checkbox" name="everybody" defaultChecked />
          {words.everybody}
        </label>
        <div>
          <button class="main" disabled={isBusy}>
            {words.make}
          </button>
        </div>
      </form>
    </details>
  )
}
