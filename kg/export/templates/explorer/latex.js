// LaTeX as one reads it: texts are kept as their authors typed them ("$\ell_1$", "\textbf{X}", "2$\times$"), the page shows
// ℓ₁, X, 2×. Macros that are not in these tables stay as they are, and so does a dollar that is money.

const pairs = (text) => new Map(text.trim().split(/\s+/).map((pair) => { const [name, ...sign] = pair.split(':'); return [name, sign.join(':').replace('␣', ' ')]; }));

const SIGNS = pairs(`alpha:α beta:β gamma:γ delta:δ epsilon:ε varepsilon:ε zeta:ζ eta:η theta:θ vartheta:ϑ iota:ι kappa:κ lambda:λ
  mu:μ nu:ν xi:ξ pi:π varpi:ϖ rho:ρ varrho:ϱ sigma:σ varsigma:ς tau:τ upsilon:υ phi:φ varphi:φ chi:χ psi:ψ omega:ω Gamma:Γ
  Delta:Δ Theta:Θ Lambda:Λ Xi:Ξ Pi:Π Sigma:Σ Upsilon:Υ Phi:Φ Psi:Ψ Omega:Ω
  times:× pm:± mp:∓ div:÷ cdot:· cdotp:· ast:∗ star:⋆ circ:∘ bullet:• oplus:⊕ ominus:⊖ otimes:⊗ odot:⊙ setminus:∖ wedge:∧ vee:∨
  land:∧ lor:∨ lnot:¬ neg:¬ cap:∩ cup:∪ sqcup:⊔ bigcup:⋃ bigcap:⋂ bigoplus:⨁ dagger:† ddagger:‡
  leq:≤ le:≤ leqslant:≤ geq:≥ ge:≥ geqslant:≥ neq:≠ ne:≠ ll:≪ gg:≫ approx:≈ sim:∼ simeq:≃ cong:≅ equiv:≡ propto:∝ asymp:≍
  lesssim:≲ gtrsim:≳ lessapprox:⪅ gtrapprox:⪆ prec:≺ succ:≻ preceq:⪯ succeq:⪰ triangleq:≜ coloneqq:≔ mid:| parallel:∥ perp:⊥ top:⊤ bot:⊥
  in:∈ notin:∉ ni:∋ subset:⊂ subseteq:⊆ subsetneq:⊊ supset:⊃ supseteq:⊇ emptyset:∅ varnothing:∅ forall:∀ exists:∃ nexists:∄ vdash:⊢ models:⊨
  to:→ rightarrow:→ longrightarrow:→ Rightarrow:⇒ Longrightarrow:⇒ implies:⇒ leftarrow:← gets:← Leftarrow:⇐ leftrightarrow:↔
  Leftrightarrow:⇔ iff:⇔ uparrow:↑ downarrow:↓ updownarrow:↕ mapsto:↦ longmapsto:↦ hookrightarrow:↪ rightleftharpoons:⇌ nearrow:↗ searrow:↘
  infty:∞ partial:∂ nabla:∇ sum:∑ prod:∏ int:∫ oint:∮ ell:ℓ hbar:ℏ Re:ℜ Im:ℑ aleph:ℵ imath:ı jmath:ȷ prime:′ angle:∠ square:□ Box:□
  blacksquare:■ triangle:△ diamond:⋄ checkmark:✓ degree:° textdegree:° ldots:… dots:… dotsc:… dotsb:… cdots:⋯ vdots:⋮ ddots:⋱
  langle:⟨ rangle:⟩ lceil:⌈ rceil:⌉ lfloor:⌊ rfloor:⌋ lbrace:{ rbrace:} lvert:| rvert:| vert:| lVert:‖ rVert:‖ Vert:‖ backslash:\\
  textbackslash:\\ textasciitilde:~ textasciicircum:^ textunderscore:_ textdollar:$ textbar:| textless:< textgreater:> textquotesingle:'
  textendash:– textemdash:— textbullet:• textregistered:® texttrademark:™ copyright:© S:§ P:¶ pounds:£ euro:€
  ss:ß o:ø O:Ø l:ł L:Ł ae:æ AE:Æ oe:œ OE:Œ aa:å AA:Å i:ı j:ȷ
  eg:e.g. ie:i.e. etal:et␣al. aka:a.k.a. etc:etc. LaTeX:LaTeX TeX:TeX xspace: quad:␣ qquad:␣ displaystyle: textstyle: limits: nolimits:`);

