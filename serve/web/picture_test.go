package web

import (
	"encoding/xml"
	"math"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/artifact"
	"github.com/etappe/etappe/serve/explain"
	"github.com/etappe/etappe/serve/web/chart"
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

// The pictures of the pages hold no number that is none, for any data.
func TestPicturesOfAnyData(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		number := rapid.Float64Range(-50, 50)
		d := &explain.ClusterDriver{Label: "x", Unit: rapid.SampledFrom([]string{"", "events", "share", "log ratio"}).Draw(t, "unit"), Answered: rapid.Bool().Draw(t, "answered")}
		for i := range rapid.IntRange(0, 8).Draw(t, "bins") {
			b := explain.ShapeBin{Missing: i == 0 && rapid.Bool().Draw(t, "missing"), Low: float64(i), High: float64(i + 1),
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
		var bins []artifact.CalibrationBin
		for range rapid.IntRange(0, 3).Draw(t, "bins") {
			share := rapid.Float64Range(0, 1)
			bins = append(bins, artifact.CalibrationBin{Renewals: 20, Predicted: share.Draw(t, "predicted"), Churned: share.Draw(t, "was"), High: 1})
		}
		metrics := models.Metrics{Slope: rapid.Float64Range(-2, 4).Draw(t, "slope"), Intercept: rapid.Float64Range(-3, 3).Draw(t, "intercept")}
		whole := calibration{about: metrics, bins: bins}
		most := en.mostCalibrated(rapid.Float64Range(-6, 3).Draw(t, "anchor"), whole)
		rows := []qualityRow{{Name: "a", auc: math.NaN(), low: math.NaN()}, {Name: "b", auc: rapid.Float64Range(0, 1).Draw(t, "auc"), low: 0.2, high: 1}}
		for _, w := range []Words{en, de} {
			shape, _ := w.shape("a", d)
			for _, picture := range []string{string(shape), string(w.drawAhead(months, true)), string(w.drawAhead(months, false)),
				string(w.calibrationPicture(whole, most).SVG("c")), string(w.calibrationPicture(calibration{"a <b>", models.Metrics{Slope: math.NaN()}, bins}, most).Small("1")), string(w.drawForest(rows)),
				string(chart.Pair(number.Draw(t, "a"), number.Draw(t, "b"), number.Draw(t, "most"))), string(chart.Stacked(bands, []float64{0, 2, 1}))} {
				wellFormed(t, picture)
				if strings.Contains(picture, "NaN") || strings.Contains(picture, "Inf") {
					t.Fatalf("%s", picture)
				}
			}
		}
	})
}
