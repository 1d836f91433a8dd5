/** The TypeScript examples of a document, by the heading they stand under. */
export function examplesIn(markdown: string): [heading: string, examples: string[]][] {
  return markdown.split(/^(?=#+ )/m).flatMap((section): [string, string[]][] => {
    const examples = [...section.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code!);
    return examples.length ? [[/^#+ (.*)/.exec(section)?.[1] ?? '', examples]] : [];
  });
}