const namesIn = (text) => new Set(text.trim().split(/\s+/));
const NAMED = namesIn('deg log ln lg exp max min sup inf lim limsup liminf arg argmax argmin sin cos tan tanh cosh sinh det dim ker gcd Pr mod');
// Commands that say how their argument looks; it is shown plain. Of some the first of two arguments goes away.
const LOOKS = namesIn(`textbf textit textrm textsf texttt textsc textsl textnormal textup textmd text emph underline uline ul mbox hbox fbox
  ensuremath mathrm mathbf mathit mathsf mathtt mathcal mathscr mathfrak mathnormal boldsymbol bm pmb operatorname mathop mathbb
  textsubscript textsuperscript url path nolinkurl uppercase`);
const SECOND = namesIn('href textcolor colorbox hyperlink hyperref');
const SWITCHES = namesIn(`bf it rm tt sc sf sl em bfseries itshape ttfamily scshape tiny small footnotesize normalsize large Large LARGE huge
  boldmath unboldmath centering noindent left right big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr Biggl Biggr middle`);
const ACCENTS = { '`': '\u0300', "'": '\u0301', '^': '\u0302', '~': '\u0303', '"': '\u0308', '=': '\u0304', '.': '\u0307', c: '\u0327', v: '\u030c', H: '\u030b', u: '\u0306', k: '\u0328', r: '\u030a', d: '\u0323' };
const OVER = { hat: '\u0302', widehat: '\u0302', tilde: '\u0303', widetilde: '\u0303', bar: '\u0304', overline: '\u0305', vec: '\u20d7', dot: '\u0307', ddot: '\u0308', check: '\u030c', breve: '\u0306' };

const zip = (from, to) => new Map([...from].map((letter, k) => [letter, [...to][k]]));
const ABOVE = zip("0123456789+-−=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVW.,'′*∗⋆†‡°∘⊤βγδθφχ", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂ.,′′**⋆†‡°°ᵀᵝᵞᵟᶿᵠᵡ");
const BELOW = zip('0123456789+-−=()aehijklmnoprstuvx.,βγρφχ', '₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ.,ᵦᵧᵨᵩᵪ');
const BOARD = zip('ABCDEFGHIJKLMNOPQRSTUVWXYZ1', '𝔸𝔹ℂ𝔻𝔼𝔽𝔾ℍ𝕀𝕁𝕂𝕃𝕄ℕ𝕆ℙℚℝ𝕊𝕋𝕌𝕍𝕎𝕏𝕐ℤ𝟙');

// Where the group ends that opens at `at`, or -1.
function groupEnd(text, at, open = '{', close = '}') {
  for (let depth = 0, i = at; i < text.length && text[i] !== '\0'; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === open) depth++;
    else if (text[i] === close && !--depth) return i;
  }
  return -1;
}

const skipSpaces = (text, at) => { while (text[at] === ' ') at++; return at; };
const commandAt = (text, at) => /^\\(?:([A-Za-z]+)\*?|[^A-Za-z])/.exec(text.slice(at, at + 40));
const groupAt = (text, at) => { const open = skipSpaces(text, at), end = text[open] === '{' ? groupEnd(text, open) : -1; return end < 0 ? null : { open, end, inner: text.slice(open + 1, end) }; };

// ---- formulas --------------------------------------------------------------------------------------------------

// What a command or a script is applied to: a group, a command with its groups, or one character.
function argumentAt(text, at) {
  const from = skipSpaces(text, at), group = groupAt(text, from);
  if (group) return { inner: group.inner, end: group.end + 1 };
  if (text[from] !== '\\') { const letter = String.fromCodePoint(text.codePointAt(from) ?? 32); return { inner: letter, end: Math.min(text.length, from + letter.length) }; }
  const [command = '\\', name] = commandAt(text, from) ?? [];
  let end = from + command.length;
  if (LOOKS.has(name) || Object.hasOwn(OVER, name) || name === 'sqrt') end = argumentAt(text, end).end;
  return { inner: text.slice(from, end), end };
}

