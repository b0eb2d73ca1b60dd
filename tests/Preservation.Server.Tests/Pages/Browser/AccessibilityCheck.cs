using Microsoft.Playwright;

namespace Preservation.Server.Tests.Pages.Browser;

/// <summary>What can be checked by script of WCAG 2.2 AA: each problem is one line.</summary>
internal static class AccessibilityCheck
{
    private const string Script = """
        () => {
          const problems = [];
          const tell = (what, e) => problems.push(what + ': ' + (e ? e.outerHTML.slice(0, 120) : ''));
          const text = e => (e.textContent || '').trim();
          const byIds = (e, a) => (e.getAttribute(a) || '').split(/\s+/).filter(Boolean).map(id => document.getElementById(id)).filter(Boolean).map(text).join(' ').trim();
          const name = e => byIds(e, 'aria-labelledby') || (e.getAttribute('aria-label') || '').trim() || [...(e.labels || [])].map(text).join(' ').trim() || (e.getAttribute('alt') || '').trim() || text(e);

          const lang = document.documentElement.lang;
          if (!['vi', 'en'].includes(lang)) tell('no lang', document.documentElement);
          if (!document.title.trim()) tell('no title');
          for (const [selector, count] of [['main', 1], ['body > header', 1], ['body > footer', 1], ['h1', 1]])
            if (document.querySelectorAll(selector).length !== count) tell('not exactly one ' + selector);
          const skip = document.querySelector('a');
          if (!skip || !skip.hash || !document.querySelector(skip.hash)) tell('the first link does not skip to the content', skip);

          for (const e of document.querySelectorAll('input:not([type=hidden]), select, textarea'))
            if (![...(e.labels || [])].map(text).join('') && !e.getAttribute('aria-label') && !byIds(e, 'aria-labelledby')) tell('no label', e);
          for (const e of document.querySelectorAll('a[href], button, summary')) if (!name(e)) tell('no name', e);
          for (const e of document.querySelectorAll('img, svg, meter, nav, [role=region], section')) if (!(byIds(e, 'aria-labelledby') || e.getAttribute('aria-label') || e.getAttribute('alt'))) tell('no name', e);
          for (const e of document.querySelectorAll('[aria-labelledby], [aria-describedby]'))
            for (const id of ((e.getAttribute('aria-labelledby') || '') + ' ' + (e.getAttribute('aria-describedby') || '')).split(/\s+/).filter(Boolean)) if (!document.getElementById(id)) tell('points to nothing (' + id + ')', e);
          const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
          for (const id of ids.filter((id, i) => ids.indexOf(id) !== i)) tell('id twice: ' + id);

          let level = 0;
          for (const h of document.querySelectorAll('h1, h2, h3, h4, h5, h6')) { const own = +h.tagName[1]; if (own > level + 1) tell('heading level skipped', h); level = own; }
          for (const t of document.querySelectorAll('table')) {
            if (!t.querySelector('thead th[scope=col]')) tell('table without column headers', t);
            for (const th of t.querySelectorAll('th')) if (!['col', 'row'].includes(th.getAttribute('scope'))) tell('th without scope', th);
            for (const row of t.querySelectorAll('tbody tr')) if (!row.querySelector('th[scope=row]')) tell('row without header', row);
          }
          for (const e of document.querySelectorAll('.wide')) if (e.tabIndex !== 0) tell('cannot be scrolled by keyboard', e);
          if (document.documentElement.scrollWidth > document.documentElement.clientWidth) tell('the page scrolls sideways');

          const canvas = c => { const m = c.match(/[\d.]+/g).map(Number); return { r: m[0], g: m[1], b: m[2], a: m.length > 3 ? m[3] : 1 }; };
          const luminance = c => { const f = v => { v /= 255; return v <= 0.04045 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4); }; return 0.2126 * f(c.r) + 0.7152 * f(c.g) + 0.0722 * f(c.b); };
          const behind = e => { for (let at = e; at; at = at.parentElement) { const c = canvas(getComputedStyle(at).backgroundColor); if (c.a === 1) return c; if (c.a > 0) return null; } return { r: 255, g: 255, b: 255 }; };
          let measured = 0;
          const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          for (let node; (node = walker.nextNode());) {
            const e = node.parentElement;
            if (!node.textContent.trim() || !e.checkVisibility({ checkVisibilityCSS: true }) || ['title', 'desc', 'option'].includes(e.localName)) continue;
            const style = getComputedStyle(e);
            const ink = canvas(e.ownerSVGElement ? style.fill : style.color), ground = behind(e.ownerSVGElement || e);
            if (!ground || ink.a !== 1) { tell('colour cannot be judged', e); continue; }
            const [high, low] = [luminance(ink), luminance(ground)].sort((a, b) => b - a);
            const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && +style.fontWeight >= 700);
            const ratio = (high + 0.05) / (low + 0.05);
            measured++;
            if (ratio < (large ? 3 : 4.5)) tell('contrast ' + ratio.toFixed(2), e);
          }
          if (measured < 5) tell('no text was measured');
          return problems;
        }
        """;

    public static Task<string[]> RunAsync(IPage page) => page.EvaluateAsync<string[]>(Script);
}
