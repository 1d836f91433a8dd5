import { describe, expect, test } from 'vitest';
import { countOf, countsOf, dtypeOf, numberOf, optionOf, parseArguments } from '../../src/cli/arguments.js';
import { UsageError } from '../../src/cli/exit.js';

const options = {
  alpha: { value: 'NUMBER', description: '' },
  json: { value: 'FILE', description: '' },
  vectors: { value: 'FILE', multiple: true, description: '' },
  verbose: { description: '' },
};
const parse = (...argv: string[]) => parseArguments(argv, options);

describe('parseArguments', () => {
  test('names and values, in either form', () => {
    const given = parse('gelu', '--alpha', '0.2', '--json=out.json', 'relu', '--verbose');
    expect(given.positionals).toEqual(['gelu', 'relu']);
    expect(numberOf(given, 'alpha')).toBe(0.2);
    expect(optionOf(given, 'json')).toBe('out.json');
    expect(given.values.has('verbose')).toBe(true);
    expect(optionOf(given, 'vectors')).toBeUndefined();
  });

  test('negative numbers, infinities and "-" are values', () => {
    expect(numberOf(parse('--alpha', '-0.2'), 'alpha')).toBe(-0.2);
    expect(numberOf(parse('--alpha', '-Infinity'), 'alpha')).toBe(-Infinity);
    expect(optionOf(parse('--json', '-'), 'json')).toBe('-');
  });

  test('an option that may be repeated keeps all its values', () => {
    expect(parse('--vectors', 'a', '--vectors', 'b').values.get('vectors')).toEqual(['a', 'b']);
  });

  test.each([
    [['--alhpa', '1'], 'unknown option --alhpa; did you mean --alpha?'],
    [['--completely-different'], 'unknown option --completely-different'],
    [['-x'], 'unknown option -x'],
    [['--toString'], 'unknown option --toString'],
    [['--alpha'], '--alpha needs a value: --alpha NUMBER'],
    [['--json', '--verbose'], '--json needs a value: --json FILE'],
    [['--json', ''], '--json needs a value: --json FILE'],
    [['--json='], '--json needs a value: --json FILE'],
    [['--verbose=yes'], '--verbose takes no value, got "yes"'],
    [['--alpha', '1', '--alpha', '2'], '--alpha may be given once'],
  ])('%j is wrong usage', (argv, message) => {
    expect(() => parse(...argv)).toThrow(new UsageError(message));
  });

  test.each([' ', 'x', '1,5', 'NaN'])('"%s" is no number', (text) => {
    expect(() => numberOf(parse(`--alpha=${text}`), 'alpha')).toThrow(UsageError);
  });

  test.each(['0', '-1', '1.5', 'Infinity', '1e15', '268435457', 'x'])('"%s" is no count', (text) => {
    expect(() => countOf(parse(`--alpha=${text}`), 'alpha', 2 ** 28)).toThrow(
      `--alpha needs a whole number from 1 to 268435456, got "${text}"`,
    );
  });

  test('a dtype is one of the storage types', () => {
    const given = (...argv: string[]) => parseArguments(argv, { dtype: { value: 'f16|bf16', description: '' } });
    expect(dtypeOf(given())).toBe('f32');
    expect(dtypeOf(given('--dtype', 'bf16'))).toBe('bf16');
    expect(() => dtypeOf(given('--dtype', 'f8'))).toThrow(
      new UsageError('--dtype needs one of f32, f16, bf16, got "f8"'),
    );
  });

  test('counts stand between commas, and each has the limit', () => {
    expect(countsOf(parse('--alpha', '1e6, 5'), 'alpha', 1e6)).toEqual([1_000_000, 5]);
    for (const text of ['1,,2', '1,', '5,1e15'])
      expect(() => countsOf(parse('--alpha', text), 'alpha', 1e6)).toThrow('--alpha needs a whole number from 1 to');
  });

  test('a count may be written with an exponent', () => {
    expect(countOf(parse('--alpha', '1e6'), 'alpha', 1e6)).toBe(1_000_000);
  });
});
