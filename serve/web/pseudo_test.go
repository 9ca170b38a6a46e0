package web

import (
	"html"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/etappe/etappe/serve/account"
	"github.com/etappe/etappe/serve/history"
	"github.com/etappe/etappe/serve/score"
	"github.com/etappe/etappe/serve/text"
	"github.com/etappe/etappe/serve/text/texttest"
)

var (
	notRead    = regexp.MustCompile(`(?s)<(script|style)\b.*?</(script|style)>|<article [^>]*lang="en".*?</article>|<nav class="(languages|contents no-print)".*?</nav>`)
	attributes = regexp.MustCompile(`(?s)<[^>]*?\b(?:title|alt|aria-label|placeholder|label)="([^"]*)"[^>]*>`)
)

// readable is all that a page shows, reads out or hints at.
func readable(page string) string {
	page = notRead.ReplaceAllString(page, " ")
	var b strings.Builder
	for _, found := range attributes.FindAllStringSubmatch(page, -1) {
		b.WriteString(found[1] + "\n")
	}
	b.WriteString(tags.ReplaceAllString(strings.ReplaceAll(page, "<wbr>", ""), "\n"))
	return html.UnescapeString(b.String())
}

// names are the data of the fixtures: names of accounts, people, event types,
// levels and clusters, versions, the currency and the product.
var names = regexp.MustCompile(strings.Join([]string{
	`Etappe`, `EUR`, `acc-\d+`, `Company [A-Z]\d+`, `Ada König|Ada|Ben Ortiz|Mia Brandt|Jon Weiß|Jon`, `A-\d+`, `Nordlicht( Logistik)?( <GmbH>)?|Aster & Söhne|Cedar|Birch \w+`,
	`<script>alert\("x"\)</script>`, `main goal|audit|board|of a newer program|of another kind|a third kind|counted twice|beta_flag|one before|nord\b`, `=HYPERLINK\("x"\)`, `\d{4}-\d\d-\d\d-\w+`, `New sponsor, meeting on Friday`, `long-gone`, `\bc\d\b`,
	`(?i)\b(reporting|exporting|reports?|exports?|exported|plan|basic|pro|paid|seats|tickets?|board[ _]report|first report|rule[ _]set|weekly[ _]report[ _]scheduled|data[ _]connected|first dashboard shared|leadership view( published)?|forecast published|nightly run trusted|rollout|nps|automation|training|call|support|professional|enterprise|out of time)\b`,
}, "|"))

// pseudoPages serves the pages in the pseudo-locale alone.
func pseudoPages(t *testing.T, l text.Language, store *history.Store, s *score.Scorer) *echo.Echo {
	t.Helper()
	e := echo.New()
	accounts := account.New(account.Options{Clock: func() time.Time { return today }, History: store,
		Current: func() (*score.Scorer, error) { return s, nil }, Models: func(string) (*score.Scorer, error) { return s, nil }})
	if err := Register(e, accounts, Options{Clock: func() time.Time { return today }, Currency: "EUR", Languages: []text.Language{l}}); err != nil {
		t.Fatal(err)
	}
	return e
}

// unbracketed lists the words of a page that neither a message nor data wrote.
func unbracketed(page string) []string {
	return texttest.Unbracketed(names.ReplaceAllString(readable(page), " "))
}

// With every message in brackets, no page shows a word without: all that a reader
// reads stands in the catalogue or in the data.
func TestEveryWordOfThePagesIsInTheCatalogue(t *testing.T) {
	l := texttest.Pseudo(t)
	shown := map[string]string{}
	filled, written, none := pseudoPages(t, l, filledStore(t), testScorer(t)), pseudoPages(t, l, writtenStore(t), testScorer(t)), pseudoPages(t, l, nil, testScorer(t))
	for path, e := range map[string]*echo.Echo{
		"/": filled, "/?left=yes": filled, "/?owner=Mia+Brandt&sort=churn&q=nord": written, "/accounts/acc-007": filled, "/accounts/acc-005": filled,
		"/accounts/acc-007?from=2026-11-20&to=2026-10-20": filled, "/accounts/acc-007?to=2020-01-01": filled, "/clusters/c1": filled, "/clusters/none": filled,
		"/model": filled, "/docs": filled, "/?sort=none": filled,
	} {
		shown[path] = get(t, e, path).Body.String()
	}
	shown["/docs"] = regexp.MustCompile(`<title>.*?</title>`).ReplaceAllString(shown["/docs"], "") // of the documentation, in English
	shown["/ without a history"] = get(t, none, "/").Body.String()
	title := strings.NewReplacer("<title>account", "<title>", "<title>cluster", "<title>") // the fixture's
	shown["an account"] = title.Replace(rendered(t, l, "account", Words{Language: l, currency: "EUR"}.account(demoFacts(l))))
	shown["a cluster"] = title.Replace(rendered(t, l, "cluster", Words{Language: l}.clusterBody(writtenCluster(l))))
	for page, body := range shown {
		if !strings.Contains(body, texttest.Open) {
			t.Errorf("%s has no message at all: %.300s", page, body)
		}
		if words := unbracketed(body); len(words) > 0 {
			t.Errorf("%s shows %q", page, words)
		}
	}
}

// The negative control: a word between the messages is found, wherever it hides.
func TestUnbracketedWordsAreFound(t *testing.T) {
	for page, want := range map[string]string{
		`<p>⟦As of ⟧20 Company A3 <b>hidden</b></p>`: "hidden", `<img alt="a picture">⟦x⟧`: "a", `<a aria-label="⟦x⟧ open">⟦x⟧</a>`: "open",
		`<script>var word</script><p>⟦fine⟧ 3.4 Etappe</p>`: "", `<title>⟦Model⟧ · Etappe</title><p>am&nbsp;Rand</p>`: "am",
	} {
		if got := unbracketed(page); want == "" && len(got) > 0 || want != "" && (len(got) == 0 || got[0] != want) {
			t.Errorf("%s: found %q, want %q", page, got, want)
		}
	}
}
