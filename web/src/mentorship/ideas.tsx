/** The log of ideas: thought of, tried, and what came of it. To its author's credit, whoever tries it. */

import type { JSX } from 'preact'
import { useState } from 'preact/hooks'

import { AddIdea, TellIdeaResult, TryIdea } from '../api/gen/documents'
import type { IdeaPartsFragment, MentorshipIdeaResult } from '../api/gen/types'
import { useAct, useActs } from '../api/outcome'
import { Field, Refusal, formValues } from '../ui/parts'
import { useMore, useWords } from '../words'
import { paperWords } from '../words/papers'
import { Taps } from './taps'
import { useTie } from './tie'

interface IdeasProps {
  readonly ideas: readonly IdeaPartsFragment[]
  readonly done: () => void
}

export function Ideas({ ideas, done }: IdeasProps): JSX.Element {
  const words = useMore(paperWords)
  const { isGoingOn } = useTie()
  return (
    <section class="stack" aria-label={words.ideas}>
      <h2>{words.ideas}</h2>
      {isGoingOn && <Logging done={done} />}
      {ideas.length === 0 && <p class="note">{words.noIdeas}</p>}
      {ideas.map((idea) => (
        <Idea key={idea.id} idea={idea} done={done} />
      ))}
    </section>
  )
}

function Logging({ done }: { done: () => void }): JSX.Element {
  const words = useMore(paperWords)
  const { head } = useTie()
  const { act, isBusy, refused } = useAct(AddIdea)
  const [idempotencyKey, setKey] = useState(() => crypto.randomUUID())

  async function submit(event: SubmitEvent): Promise<void> {
    const form = event.currentTarget as HTMLFormElement
    const { text = '' } = formValues(event)
    if ((await act({ input: { mentorshipId: head.id, text, idempotencyKey } })) === undefined) return
    setKey(crypto.randomUUID())
    form.reset()
    done()
  }

  return (
    <form class="card" aria-label={words.addIdea} onSubmit={(event) => void submit(event)}>
      <Field label={words.ideaText} name="text" required wrong={refused?.fields['text']} />
      <Refusal refused={refused} />
      <div>
        <button disabled={isBusy}>{words.addIdea}</button>
      </div>
    </form>
  )
}

function Idea({ idea, done }: { idea: IdeaPartsFragment; done: () => void }): JSX.Element {
  const words = useMore(paperWords)
  const { room } = useWords()
  const { myId, isGoingOn } = useTie()
  const by = idea.author?.id === myId ? words.yourIdea : words.ideaBy(idea.author?.name ?? room.somebody)
  return (
    <article class="card" aria-label={idea.text}>
      <p>{idea.text}</p>
      <p class="small soft">
        {by}{' '}
        <span class={idea.result === 'HELPED' ? 'chip warm' : 'chip'}>
          {idea.result === null ? words.ideaStates[idea.state] : words.results[idea.result]}
        </span>
      </p>
      {idea.trial !== '' && <p class="small">{idea.trial}</p>}
      {idea.resultNote !== '' && <blockquote class="small">{idea.resultNote}</blockquote>}
      {isGoingOn && idea.state !== 'RESULT' && <Further idea={idea} done={done} />}
    </article>
  )
}

function Further({ idea, done }: { idea: IdeaPartsFragment; done: () => void }): JSX.Element {
  const words = useMore(paperWords)
  const { send } = useWords()
  const { act, isBusy, refused } = useActs()
  const isNew = idea.state === 'IDEA'
  const label = isNew ? words.tried : words.tell

  function submit(event: SubmitEvent): void {
    const { said = '', result = 'HELPED' } = formValues(event)
    const at = { ideaId: idea.id, expectedVersion: idea.version }
    const doing = isNew
      ? act(TryIdea, { input: { ...at, trial: said } })
      : act(TellIdeaResult, { input: { ...at, result: result as MentorshipIdeaResult, note: said } })
    void doing.then(done)
  }

  return (
    <details>
      <summary class="small">
        {label}
        <span class="hidden">: {idea.text}</span>
      </summary>
      <form class="stack" aria-label={label} onSubmit={submit}>
        {!isNew && <Taps legend={words.result} name="result" choices={Object.entries(words.results)} />}
        <Field
          label={isNew ? words.trial : words.resultNote}
          name="said"
          wrong={refused?.fields['trial'] ?? refused?.fields['note']}
        />
        <Refusal refused={refused} />
        <div>
          <button disabled={isBusy}>{send}</button>
        </div>
      </form>
    </details>
  )
}
