package chart

import (
	"encoding/xml"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// The picture is well-formed, stays inside its frame, has a line for each model
// and the last score where it belongs.
func TestTrendIsDrawnToScale(t *testing.T) {
	spot := regexp.MustCompile(`[ML]([-\d.]+) ([-\d.]+)`)
	rapid.Check(t, func(t *rapid.T) {
		var timeline []TrendPoint
		models := map[string]bool{}
		for i := range rapid.IntRange(1, 40).Draw(t, "answers") {
			timeline = append(timeline, TrendPoint{At: day(2024, 1, 1).AddDate(0, i/2, 0), Model: rapid.SampledFrom([]string{"a", "b"}).Draw(t, "model"),
				Health: rapid.Float64Range(0, 100).Draw(t, "health")})
		}
		for _, sn := range timeline[max(0, len(timeline)-TrendDates):] {
			models[sn.Model] = true
		}
		picture := string(Trend{timeline, rapid.SampledFrom([]string{"sick", "at_risk", "healthy", "?"}).Draw(t, "band")}.File())
		if err := xml.Unmarshal([]byte(picture), new(struct{})); err != nil {
			t.Fatal(err)
		}
		if got := strings.Count(picture, "<path"); got != len(models) {
			t.Errorf("%d lines for %d models", got, len(models))
		}
		low, high := math.Inf(1), math.Inf(-1)
		for _, m := range spot.FindAllStringSubmatch(picture, -1) {
			x, _ := strconv.ParseFloat(m[1], 64)
			y, _ := strconv.ParseFloat(m[2], 64)
			low, high = min(low, y), max(high, y)
			if x < 0 || x > trendWidth || y < 0 || y > trendHeight {
				t.Errorf("a point at %v, %v", x, y)
			}
		}
		if len(timeline) > 1 && high-low > trendHeight-2*trendInset+0.2 {
			t.Errorf("heights from %v to %v", low, high)
		}
	})
	flat := string(Trend{Points: []TrendPoint{{At: day(2024, 1, 1), Health: 50}, {At: day(2024, 2, 1), Health: 51}}}.File())
	if !strings.Contains(flat, "M4 12.3L80 11.7") {
		t.Errorf("one point looks like a mountain: %s", flat)
	}
}
