/** The page as a visitor uses it. `npm run build` comes first. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { ElementHandle, Page } from 'puppeteer';
import { describe, expect, test } from 'vitest';
import { parseAdapterReport } from '../../bench/adapter_report.js';
import { parseReport } from '../../bench/page/benchmark/report_file.js';
import { formatDuration, formatNumber } from '../../bench/page/numbers.js';
import { approximationError } from '../guide.js';
import { learn, learnOnCpu } from './learn.js';
import {
  click,
  distributed,
  downloaded,
  fitsInto,
  openCountedSite,
  openSite,
  setField,
  tableOf,
  textOf,
  until,
  useBrowser,
  withPage,
} from './support.js';

const held = useBrowser();
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Trace {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds of the CPU. */
  readonly tdur?: number;
  readonly args: { readonly name?: string };
}

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

/** Drags a slider in `moves` steps: what the main thread’s tasks took of the CPU, in milliseconds, the longest first. */
async function longestTasks(page: Page, slider: ElementHandle, moves: number): Promise<number[]> {
  const { x, y, width, height } = (await slider.boundingBox())!;
  const at = (i: number) => [x + width * (0.3 + (0.4 * i) / moves), y + height / 2] as const;
  await page.mouse.move(...at(0));
  await page.tracing.start({ categories: ['toplevel', 'disabled-by-default-devtools.timeline'] });
  await page.mouse.down();
  for (let i = 0; i <= moves; i++) await page.mouse.move(...at(i));
  await page.mouse.up();
  const { traceEvents } = JSON.parse(new TextDecoder().decode(await page.tracing.stop())) as { traceEvents: Trace[] };
  const ofThread = ({ pid, tid }: Trace) => `${pid} ${tid}`;
  const main = traceEvents.filter(({ args }) => args.name === 'CrRendererMain').map(ofThread);
  const tasks = traceEvents.filter((event) => /RunTask$/.test(event.name) && main.includes(ofThread(event)));
  expect(tasks.length).toBeGreaterThan(moves);
  return tasks.map(({ tdur = 0 }) => tdur / 1000).sort((one, other) => other - one);
}

async function violationsOf(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const violations = (await page.evaluate('axe.run().then(({ violations }) => violations)')) as Violation[];
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
  );
}

/** What the library says, on the same device, asked beside the page. */
const ask = <Result>(page: Page, call: string): Promise<Result> =>
  page.evaluate(`(async () => {
    const { createActivations } = await import('/library/index.js');
    const gpu = await createActivations();
    try { return await (${call})(gpu); } finally { gpu.dispose(); }
  })()`) as Promise<Result>;

const hashOf = (page: Page) => page.evaluate('location.hash') as Promise<string>;
const isIdle = (page: Page) => async () => (await page.$('progress')) === null;

/** Each theme and each width once: colours do not depend on the width. */
const looks = [
  [1280, 'light'],
  [360, 'dark'],
] as const;

test.each(['', '#/benchmark', '#/explore', '#/learn', '#/check'])(
  '%s: nothing sticks out, and axe finds nothing',
  (hash) =>
    withPage(held, hash, async (page) => {
      await page.$$eval('details', (all) => {
        for (const details of all) details.open = true;
      });
      for (const [width, theme] of looks) {
        await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: theme }]);
        await until(
          () => page.evaluate('document.documentElement.dataset.theme'),
          (value) => value === theme,
        );
        await fitsInto(page, width);
        expect(await violationsOf(page), `${width} px, ${theme}`).toEqual([]);
      }
    }),
);

test('the keyboard alone reaches the content, a view, and its settings', () =>
  withPage(held, '#/explore', async (page) => {
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.tagName')).toBe('MAIN');
    await page.keyboard.press('Tab');
    // beside the curves the list is open
    for (const isOpen of [false, true]) {
      await page.keyboard.press('Enter');
      expect(await page.$eval('details', (details) => details.open)).toBe(isOpen);
    }
    await page.keyboard.press('Tab');
    await page.keyboard.type('swi glu');
    for (let i = 0; i < 3; i++) await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    await until(
      () => hashOf(page),
      (hash) => hash.includes('names=relu,gelu,silu,swiglu'),
    );
  }));