function script(text, letters, mark) {
  const plain = text.replace(/\s+/g, ''), all = [...plain];
  if (all.every((letter) => letters.has(letter))) return all.map((letter) => letters.get(letter)).join('');
  return mark + (all.length < 2 || /^\([^()]*\)$/.test(plain) || (mark === '_' && /^[\p{L}\p{N}]+$/u.test(plain)) ? plain : `(${plain})`);
}

const whole = (text) => (/^[\p{L}\p{N}\p{M}.]*$/u.test(text) ? text : `(${text})`); // as it stands in a fraction, under a root

// What a formula's commands make of their arguments; `argument()` gives the next one, shown.
const fraction = (argument) => { const above = argument(); return `${whole(above)}/${whole(argument())}`; };
const choose = (argument) => `(${argument()} choose ${argument()})`;
const board = (argument) => [...argument()].map((letter) => BOARD.get(letter) ?? letter).join('');
const APPLIED = {
  frac: fraction, tfrac: fraction, dfrac: fraction, binom: choose, tbinom: choose, dbinom: choose, mathbb: board, mathds: board,
  sqrt: (argument, option) => `${option ? script(option, ABOVE, '^') : ''}√${whole(argument())}`,
  pmod: (argument) => ` (mod ${argument()})`,
  not: (argument) => `${argument()}\u0338`.normalize('NFC'),
  unicode: (argument) => character(argument()),
};
for (const name of LOOKS) APPLIED[name] ??= (argument) => argument();
for (const name of SECOND) APPLIED[name] = (argument) => { argument(); return argument(); };
for (const [name, mark] of Object.entries(OVER)) {
  APPLIED[name] = (argument) => { const under = argument(); return [...under].length < 4 ? [...under].map((letter) => letter + mark).join('').normalize('NFC') : under; };
}
const SPACES = { '\\,': ' ', '\\:': ' ', '\\;': ' ', '\\ ': ' ', '\\\\': ' ', '\\!': '', '\\/': '', '\\-': '', '\\|': '‖' };
const LETTERS = { "'": '′', '~': ' ', '&': ' ', '{': '', '}': '' };

// A formula shown, or null where an argument lacks.
function formula(text) {
  let out = '', i = 0, lacking = false;
  const argument = () => {
    lacking ||= !text.slice(i).trim();
    const { inner, end } = argumentAt(text, i);
    i = end;
    const shown = formula(inner);
    lacking ||= shown === null;
    return shown ?? '';
  };
  while (i < text.length) {
    const letter = text[i];
    if (letter === '^' || letter === '_') { i++; out += script(argument(), letter === '^' ? ABOVE : BELOW, letter); continue; }
    if (letter === '{' && groupEnd(text, i) > 0) { out += argument(); continue; }
    if (letter !== '\\') { i++; out += LETTERS[letter] ?? letter; continue; }
    const [command = '\\', name] = commandAt(text, i) ?? [], from = i;
    i += command.length;
    if (name === 'deg' && /\d$/.test(out)) { out += '°'; i = skipSpaces(text, i); } // most write an angle so; else it is a polynomial's
    else if (!name) out += SPACES[command] ?? command.slice(1);
    else if (NAMED.has(name)) { // stands apart from the letters around it
      i = skipSpaces(text, i);
      out += `${/[\p{L}\p{N})]$/u.test(out) ? ' ' : ''}${name}${/^[\p{L}\p{N}\\]/u.test(text.slice(i, i + 2)) ? ' ' : ''}`;
    } else if (Object.hasOwn(APPLIED, name)) {
      const option = name === 'sqrt' && /^\s*\[([^\]]*)\]/.exec(text.slice(i));
      if (option) i += option[0].length;
      out += APPLIED[name](argument, option?.[1]);
    } else if (SWITCHES.has(name)) {
      i = skipSpaces(text, i);
      if (/^(left|right)$/.test(name) && text[i] === '.') i++;
    } else if (SIGNS.has(name)) { // the space behind a macro only ends its name; where one stands before it, both are meant
      const apart = /\S\s$/.test(out), sign = SIGNS.get(name);
      out = (/[⌋⌉⟩]/.test(sign) ? out.trimEnd() : out) + sign;
      if (!apart) i = skipSpaces(text, i);
    } else { // unknown: as it is, with its groups
      for (let group = groupAt(text, i); text[i] === '{' && group; group = groupAt(text, i)) i = group.end + 1;
      out += text.slice(from, i);
    }
  }
  return lacking ? null : out.replace(/ {2,}/g, ' ').trim();
}

