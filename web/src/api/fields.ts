interface Problem {
  readonly path: string
  readonly message: string
}

/** What is wrong, by the field of a form. A list is one field there, so what is wrong with a line of it is said at it. */
export function byField(problems: readonly Problem[]): Readonly<Record<string, string>> {
  const fields: Record<string, string> = {}
  for (const { path, message } of problems) {
    const parts = path.split('.')
    for (let length = parts.length; length > 0; length--) fields[parts.slice(0, length).join('.')] ??= message
  }
  return fields
}
