/** A formula's text with its exponents raised. */
export function Formula({ text }: { readonly text: string }) {
  // what follows ^: a bracket, which falls away, a call, or a name
  const parts = text.split(/\^(\((?:[^()]|\([^()]*\))*\)|\p{L}+\([^()]*\)|\p{L}+)/u);
  return (
    <>{parts.map((part, index) => (index % 2 ? <sup key={index}>{part.replace(/^\((.*)\)$/, '$1')}</sup> : part))}</>
  );
}