function character(code) { // "x2013"
  const at = Number(/^x?[0-9a-f]+$/i.test(code) ? code.replace(/^x/i, '0x') : NaN);
  return at > 31 && at < 0x110000 && !(at > 0xd7ff && at < 0xe000) ? String.fromCodePoint(at) : `\\unicode{${code}}`;
}

// Whether what stands between two dollars is a formula, not the prices "$5 and $10" nor the variables "$HOME and $PATH".
function isFormula(inner, before, after) {
  const strong = /[\\^_]/.test(inner), edges = /^\s|\s$/.test(inner), price = /^\s*\d/.test(inner);
  if (!inner.trim() || inner.length > 400 || inner.includes('\0')) return false;
  const said = inner.replace(/\\(?:text|mbox|operatorname|math)[a-z]*\s*\{[^{}]*\}|\\[A-Za-z]+/g, ' ').match(/\p{L}{2,}/gu)?.length ?? 0;
  if (strong) return said < (!price ? 6 : edges || /\d/.test(after) ? 1 : 2);
  if (edges || /\d/.test(after)) return false;
  if (price) return !/\p{L}/u.test(before) && /^[\d.,:/+\-–×*=<> (){}]*[\d)kKMBTx×%+]$/.test(inner);
  return !/[/(:,-]$/.test(inner) && !(said > 1 && /\s/.test(inner));
}

// The formula that begins at `at`: {end, shown}, or null.
function formulaAt(text, at) {
  for (const [open, close] of [['$$', '$$'], ['$', '$'], ['\\(', '\\)'], ['\\[', '\\]']]) {
    if (!text.startsWith(open, at)) continue;
    let end = at + open.length;
    while (end < text.length && !text.startsWith(close, end)) end += text[end] === '\\' ? 2 : 1;
    if (end >= text.length) continue;
    const inner = text.slice(at + open.length, end), after = end + close.length;
    if (open[0] === '$' ? !isFormula(inner, text[at - 1] ?? '', text[after] ?? '') : inner.includes('\0') || inner.length > 400) continue;
    const shown = formula(inner);
    if (shown) return { end: after, shown };
  }
  return null;
}

// ---- texts -----------------------------------------------------------------------------------------------------

