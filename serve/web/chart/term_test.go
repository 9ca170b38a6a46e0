package chart_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/etappe/etappe/serve/web/chart"
	"github.com/etappe/etappe/serve/web/chart/charttest"
)

func anyTerm(t *rapid.T, axes int) chart.Term {
	name := rapid.SampledFrom([]string{"seats (users)", "a very long name of a feature that somebody wrote out in full (events)", "<plan> & more"})
	v := chart.Term{Title: name.Draw(t, "title"), Facts: []string{"importance 0.332 log-odds or 2.4 points, rank 1 of 4"}, Shared: "everyone, 90 % error band",
		Values: "log-odds of churn (health points)", Other: rapid.SampledFrom([]string{"", "c2 automation", "c3 a desired outcome whose name is rather long"}).Draw(t, "other"),
		Number: func(v float64, decimals int) string { return fmt.Sprintf("%+.*f", decimals, v) }}
	for range axes {
		v.Axes = append(v.Axes, name.Draw(t, "axis"))
	}
	return v
}

func anyMark(t *rapid.T, label string) chart.Mark {
	value := rapid.Float64Range(-4, 4)
	return chart.Mark{Label: label, Value: value.Draw(t, "value"), Half: rapid.Float64Range(0, 2).Draw(t, "half"), Own: value.Draw(t, "own"), Share: rapid.Float64Range(0, .2).Draw(t, "share")}
}

// checkFile fails unless a file is XML without a number that is none.
func checkFile(t *rapid.T, text []byte) {
	for d := xml.NewDecoder(bytes.NewReader(text)); ; {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatalf("%v in %s", err, text)
		}
	}
	if strings.Contains(string(text), "NaN") || strings.Contains(string(text), "Inf") || !strings.Contains(string(text), "prefers-color-scheme:dark") {
		t.Fatalf("%s", text)
	}
}

// Whatever the values: the pictures of terms stay inside, no text covers another,
// on a screen and on a phone.
func TestTermsStayInsideAndReadable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		curve := chart.Curve{Term: anyTerm(t, 1), MissingText: "missing (12.3 %)", PerUnit: -7.2, Missing: anyMark(t, "missing"),
			Short: func(v float64) string { return strconv.FormatFloat(v, 'g', 4, 64) }}
		cut := rapid.Float64Range(-100, 100).Draw(t, "first")
		for range rapid.IntRange(1, 30).Draw(t, "cuts") {
			curve.Cuts, curve.Bins = append(curve.Cuts, cut), append(curve.Bins, anyMark(t, ""))
			cut += rapid.Float64Range(.1, 1000).Draw(t, "gap")
		}
		curve.Bins = append(curve.Bins, anyMark(t, ""))
		label := rapid.SampledFrom([]string{"basic (20.0 %)", "2 levels: trial, legacy, never seen (40.0 %)", "≥ 0.5, 86.5 to 554.5, 12 levels: a, b, c, d, e, f…, never seen (1.5 %)"})
		bars := chart.Bars{Term: anyTerm(t, 1), PerUnit: -7.2, Names: "plan and share of the weight", Apart: []chart.Mark{anyMark(t, "missing (0.0 %)")}}
		for range rapid.IntRange(0, 20).Draw(t, "marks") {
			bars.Marks = append(bars.Marks, anyMark(t, label.Draw(t, "label")))
		}
		heat := chart.Heatmap{Term: anyTerm(t, 2), Note: "log-odds of churn (0.10 are -0.72 health points); orange: likelier, blue: less likely"}
		for j := range rapid.IntRange(1, 6).Draw(t, "columns") {
			heat.Columns = append(heat.Columns, []string{"< 4.5", "20.5 to 86.5", "missing", "never seen", "3 others", "≥ 554.5"}[j])
		}
		for range rapid.IntRange(1, 11).Draw(t, "rows") {
			var row []chart.Mark
			for range heat.Columns {
				row = append(row, anyMark(t, "-0.12/+0.48"))
			}
			heat.Rows, heat.Cells = append(heat.Rows, "-0.5 to -0.2"), append(heat.Cells, row)
		}
		for _, width := range []float64{chart.WideFile, chart.NarrowFile} {
			charttest.Check(t, chart.CurveAt(curve, width))
			charttest.Check(t, chart.BarsAt(bars, width))
			charttest.Check(t, chart.HeatmapAt(heat, width))
		}
		checkFile(t, curve.File())
		checkFile(t, bars.File())
		checkFile(t, heat.File())
	})
}
