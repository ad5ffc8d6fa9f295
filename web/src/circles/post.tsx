/** A post with the reactions to it; one's own can be put differently and taken back. */

import type { JSX } from 'preact'
import { useState } from 'preact/hooks'

import { DeleteCirclePost, EditCirclePost, ReactToCirclePost } from '../api/gen/documents'
import type { CirclePostPartsFragment, CircleReactionKind } from '../api/gen/types'
import { useActs } from '../api/outcome'
import { Safety } from '../safety/safety'
import { Field, Refusal, formValues } from '../ui/parts'
import { when } from '../ui/when'
import { useMore, useWords } from '../words'
import { circleTalkWords } from '../words/circle-talk'
import { useCircle } from './circle'
import { seatName } from './seat-name'

interface PostProps {
  readonly post: CirclePostPartsFragment
}

export function Post({ post }: PostProps): JSX.Element {
  const words = useWords()
  const { isOpen } = useCircle()
  const [isChanging, setChanging] = useState(false)
  const { author, deletedAt } = post
  const isMine = author?.isMine === true
  const told = [seatName(author, words), when(post.at, words.language), post.editedAt !== null && words.room.edited]
  return (
    <div class="stack tight">
      <p class="soft small">{told.filter(Boolean).join(', ')}</p>
      {deletedAt !== null ? (
        <p class="soft">{words.room.deleted}</p>
      ) : isChanging ? (
        <Change post={post} close={() => { setChanging(false) }} />
      ) : (
        <p class="lines">{post.text}</p>
      )}
      {deletedAt === null && !isChanging && (
        <>
          <Reactions post={post} />
          {isMine && isOpen && <Own post={post} change={() => { setChanging(true) }} />}
          {!isMine && (
            <Safety subjectId={post.id} profileId={author?.profile?.id ?? null} name={seatName(author, words)} />
          )}
        </>
      )}
    </div>
  )
}

function Reactions({ post }: PostProps): JSX.Element | null {
  const words = useMore(circleTalkWords)
  const all = useWords()
  const { isOpen } = useCircle()
  const { act, isBusy, refused } = useActs()
  const given = new Map(post.reactions.map((each) => [each.kind, each]))
  const kinds = Object.entries(words.reactions) as [CircleReactionKind, string][]
  const some = kinds.filter(([kind]) => given.has(kind))
  const rest = kinds.filter(([kind]) => !given.has(kind))
  const react = (kind: CircleReactionKind, isGiven: boolean): void =>
    void act(ReactToCirclePost, { input: { postId: post.id, kind, isGiven } })
  if (!isOpen && some.length === 0) return null
  return (
    <>
      <div class="row reactions">
        {some.map(([kind, label]) => (
          <button
            key={kind}
            type="button"
            aria-pressed={given.get(kind)?.isMine}
            disabled={isBusy || !isOpen}
            onClick={() => { react(kind, given.get(kind)?.isMine !== true) }}
          >
            {label} {given.get(kind)?.total}
          </button>
        ))}
        {isOpen && rest.length > 0 && (
          <details>
            <summary class="small soft" aria-label={words.reactTo(seatName(post.author, all))}>
              {words.react}
            </summary>
            <div class="row">
              {rest.map(([kind, label]) => (
                <button key={kind} type="button" disabled={isBusy} onClick={() => { react(kind, true) }}>
                  {label}
                </button>
              ))}
            </div>
          </details>
        )}
      </div>
      <Refusal refused={refused} />
    </>
  )
}

function Own({ post, change }: PostProps & { change: () => void }): JSX.Element {
  const words = useMore(circleTalkWords)
  const { room } = useWords()
  const { act, isBusy, refused } = useActs()
  return (
    <div class="row">
      <button type="button" class="plain" onClick={change}>
        {words.edit}
      </button>
      <button
        type="button"
        class="plain"
        disabled={isBusy}
        onClick={() => void act(DeleteCirclePost, { input: { postId: post.id } })}
      >
        {room.takeBack}
      </button>
      <Refusal refused={refused} />
    </div>
  )
}

function Change({ post, close }: PostProps & { close: () => void }): JSX.Element {
  const words = useMore(circleTalkWords)
  const { save, cancel } = useWords()
  const { act, isBusy, refused } = useActs()
  return (
    <form
      class="stack tight"
      aria-label={words.edit}
      onSubmit={(event) => {
        const { text = '' } = formValues(event)
        void act(EditCirclePost, { input: { postId: post.id, text } }).then((done) => {
          if (done !== undefined) close()
        })
      }}
    >
      <Field label={words.text} name="text" lines={3} required value={post.text} wrong={refused?.fields['text']} />
      <Refusal refused={refused} />
      <div class="row">
        <button disabled={isBusy}>{save}</button>
        <button type="button" class="plain" onClick={close}>
          {cancel}
        </button>
      </div>
    </form>
  )
}
