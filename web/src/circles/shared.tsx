/** Addresses on the web that helped somebody here. */

import type { JSX } from 'preact'
import { useState } from 'preact/hooks'

import { AddCircleResource, CircleShared, RemoveCircleResource } from '../api/gen/documents'
import type { CircleSharedQuery } from '../api/gen/types'
import { useAct } from '../api/outcome'
import { Safety } from '../safety/safety'
import { Empty, Field, Pending, Refusal, formValues } from '../ui/parts'
import { day } from '../ui/when'
import { useMore, useWords } from '../words'
import { circleSharedWords } from '../words/circle-shared'
import { useCircle, useCirclePart } from './circle'
import { seatName } from './seat-name'

type Resource = Extract<CircleSharedQuery['node'], { __typename: 'Circle' }>['resources']['edges'][number]['node']

export default function Shared(): JSX.Element {
  const words = useMore(circleSharedWords)
  const { isOpen } = useCircle()
  const { data, failure, again } = useCirclePart(CircleShared)
  return (
    <section class="stack" aria-label={words.shared}>
      <h2>{words.shared}</h2>
      {data?.node?.__typename !== 'Circle' ? (
        <Pending failure={failure} retry={again} />
      ) : data.node.resources.edges.length === 0 ? (
        <Empty>{words.noShared}</Empty>
      ) : (
        <div class="cards">
          {data.node.resources.edges.map(({ node }) => (
            <Card key={node.id} resource={node} />
          ))}
        </div>
      )}
      {isOpen && <Add />}
    </section>
  )
}

function Card({ resource }: { resource: Resource }): JSX.Element {
  const words = useMore(circleSharedWords)
  const all = useWords()
  const { isLed, isOpen } = useCircle()
  const { act, isBusy, refused } = useAct(RemoveCircleResource)
  const { title, url, note, author } = resource
  const isMine = author?.isMine === true
  return (
    <article class="card" aria-label={title}>
      <h3>
        <a href={url} rel="noreferrer noopener">
          {title}
        </a>
      </h3>
      <p class="small soft">{new URL(url).hostname}</p>
      {note !== '' && <p class="lines">{note}</p>}
      <p class="small soft">
        {seatName(author, all)}, {day(resource.addedAt, all.language)}
      </p>
      <Refusal refused={refused} />
      {isOpen && (isMine || isLed) && (
        <div>
          <button
            type="button"
            class="plain"
            disabled={isBusy}
            onClick={() => void act({ input: { resourceId: resource.id } })}
          >
            {words.remove}
            <span class="hidden">: {title}</span>
          </button>
        </div>
      )}
      {!isMine && author?.profile != null && (
        <Safety subjectId={author.profile.id} profileId={author.profile.id} name={author.profile.name} />
      )}
    </article>
  )
}

function Add(): JSX.Element {
  const words = useMore(circleSharedWords)
  const { send } = useWords()
  const { head } = useCircle()
  const { act, isBusy, refused } = useAct(AddCircleResource)
  const [key, setKey] = useState(() => crypto.randomUUID())
  const wrong = refused?.fields ?? {}

  async function submit(event: SubmitEvent): Promise<void> {
    const form = event.currentTarget as HTMLFormElement
    const { title = '', url = '', note = '' } = formValues(event)
    if ((await act({ input: { circleId: head.id, title, url, note, idempotencyKey: key } })) === undefined) return
    setKey(crypto.randomUUID())
    form.reset()
  }

  return (
    <form class="card" aria-label={words.add} onSubmit={(event) => void submit(event)}>
      <h3>{words.add}</h3>
      <div class="columns">
        <Field label={words.title} name="title" required wrong={wrong['title']} />
        <Field label={words.url} name="url" required wrong={wrong['url']} />
      </div>
      <Field label={words.note} name="note" lines={2} wrong={wrong['note']} />
      <Refusal refused={refused} />
      <div>
        <button disabled={isBusy}>{send}</button>
      </div>
    </form>
  )
}
