/** Ideas that are tried, and notes: one's own, and those for both. */

import type { JSX } from 'preact'
import { useState } from 'preact/hooks'

import { AddNote, DeleteNote, EditNote, NotesOf, ShareNote } from '../api/gen/documents'
import type { MentorshipNoteReach, NotePartsFragment } from '../api/gen/types'
import { useAct, useActs } from '../api/outcome'
import { Choice, Failed, Field, Loading, Refusal, formValues } from '../ui/parts'
import { day } from '../ui/when'
import { useMore, useWords } from '../words'
import { paperWords } from '../words/papers'
import { Ideas } from './ideas'
import { usePart, useTie } from './tie'

export default function IdeasAndNotes(): JSX.Element {
  const { data, failure, done } = usePart(NotesOf)
  if (data?.node?.__typename !== 'Mentorship') {
    return failure === undefined ? <Loading /> : <Failed failure={failure} retry={done} />
  }
  return (
    <div class="halves">
      <Ideas ideas={data.node.ideas.edges.map(({ node }) => node)} done={done} />
      <Notes notes={data.node.notes.edges.map(({ node }) => node)} done={done} />
    </div>
  )
}

interface NotesProps {
  readonly notes: readonly NotePartsFragment[]
  readonly done: () => void
}

function Notes({ notes, done }: NotesProps): JSX.Element {
  const words = useMore(paperWords)
  return (
    <section class="stack" aria-label={words.notes}>
      <h2>{words.notes}</h2>
      <Writing done={done} />
      {notes.length === 0 && <p class="note">{words.noNotes}</p>}
      {notes.map((note) => (
        <Note key={note.id} note={note} done={done} />
      ))}
    </section>
  )
}

function Writing({ done }: { done: () => void }): JSX.Element {
  const words = useMore(paperWords)
  const { head } = useTie()
  const { act, isBusy, refused } = useAct(AddNote)
  const [reach, setReach] = useState<MentorshipNoteReach>('MINE')
  const [idempotencyKey, setKey] = useState(() => crypto.randomUUID())
  const [isKept, setKept] = useState(false)

  async function submit(event: SubmitEvent): Promise<void> {
    const form = event.currentTarget as HTMLFormElement
    const { text = '' } = formValues(event)
    if ((await act({ input: { mentorshipId: head.id, text, reach, idempotencyKey } })) === undefined) return
    setKey(crypto.randomUUID())
    setKept(true)
    form.reset()
    done()
  }

  return (
    <form class="card" aria-label={words.noteText} onSubmit={(event) => void submit(event)}>
      <Field
        label={words.noteText}
        name="text"
        lines={3}
        required
        wrong={refused?.fields['text']}
        onInput={() => {
          setKept(false)
        }}
      />
      <Choice label={words.reach} value={reach} choices={words.reaches} onChange={setReach} />
      <Refusal refused={refused} />
      <div class="row">
        <button class="main" disabled={isBusy}>
          {words.writeNote}
        </button>
        <span role="status">{isKept && words.kept}</span>
      </div>
    </form>
  )
}

function Note({ note, done }: { note: NotePartsFragment; done: () => void }): JSX.Element {
  const words = useMore(paperWords)
  const { room, language, save } = useWords()
  const { myId } = useTie()
  const { act, isBusy, refused } = useActs()
  const [isEditing, setEditing] = useState(false)
  const isMine = note.author?.id === myId
  const label = words.noteBy(isMine ? words.you : (note.author?.name ?? room.somebody), day(note.changedAt, language))
  return (
    <article class="card" aria-label={label}>
      {isEditing ? (
        <form
          class="stack"
          aria-label={words.editNote}
          onSubmit={(event) => {
            const { text = '' } = formValues(event)
            void act(EditNote, { input: { noteId: note.id, text, expectedVersion: note.version } }).then((payload) => {
              if (payload === undefined) return
              setEditing(false)
              done()
            })
          }}
        >
          <Field label={words.noteText} name="text" lines={4} required value={note.text} wrong={refused?.fields['text']} />
          <div>
            <button class="main" disabled={isBusy}>
              {save}
            </button>
          </div>
        </form>
      ) : (
        <p class="lines">{note.text}</p>
      )}
      <p class="small soft">
        {label} <span class={note.reach === 'MINE' ? 'chip' : 'chip warm'}>{words.reaches[note.reach]}</span>
      </p>
      <Refusal refused={refused} />
      <div class="row">
        {(isMine || note.reach === 'SHARED') && (
          <button type="button" class="plain" aria-expanded={isEditing} onClick={() => { setEditing(!isEditing) }}>
            {words.editNote}
            <span class="hidden">: {label}</span>
          </button>
        )}
        {isMine && note.reach === 'MINE' && (
          <button type="button" class="plain" disabled={isBusy} onClick={() => void act(ShareNote, { id: note.id }).then(done)}>
            {words.share}
            <span class="hidden">: {label}</span>
          </button>
        )}
        {isMine && (
          <button type="button" class="plain" disabled={isBusy} onClick={() => void act(DeleteNote, { id: note.id }).then(done)}>
            {words.remove}
            <span class="hidden">: {label}</span>
          </button>
        )}
      </div>
    </article>
  )
}
