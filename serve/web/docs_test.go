package web

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"github.com/etappe/etappe/serve/docs"
)

var (
	hrefs = regexp.MustCompile(`href="([^"]+)"`)
	ids   = regexp.MustCompile(`id="([^"]+)"`)
)

// Every link of every page leads somewhere on this server: to an address that
// answers 200, and to a heading that is there.
func TestDocsLinksLead(t *testing.T) {
	e := pages(t, filledStore(t), testScorer(t))
	bodies := map[string]string{}
	body := func(address string) string {
		if _, ok := bodies[address]; !ok {
			w := get(t, e, address)
			if w.Code != 200 {
				t.Errorf("%s answers %d", address, w.Code)
			}
			bodies[address] = w.Body.String()
		}
		return bodies[address]
	}
	links := 0
	for _, p := range docs.Pages() {
		here := docsHref(p.Name)
		for _, m := range hrefs.FindAllStringSubmatch(body(here), -1) {
			if strings.Contains(m[1], "?lang=") || strings.Contains(m[1], "://") {
				continue
			}
			address, anchor, _ := strings.Cut(m[1], "#")
			if address == "" {
				address = here
			}
			links++
			if anchor != "" && !hasID(body(address), anchor) {
				t.Errorf("%s links to %s, which has no such heading", here, m[1])
			} else if anchor == "" {
				body(address)
			}
		}
	}
	if links < 100 {
		t.Errorf("only %d links were looked at", links)
	}
}

func hasID(page, id string) bool {
	for _, m := range ids.FindAllStringSubmatch(page, -1) {
		if m[1] == id {
			return true
		}
	}
	return false
}

func TestDocsAnswer(t *testing.T) {
	e := pages(t, nil, nil) // neither history nor model is needed
	if w := get(t, e, "/docs/none"); w.Code != 404 {
		t.Errorf("an unknown page answers %d", w.Code)
	}
	if w := get(t, e, "/docs", "Accept-Language", "de"); !strings.Contains(w.Body.String(), "auf Englisch") || w.Code != 200 {
		t.Errorf("status %d, and a German page does not mention that the text is in English", w.Code)
	}
	if w := get(t, e, "/docs/glossary", "Accept-Language", "en"); strings.Contains(w.Body.String(), "written in English") {
		t.Error("an English page mentions that the text is in English")
	}
}

func TestMarkdown(t *testing.T) {
	for _, c := range []struct{ source, want string }{
		{"## stale_model & Übung 2", `<h2 id="stale_model--übung-2">`},
		{"## A\n\n## A", `<h2 id="a-1">`},
		{"[x](codes.md#warnings)", `href="/docs/codes#warnings"`},
		{"[x](index.md)", `href="/docs"`},
		{"[x](#here)", `href="#here"`},
		{"[x](https://example.com/a.md)", `href="https://example.com/a.md"`},
		{"```sh\na <b>\n```", `<pre tabindex="0"><code>a &lt;b&gt;` + "\n</code></pre>"},
		{"|a|\n|-|\n|b|", `<div class="scroll" tabindex="0"><table>`},
	} {
		var out bytes.Buffer
		if err := renderMarkdown(&out, []byte(c.source)); err != nil || !strings.Contains(out.String(), c.want) {
			t.Errorf("%q gives %v\n%s, want %s", c.source, err, out.String(), c.want)
		}
	}
	var out bytes.Buffer
	if err := renderMarkdown(&out, []byte("<script>x</script>\n\na <b>c</b>")); err != nil || strings.Contains(out.String(), "<script>") || strings.Contains(out.String(), "<b>") {
		t.Errorf("raw HTML is written: %v\n%s", err, out.String())
	}
}
