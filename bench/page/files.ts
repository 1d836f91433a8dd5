/** Files to and from the visitor. */
export function save(name: string, content: Blob | string, type = 'text/plain'): void {
  const url = URL.createObjectURL(typeof content === 'string' ? new Blob([content], { type }) : content);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The download has its own hold on the content only once it has begun.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

export const formatJson = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
