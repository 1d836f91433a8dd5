/** Every relative link of the documents leads to a file, and to a heading, that exist. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const markdownIn = (folder: string): string[] =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => posix.join(folder, name))
    .sort();
const documents = [...markdownIn('.'), ...markdownIn('docs')];

/** Code shows links without being any. */
const withoutCode = (markdown: string): string =>
  markdown
    .replace(/^( *)(`{3,}|~{3,})[^\n]*\n[\s\S]*?^ *\2[ \t]*$/gm, '')
    .replace(/(?<!`)(`+)(?!`)([^`]|(?!\1)`)*?\1(?!`)/g, '');

/** The targets of links, images, reference definitions and HTML attributes, but for addresses of the web. */
function targetsOf(markdown: string): string[] {
  const text = withoutCode(markdown);
  const inline = [...text.matchAll(/\]\(\s*<?([^)<>\s]*)>?[^)]*\)/g)];
  const definitions = [...text.matchAll(/^ {0,3}\[[^\]]+\]:\s*<?([^<>\s]+)/gm)];
  const attributes = [...text.matchAll(/\b(?:href|src)="([^"]*)"/g)];
  return [...inline, ...definitions, ...attributes]
    .map(([, target]) => target!)
    .filter((target) => !/^(?:[a-z][a-z\d+.-]*:|\/\/)/i.test(target));
}

/** The anchors of a document's headings, as GitHub makes them: the second of a name ends in -1. */
function anchorsOf(markdown: string): Set<string> {
  const seen = new Map<string, number>();
  const text = markdown.replace(/^( *)(`{3,}|~{3,})[^\n]*\n[\s\S]*?^ *\2[ \t]*$/gm, '');
  const anchors = [...text.matchAll(/^ {0,3}#{1,6} +(.+?)(?: +#+)? *$/gm)].map(([, title]) => {
    const anchor = title!
      .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, '')
      .replaceAll(' ', '-');
    const count = seen.get(anchor) ?? 0;
    seen.set(anchor, count + 1);
    return count ? `${anchor}-${count}` : anchor;
  });
  return new Set([...anchors, ...[...text.matchAll(/<a (?:id|name)="([^"]+)"/g)].map(([, name]) => name!)]);
}

/** Whether a path exists in just this spelling: some file systems take README.MD for README.md. */
function exists(path: string): boolean {
  const parent = posix.dirname(path);
  if (path === '.') return true;
  return exists(parent) && readdirSync(join(root, parent)).includes(posix.basename(path));
}

/** What is wrong with the links of a document, a line each. */
function faultsOf(document: string, markdown: string): string[] {
  return targetsOf(markdown).flatMap((target) => {
    const [path = '', heading] = target.split('#').map(decodeURIComponent);
    const file = posix
      .normalize(path.startsWith('/') ? `.${path}` : posix.join(posix.dirname(document), path))
      .replace(/\/$/, '');
    const resolved = path === '' ? document : file;
    if (resolved.startsWith('..')) return [`${target}: outside the repository`];
    if (resolved !== document && !exists(resolved)) return [`${target}: no such file`];
    if (heading === undefined) return [];
    if (!resolved.endsWith('.md')) return [`${target}: no document`];
    const text = resolved === document ? markdown : readFileSync(join(root, resolved), 'utf8');
    return anchorsOf(text).has(heading) ? [] : [`${target}: no such heading`];
  });
}

test.each(documents)('the links of %s', (document) => {
  expect(faultsOf(document, readFileSync(join(root, document), 'utf8'))).toEqual([]);
});

test('documents with links were found', () => {
  expect(documents).toEqual(expect.arrayContaining(['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'docs/guide.md']));
  expect(targetsOf(readFileSync(join(root, 'README.md'), 'utf8')).length).toBeGreaterThan(10);
});

describe('a link is found wanting', () => {
  test.each([
    ['[a](nowhere.md)', 'nowhere.md: no such file'],
    ['![a](pictures/nowhere.png "title")', 'pictures/nowhere.png: no such file'],
    ['[a]: nowhere.md', 'nowhere.md: no such file'],
    ['<img src="nowhere.png">', 'nowhere.png: no such file'],
    ['[a](../readme.md)', '../readme.md: no such file'],
    ['[a](../../elsewhere)', '../../elsewhere: outside the repository'],
    ['[a](#nowhere)', '#nowhere: no such heading'],
    ['[a](guide.md#nowhere)', 'guide.md#nowhere: no such heading'],
    ['[a](../package.json#name)', '../package.json#name: no document'],
    ['# Title\n[a](#title-1)', '#title-1: no such heading'],
    ['```sh\n# comment\n```\n[a](#comment)', '#comment: no such heading'],
  ])('%j', (markdown, fault) => {
    expect(faultsOf('docs/made_up.md', markdown)).toEqual([fault]);
  });
});

test('and right ones are not', () => {
  const text = [
    '# What’s `new`, and old?',
    '## [Unreleased](https://example.org)',
    '## Same',
    '## Same',
    '[a](#whats-new-and-old) [b](#unreleased) [c](#same-1) [d](guide.md#in-place) [e](../README.md) [f](..) [g](https://example.org/#x)',
    '`[no](link.md)` and ``[no](`link.md)``',
    '```md\n[no](link.md)\n```',
  ].join('\n');
  expect(faultsOf('docs/made_up.md', text)).toEqual([]);
});
