interface Asked {
  readonly author: { readonly pseudonym: string | null; readonly profile: { readonly name: string } | null }
}

/** As whom somebody asked. */
export function authorOf(question: Asked, somebody: string): string {
  return question.author.profile?.name ?? question.author.pseudonym ?? somebody
}
