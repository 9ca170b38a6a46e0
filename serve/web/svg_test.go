package web

import (
	"encoding/xml"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/serve"
)

// wellFormed reads a picture as XML and returns its numbers' attributes.
func wellFormed(t interface{ Fatalf(string, ...any) }, picture string) {
	d := xml.NewDecoder(strings.NewReader("<all>" + picture + "</all>"))
	for {
		if _, err := d.Token(); err != nil {
			if err.Error() == "EOF" {
				return
			}
			t.Fatalf("%v in %s", err, picture)
		}
	}
}

func TestScaleTicks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		low := rapid.Float64Range(-1000, 1000).Draw(t, "low")
		s := scale{low: low, high: low + rapid.Float64Range(0.001, 5000).Draw(t, "span"), from: 10, to: 300}
		ticks := s.ticks(rapid.IntRange(1, 12).Draw(t, "n"))
		if !slices.IsSorted(ticks) || len(ticks) > 14 {
			t.Fatalf("ticks %v", ticks)
		}
		for _, v := range ticks {
			if x := s.at(v); x < 10-1e-6 || x > 300+1e-6 {
				t.Fatalf("the tick %v is at %v", v, x)
			}
		}
		if x := s.clamp(low - 1); x != 10 {
			t.Fatalf("below the scale is at %v", x)
		}
	})
	if got := (scale{low: 3, high: 3, from: 0, to: 10}).at(3); got != 5 {
		t.Errorf("a scale of one value puts it at %v", got)
	}
	for _, c := range []struct{ high, want float64 }{{0, 1}, {97, 100}, {100, 100}, {3, 3}} {
		if got := rounded(c.high, 4); got < c.high || c.want == 100 && got != 100 {
			t.Errorf("rounded(%v) = %v", c.high, got)
		}
	}
}

// Whatever an account or a level is called, a picture stays a picture.
func TestDrawingEscapes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[<>&"'a-zäöü ]{0,20}`).Draw(t, "text")
		d := newDrawing("x", text, text, 100, 50)
		d.text("label", "start", 1, 2, text)
		d.circle("fill-accent", 1, 2, 3, text)
		d.link("/accounts/"+text, text, true, func() { d.rect("fill-soft", 10, 10, -5, -5) })
		picture := string(d.html())
		wellFormed(t, picture)
		if !strings.Contains(picture, `role="group"`) || !strings.Contains(picture, `x="5" y="5" width="5" height="5"`) {
			t.Fatalf("%s", picture)
		}
	})
}

func TestTraceLeavesGaps(t *testing.T) {
	d := newDrawing("x", "", "", 10, 10)
	d.trace("line-accent", []point{{0, 0}, {1, 1}, {math.NaN(), 2}, {3, 3}})
	if got := d.b.String(); !strings.Contains(got, `d="M0 0L1 1M3 3"`) {
		t.Errorf("%s", got)
	}
	d.area("fill-soft", []point{{0, 0}}, nil)
	if strings.Contains(d.b.String(), "fill-soft") {
		t.Error("an area between lines of other lengths is drawn")
	}
}

// The pictures of the pages hold no number that is none, for any data.
func TestPicturesOfAnyData(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		number := rapid.Float64Range(-50, 50)
		d := &serve.ClusterDriver{Label: "x", Unit: rapid.SampledFrom([]string{"", "events", "share", "log ratio"}).Draw(t, "unit"), Answered: rapid.Bool().Draw(t, "answered")}
		for i := range rapid.IntRange(0, 8).Draw(t, "bins") {
			b := serve.ShapeBin{Missing: i == 0 && rapid.Bool().Draw(t, "missing"), Low: float64(i), High: float64(i + 1),
				Weight: rapid.Float64Range(0, 1).Draw(t, "weight"), Here: number.Draw(t, "here"), Elsewhere: number.Draw(t, "elsewhere")}
			if i <= 1 {
				b.Low = math.Inf(-1)
			}
			d.Shape = append(d.Shape, b)
		}
		var months []renewalMonth
		for i := range rapid.IntRange(0, 7).Draw(t, "months") {
			m := renewalMonth{counts: map[string]int{"sick": rapid.IntRange(0, 9).Draw(t, "sick"), "healthy": rapid.IntRange(0, 9).Draw(t, "healthy")}, atRisk: rapid.Float64Range(0, 1e7).Draw(t, "risk")}
			m.all = m.counts["sick"] + m.counts["healthy"]
			if i > 0 {
				m.first = time.Date(2026, time.Month(i), 1, 0, 0, 0, 0, time.UTC)
			}
			months = append(months, m)
		}
		var bins []serve.ReportCalibrated
		for range rapid.IntRange(0, 3).Draw(t, "bins") {
			share := rapid.Float64Range(0, 1)
			bins = append(bins, serve.ReportCalibrated{Renewals: 20, Said: share.Draw(t, "said"), Churned: share.Draw(t, "was"), High: 1})
		}
		metrics := models.Metrics{Slope: rapid.Float64Range(-2, 4).Draw(t, "slope"), Intercept: rapid.Float64Range(-3, 3).Draw(t, "intercept")}
		whole := calibration{about: metrics, bins: bins}
		most := mostCalibrated(rapid.Float64Range(-6, 3).Draw(t, "anchor"), whole)
		rows := []qualityRow{{Name: "a", auc: math.NaN(), low: math.NaN()}, {Name: "b", auc: rapid.Float64Range(0, 1).Draw(t, "auc"), low: 0.2, high: 1}}
		for _, w := range []Words{en, de} {
			for _, picture := range []string{string(w.shape("a", d)), string(w.drawAhead(months, true)), string(w.drawAhead(months, false)),
				string(w.drawCalibration(whole, most)), string(w.smallCalibration("1", calibration{"a <b>", models.Metrics{Slope: math.NaN()}, bins}, most)), string(w.drawForest(rows)),
				string(pairBars(number.Draw(t, "a"), number.Draw(t, "b"), number.Draw(t, "most"))), string(stackedBar(bands, []float64{0, 2, 1}))} {
				wellFormed(t, picture)
				if strings.Contains(picture, "NaN") || strings.Contains(picture, "Inf") {
					t.Fatalf("%s", picture)
				}
			}
		}
	})
}