describe('the first view', () => {
  /** What goes over the wire to a first visitor, who has the page open for a while. */
  test('under 250 kB in 12 requests, no file twice, no other library; nothing jumps; the sentence is the GPU’s own', async () => {
    const { site, sent } = await openCountedSite();
    try {
      await withPage(
        { ...held, site },
        '',
        async (page) => {
          expect(await textOf(page, 'article')).toMatch(/^Recorded, on another machine\. \d{4}-\d\d-\d\d, .*\n/);
          await page.waitForSelector('article[aria-label^="Measured here"]', { timeout: 60_000 });
          await until(isIdle(page), Boolean, 60);
          const [, sentence] = (await textOf(page, 'article')).split('\n').filter(Boolean);
          expect(sentence).toMatch(
            /runs GELU at [\d.]+ GB\/s forward and [\d.]+ GB\/s backward\. That is \d+(\.\d+)? % and .* memory roof\. It is at most [\d.]+ ULP forward and [\d.]+ ULP backward from float64, over 65,5\d\d inputs\. It beats one CPU thread (from|at) /,
          );
          await page.evaluate('navigator.serviceWorker.ready.then(() => undefined)');
          expect(await page.evaluate('shifted')).toBeLessThan(0.05);
          await new Promise((resolve) => setTimeout(resolve, 500));
          expect(sent.map(({ path }) => path)).toEqual([...new Set(sent.map(({ path }) => path))]);
          expect(sent.map(({ path }) => path).join()).not.toMatch(/echarts|tfjs|jax|onnx|peers\//);
          expect(sent.length).toBeLessThanOrEqual(12);
          expect(sent.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan(250_000);
          expect(await violationsOf(page)).toEqual([]);

          const png = await downloaded(held, /^gelu.*png$/, () => click(page, 'Save picture'));
          expect([16, 20].map((offset) => Buffer.from(png, 'latin1').readUInt32BE(offset))).toEqual([1200, 630]);
          // the clipboard of a headless page is forbidden or not, by its version
          await page.evaluate('navigator.clipboard.writeText = async (text) => { globalThis.copied = text; }');
          const copied = async (button: string) => {
            await page.evaluate('globalThis.copied = undefined');
            await click(page, button);
            return until(() => page.evaluate('copied') as Promise<string>, Boolean);
          };
          expect(await copied('Copy result')).toMatch(
            /^\*\*.* runs GELU at .*\n\n\| GELU \| GB\/s [\s\S]*\| backward \| [\d.]+ \|/,
          );
          const link = await copied('Copy link to this result');
          expect(link.length).toBeLessThan(6000);
          await withPage({ ...held, site }, new URL(link).hash, async (other) => {
            await until(() => textOf(other, 'article'), Boolean);
            expect((await textOf(other, 'article')).split('\n').filter(Boolean)[1]).toBe(sentence);
            expect(await other.$$eval('.panel input:not([hidden]), main fieldset', (found) => found.length)).toBe(0);
            await click(other, 'Run it on yours');
            await other.waitForSelector('article[aria-label="Measured here."]', { timeout: 60_000 });
            await click(other, 'Run it on yours');
            await until(isIdle(other), Boolean, 60);
            const [heads] = await tableOf(other, 'Every figure');
            expect(heads).toContain('here');
            expect(await violationsOf(other)).toEqual([]);
          });
        },
        {
          before: `globalThis.shifted = 0;
            new PerformanceObserver((list) => {
              for (const { value, hadRecentInput } of list.getEntries()) if (!hadRecentInput) globalThis.shifted += value;
            }).observe({ type: 'layout-shift', buffered: true });`,
        },
      );
    } finally {
      await site.close();
    }
  });

  test('who asks for less data gets the recorded result, and no library until it is wanted', async () => {
    const { site, sent } = await openCountedSite();
    try {
      await withPage(
        { ...held, site },
        '',
        async (page) => {
          expect(await textOf(page, 'main')).toContain('You asked for less data');
          await new Promise((resolve) => setTimeout(resolve, 500));
          expect(sent.map(({ path }) => path).join()).not.toMatch(/library|bench-/);
          expect(await page.$$eval('article', (cards) => cards.map(({ ariaLabel }) => ariaLabel))).toEqual([
            'Recorded, on another machine.',
          ]);
        },
        { before: "Object.defineProperty(navigator, 'connection', { value: { saveData: true } })" },
      );
    } finally {
      await site.close();
    }
  });

  test('a report opens by itself from a file, over its own sizes; what is none is said to be none', () =>
    withPage(held, '#/report', async (page) => {
      const { writeFile } = await import('node:fs/promises');
      const open = async (name: string, text: string) => {
        await writeFile(join(held.downloads, name), text);
        const input = await page.waitForSelector('input[type=file]');
        await (input as unknown as { uploadFile(path: string): Promise<void> }).uploadFile(join(held.downloads, name));
      };
      await open('none.json', '{"rows": 1}');
      await page.waitForSelector('[role=alert]');
      expect(await textOf(page, '[role=alert]')).toBe(
        'none.json is no report: expected the JSON of a bench, with rows, adapter and date',
      );
      await open('bench.json', readFileSync('bench/results/bench.json', 'utf8'));
      const rows = await until(
        () => tableOf(page, 'Every figure'),
        (found) => found.length > 100,
      );
      expect(rows[1]![2]).toBe('2²²');
      expect(await textOf(page, 'article')).toContain('runs GELU at');
      await page.waitForSelector('.chart canvas');
    }));
});

describe('benchmark', () => {
  test('the keyboard stays on Run; a link’s own values stand in the fields; two tabs keep their results', () =>
    withPage(held, '#/benchmark?names=relu&passes=forward&sizes=10&rounds=5&opponents=', async (page) => {
      expect(await page.$$eval('select', (fields) => fields.map(({ value }) => value))).toContain('5');
      await page.focus('button.main');
      await page.keyboard.press('Enter');
      await page.waitForSelector('section[aria-label="Every figure"]');
      await until(isIdle(page), Boolean, 60);
      expect(await page.evaluate('document.activeElement.textContent.trim()')).toBe('Run');

      // another tab of the same visitor, with results of its own
      const other = await page.browserContext().newPage();
      const complaints: string[] = [];
      other.on('pageerror', (error) => complaints.push(String(error)));
      await other.goto(`${held.site.url}#/benchmark?names=tanh&passes=backward&sizes=12&rounds=3&opponents=`);
      const kindsOf = async (tab: Page) => {
        const rows = await until(
          () => tableOf(tab, 'Every figure'),
          (found) => found.length > 1,
        );
        return [...new Set(rows.slice(1).map(([name, pass, n]) => `${name} ${pass} ${n}`))];
      };
      // what was measured last, until it has measured
      expect(await kindsOf(other)).toEqual(['relu forward 2¹⁰']);
      await click(other, 'Run');
      await until(
        () => kindsOf(other),
        ([kind]) => kind === 'tanh backward 2¹²',
      );
      await until(isIdle(other), Boolean, 60);
      for (const [tab, kind] of [
        [page, 'relu forward 2¹⁰'],
        [other, 'tanh backward 2¹²'],
      ] as const) {
        await tab.bringToFront();
        await tab.reload();
        expect(await kindsOf(tab)).toEqual([kind]);
        expect(await hashOf(tab)).toContain(`names=${kind.split(' ')[0]}`);
      }
      await other.close();
      expect(complaints).toEqual([]);
    }));

  const small = '#/benchmark?names=relu,gelu&passes=forward&sizes=10,12&rounds=3';

  test('a run: rows on screen, in JSON and CSV, as PNG, after a reload, beside the next run', () =>
    withPage(held, small, async (page) => {
      await click(page, 'Run');
      await until(isIdle(page), Boolean, 60);
      await until(
        () => textOf(page, 'p[role=status]'),
        (text) => text === '16 rows measured.',
      );
      const [heads, ...rows] = await tableOf(page, 'Every figure');
      expect(rows).toHaveLength(16);
      expect(heads).toContain('result');
      const report = parseReport(await downloaded(held, /^report.*\.json$/, () => click(page, 'Save JSON')));
      expect((await textOf(page, 'section > .adapter')).startsWith(report.adapter.name)).toBe(true);
      expect(report.rows.map(({ name, subject }) => `${name} ${subject}`)).toEqual(
        ['relu', 'gelu', 'relu', 'gelu'].flatMap((name) =>
          ['ours', 'copy', 'naive', 'loop'].map((by) => `${name} ${by}`),
        ),
      );
      for (const [index, { fault, gigabytesPerSecond, p50, roundTrip, cold }] of report.rows.entries()) {
        expect(fault).toBeUndefined();
        expect(rows[index]![5]).toBe(formatNumber(gigabytesPerSecond, 3));
        expect(rows[index]![8]!.startsWith(`${formatDuration(p50)} (`)).toBe(true);
        expect(rows[index]!.slice(9)).toEqual([formatDuration(roundTrip), formatDuration(cold)]);
        expect(rows[index]![4]).toBe(report.rows[index]!.subject === 'copy' ? '' : 'right');
      }
      const csv = await downloaded(held, /\.csv$/, () => click(page, 'CSV'));
      expect(csv.trim().split('\n')).toHaveLength(17);
      await page.evaluate(`globalThis.texts = [];
        const { fillText } = CanvasRenderingContext2D.prototype;
        CanvasRenderingContext2D.prototype.fillText = function (text, ...place) {
          texts.push(text);
          return fillText.call(this, text, ...place);
        };`);
      const png = await downloaded(held, /^Throughput.*png$/, () => click(page, 'PNG of Throughput'));
      expect(png.slice(1, 4)).toBe('PNG');
      const written = (await page.evaluate('texts.join("\\n")')) as string;
      expect(written).toContain('Throughput: forward');
      expect(written).toContain(report.adapter.name);

      await page.reload();
      await page.waitForSelector('section[aria-label="Every figure"]');
      expect(await tableOf(page, 'Every figure')).toEqual([heads, ...rows]);
      await until(
        () => hashOf(page),
        (hash) => hash === small,
      );

      const input = await page.waitForSelector('input[type=file]');
      const path = join(held.downloads, 'earlier.json');
      const { writeFile } = await import('node:fs/promises');
      await writeFile(path, JSON.stringify({ ...report, date: '2020-01-02T03:04:05.000Z' }));
      await (input as unknown as { uploadFile(path: string): Promise<void> }).uploadFile(path);
      const both = await until(
        () => tableOf(page, 'Every figure'),
        ([first]) => first!.includes('earlier'),
      );
      expect(both[1]![6]).toBe(both[1]![5]);
      expect(await violationsOf(page)).toEqual([]);
    }));

  test('a link opens with its settings; cancel keeps what was measured', () =>
    withPage(
      held,
      '#/benchmark?names=relu,gelu,tanh,silu,mish,elu&sizes=10,12,14&rounds=3&opponents=',
      async (page) => {
        const chosen = await page.$$eval('fieldset input:checked + span', (labels) =>
          labels.map(({ textContent }) => textContent),
        );
        expect(chosen).toEqual(['forward', 'backward', '2¹⁰', '2¹²', '2¹⁴']);
        // no axes without anything on them
        expect(await page.$('.chart canvas')).toBeNull();
        await click(page, 'Run');
        await page.waitForSelector('section[aria-label="Every figure"]');
        expect(await textOf(page, '.progress')).toMatch(/\(\d+ of 36 done\)/);
        await click(page, 'Cancel');
        await until(isIdle(page), Boolean);
        expect(await textOf(page, 'p[role=status]')).toBe('Cancelled; what was measured is shown.');
        const rows = await tableOf(page, 'Every figure');
        expect(rows.length).toBeLessThan(100);
        await page.reload();
        await page.waitForSelector('section[aria-label="Every figure"]');
        expect(await tableOf(page, 'Every figure')).toEqual(rows);
      },
    ));

  test.each([
    ['names=relu&passes=forward&sizes=12,29', 'Expected at most 2^24 elements on this device, got 2^29.'],
    [
      'names=foo&passes=sideways&sizes=12',
      'Expected activations, passes and types that are listed here, got foo, sideways.',
    ],
  ])('a link may say anything: %s', (link, told) =>
    withPage(held, `#/benchmark?${link}`, async (page) => {
      await click(page, 'Run');
      await until(
        () => textOf(page, 'p[role=status]'),
        (text) => text === told,
      );
    }),
  );

  test('opponents from other libraries load when they are chosen', () =>
    withPage(
      held,
      '#/benchmark?names=relu&sizes=10&passes=forward&rounds=3&opponents=tfjs-wasm,jax-js,litert',
      async (page) => {
        const requests: string[] = [];
        page.on('request', (request) => requests.push(request.url()));
        await click(page, 'Run');
        await until(isIdle(page), Boolean, 60);
        const rows = await tableOf(page, 'Every figure');
        const found = rows.slice(1).map((row) => `${row[3]} ${row[4]}`);
        expect(found.filter((text) => !text.startsWith('tfjs-wasm'))).toEqual([
          ...['this library right', 'copy kernel ', 'naive formula right', 'jax-js right', 'LiteRT.js right'],
        ]);
        expect(found).toContainEqual(expect.stringMatching(/^tfjs-wasm \(\d+ threads\) right$/));
        expect(requests.some((url) => /assets\/jax-/.test(url))).toBe(true);
        expect(requests.some((url) => /onnx|ort-/.test(url))).toBe(false);
      },
    ));
});

describe('explore', () => {
  test('other libraries’ faults as recorded, one click away; the wheel scrolls; at the limit a zoom stays where it is', () =>
    withPage(held, '#/explore?names=sigmoid&at=-88.5', async (page) => {
      const rows = await until(
        () => tableOf(page, 'Recorded faults'),
        (found) => found.length > 4,
      );
      const lost = rows.find(([, pass, by]) => pass === 'backward' && by === 'jax-js')!;
      expect(lost[4]).toMatch(/^NaN at \|x\| ≥ 88\.7, lost tail at /);
      await until(
        () => textOf(page, 'main'),
        (text) => text.includes('0 in place of a number below 2⁻¹²⁶ is no error'),
      );
      const errors = () => page.$eval('::-p-xpath(//figure[.//h3="Error in ULP"])', (found) => found.textContent ?? '');
      await until(errors, (text) => text.includes('See the naive sigmoid fail at x = '));
      await page.click('section[aria-label="Recorded faults"] button');
      await until(
        () => hashOf(page),
        (hash) => /from=-?\d/.test(hash) && /at=-?\d/.test(hash),
      );
      await page.click('::-p-xpath(//button[starts-with(., "See the naive sigmoid fail")])');
      // 1 − σ(x) is 0 there, and σ′ is not
      const told = await until(errors, (text) => /naive .* f′ of sigmoid [\d.]+ · 10[⁶⁷]\. /.test(text));
      expect(told).toMatch(
        /This library, .* f′ of sigmoid [01]\.?\d*\. Level lines are its bounds .*: 1\.75 for f of sigmoid, 2 for/,
      );
      await page.evaluate("location.hash = '#/explore?names=relu&from=1&to=1.0001'");
      await click(page, 'Zoom in');
      await new Promise((resolve) => setTimeout(resolve, 500));
      expect(await hashOf(page)).toContain('from=1&to=1.0001');
      const box = (await (await page.waitForSelector('.chart canvas'))!.boundingBox())!;
      await page.mouse.move(box.x + box.width / 2, box.y + 50);
      await page.mouse.wheel({ deltaY: 300 });
      await until(() => page.evaluate('scrollY > 0'), Boolean);
      expect(await hashOf(page)).toContain('from=1&to=1.0001');
      await click(page, 'Reset settings');
      await until(
        () => hashOf(page),
        (hash) => hash === '#/explore?',
      );
    }));

  test('values, errors and slopes are the library’s; sliders, zoom and snippet follow', () =>
    // a link may have names of other libraries
    withPage(held, '#/explore?names=gelu,lrelu,nothing&at=-0.75&parameters=lrelu.alpha:0.2', async (page) => {
      // a view that is drawn anew leaves what is being typed
      const field = (await page.waitForSelector('input[aria-label="leakyRelu: alpha, as a number"]'))!;
      await field.evaluate((input) => (input as HTMLInputElement).select());
      await field.type('0.4');
      await page.evaluate("location.hash = location.hash.replace('at=-0.75', 'at=-1.5')");
      await until(
        () => tableOf(page, 'Values at x'),
        (found) => found[2]?.[1] === formatNumber(Math.fround(-0.3), 9),
      );
      await field.type('5');
      await field.press('Enter');
      await until(
        () => hashOf(page),
        (hash) => /parameters=leakyRelu.alpha:0.45(&|$)/.test(hash),
      );
      await page.evaluate("location.hash = location.hash.replace('at=-1.5', 'at=-0.75')");
      await setField(page, 'leakyRelu: alpha, as a number', '0.3');
      const call = (name: string, options: string) => `async (gpu) => {
        const x = Float32Array.of(-0.75);
        const { y } = await gpu.forward('${name}', { x }, ${options});
        const { dx } = await gpu.backward('${name}', { x, dy: Float32Array.of(1) }, ${options});
        return [y[0], dx[0]];
      }`;
      const expected = [
        ['gelu', await ask<[number, number]>(page, call('gelu', '{}'))],
        ['leakyRelu', await ask<[number, number]>(page, call('leakyRelu', '{ alpha: 0.3 }'))],
      ] as const;
      const rows = await until(
        () => tableOf(page, 'Values at x'),
        (found) => found[2]?.[1] === formatNumber(expected[1][1][0], 9),
      );
      for (const [index, [name, [y, slope]]] of expected.entries()) {
        const row = rows[index + 1]!;
        expect([row[0], row[1], row[4]]).toEqual([name, formatNumber(y, 9), formatNumber(slope, 9)]);
        expect(Number(row[3])).toBeLessThanOrEqual(2.5);
      }
      await until(
        () => hashOf(page),
        (hash) => /parameters=leakyRelu.alpha:0.3(&|$)/.test(hash),
      );
      expect(await page.$$eval('pre', (texts) => texts.map(({ textContent }) => textContent).join())).toContain(
        "gpu.forward('leakyRelu', { x }, { alpha: 0.3 })",
      );
      await click(page, 'Zoom in');
      await until(
        () => hashOf(page),
        (hash) => hash.includes('from=-3&to=3'),
      );
      const chart = await page.waitForSelector('.chart .canvas');
      const box = (await chart!.boundingBox())!;
      await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
      await page.keyboard.down('Control');
      await page.mouse.wheel({ deltaY: -240 });
      await page.keyboard.up('Control');
      await until(
        () => hashOf(page),
        (hash) => !hash.includes('from=-3&to=3'),
      );
      expect(await page.$$eval('details pre', ([text]) => text!.textContent)).toContain(
        'fn activation_gelu_vec4(x: vec4<f32>)',
      );
      const [tanh, sigmoid] = [approximationError('geluTanh'), approximationError('geluSigmoid')];
      expect(
        await page.$$eval('::-p-xpath(//figure[.//h3="Error in ULP"]//li[contains(., "gelu")]//span)', (swatches) =>
          swatches.slice(0, 2).map((swatch) => (swatch as HTMLElement).style.borderTopStyle),
        ),
      ).toEqual(['solid', 'dashed']);
      const notes = await page.$$eval('.chart .note', (found) => found.map(({ textContent }) => textContent).join(' '));
      expect(notes).toContain(`geluTanh by at most ${formatNumber(tanh.error, 2)}`);
      expect(notes).toContain(`geluSigmoid by at most ${formatNumber(sigmoid.error, 2)}`);
    }));

  test('says that it computes until the GPU has answered; on a touch screen two fingers zoom', () =>
    withPage(
      held,
      '#/check',
      async (page) => {
        await page.evaluate("isHeld = true; location.hash = '#/explore?names=gelu'");
        const picture = () => page.$$eval('.chart .canvas', ([box]) => box?.textContent);
        await until(picture, (text) => text === 'Computing …');
        await page.evaluate('release()');
        await page.waitForSelector('.chart canvas');
        const range = () => textOf(page, 'fieldset[aria-label="Range of x"]');
        expect(await range()).toContain('Ctrl and the wheel zoom');
        await page.evaluate('touches = true');
        await click(page, 'Zoom in');
        await until(range, (text) => text.includes('two fingers zoom') && !text.includes('wheel'));
      },
      {
        before: `globalThis.isHeld = false;
          // headless Chrome has no pointer at all
          globalThis.touches = false;
          const ask = globalThis.matchMedia;
          globalThis.matchMedia = (query) => query === '(hover: none)' ? { matches: touches } : ask(query);
          const released = new Promise((resolve) => { globalThis.release = resolve; });
          const { mapAsync } = GPUBuffer.prototype;
          GPUBuffer.prototype.mapAsync = async function (...given) {
            if (isHeld) await released;
            return mapAsync.apply(this, given);
          };`,
      },
    ));

  /** By the CPU’s time, and by the best of up to three drags: a busy machine’s caches and a collection of garbage lengthen one task of
   *  one drag, work that is too long is in all. */
  test.each([
    ['Values at x', /at=2\./],
    // bends one curve of eight; an address keeps six digits of a number
    ['swish: beta', /parameters=swish\.beta:1\.\d{1,5}(&|$)/],
  ])('a slider’s drag has no long tasks: %s', (label, address) =>
    withPage(held, '#/explore?names=gelu,silu,mish,swish,tanh,sigmoid,elu,softplus', async (page) => {
      await until(
        () => tableOf(page, 'Values at x'),
        (rows) => rows.length === 9,
      );
      await page.waitForSelector('::-p-xpath(//figure[.//h3="Error in ULP"]//canvas)');
      await new Promise((resolve) => setTimeout(resolve, 1000));
      const slider = (await page.waitForSelector(`::-p-xpath(//label[.="${label}"]/..//input[@type="range"])`))!;
      await slider.scrollIntoView();
      const moves = 30;
      let longest: number[];
      let drags = 0;
      do longest = await longestTasks(page, slider, moves);
      while (longest[0]! >= 50 && ++drags < 3);
      expect(longest[0]).toBeLessThan(50);
      // every move had one or two of 20 ms, when each drew the whole view anew
      expect(longest.filter((time) => time > 20).length).toBeLessThan(moves / 2);
      await until(
        () => hashOf(page),
        (hash) => address.test(hash),
      );
    }),
  );

  test('every activation draws without a complaint', () =>
    withPage(held, '#/explore', async (page) => {
      await click(page, 'All');
      const rows = await until(
        () => tableOf(page, 'Values at x'),
        (found) => found.length > 40,
        60,
      );
      for (const row of rows.slice(1)) expect(Number(row[3]), row[0]).toBeLessThanOrEqual(4);
      expect((await textOf(page, '[aria-label=Calls]')).match(/^import /gm)).toHaveLength(1);
      await page.evaluate("location.hash = '#/explore?names=softmax'");
      const words = await until(
        () => textOf(page, 'main'),
        (text) => text.includes('softmax is bounded otherwise than in ULP'),
      );
      expect(words).not.toContain('GELU’s approximations');
      expect(words).toContain('how y₀ changes with each x');
    }));
});

describe('learn', () => learn(held, { ask, hashOf, violationsOf }));

test('check: the table fills, the report is what it shows; words stay in sight, the keyboard on its button', () =>
  withPage(held, '#/check?names=relu,gelu,prelu,swiglu,softmax&count=4096', async (page) => {
    await page.setViewport({ width: 320, height: 900 });
    expect(await textOf(page, 'td.empty')).toBe('Nothing checked yet.');
    const [left, right] = await page.$eval('td.empty', (cell) => {
      const words = document.createRange();
      words.selectNodeContents(cell);
      const box = words.getBoundingClientRect();
      return [box.left, box.right] as const;
    });
    expect(left).toBeGreaterThanOrEqual(0);
    expect(right).toBeLessThanOrEqual(320);
    await page.focus('button.main');
    await page.keyboard.press('Enter');
    await until(
      () => textOf(page, 'p[role=status]'),
      (text) => / passed, 0 failed/.test(text),
    );
    // the pressed button keeps the focus
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Check');
    const rows = await tableOf(page, 'Results');
    const report = JSON.parse(await downloaded(held, /^check.*\.json$/, () => click(page, 'Report as JSON')));
    expect(report.summary).toMatchObject({ passed: rows.length - 1, failed: 0 });
    expect(report.results.map(({ name, direction }: Record<string, string>) => `${name} ${direction}`)).toEqual(
      rows.slice(1).map(([name]) => name),
    );
    expect(report.results.map(({ maxUlp }: { maxUlp: number }) => formatNumber(maxUlp, 3))).toEqual(
      rows.slice(1).map((row) => row[2]),
    );
    expect(await downloaded(held, /^check.*\.xml$/, () => click(page, 'as JUnit'))).toContain('<testsuite');
  }));

test('send this: a report that the table of adapters takes, and that the page opens; it stops when told', () =>
  withPage(held, '#/check?names=gelu&count=4096', async (page) => {
    const status = () => textOf(page, 'p[aria-label="The report"]');
    await click(page, 'Make the report');
    await click(page, 'Stop');
    await until(status, (text) => text === 'Stopped: there is no report.');
    await click(page, 'Make the report');
    const summary = await until(status, (text) => text.includes('checks passed'), 60);
    const text = await downloaded(held, /^gpu-report.*\.json$/, () => click(page, 'Save the report'));
    const report = parseAdapterReport(text);
    expect(summary).toMatch(`${report.adapter.name}: 2 of 2 checks passed; speed relative to a copy kernel: `);
    expect(report.results.map(({ name }) => name)).toEqual(['gelu y', 'gelu dx']);
    expect(report.rows.map(({ name, pass, subject }) => `${name} ${pass} ${subject}`)).toEqual(
      ['forward', 'backward'].flatMap((pass) => ['ours', 'copy'].map((by) => `gelu ${pass} ${by}`)),
    );
    expect(await violationsOf(page)).toEqual([]);
    await page.evaluate("location.hash = '#/report'");
    const { writeFile } = await import('node:fs/promises');
    const path = join(held.downloads, 'sent.json');
    await writeFile(path, text);
    const input = await page.waitForSelector('input[aria-label="Report"]');
    await (input as unknown as { uploadFile(path: string): Promise<void> }).uploadFile(path);
    await until(
      () => textOf(page, '[aria-label="Its checks"]'),
      (told) => told === '2 of 2 checks against float64 passed.',
    );
    expect(await textOf(page, 'article')).toContain('over 4,096 inputs');
  }));

test('without WebGPU and without isolation the page says so, and the half on the CPU works', () =>
  withPage(
    held,
    '#/benchmark?names=relu&sizes=10&rounds=3',
    async (page) => {
      expect(await textOf(page, '.notice')).toContain('This browser has no WebGPU here');
      expect(await textOf(page, '[aria-label=Settings]')).toContain('tfjs-wasm (one thread: no isolation here)');
      await click(page, 'Run');
      await until(
        () => textOf(page, 'p[role=status]'),
        (text) => text === '2 rows measured.',
      );
      // no empty frames of what only a GPU would fill
      expect(await page.$$eval('figure h3', (titles) => titles.map(({ textContent }) => textContent))).toEqual([
        'Time on the CPU',
      ]);
      expect((await tableOf(page, 'Every figure')).slice(1).map((row) => `${row[3]} ${row[4]}`)).toEqual([
        'CPU loop right',
        'CPU loop right',
      ]);
      await page.evaluate("location.hash = '#/explore?names=gelu'");
      const rows = await until(
        () => tableOf(page, 'Values at x'),
        (found) => found.length === 2,
      );
      expect(rows[1]!.slice(0, 2)).toEqual(['gelu', '0.841344774']);
      await page.evaluate("location.hash = '#/learn?scene=vanishing&guessed=vanishing.3'");
      await until(
        () => tableOf(page, 'Gradient after the chosen number of layers'),
        (found) => found[1]?.[2] === '1.25 · 10⁻²⁷',
      );
      await learnOnCpu(page);
      expect(await violationsOf(page)).toEqual([]);
    },
    {
      before: `Object.defineProperty(Navigator.prototype, 'gpu', { get: () => undefined });
        Object.defineProperty(globalThis, 'crossOriginIsolated', { value: false });`,
    },
  ));

/** Goes to a view, and waits until it is there. */
async function show(page: Page, view: string): Promise<void> {
  await page.evaluate(`location.hash = '#/${view}'`);
  await until(
    () => textOf(page, 'h2'),
    (text) => text.toLowerCase() === view,
  );
}

test('what was opened once works without a network', async () => {
  const site = await openSite();
  let isOpen = true;
  try {
    await withPage({ ...held, site }, '#/explore', async (page) => {
      await page.evaluate('navigator.serviceWorker.ready.then(() => undefined)');
      await until(() => page.evaluate('navigator.serviceWorker.controller !== null'), Boolean);
      await page.select('header select', 'dark');
      for (const view of ['benchmark', 'learn', 'check', 'explore']) await show(page, view);
      await page.waitForSelector('.chart canvas');
      await site.close();
      isOpen = false;
      await page.reload();
      await until(
        () => page.evaluate('document.documentElement.dataset.theme'),
        (theme) => theme === 'dark',
      );
      for (const view of ['benchmark', 'explore', 'learn', 'check']) await show(page, view);
      await page.evaluate("location.hash = '#/check?names=relu&count=4096'");
      await click(page, 'Check');
      await until(
        () => textOf(page, 'p[role=status]'),
        (text) => text.startsWith('2 passed, 0 failed'),
      );
    });
  } finally {
    if (isOpen) await site.close();
  }
});

test('a dark page prints dark on white', async () => {
  await withPage(held, '#/learn', async (page) => {
    await page.select('header select', 'dark');
    await until(
      () => page.evaluate('getComputedStyle(document.documentElement).colorScheme'),
      (scheme) => scheme === 'dark',
    );
    await page.emulateMediaType('print');
    expect(await page.evaluate('getComputedStyle(document.documentElement).colorScheme')).toBe('light');
    await page.emulateMediaType('screen');
  });
});

test('serve prints where the page is, and isolates it', async () => {
  const child = spawn(process.execPath, [join(distributed, 'cli.js'), 'serve'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  try {
    const url = await new Promise<string>((resolve) =>
      child.stdout.once('data', (data) => resolve(String(data).trim())),
    );
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    const response = await fetch(url);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toContain('text/html');
    expect(response.headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(response.headers.get('cross-origin-embedder-policy')).toBe('require-corp');
    for (const path of ['none', '%2e%2e%2fcli.js', '..%2f..%2fpackage.json'])
      expect((await fetch(url + path)).status, path).toBe(404);
  } finally {
    child.kill();
  }
  expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(0);
});
