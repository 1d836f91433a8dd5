import type { Result } from './result.js';

/** Results as JUnit XML, with a test suite for each suite of the results. */
export function formatJunit(results: readonly Result[]): string {
  const suites = new Map<string, Result[]>();
  for (const result of results) {
    const members = suites.get(result.suite);
    if (members) members.push(result);
    else suites.set(result.suite, [result]);
  }
  const text = [...suites].map(([suite, members]) => formatSuite(suite, members)).join('');
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites ${counts(results)}>\n${text}</testsuites>\n`;
}

function formatSuite(suite: string, results: readonly Result[]): string {
  const cases = results.map(formatCase).join('');
  return `  <testsuite name="${escapeXml(suite)}" ${counts(results)}>\n${cases}  </testsuite>\n`;
}

function formatCase({ suite, name, op, direction, status, reason = '', worst }: Result): string {
  const open = `    <testcase classname="${escapeXml(`${suite}.${op}.${direction}`)}" name="${escapeXml(name)}"`;
  if (status === 'passed') return `${open}/>\n`;
  const detail =
    status === 'unsupported'
      ? `<skipped message="${escapeXml(reason)}"/>`
      : `<failure message="${escapeXml(reason)}">${escapeXml(JSON.stringify(worst))}</failure>`;
  return `${open}>${detail}</testcase>\n`;
}

function counts(results: readonly Result[]): string {
  const count = (status: Result['status']) => results.filter((result) => result.status === status).length;
  return `tests="${results.length}" failures="${count('failed')}" skipped="${count('unsupported')}"`;
}

/** XML 1.0 has no way to write most control characters, so they become U+FFFD. */
function escapeXml(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return text.replace(/(?![\t\n\r])\p{Cc}/gu, '\ufffd').replace(/[&<>"]/g, (character) => entities[character]!);
}
