package web

import (
	"strings"
	"testing"
	"time"

	"github.com/etappe/etappe/serve/web/chart/charttest"

	"github.com/etappe/etappe/serve/text"
)

// A line never joins what two models said.
func TestTimelineBreaksAtModels(t *testing.T) {
	w := Words{}
	f := demoFacts(text.English)
	picture := string(w.accountTime(f).Chart)
	_, _, shapes := charttest.Inspect(t, charttest.First(picture))
	var lines [][]string
	for _, s := range shapes {
		if s.Class == "time-line" {
			lines = append(lines, charttest.Coordinate.FindAllString(s.Attributes["d"], -1))
		}
	}
	if len(lines) != 2 || len(lines[0]) != 2*5 || len(lines[1]) != 2*3 {
		t.Errorf("lines of %v, want five answers of one model and three of the other", lines)
	}
}

// Every point leads to the comparison with the date before it; the rows below
// move one end and keep the other.
func TestTimelineLinks(t *testing.T) {
	w := Words{}
	f := demoFacts(text.English)
	chart := string(w.accountTime(f).Chart)
	for _, link := range []string{
		`href="/accounts/A-00417?from=2026-11-01&amp;to=2026-11-24" aria-label="24 Nov 2026: health score 29.8. Compare with 1 Nov 2026" aria-current="true"`,
		`href="/accounts/A-00417?from=2026-10-01&amp;to=2026-10-01" aria-label="1 Oct 2026: the model of 1 Mar 2026 also answered`,
		`href="/accounts/A-00417?from=2026-07-15&amp;to=2026-11-24" tabindex="-1" aria-label="Compare from 15 Jul 2026"`,
		`href="/accounts/A-00417?from=2026-10-01&amp;to=2026-11-01" tabindex="-1" aria-label="Compare up to 1 Nov 2026"`,
	} {
		if !strings.Contains(chart, link) {
			t.Errorf("no link %s", link)
		}
	}
	if strings.Contains(chart, "from=2026-11-24") {
		t.Error("a link compares from the later date")
	}
}

func TestTimelineOfOneDate(t *testing.T) {
	f := demoFacts(text.English)
	f.Timeline, f.From, f.Explanation, f.Nothing = f.Timeline[len(f.Timeline)-1:], time.Time{}, nil, nothingOne
	f.Interventions = nil
	chart := string(Words{}.accountTime(f).Chart)
	if strings.Contains(chart, "href") {
		t.Error("there is something to compare one date with")
	}
	charttest.Check(t, charttest.First(chart))
}