// What of a text is shown otherwise: [[from, to, shown]] in order. What a command is applied to is text of its own, so
// that a name marked in it stays marked.
function texPieces(text) {
  const pieces = [], closing = new Map();
  const replace = (from, to, shown) => { pieces.push([from, to, shown]); return to; };
  const unwrap = (from, group, before = '', after = '') => { closing.set(group.end, after); return replace(from, group.open + 1, before); };
  for (let i = 0; i < text.length;) {
    const letter = text[i];
    if (closing.has(i)) { i = replace(i, i + 1, closing.get(i)); continue; }
    if (letter === '{' && /^\{\\(?:["'`^~=.]|(?:bf|it|rm|tt|em|sc|sf|sl|c|v|H|u|k|r|d|aa|AA|ae|AE|o|O|l|L|ss)(?![A-Za-z]))/.test(text.slice(i, i + 5))) {
      const group = groupAt(text, i);
      if (group) { i = unwrap(i, group); continue; }
    }
    if (letter === '^') { // "M^3Bench", "10^6"
      const raised = /^\^(?:\{(\d+)\}|(\d+))/.exec(text.slice(i, i + 12));
      if (raised && /[\p{L}\p{N})]/u.test(text[i - 1] ?? '')) { i = replace(i, i + raised[0].length, script(raised[1] ?? raised[2], ABOVE, '^')); continue; }
    }
    if (letter !== '$' && letter !== '\\') { i++; continue; }
    const found = formulaAt(text, i);
    if (found) { i = replace(i, found.end, found.shown); continue; }
    i = letter === '$' ? i + 1 : commandIn(text, i, replace, unwrap);
  }
  return pieces;
}

// The command at `at`, shown; where what follows it begins.
function commandIn(text, at, replace, unwrap) {
  if (/^\\(?:'(?:s|t|re|ve|ll)(?![A-Za-z{])|["'](?![A-Za-z{\\\s]))/.test(text.slice(at, at + 5))) return replace(at, at + 1, ''); // "today\'s", the end of "\"so\""
  const accent = /^\\(?:([`'"^~=]|\.(?=\s*\{|[zZIeEgG]))\s*|([cvHukrd])(?=\s*\{|\s+[A-Za-z])\s*)(?:\{\\?([A-Za-z])\}|\\?([A-Za-z])(?![A-Za-z]*\{))/.exec(text.slice(at, at + 12));
  if (accent) {
    const said = ((accent[3] ?? accent[4]) + ACCENTS[accent[1] ?? accent[2]]).normalize('NFC');
    return said.length === 1 ? replace(at, at + accent[0].length, said) : at + 1;
  }
  const command = commandAt(text, at);
  if (!command) return at + 1;
  const [all, name] = command, end = at + all.length, group = groupAt(text, end);
  if (!name) {
    if (/[%$&#_{}]/.test(all[1])) return replace(at, end, all[1]);
    if (all === '\\,' || all === '\\;' || (all === '\\ ' && text[at - 1] !== ' ')) return replace(at, end, ' ');
    return all === '\\/' || all === '\\-' || all === '\\@' ? replace(at, end, '') : end;
  }
  if (name === 'footnote' && group) return unwrap(at, group, ' (', ')');
  if (LOOKS.has(name) && group) return unwrap(at, group);
  if (SECOND.has(name) && group) { const second = groupAt(text, group.end + 1); return second ? unwrap(at, second) : end; }
  if (/^([Cc]ite[a-z]*|[Cc]?ref|eqref|autoref)$/.test(name)) {
    const keys = /^(?:\s*\[[^\]]*\]){0,2}/.exec(text.slice(end, end + 200))[0].length, key = groupAt(text, end + keys);
    return key ? replace(at, key.end + 1, `[${key.inner}]`) : end;
  }
  if (name === 'unicode' && group) return replace(at, group.end + 1, character(group.inner));
  if (/^(label|begin|end|vspace|hspace)$/.test(name) && group) return replace(at, group.end + 1, '');
  if (name === 'item') return replace(at, skipSpaces(text, end), '• ');
  if (name === 'color' && group) return replace(at, group.end + 1, '');
  if (SWITCHES.has(name)) return replace(at, skipSpaces(text, end), '');
  if (name === 'deg' && /\d/.test(text[at - 1] ?? '')) return replace(at, end, '°');
  if (SIGNS.has(name)) {
    const sign = SIGNS.get(name);
    return replace(at, text.startsWith('{}', end) ? end + 2 : sign.endsWith('.') && text[end] === '.' ? end + 1 : end, sign);
  }
  return end;
}

const hasTex = (text) => text.includes('\\') || text.includes('$') || text.includes('^');

function readable(text) {
  if (!hasTex(text)) return text;
  let out = '', at = 0;
  for (const [from, to, shown] of texPieces(text)) { out += text.slice(at, from) + shown; at = to; }
  return out + text.slice(at);
}

// The same with spans of it, [[start, end, …]]; what begins or ends within something that is shown otherwise has all of it.
function readableSpans(text, spans) {
  if (!hasTex(text)) return { text, spans };
  const pieces = texPieces(text);
  const place = (offset, last) => {
    let shift = 0;
    for (const [from, to, shown] of pieces) {
      if (from >= offset) break;
      if (to > offset) return from + shift + (last ? shown.length : 0);
      shift += shown.length - (to - from);
    }
    return offset + shift;
  };
  return { text: readable(text), spans: spans.map(([start, end, ...rest]) => [place(start, false), place(end, true), ...rest]) };
}
