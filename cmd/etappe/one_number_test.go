package main

import (
	"encoding/json"
	"html"
	"math"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/etappe/etappe/serve/account"
	"github.com/etappe/etappe/serve/explain"
	"github.com/etappe/etappe/serve/score"
)

// oneNumber reads what one account's page, API and command line show.
type oneNumber struct {
	t       *testing.T
	demo    *demoRun
	service *service
}

// One code has one number: for every account of the demo the page, the explanation of
// the API and of the command, and the answer show the same points for the same code; a
// family has the sum of its members, a feature alone that of its bar.
func TestOneNumberForOneCode(t *testing.T) {
	d := theDemo(t)
	s, err := startService("serve", "--registry", filepath.Join(d.dir, "registry"), "--history", filepath.Join(d.dir, "history.db"), "--listen", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer s.interrupt()
	one, moved, families := oneNumber{t, d, s}, 0, 0
	n := 0
	for id := range listedAccounts(t, s) {
		var e explain.Explanation
		if !one.read("/v1/accounts/"+url.PathEscape(id)+"/explanation", &e) {
			continue // one date only
		}
		families += one.sums(id, &e)
		one.page(id, &e)
		if moved += len(e.Reasons); n%50 == 0 {
			one.command(id, &e)
		}
		n++
		one.answer(id)
	}
	if moved == 0 || families == 0 {
		t.Errorf("%d reasons, %d of families", moved, families)
	}
}

// read reads an answer of the API; false where there is none.
func (o *oneNumber) read(path string, into any) bool {
	o.t.Helper()
	status, text, err := o.service.get(path)
	if err != nil || status == http.StatusOK && json.Unmarshal(text, into) != nil {
		o.t.Fatalf("%s: %v: %.300s", path, err, text)
	}
	return status == http.StatusOK
}

// sums checks that reasons are sums of bars, each code once, and counts the families.
func (o *oneNumber) sums(id string, e *explain.Explanation) (families int) {
	bars, seen := map[string]explain.Bar{}, map[string]bool{}
	for _, b := range e.Bars {
		bars[b.Feature] = b
	}
	for _, r := range e.Reasons {
		if seen[r.Code] {
			o.t.Errorf("%s: %s stands there twice", id, r.Code)
		}
		seen[r.Code] = true
		if len(r.Members) == 0 {
			continue
		}
		families++
		points, shown := 0.0, 0.0
		for _, m := range r.Members {
			if b := bars[m.Feature]; b.Points != m.Points || b.Shown != *m.Shown {
				o.t.Errorf("%s, %s: %s has %v points as a member and %v as a bar", id, r.Code, m.Feature, m.Points, b.Points)
			}
			points, shown = points+m.Points, shown+*m.Shown
		}
		if points != r.Points || math.Abs(shown-r.Shown) > 1e-9 {
			o.t.Errorf("%s, %s: %v points, shown %v; its members have %v, shown %v", id, r.Code, r.Points, r.Shown, points, shown)
		}
	}
	return families
}

// reasonOnPage finds a reason of a page: its code and its number.
var reasonOnPage = regexp.MustCompile(`<li data-code="([^"]+)"><span class="reason-text">.*?<span class="reason-points \w+">([^ <]+) `)

func (o *oneNumber) page(id string, e *explain.Explanation) {
	_, text, err := o.service.get("/accounts/" + url.PathEscape(id) + "?lang=en")
	if err != nil {
		o.t.Fatal(err)
	}
	_, changed, _ := strings.Cut(string(text), `<section class="sheet change`)
	changed, _, _ = strings.Cut(changed, "</section>")                                                              // the reasons of the change alone
	reasons := slices.DeleteFunc(slices.Clone(e.Reasons), func(r explain.MoveReason) bool { return r.Points == 0 }) // of a person: without points
	found := reasonOnPage.FindAllStringSubmatch(changed, -1)
	if len(found) != len(reasons) {
		o.t.Errorf("%s: %d reasons on the page, %d in the API", id, len(found), len(reasons))
		return
	}
	for i, r := range reasons {
		if code, shown := html.UnescapeString(found[i][1]), signed(o.t, found[i][2]); code != r.Code || math.Abs(shown-r.Shown) > 1e-9 {
			o.t.Errorf("%s: %s with %v on the page, %s with %v in the API", id, code, shown, r.Code, r.Shown)
		}
	}
}

// signed reads a number as pages write it.
func signed(t *testing.T, text string) float64 {
	t.Helper()
	x, err := strconv.ParseFloat(strings.NewReplacer("−", "-", "+", "").Replace(html.UnescapeString(text)), 64)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// reasonPrinted finds a reason that a command prints.
var reasonPrinted = regexp.MustCompile(`(?m)^ {2} *([−+][\d.]+) {2}.* {2}\[([A-Z0-9_.]+)\]$`)

func (o *oneNumber) command(id string, e *explain.Explanation) {
	stdout, _ := must(o.t, "explain", "--registry", filepath.Join(o.demo.dir, "registry"), "--history", filepath.Join(o.demo.dir, "history.db"),
		"--account", id, "--from", e.From.AsOf, "--to", e.To.AsOf)
	reasons := slices.DeleteFunc(slices.Clone(e.Reasons), func(r explain.MoveReason) bool { return r.Points == 0 })
	found := reasonPrinted.FindAllStringSubmatch(stdout, -1)
	if len(found) != len(reasons) {
		o.t.Errorf("%s: %d reasons printed, %d in the API\n%s", id, len(found), len(reasons), stdout)
		return
	}
	for i, r := range reasons {
		if found[i][2] != r.Code || math.Abs(signed(o.t, found[i][1])-r.Shown) > 1e-9 {
			o.t.Errorf("%s: %s with %s printed, %s with %v in the API", id, found[i][2], found[i][1], r.Code, r.Shown)
		}
	}
}

// answer checks the reasons of the latest answer against its contributions, and its
// first one against the list, whose code files have too.
func (o *oneNumber) answer(id string) {
	var h account.Health
	if !o.read("/v1/accounts/"+url.PathEscape(id)+"/health", &h) || h.Answer == nil {
		o.t.Fatalf("%s: no answer", id)
	}
	points := map[string]score.Contribution{}
	for _, c := range h.Answer.Contributions {
		points[c.Feature] = c
	}
	for _, r := range h.Answer.Reasons {
		sum := 0.0
		for _, m := range r.Members {
			sum += m.Points
			if c := points[m.Feature]; c.Points != m.Points {
				o.t.Errorf("%s, %s: %s has %v points as a member and %v as a contribution", id, r.Code, m.Feature, m.Points, c.Points)
			}
		}
		if len(r.Members) > 0 && math.Abs(sum-r.Points) > 1e-9 {
			o.t.Errorf("%s, %s: %v points, its members %v", id, r.Code, r.Points, sum)
		}
	}
}
